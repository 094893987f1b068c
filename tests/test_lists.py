"""Lists under headings: which cell belongs to which column, where a list ends, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.paper_samples import facts, paper, sheet

WAGES = (
    ("样例公司2026年5月工资表",),
    ("姓名", "基本工资", "应发合计", "实发工资"),
    ("样甲", "3000.00", "4000.00", "3600.00"),
    ("样乙", "3000.00", "5000.00", "4400.00"),
)
SUMMED = (*WAGES, ("合计", "6000.00", "9000.00", "8000.00"))
LEFTS = (0.05, 0.3, 0.5, 0.7)


def test_a_list_ends_with_its_sum_and_keeps_no_names() -> None:
    kind, found = facts(paper(SUMMED, LEFTS))
    assert kind == "payroll"
    assert (found["headcount"], found["total"], found["total_gross"]) == (2, Decimal("8000.00"), Decimal("9000.00"))
    assert not any("样甲" in str(value) for value in found.values())


def test_a_sum_that_is_not_printed_is_that_of_the_lines() -> None:
    assert facts(sheet(WAGES))[1]["total"] == Decimal("8000.00")


def test_lines_whose_figures_cannot_all_be_read_add_up_to_nothing() -> None:
    found = facts(paper([*WAGES, ("样丙", "3000.00", "4000.00", "36OO.0?")], LEFTS))[1]
    assert "total" not in found


def test_a_sheet_without_a_title_is_known_by_headings_that_only_a_payroll_has() -> None:
    assert facts(sheet(WAGES[1:]))[0] == "payroll"
    assert facts(sheet([("姓名", "电话"), ("样甲", "5550100"), ("样乙", "5550101")]))[0] == "unknown"


def test_lines_beyond_those_shown_on_the_page_of_a_sheet_count() -> None:
    people = [(f"样{number}", "1000.00", "1000.00", "1000.00") for number in range(150)]
    assert facts(sheet([*WAGES[:2], *people]))[1]["headcount"] == len(people)


def _year(months: Sequence[str]) -> list[tuple[str, ...]]:
    head = [("客户用电电费明细表",), ("户号", "1000200030"), ("年月", "用电量", "电费")]
    return [*head, *((month, "100", "70.00") for month in months)]


def test_only_twelve_months_in_a_row_tell_the_power_of_a_year() -> None:
    year = [f"2025年{month}月" for month in range(1, 13)]
    assert facts(sheet(_year(year)))[1]["annual_kwh"] == 1200
    assert "annual_kwh" not in facts(sheet(_year(year[1:])))[1]
    assert "annual_kwh" not in facts(sheet(_year([*year[1:], "2026年2月"])))[1]

"""Reports with figures in columns: which figure belongs to which line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from extractors import _periods
from selfproof.kinds import identify
from selfproof.model import Carrier, Document, Page, Value, Word
from tests.paper_samples import at, facts, paper, read

RETURN = (
    ("", "增值税纳税申报表(小规模纳税人适用)"),
    ("纳税人名称:样例商店", "", "税款所属期:2026年4月1日至2026年6月30日"),
    ("项目", "栏次", "本期数", "本年累计"),
    ("(一)应征增值税不含税销售额", "1", "100.00", "900.00"),
    ("(三)免税销售额", "6", "50.01", "60.00"),
    ("本期应纳税额合计", "9", "3.00", "27.00"),
    ("应纳税额合计", "15", "2.00", "27.00"),
)
LEFTS = (0.05, 0.45, 0.55, 0.75)


def test_sales_of_a_return_are_the_sum_of_its_lines_in_the_column_of_the_period() -> None:
    found = read(RETURN, LEFTS)
    assert (found["taxable_sales"], found["taxable_sales_to_date"]) == (Decimal("150.01"), Decimal("960.00"))
    assert found["tax_due"] == Decimal("2.00")


@pytest.mark.parametrize("heads", [("本期数", "本年累计"), ("本期数(万元)", "本年累计(万元)")])
def test_a_return_in_ten_thousands_is_told_in_yuan(heads: tuple[str, str]) -> None:
    over = "" if "万元" in heads[0] else "金额单位：万元"
    found = read([*RETURN[:2], ("", "", "", over), ("项目", "栏次", *heads), *RETURN[3:]], LEFTS)
    assert (found["taxable_sales"], found["tax_due"]) == (Decimal("1500100.00"), Decimal("20000.00"))


def test_a_quarter_counts_for_its_months_in_equal_parts_to_the_cent() -> None:
    found = read(RETURN, LEFTS)
    parts = [found[f"months[2026-{month}].taxable_sales"] for month in ("04", "05", "06")]
    assert parts == [Decimal("50.00"), Decimal("50.00"), Decimal("50.01")]


def test_a_figure_that_cannot_be_read_leaves_the_sum_out() -> None:
    rows = [*RETURN[:4], ("(三)免税销售额", "6", "5O.?1", "60.00"), *RETURN[5:]]
    found = read(rows, LEFTS)
    assert "taxable_sales" not in found
    assert found["taxable_sales_to_date"] == Decimal("960.00")


def test_an_annex_of_a_return_is_none() -> None:
    rows = [("", "增值税及附加税费申报表附列资料(一)"), *RETURN[1:3]]
    assert identify(paper(rows, LEFTS))[0] == "unknown"


@pytest.mark.parametrize(
    ("printed", "months"),
    [
        ("2026年02月01日-2026年02月28日", ["2026-02"]),
        ("2025-12-01至2026-01-31", ["2025-12", "2026-01"]),
        ("2026年2季度", ["2026-04", "2026-05", "2026-06"]),
        ("20260301—20260331", ["2026-03"]),
        ("所属月份:2026/3", ["2026-03"]),
        ("2026年03月05日至2026年04月04日", []),
    ],
)
def test_a_printed_stretch_of_time_covers_whole_months_or_none(printed: str, months: Sequence[str]) -> None:
    span = _periods.span(printed)
    assert span is not None
    assert _periods.months(span) == months


BALANCE = (
    ("", "", "", "资产负债表"),
    ("编制单位:样例商店", "", "", "单位:万元"),
    ("资产", "期末余额", "年初余额", "负债和所有者权益", "期末余额", "年初余额"),
    ("货币资金", "1.25", "", "应付账款", "", "3.00"),
    ("存货", "2.00", "4.00", "短期借款", "5.00", ""),
    ("应收账款", "-", "0.50", "流动负债合计", "5.00", "3.00"),
)
HALVES = (0.03, 0.22, 0.34, 0.47, 0.72, 0.86)


def test_the_two_halves_of_a_balance_sheet_have_columns_of_their_own_and_units_are_told_in_yuan() -> None:
    found = read(BALANCE, HALVES)
    assert (found["inventory"], found["inventory_opening"]) == (Decimal("20000.00"), Decimal("40000.00"))
    assert (found["payables_opening"], found["short_term_loans"]) == (Decimal("30000.00"), Decimal("50000.00"))
    assert {"payables", "cash_opening", "receivables", "short_term_loans_opening"} & found.keys() == set()


def test_figures_at_the_middle_of_a_label_of_two_lines_are_its_own() -> None:
    head = at(0.4, 0.05, "资产负债表"), at(0.05, 0.09, "编制单位：样例公司"), at(0.7, 0.09, "单位：元")
    heads = at(0.05, 0.13, "资产"), at(0.4, 0.13, "期末余额"), at(0.7, 0.13, "年初余额")
    label = at(0.05, 0.160, "应收账款"), at(0.05, 0.178, "（含暂估）")
    figures = at(0.4, 0.169, "20,000.00"), at(0.7, 0.169, "40,000.00")
    below = at(0.05, 0.21, "存货"), at(0.4, 0.21, "5,000.00"), at(0.7, 0.21, "6,000.00")
    words = (*head, *heads, *label, *figures, *below)
    page = Page(1, 1000, 1000, words)
    found = facts(Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (page,)))[1]
    assert (found["receivables"], found["receivables_opening"]) == (Decimal("20000.00"), Decimal("40000.00"))
    assert found["inventory"] == Decimal("5000.00")


@pytest.mark.parametrize("unit", ["单位(万元)", "单位 万元", "（人民币万元）", "金额单位：人民币万元"])
def test_a_unit_is_known_however_it_is_printed(unit: str) -> None:
    rows = [BALANCE[0], ("编制单位:样例商店", "", "", unit), *BALANCE[2:]]
    assert read(rows, HALVES)["inventory"] == Decimal("20000.00")


@pytest.mark.parametrize("unit", ["单位：元", "（人民币元）", "开户单位：万元商贸有限公司"])
def test_a_unit_of_yuan_changes_nothing(unit: str) -> None:
    rows = [BALANCE[0], ("编制单位:样例商店", "", "", unit), *BALANCE[2:]]
    assert read(rows, HALVES)["inventory"] == Decimal("2.00")


@pytest.mark.parametrize("beside", ["注册资本(万元)", "研发投入（单位：万元）", "单位：万元"])
def test_another_unit_than_the_one_over_a_balance_sheet_changes_nothing(beside: str) -> None:
    rows = [BALANCE[0], ("编制单位:样例商店", "", "", "单位：元"), *BALANCE[2:], (beside, "500")]
    assert read(rows, HALVES)["inventory"] == Decimal("2.00")


def test_a_unit_behind_the_headings_of_a_balance_sheet_counts() -> None:
    heads = tuple(f"{head}(千元)" if "余额" in head else head for head in BALANCE[2])
    found = read([BALANCE[0], ("编制单位:样例商店",), heads, *BALANCE[3:]], HALVES)
    assert (found["inventory"], found["short_term_loans"]) == (Decimal("2000.00"), Decimal("5000.00"))


def test_a_unit_below_a_balance_sheet_is_a_note_s_and_each_page_may_have_its_own() -> None:
    rows = [BALANCE[0], ("编制单位:样例商店",), *BALANCE[2:], ("研发投入", "", "", "单位：万元"), ("本年", "35.60")]
    assert read(rows, HALVES)["inventory"] == Decimal("2.00")
    (first,), (second,) = (
        paper(BALANCE, HALVES).pages,
        paper(
            [("", "利润表"), ("", "", "单位:元"), ("项目", "本期金额"), ("营业收入", "7.00"), ("净利润", "1.00")],
            HALVES,
        ).pages,
    )
    words = tuple(replace(word, page=2) for word in second.words)
    both = replace(paper(BALANCE, HALVES), pages=(first, replace(second, number=2, words=words)))
    found = facts(both)[1]
    assert (found["inventory"], found["revenue"]) == (Decimal("20000.00"), Decimal("7.00"))


def _small_return(heads: Sequence[Word], first: Sequence[str], exempt: Sequence[str]) -> dict[str, Value]:
    """A small-scale taxpayer's return with columns for goods and for services under each stretch of time."""
    words = [at(0.3, 0.03, "增值税及附加税费申报表"), at(0.05, 0.10, "纳税人名称：样例商店"), *heads]
    words += [at(0.05, 0.12, "税款所属期：2026年4月1日至2026年6月30日")]
    lines = (
        (first, "1", ("100.00", "", "900.00", "")),
        (exempt, "9", ("50.00", "7.00", "60.00", "8.00")),
        (("其中：小微企业免税销售额",), "10", ("50.00", "7.00", "60.00", "8.00")),
        (("应纳税额合计",), "20", ("2.00", "", "27.00", "")),
    )
    top = 0.22
    for label, number, figures in lines:
        words += [at(0.12, top + 0.018 * place, part) for place, part in enumerate(label)]
        middle = top + 0.009 * (len(label) - 1)
        words += [
            at(x, middle, text)
            for x, text in zip((0.44, 0.5, 0.62, 0.75, 0.87), (number, *figures), strict=True)
            if text
        ]
        top += 0.018 * len(label) + 0.014
    page = Page(1, 1000, 1414, tuple(words))
    return facts(Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (page,)))[1]


_WRAPPED_HEADS = {
    "two columns under each": [
        *(at(x, 0.15, text) for x, text in ((0.2, "项目"), (0.43, "栏次"), (0.58, "本期数"), (0.82, "本年累计"))),
        *(at(x, y, text) for x in (0.6, 0.86) for y, text in ((0.166, "服务、不动"), (0.182, "产和无形资产"))),
        *(at(x, 0.17, "货物及劳务") for x in (0.49, 0.74)),
    ],
    "of each column in two lines, with others between": [
        *(at(x, 0.15, text) for x, text in ((0.47, "货物及劳务 本期"), (0.61, "服务 本"))),
        *(at(x, 0.15, text) for x, text in ((0.73, "货物及劳务 本"), (0.86, "服务 本年累"))),
        *(at(x, 0.166, text) for x, text in ((0.2, "项目"), (0.43, "栏次"))),
        *(at(x, 0.182, text) for x, text in ((0.5, "数"), (0.62, "期数"), (0.76, "年累计"), (0.88, "计"))),
    ],
    "themselves in two lines": [
        *(at(x, 0.16, text) for x, text in ((0.2, "项目"), (0.43, "栏次"))),
        *(at(x, 0.152, text) for x, text in ((0.58, "本期"), (0.82, "本年"))),
        *(at(x, 0.168, text) for x, text in ((0.59, "数"), (0.82, "累计"))),
    ],
}


@pytest.mark.parametrize("heads", _WRAPPED_HEADS.values(), ids=_WRAPPED_HEADS)
@pytest.mark.parametrize(
    ("first", "exempt"),
    [
        (["（一）应征增值税不含税", "销售额（3%征收率）"], ["（四）免税销售", "额"]),
        (["（一）应征增值税", "不含税销售额", "（3%征收率）"], ["（四）免税销售额"]),
    ],
)
def test_labels_and_headings_wrapped_in_their_cells_are_known(
    heads: Sequence[Word], first: Sequence[str], exempt: Sequence[str]
) -> None:
    found = _small_return(heads, first, exempt)
    assert (found["taxable_sales"], found["taxable_sales_to_date"]) == (Decimal("157.00"), Decimal("968.00"))
    assert found["tax_due"] == Decimal("2.00")


def test_no_sales_are_told_where_a_stretch_of_time_or_the_main_line_is_not_seen() -> None:
    found = read([*RETURN[:2], ("项目", "栏次", "■■■", "本年累计"), *RETURN[3:]], LEFTS)
    assert not {"taxable_sales", "taxable_sales_to_date", "tax_due"} & found.keys()
    found = read([*RETURN[:3], ("(一)应征■■■■■■■■■", "1", "100.00", "900.00"), *RETURN[4:]], LEFTS)
    assert not {"taxable_sales", "taxable_sales_to_date"} & found.keys()

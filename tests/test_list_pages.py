"""Lists that go on over pages: which lines are theirs there, and whose sum a sum is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from selfproof.extract import extract
from selfproof.model import Document
from tests.paper_samples import facts, paper, sheet

_GOODS = ("序号", "品名", "数量", "单价", "金额")
_NUMBERED = (0.05, 0.2, 0.4, 0.6, 0.8)


def _pages(*pages: Sequence[Sequence[str]], lefts: Sequence[Sequence[float]] = ()) -> Document:
    shown = [paper(rows, lefts[number] if lefts else _NUMBERED) for number, rows in enumerate(pages)]
    stamped = [replace(one.pages[0], number=number) for number, one in enumerate(shown, 1)]
    return replace(
        shown[0],
        pages=tuple(replace(p, words=tuple(replace(word, page=p.number) for word in p.words)) for p in stamped),
    )


_FIRST = [
    ("", "采购订单"),
    ("采购方：样例甲商行", "", "", "订单编号：PO-2026-03"),
    _GOODS,
    ("1", "收纳箱", "10", "3.00", "30.00"),
    ("2", "衣架", "20", "1.00", "20.00"),
]
_MORE = [("3", "毛巾", "5", "4.00", "20.00"), ("4", "雨伞", "2", "15.00", "30.00")]
_ORDER_HEAD = [("", "采购订单"), ("订单编号：PO-2026-03", "", "", "订单日期：2026-03-11")]


_PAGE, _ALL, _NONE = ("本页合计", "", "", "", "50.00"), ("合计", "", "", "", "100.00"), ("",)


@pytest.mark.parametrize(
    ("foot", "head", "summed"),
    [
        (("", "", "第1页 共2页"), [], _ALL),
        (("", "", "1 / 2"), _ORDER_HEAD, _ALL),
        (("制单：样某",), _ORDER_HEAD, _NONE),
        (("过次页", "", "", "", "50.00"), [("承前页", "", "", "", "50.00")], _ALL),
        (("结转下页", "", "", "", "50.00"), [("上页结转", "", "", "", "50.00")], _ALL),
        (_PAGE, [*_ORDER_HEAD, _GOODS], _PAGE),
        (_NONE, _ORDER_HEAD, _PAGE),
        (_NONE, [*_ORDER_HEAD, _GOODS], _NONE),
    ],
)
def test_a_list_goes_on_over_the_next_page_whatever_its_foot_and_head(
    foot: Sequence[str], head: Sequence[Sequence[str]], summed: Sequence[str]
) -> None:
    kind, found = facts(_pages([*_FIRST, foot], [*head, *_MORE, summed, ("", "", "第2页 共2页")]))
    assert (kind, found["total_amount"]) == ("purchase_order", Decimal("100.00"))
    names = [found.get(f"items[{row}].name") for row in range(5)]
    assert names == ["收纳箱", "衣架", "毛巾", "雨伞", None]


def test_the_sum_of_a_page_is_not_that_of_the_list() -> None:
    own = ("合计", "", "", "", "50.00")
    assert facts(_pages([*_FIRST, own], [_GOODS, *_MORE, own]))[1]["total_amount"] == Decimal("100.00")
    assert facts(_pages([*_FIRST, own], [*_MORE, own, ("总计", "", "", "", "100.00")]))[1]["total_amount"] == 100
    assert facts(_pages([*_FIRST, ("本页合计", "", "", "", "50.00")]))[1]["total_amount"] == Decimal("50.00")


def test_lines_of_a_next_page_under_no_column_make_no_sum_of_those_before() -> None:
    moved = (0.01, 0.05, 0.2, 0.4, 0.6)
    found = facts(_pages(_FIRST, _MORE, lefts=(_NUMBERED, moved)))[1]
    assert (found["items[1].name"], found.get("total_amount"), found.get("items[2].name")) == ("衣架", None, None)


def test_a_next_page_with_other_figures_is_no_part_of_a_list() -> None:
    terms = [("1、货到付款，30日内付清。",), ("联系电话：0571-5550100", "", "", "2026-03-11")]
    found = facts(_pages(_FIRST, terms))[1]
    assert (found["total_amount"], found.get("items[2].amount")) == (Decimal("50.00"), None)


@pytest.mark.parametrize("head", [[], [_GOODS]])
def test_the_sum_of_a_page_is_not_that_of_the_list_where_a_line_before_is_unread(head: list[Sequence[str]]) -> None:
    lost = [*_FIRST[:-1], ("2", "衣架", "20", "1.00", "2O.O0")]
    own, more = ("合计", "", "", "", "50.00"), [("3", "毛巾", "5", "4.00", "20.00")]
    found = facts(_pages([*lost, own], [*head, *more, ("合计", "", "", "", "20.00")]))[1]
    assert (found.get("total_amount"), found["items[2].name"]) == (None, "毛巾")


def test_a_page_that_is_there_twice_is_not_counted_twice() -> None:
    own = ("合计", "", "", "", "50.00")
    assert facts(_pages(_FIRST, _FIRST))[1].get("total_amount") is None
    assert facts(_pages([*_FIRST, own], [*_FIRST]))[1].get("total_amount") == Decimal("50.00")
    assert facts(_pages([*_FIRST, own], [*_FIRST, own]))[1]["total_amount"] == Decimal("50.00")
    again = [("3", "收纳箱", "10", "3.00", "30.00"), ("4", "衣架", "20", "1.00", "20.00")]
    assert facts(_pages(_FIRST, [*again, _ALL]))[1]["total_amount"] == Decimal("100.00")
    other = [("3", "毛巾", "10", "3.00", "30.00"), ("4", "雨伞", "20", "1.00", "20.00"), own]
    assert facts(_pages([*_FIRST, own], [_GOODS, *other]))[1]["total_amount"] == Decimal("100.00")


def test_lists_on_one_page_with_sums_of_their_own_are_added() -> None:
    own, other = ("合计", "", "", "", "50.00"), ("合计", "", "", "", "20.00")
    assert facts(_pages([*_FIRST, own, ("",), _GOODS, _MORE[0], other]))[1]["total_amount"] == Decimal("70.00")


def test_lines_behind_a_page_of_other_print_make_no_sum_of_those_before() -> None:
    found = facts(_pages(_FIRST, [("货到付款。",)], _MORE))[1]
    assert (found["items[1].name"], found.get("total_amount")) == ("衣架", None)


def test_two_figures_under_one_heading_are_no_line_that_goes_on() -> None:
    taxed = [(*line, "1.30") for line in _MORE]
    found = facts(_pages(_FIRST, taxed, lefts=(_NUMBERED, (0.05, 0.2, 0.35, 0.5, 0.65, 0.8))))[1]
    assert (found.get("total_amount"), found.get("items[2].amount")) == (None, None)


def test_wages_of_two_months_in_one_file_are_two_papers() -> None:
    heads, paid = ("序号", "姓名", "应发工资", "扣款", "实发工资"), ("1", "样一一", "4500.00", "500.00", "4000.00")
    months = [[("", f"样例甲商行2026年{month}月工资表"), heads, paid] for month in (3, 4)]
    found = [{fact.field: fact.value for fact in one.facts} for one in extract(_pages(*months))]
    assert [(one["period"], one["total"], one["headcount"]) for one in found] == [
        ("2026年3月", 4000, 1),
        ("2026年4月", 4000, 1),
    ]


_ACCOUNT = [("", "对账单"), ("客户：样例甲商行", "", "", "对账期间：2026年3月"), _GOODS]
_OWED = ("期初余额", "", "", "", "500.00")


@pytest.mark.parametrize(
    ("sums", "total", "month"),
    [
        ([("本期发生额合计", "", "", "", "50.00"), ("期末余额", "", "", "", "550.00")], 50, 50),
        ([("期末余额", "", "", "", "550.00")], 50, None),
        ([("合计", "", "", "", "550.00")], 550, None),
    ],
)
def test_what_was_owed_before_is_nothing_that_was_dealt(
    sums: list[Sequence[str]], total: int, month: int | None
) -> None:
    found = facts(_pages([*_ACCOUNT, _OWED, *_FIRST[3:], *sums]))[1]
    assert (found["total"], found.get("months[2026-03].total"), found.get("items[2].amount")) == (total, month, None)


def test_wages_of_two_months_in_sheets_of_one_file_are_not_those_of_one() -> None:
    paid = ["", "样一一", "4500.00", "500.00", "4000.00"]
    march, april = (
        sheet(
            [[f"2026年{month}月工资表", "", "", "", ""], ["", "姓名", "应发工资", "扣款", "实发工资"], paid],
            f"{month}月",
        )
        for month in (3, 4)
    )
    assert facts(march)[1]["total"] == 4000
    found = facts(replace(march, pages=(*march.pages, *april.pages), tables=(*march.tables, *april.tables)))[1]
    assert not found.keys() & {"total", "total_gross", "headcount"}

"""Lists that go on over pages: which lines are theirs there, and whose sum a sum is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from selfproof.model import Document
from tests.paper_samples import facts, paper

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

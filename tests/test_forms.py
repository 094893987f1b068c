"""Printed forms: which print belongs to which label, and what is no form."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest

from extractors._form import Form, form
from selfproof import locating
from selfproof.kinds import extractors
from selfproof.model import Carrier, Document, Page, Value, Word, box_quad

EM, HEIGHT = 0.018, 0.018
PERMIT = form("road_transport_permit")


def at(x: float, y: float, text: str) -> Word:
    width = sum(EM if unicodedata.east_asian_width(char) in "WF" else EM / 2 for char in text)
    return Word(text, box_quad((x, y, x + width, y + HEIGHT)))


def paper(*words: Word, carrier: Carrier = Carrier.PDF_TEXT) -> Document:
    return Document("0" * 64, "application/pdf", carrier, (Page(1, 1000, 1000, words),))


def read(*words: Word) -> dict[str, Value | None]:
    located = locating.fields(extractors()["road_transport_permit"], paper(*words))
    return {name: item.value for name, item in located.items()}


TITLE = at(0.4, 0.05, "道路运输证")


def test_values_stand_right_of_their_labels_up_to_the_next_label() -> None:
    row = (at(0.1, 0.2, "车辆号牌"), at(0.25, 0.2, "样A·12345"), at(0.5, 0.2, "发证日期:2024年06月18日"))
    found = read(TITLE, *row)
    assert (found["object"], str(found["issue_date"])) == ("样A·12345", "2024-06-18")


def test_a_value_stands_below_its_label_where_nothing_is_beside_it() -> None:
    heads = (at(0.1, 0.2, "业户名称"), at(0.5, 0.2, "有效期至"))
    below = (at(0.1, 0.235, "样例货运服务部"), at(0.5, 0.235, "2028年06月17日"))
    found = read(TITLE, *heads, *below)
    assert (found["holder"], found["validity"]) == ("样例货运服务部", "2028年06月17日")


def test_what_stands_far_across_the_page_is_no_value_where_one_stands_under_its_label() -> None:
    found = read(TITLE, at(0.1, 0.2, "业户名称"), at(0.8, 0.2, "运管章"), at(0.1, 0.235, "样例货运服务部"))
    assert found["holder"] == "样例货运服务部"
    assert read(TITLE, at(0.1, 0.2, "业户名称"), at(0.8, 0.2, "样例货运部"))["holder"] == "样例货运部"


@pytest.mark.parametrize(
    "lines",
    [(0.300, 0.325), (0.2875, 0.3125), (0.275, 0.300)],
    ids=["begins beside its label", "straddles it", "ends beside it"],
)
def test_a_value_of_two_lines_is_whole_wherever_its_label_stands(lines: Sequence[float]) -> None:
    rows = (at(0.1, 0.2, "业户名称"), at(0.25, 0.2, "样例货运服务部"), at(0.1, 0.3, "地址"), at(0.1, 0.4, "车辆号牌"))
    address = [at(0.25, y, text) for y, text in zip(lines, ("样例省样例市样例路", "九十九号"), strict=True)]
    found = read(TITLE, *rows, *address, at(0.25, 0.4, "样A·12345"))
    assert (found["holder"], found["address"]) == ("样例货运服务部", "样例省样例市样例路九十九号")


def test_two_lines_under_and_over_the_next_label_are_no_value_of_the_one_before() -> None:
    heads = (at(0.1, 0.3, "业户名称"), at(0.5, 0.3, "经济类型"))
    other = (at(0.5, 0.2875, "水路运输"), at(0.5, 0.3125, "一般贸易"))
    assert read(TITLE, *heads, *other, at(0.1, 0.325, "样例货运服务部"))["holder"] == "样例货运服务部"


def test_a_label_inside_a_word_is_none_and_an_empty_place_gives_nothing() -> None:
    found = read(TITLE, at(0.1, 0.2, "注册地址变更记录见背面"), at(0.1, 0.3, "业户名称"), at(0.5, 0.3, "车辆类型"))
    assert found == {}


def identified(which: Form, *words: Word) -> float:
    return which.identify(paper(*words))


def test_a_form_needs_its_title_by_itself_and_some_of_its_labels() -> None:
    labels = (at(0.1, 0.2, "业户名称:甲"), at(0.1, 0.25, "地址:乙"), at(0.1, 0.3, "车辆号牌:丙"))
    assert identified(PERMIT, TITLE, *labels) > 0.5
    assert identified(PERMIT, TITLE, *labels[:1]) == 0
    assert identified(PERMIT, at(0.1, 0.05, "承运人应当依法取得道路运输证并随车携带以备查验"), *labels) == 0
    assert identified(PERMIT, at(0.4, 0.05, "道路运输证申请表"), *labels) == 0


def test_a_day_that_a_cell_s_edge_tore_is_whole_with_its_last_figure_below_and_unknown_without() -> None:
    heads = (at(0.3, 0.2, "税收完税证明"), at(0.1, 0.3, "税种"), at(0.4, 0.3, "税款所属时期"), at(0.8, 0.3, "实缴金额"))
    row = (at(0.1, 0.35, "增值税"), at(0.37, 0.34, "2026-01-01至2026-01-3"), at(0.8, 0.35, "10.00"))
    rest = at(0.37, 0.37, "1")
    tax = extractors()["tax_certificate"]
    whole, torn = (locating.fields(tax, paper(*heads, *words)) for words in ((*row, rest), row))
    assert whole["period"].value == "2026-01-01至2026-01-31"
    assert torn["period"].value is None


def test_a_title_above_the_first_value_is_no_part_of_it() -> None:
    rows = (at(0.1, 0.085, "业户名称"), at(0.42, 0.085, "样例货运服务部"), at(0.1, 0.2, "车辆号牌"))
    assert read(at(0.42, 0.05, "道路运输证"), *rows)["holder"] == "样例货运服务部"


def test_a_label_that_the_form_does_not_know_ends_a_value_all_the_same() -> None:
    row = (at(0.1, 0.2, "业户名称:样例货运服务部"), at(0.1 + 13 * EM, 0.2, "备查标志:样"))
    assert read(TITLE, *row, at(0.1, 0.3, "车辆号牌"))["holder"] == "样例货运服务部"


def test_the_headings_of_a_list_below_a_value_are_no_part_of_it() -> None:
    heads = [at(x, 0.225, text) for x, text in ((0.25, "品类"), (0.4, "数量"), (0.55, "单价"), (0.7, "金额"))]
    assert read(TITLE, at(0.1, 0.2, "业户名称"), at(0.25, 0.2, "样例货运服务部"), *heads)["holder"] == "样例货运服务部"

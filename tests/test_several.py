"""Several papers on one picture: each is a document of its own, and one paper is never cut in two."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from selfproof import apart, extract, flatten
from selfproof.model import Carrier, Document, Extraction, Fact, Page, Word, box_quad
from selfproof.papers import placed
from tests.golden_truth import wrong

ROOT = Path(__file__).parent.parent / "fixtures" / "several"
LEFT, RIGHT = ((0.0, 0.0), (0.4, 0.0), (0.4, 1.0), (0.0, 1.0)), ((0.6, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0))


@pytest.mark.parametrize("name", ["licence_and_id_card", "two_receipts"])
def test_papers_on_one_desk_are_documents_of_their_own_with_places_on_the_picture(name: str) -> None:
    truth: list[dict[str, Any]] = json.loads((ROOT / f"{name}.expected.json").read_text("utf-8"))
    found = extract.from_bytes((ROOT / f"{name}.jpg").read_bytes(), f"{name}.jpg")
    assert [(one.kind, one.part) for one in found] == [(paper["kind"], part) for part, paper in enumerate(truth)]
    assert found[1].document == f"{found[0].document}#1"
    for one, paper in zip(found, truth, strict=True):
        assert wrong(one, paper["fields"]) == {}
        assert all(_is_on(fact, paper["corners"]) for fact in one.facts if fact.kind == one.kind)
        assert all(fact.provenance.document == one.document for fact in one.facts)


def _is_on(fact: Fact, corners: Sequence[Sequence[float]]) -> bool:
    """Whether a fact's place on the picture lies on the paper that it is from."""
    place = fact.provenance.place
    assert place.box is not None
    left, top, right, bottom = place.box
    outline, middle = np.array(corners, dtype=np.float32), ((left + right) / 2, (top + bottom) / 2)
    return place.page == 1 and cv2.pointPolygonTest(outline, middle, measureDist=False) > 0


def at(x: float, y: float, text: str) -> Word:
    return Word(text, box_quad((x, y, x + 0.016 * len(text), y + 0.02)))


def card(number: str, name: str, left: float = 0.1, top: float = 0.1) -> list[Word]:
    """The front of an identity card."""
    lines = (("姓名", name), ("性别", "男"), ("民族", "样族"), ("出生", "1885年2月4日"), ("住址", "样例路九十九号"))
    rows = [*lines, ("公民身份号码", number)]
    return [
        at(left + x, top + 0.04 * y, text) for y, row in enumerate(rows) for x, text in zip((0, 0.12), row, strict=True)
    ]


ONE, OTHER = card("999901188502040011", "样立春"), card("999901188502041110", "样小满")
BACK = [at(0.1, 0.1, "中华人民共和国"), at(0.1, 0.15, "居民身份证"), at(0.1, 0.3, "签发机关"),
        at(0.3, 0.3, "样例市公安局"), at(0.1, 0.4, "有效期限"), at(0.3, 0.4, "2015.02.04-2035.02.04")]  # fmt: skip
NONSENSE = [at(0.1, 0.1 + 0.05 * line, "一丁丂七丄丅") for line in range(8)]
SLIP = [at(0.2, 0.1, "POS签购单"), at(0.1, 0.2, "商户名称：样例便利店"), at(0.1, 0.25, "商户编号：899990000000123"),
        at(0.1, 0.3, "终端编号：99000018"), at(0.1, 0.35, "交易类型：消费"), at(0.1, 0.4, "批次号：000027"),
        at(0.1, 0.45, "日期时间：2026/06/03 19:12:05"), at(0.1, 0.5, "金额：RMB 216.40")]  # fmt: skip


def picture(*words: Word, **more: Any) -> Document:
    pages = (Page(1, 1600, 1200, words),)
    return Document("0" * 64, "image/jpeg", Carrier.OCR, pages, **more)


def laid(*papers: Sequence[Word]) -> Document:
    """A picture on which the carrier saw these papers side by side."""
    seen = [
        replace(picture(), pages=(Page(1, 640, 1200, tuple(words), region=region),))
        for words, region in zip(papers, (LEFT, RIGHT), strict=True)
    ]
    return picture(*(word for paper in seen for word in placed(paper.pages[0])), papers=tuple(seen))


def read(document: Document) -> list[tuple[str, dict[str, object]]]:
    return [(one.kind, _values(one)) for one in extract.extract(document)]


def _values(one: Extraction) -> dict[str, object]:
    return {fact.field: fact.value for fact in one.facts if fact.kind == one.kind}


MASKED = ("999***********0011", "999***********1110")


def test_an_unreadable_paper_beside_another_is_an_unknown_document_and_the_other_is_kept() -> None:
    slip, lost = extract.extract(laid(SLIP, NONSENSE))
    assert _values(slip)["merchant"] == "样例便利店"
    assert (lost.kind, lost.part, lost.document) == ("unknown", 1, f"{'0' * 64}#1")


def test_both_sides_of_one_card_are_one_document_with_the_place_of_each() -> None:
    (card_,) = extract.extract(laid(ONE, BACK))
    assert _values(card_) == {"name": "样立春", "id_number": MASKED[0], "validity": "2015.02.04-2035.02.04"}
    boxes = {fact.field: fact.provenance.place.box for fact in card_.facts if fact.kind == "id_card"}
    assert all(box is not None for box in boxes.values())
    assert {field for field, box in boxes.items() if box and box[0] > 0.6} == {"validity"}
    assert {fact.provenance.document for fact in card_.facts} == {"0" * 64}


def test_two_cards_of_two_people_are_two_documents() -> None:
    assert [values["id_number"] for _, values in read(laid(ONE, OTHER))] == list(MASKED)


def test_a_paper_that_may_be_the_next_page_of_the_other_is_read_with_it() -> None:
    ((kind, values),) = read(laid(ONE, NONSENSE))
    assert (kind, values["name"]) == ("id_card", "样立春")


def test_two_slips_that_only_together_show_their_kind_are_not_read_as_one() -> None:
    sums = (("样例超市", "66.06", "支付宝"), ("样例茶饮", "15.00", "取餐号 0183"))
    one, other = (
        [
            at(0.1, 0.1, name),
            at(0.1, 0.2, "2026-03-08 11:20"),
            at(0.1, 0.3, "总计"),
            at(0.4, 0.3, total),
            at(0.1, 0.4, more),
        ]
        for name, total, more in sums
    )
    found = read(laid(one, other))
    assert [(kind, values["merchant"], str(values["total"])) for kind, values in found] == [
        ("receipt", name, total) for name, total, _ in sums
    ]


@pytest.mark.parametrize(("left", "top"), [(0.6, 0.1), (0.1, 0.6)], ids=["beside", "below"])
def test_two_papers_on_one_scan_are_told_apart_by_the_gutter_between_them(left: float, top: float) -> None:
    scan = extract.extract(picture(*ONE, *card("999901188502041110", "样小满", left, top)))
    assert [_values(one)["id_number"] for one in scan] == list(MASKED)
    second = next(fact.provenance.place.box for fact in scan[1].facts if fact.field == "name")
    assert second == pytest.approx((left + 0.12, top, left + 0.12 + 0.016 * 3, top + 0.02), abs=1e-4)


def test_wider_white_with_next_to_nothing_beyond_does_not_hide_the_gutter_between_two_papers() -> None:
    second = card("999901188502041110", "样小满", 0.6)
    scan = extract.extract(picture(*ONE, *second, at(0.2, 0.6, "样张"), at(0.2, 0.95, "样张")))
    assert [_values(one)["id_number"] for one in scan] == list(MASKED)


def test_one_paper_with_a_wide_gutter_stays_one() -> None:
    words = [
        *ONE,
        *(replace(word, quad=box_quad((x + 0.5, y, x2 + 0.5, y2))) for word in BACK for x, y, x2, y2 in [word.box]),
    ]
    ((kind, values),) = read(picture(*words))
    assert (kind, values["name"], values["validity"]) == ("id_card", "样立春", "2015.02.04-2035.02.04")


DESK, PAPER = (60, 70, 80), (235, 238, 240)


def drawn(*papers: tuple[int, int, int, int], ground: tuple[int, int, int] = DESK) -> tuple[Any, list[Any]]:
    """A picture of blank papers (left, top, right, bottom) with the places of slightly slanting lines on them."""
    image = np.full((900, 1200, 3), ground, np.uint8)
    lines = []
    for left, top, right, bottom in papers:
        cv2.rectangle(image, (left, top), (right, bottom), PAPER, -1)
        for y in range(top + 40, bottom - 40, 40):
            ends = ((left + 30, y), (right - 30, y + 4), (right - 30, y + 24), (left + 30, y + 20))
            lines.append(np.array(ends, dtype=np.float64))
    return image, lines


def apart_on(image: Any, lines: list[Any]) -> list[Any]:
    return apart.papers(image, lines, flatten.page_quads(image))


def test_papers_with_ground_between_them_lie_apart_in_the_order_of_reading() -> None:
    found = apart_on(*drawn((650, 80, 1150, 800), (60, 60, 560, 840)))
    assert [round(float(quad[:, 0].mean()), -1) for quad in found] == [310, 900]


def test_three_receipts_lie_apart() -> None:
    assert len(apart_on(*drawn((40, 60, 340, 840), (420, 60, 740, 640), (820, 90, 1150, 800)))) == 3


def test_pages_that_meet_or_lie_on_a_larger_page_are_one_paper() -> None:
    image, lines = drawn((60, 60, 599, 840), (602, 60, 1140, 840))
    assert apart_on(image, lines) == []
    sheet, lines = drawn((250, 200, 560, 700), (640, 200, 950, 700), ground=(200, 190, 180))
    framed = cv2.copyMakeBorder(sheet, 150, 150, 150, 150, cv2.BORDER_CONSTANT, value=DESK)
    assert apart_on(np.asarray(framed, np.uint8), [line + 150 for line in lines]) == []


def test_the_halves_of_a_sheet_that_was_folded_are_one_paper() -> None:
    image, lines = drawn((60, 60, 590, 840), (610, 60, 1140, 840))
    assert len(apart_on(image, lines)) == 2
    cv2.rectangle(image, (591, 60), (609, 840), (190, 194, 196), -1)
    assert apart_on(image, lines) == []


def test_on_a_ground_nearly_as_light_as_paper_halves_that_meet_from_end_to_end_are_one_paper() -> None:
    light = (195, 198, 200)
    assert apart_on(*drawn((60, 60, 590, 840), (610, 60, 1140, 840), ground=light)) == []
    assert len(apart_on(*drawn((60, 60, 590, 840), (610, 100, 1140, 800), ground=light))) == 2


def test_no_papers_are_sought_on_a_screen_whose_lines_are_drawn_level() -> None:
    _, lines = drawn((60, 60, 560, 840), (650, 80, 1150, 800))
    level = [np.array([one, (two[0], one[1]), (three[0], four[1]), four]) for one, two, three, four in lines]
    assert flatten.is_drawn(level)
    assert not flatten.is_drawn(lines)

"""What lies on a page and hides the end of a value: drawn pages, and one value of an invented paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import cv2
import numpy as np
import pytest

from selfproof import covers, extract, papers, read
from selfproof.imaging import Image
from selfproof.intake import take
from selfproof.model import Carrier, Document, Page, Word, box_quad

PAPER = (228, 232, 234)
LEFT, TOP, RIGHT, BOTTOM = 200, 190, 400, 220  # pixels of the print
QUAD = box_quad((LEFT / 600, TOP / 400, RIGHT / 600, BOTTOM / 400))


def _page() -> Image:
    """A line of strokes on paper."""
    page = np.full((400, 600, 3), PAPER, np.uint8)
    for x in range(LEFT, RIGHT, 10):
        page[TOP + 4 : BOTTOM - 4, x : x + 3] = 40
    return page


def _covered(page: Image, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> Image:
    left, top, right, bottom = box
    page[top:bottom, left:right] = colour
    return page


COVERS = {
    "a pen over the end": ((395, 180, 480, 230), (60, 35, 25)),
    "a slip of yellow paper at the begin": ((100, 175, 203, 235), (110, 228, 248)),
    "a finger": ((398, 170, 470, 240), (150, 175, 215)),
    "a pen over the middle": ((290, 180, 330, 230), (60, 35, 25)),
    "a slip behind half a sign": ((412, 180, 500, 230), (110, 228, 248)),
}


@pytest.mark.parametrize("cover", COVERS)
def test_print_that_a_cover_cuts_off_is_told(cover: str) -> None:
    assert covers.cuts(_covered(_page(), *COVERS[cover]), QUAD)


def test_the_round_end_of_a_finger_is_told() -> None:
    assert covers.cuts(cv2.circle(_page(), (452, 228), 60, (150, 175, 215), -1), QUAD)


@pytest.mark.parametrize(("y", "told"), [(150, True), (260, True), (124, False)], ids=["above", "below", "not over it"])
def test_a_finger_that_hides_half_of_some_signs_is_told(y: int, *, told: bool) -> None:
    page = cv2.circle(_page(), (300, y), 58, (150, 175, 215), -1)
    assert covers.cuts(page, QUAD) == told


@pytest.mark.parametrize("ground", [(40, 36, 34), (0, 140, 195)], ids=["dark", "yellow"])
def test_light_print_on_a_bar_of_another_colour_is_whole_and_what_covers_it_is_told(
    ground: tuple[int, int, int],
) -> None:
    page = np.full((400, 600, 3), PAPER, np.uint8)
    page[TOP - 20 : BOTTOM + 20] = ground
    for x in range(LEFT, RIGHT, 10):
        page[TOP + 4 : BOTTOM - 4, x : x + 5] = (235, 235, 235)
    assert not covers.cuts(page, QUAD)
    assert covers.cuts(_covered(page, (395, 165, 480, 245), (150, 175, 215)), QUAD)


def test_the_end_of_the_page_burns_nothing_out() -> None:
    page = cv2.GaussianBlur(_page(), (5, 5), 0)[:, :RIGHT]
    assert not covers.cuts(page, box_quad((LEFT / RIGHT, TOP / 400, 1.0, BOTTOM / 400)))


@pytest.mark.parametrize("turn", [-12.0, 12.0])
def test_a_line_that_is_not_level_is_looked_at_along_its_run(turn: float) -> None:
    matrix = cv2.getRotationMatrix2D((300.0, 200.0), turn, 1.0)
    page = cv2.warpAffine(_covered(_page(), *COVERS["a pen over the end"]), matrix, (600, 400), borderValue=PAPER)
    corners = np.array([(x * 600, y * 400, 1.0) for x, y in QUAD]) @ matrix.T
    one, two, three, four = ((float(x / 600), float(y / 400)) for x, y in corners)
    assert covers.cuts(page, (one, two, three, four))


NO_COVERS = {
    "nothing": ((0, 0, 1, 1), PAPER),
    "a shadow": ((398, 100, 600, 300), (150, 152, 154)),
    "a mark of half a line's height": ((404, 200, 440, 214), (110, 228, 248)),
    "a thick stroke": ((296, 190, 306, 220), (20, 20, 20)),
    "a rule": ((402, 0, 405, 400), (20, 20, 20)),
    "the edge of the page": ((404, 0, 600, 400), (60, 80, 110)),
    "a seal's ink": ((396, 180, 440, 230), (60, 60, 215)),
    "a bar further away": ((440, 180, 500, 230), (20, 20, 20)),
    "a bar over the line above": ((395, 150, 500, 186), (20, 20, 20)),
}


@pytest.mark.parametrize("what", NO_COVERS)
def test_what_does_not_hide_the_end_of_print_is_no_cover(what: str) -> None:
    assert not covers.cuts(_covered(_page(), *NO_COVERS[what]), QUAD)


def _lit(page: Image, at: tuple[float, float], reach: tuple[float, float], light: float) -> Image:
    """The page with a soft reflection: its middle, its half sizes (pixels) and what it adds there."""
    y, x = np.mgrid[: page.shape[0], : page.shape[1]]
    spot = np.exp(-(((x - at[0]) / reach[0]) ** 2) - ((y - at[1]) / reach[1]) ** 2)
    return np.clip(page + light * spot[..., None], 0, 255).astype(np.uint8)


def _dim(page: Image) -> Image:
    """The page as a camera sees paper: not white."""
    return (page * 0.8).astype(np.uint8)


GLARE = {
    "a lamp at the end": ((410, 205), (40, 40), 330),
    "a lamp at the begin": ((190, 205), (40, 40), 330),
    "a window over signs in the middle": ((300, 205), (30, 60), 420),
    "a flash, softly": ((430, 205), (110, 90), 300),
}


@pytest.mark.parametrize("glare", GLARE)
def test_light_that_burns_out_a_part_of_print_is_told(glare: str) -> None:
    at, reach, light = GLARE[glare]
    assert covers.cuts(_lit(_dim(_page()), at, reach, light), QUAD)


NO_GLARE = {
    "light through which print shows": _lit(_dim(_page()), (400, 205), (40, 40), 70),
    "a lamp away from print": _lit(_dim(_page()), (540, 205), (40, 40), 330),
    "a lamp between lines": _lit(_dim(_page()), (300, 320), (80, 40), 330),
    "a page lit too strongly towards a side": _lit(_dim(_page()), (600, 200), (500, 500), 110),
    "a pale full stop on a page lit too strongly": _covered(
        _lit(_dim(_page()), (600, 200), (500, 500), 85), (404, 208, 410, 214), (170, 170, 170)
    ),
    "a white page": np.where(_page() > 200, 255, _page()).astype(np.uint8),
    "a white panel beside": _covered(_dim(_page()), (404, 150, 560, 260), (255, 255, 255)),
    "a white cell": _covered(_dim(np.full_like(_page(), PAPER)), (190, 180, 420, 230), (255, 255, 255)),
}


@pytest.mark.parametrize("what", NO_GLARE)
def test_light_that_hides_no_print_and_white_paper_are_no_glare(what: str) -> None:
    page = np.where(
        (_page() < min(PAPER)) & (NO_GLARE[what] > max(PAPER)), 40, NO_GLARE[what]
    )  # print, where it is gone
    assert not covers.cuts(page.astype(np.uint8), QUAD)


def _recognised(picture: Image, lines: Sequence[str]) -> Document:
    """A picture that this process took in, with words as a recogniser tells them: no page is read for this."""
    original = take(cv2.imencode(".png", picture)[1].tobytes(), "page.png")
    read._originals[original.id] = original
    words = []
    for index, text in enumerate(lines):
        box = (0.1, 0.1 + 0.1 * index, 0.1 + 0.02 * len(text), 0.13 + 0.1 * index)
        words.append(Word(text, box_quad(box), 0.99, tuple(((char, 0.99),) for char in text)))
    return Document(original.id, original.media_type, Carrier.OCR, (Page(1, 600, 400, tuple(words)),))


def test_a_value_that_is_cut_off_is_not_told() -> None:
    lines = ("签购单", "商户名称：样例轮胎店", "商户编号：822000000000082", "终端编号：20030071", "金额：248.00")
    plain = np.full((400, 600, 3), PAPER, np.uint8)
    end = round(600 * (0.1 + 0.02 * len(lines[1])))
    covered = _covered(plain.copy(), (end - 3, 70, end + 90, 100), (110, 228, 248))
    told = [
        {fact.field: fact.value for fact in extract.extract(_recognised(picture, lines))[0].facts}
        for picture in (plain, covered)
    ]
    assert [facts.get("merchant") for facts in told] == ["样例轮胎店", None]
    assert [facts["total"] for facts in told] == [Decimal("248.00")] * 2


@pytest.mark.parametrize(("cut", "told"), [(3, False), (2, True)], ids=["cut", "one sign that happens to end there"])
def test_what_the_edge_of_the_picture_cuts_is_not_told(cut: int, *, told: bool) -> None:
    lines = ("签购单", "商户名称：样例轮胎", "商户编号：822000000000082", "终端编号：20030071", "金额：248.00")
    document = _recognised(np.full((400, 600, 3), PAPER, np.uint8), lines)
    words = list(document.words)
    for place in range(1, cut + 1):
        left, top, _, bottom = words[place].box
        words[place] = replace(words[place], quad=box_quad((left, top, 0.999, bottom)))
    page = replace(document.pages[0], words=tuple(words))
    facts = {fact.field: fact.value for fact in extract.extract(replace(document, pages=(page,)))[0].facts}
    assert ("merchant" in facts) == told
    assert facts["total"] == Decimal("248.00")


@pytest.mark.parametrize("hidden", ["by a slip", "by light"])
@pytest.mark.parametrize(("paid", "told"), [("300.00", None), ("12480.00", Decimal("12480.00"))])
def test_for_a_value_that_is_cut_off_no_other_one_is_told(hidden: str, paid: str, told: Decimal | None) -> None:
    """金额 is hidden behind 12480; what was paid is told for it only where it says that."""
    lines = (
        "签购单",
        "商户名称：样例轮胎店",
        "商户编号：822000000000082",
        "终端编号：20030071",
        "金额：12480",
        f"实收：{paid}",
    )
    page, end = np.full((400, 600, 3), PAPER, np.uint8), round(600 * (0.1 + 0.02 * len(lines[4])))
    for x in range(100, end, 6):
        page[204:208, x : x + 3] = 40
    if hidden == "by a slip":
        page = _covered(page, (end - 3, 190, end + 90, 220), (110, 228, 248))
    else:
        page = _lit(_dim(page), (end + 8, 206), (24, 20), 420)
    facts = {fact.field: fact.value for fact in extract.extract(_recognised(page, lines))[0].facts}
    assert facts.get("total") == told
    assert facts["merchant"] == "样例轮胎店"


@pytest.mark.parametrize(("bank", "told"), [("中国农业银行", "中国农业银行"), ("样例市商业银行", None)])
def test_a_logo_beside_the_whole_name_of_a_bank_that_all_know_hides_nothing(bank: str, told: str | None) -> None:
    plain = np.full((400, 600, 3), PAPER, np.uint8)
    document = _recognised(_covered(plain, (24, 30, 62, 62), (90, 132, 0)), (f"{bank}账户交易明细",))
    rows = (("交易日期", "摘要", "交易金额", "账户余额"), ("2026-01-03", "货款", "+10.00", "110.00"))
    cells = [
        Word(cell, box_quad((x, y, x + 0.12, y + 0.03)), 0.99, tuple(((char, 0.99),) for char in cell))
        for y, row in zip((0.3, 0.36), rows, strict=True)
        for x, cell in zip((0.1, 0.3, 0.5, 0.7), row, strict=True)
    ]
    page = replace(document.pages[0], words=(*document.pages[0].words, *cells))
    (found,) = extract.extract(replace(document, pages=(page,)))
    assert found.kind == "bank_statement"
    assert {fact.field: fact.value for fact in found.facts}.get("institution") == told


def test_a_part_of_a_picture_that_begins_where_it_does_has_its_own_pixels() -> None:
    whole = _recognised(_page(), ("签购单",))
    level = replace(whole, pages=(replace(whole.pages[0], transform=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)),))
    upper = next(papers.halves(level, (1, 0.4, 0.6)))
    shown = [
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        for one in (level, upper)
        for _, data in read.pictures(one)
    ]
    assert [image.shape[:2] for image in shown if image is not None] == [(400, 600), (200, 600)]


STATEMENT = (
    ("样例银行交易明细", "", "", ""),
    ("交易日期", "摘要", "收入金额", "支出金额"),
    ("2026-03-02", "货款", "1,200.00", ""),
    ("2026-03-05", "货款", "300.00", ""),
    ("2026-03-09", "电费", "", "80.00"),
)


BALANCES = ("", "余额", "5,200.00", "5,500.00", "5,420.00")
NONE = ("",) * len(STATEMENT)


@pytest.mark.parametrize(
    ("slip", "balances", "told"),
    [(250, NONE, Decimal("1500.00")), (352, NONE, None), (352, BALANCES, Decimal("1500.00"))],
    ids=["beside", "over an amount", "over an amount that balances prove"],
)
def test_a_list_on_which_a_part_of_an_amount_is_hidden_tells_no_sum_that_nothing_proves(
    slip: int, balances: Sequence[str], told: Decimal | None
) -> None:
    page = _covered(np.full((400, 600, 3), PAPER, np.uint8), (slip, 150, slip + 40, 180), (110, 228, 248))
    words = [
        Word(text, box_quad((x, y, x + 0.015 * len(text), y + 0.04)), 0.99, tuple(((char, 0.99),) for char in text))
        for y, row, left in zip((0.05, 0.2, 0.3, 0.4, 0.5), STATEMENT, balances, strict=True)
        for x, text in zip((0.05, 0.3, 0.5, 0.7, 0.85), (*row, left), strict=True)
        if text
    ]
    document = _recognised(page, ())
    document = replace(document, pages=(replace(document.pages[0], words=tuple(words)),))
    (found,) = extract.extract(document)
    assert found.kind == "bank_statement"
    assert {fact.field: fact.value for fact in found.facts}.get("total_in") == told
    assert (Decimal("300.00") in {payment.amount for payment in found.payments}) == (told is not None)

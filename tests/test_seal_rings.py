"""Seals drawn on an empty sheet: where their rings are, how they unroll, and whose name a receipt takes from them."""

from __future__ import annotations

from datetime import date

import cv2
import numpy as np
import pytest

from selfproof import extract, ocr, read, seal_rings
from selfproof.imaging import Image
from selfproof.model import Carrier, Document, Page, Word, box_quad
from tests.test_receipt import _words

RED = (60, 60, 200)
PAD = "收据\n2026年10月8日\n今收到  某甲\n交来  摊位费\n人民币（大写）捌佰元整  ￥800.00\n收款单位（盖章）  会计"


def _sheet(*, high: int = 100) -> Image:
    """A page with a seal at its lower right: a ring, a star, and a mark at the head inside the ring."""
    image = np.full((900, 1200, 3), 255, np.uint8)
    cv2.ellipse(image, (900, 600), (100, high), 0, 0, 360, RED, 5)
    cv2.circle(image, (900, 600), 25, RED, -1)
    cv2.circle(image, (900, 600 - int(0.78 * high)), 10, RED, -1)
    return image


@pytest.mark.parametrize("high", [100, 75])
def test_what_stands_at_the_head_of_a_seal_is_in_the_middle_of_the_line(
    high: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[Image] = []

    def recognised(line: Image, **_: object) -> tuple[Word, ...]:
        lines.append(line)
        return (Word("晨星", box_quad((0.4, 0.1, 0.6, 0.9)), 0.97),)

    monkeypatch.setattr(ocr, "recognise", recognised)
    (word,) = seal_rings.read_along(_sheet(high=high), of="d")
    assert word.box == pytest.approx((797 / 1200, (597 - high) / 900, 1003 / 1200, (603 + high) / 900), abs=0.01)
    (line,) = lines
    marked = np.argwhere(line[10:, :, 1] < 120)[:, 1] / line.shape[1]
    assert marked.mean() == pytest.approx(0.5, abs=0.02)


def test_a_sheet_without_red_has_no_seal() -> None:
    assert not list(seal_rings.read_along(np.full((900, 1200, 3), 255, np.uint8), of="d"))


def _told(monkeypatch: pytest.MonkeyPatch, text: str, *seals: tuple[str, float]) -> dict[str, object]:
    words = tuple(Word(name, box_quad((0.7, 0.6, 0.9, 0.9)), sure) for name, sure in seals)
    monkeypatch.setattr(read, "sealed", lambda _: words)
    page = Page(1, 1000, 1000, tuple(_words(text)))
    (found,) = extract.extract(Document("d" * 64, "image/png", Carrier.OCR, (page,)))
    return {fact.field: fact.value for fact in found.facts}


@pytest.mark.parametrize(
    ("seals", "name"),
    [
        ([("样例仓储有限公司", 0.98), ("用用", 0.5)], "样例仓储有限公司"),
        ([("样例仓储有限公司出", 0.95)], "样例仓储有限公司"),
        ([("样例仓储有限公司", 0.6)], None),
        ([("样例仓储有限公司", 0.98), ("样例商贸有限公司", 0.98)], None),
        ([("样例银行股份有限公司青枫支行", 0.98)], None),
        ([("样例省税务局监制", 0.98)], None),
    ],
)
def test_a_pad_that_names_nobody_is_of_whose_seal_it_bears(
    seals: list[tuple[str, float]], name: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _told(monkeypatch, PAD, *seals)
    assert (told.get("merchant"), told["date"]) == (name, date(2026, 10, 8))


def test_what_is_printed_beside_the_label_goes_before_the_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    told = _told(monkeypatch, PAD.replace("盖章）  ", "盖章）：样例农贸市场  "), ("样例仓储有限公司", 0.98))
    assert told["merchant"] == "样例农贸市场"

"""A name on a shaken page of which a sign may as well be another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfproof import confidence, extract
from selfproof.model import Carrier, Document, Page, Word, box_quad

NAME = "样例制衣厂"
CASES = {
    "an open sign": ((("农", 0.88), ("衣", 0.11)), 0.05, None, True),
    "on a clear page": ((("农", 0.88), ("衣", 0.11)), 0.01, None, False),
    "a sure sign": ((("衣", 0.97), ("农", 0.02)), 0.05, None, False),
    "a stop that may be another": ((("，", 0.6), ("、", 0.4)), 0.05, None, False),
    "proved": ((("农", 0.88), ("衣", 0.11)), 0.05, True, False),
}


def test_a_name_of_a_closed_list_is_told_on_an_unclear_page_as_well() -> None:
    heads = ("交易时间", "交易类型", "交易对方", "收/支", "支付方式", "金额(元)", "当前状态")
    lines = [
        ("微信支付交易明细证明",),
        heads,
        ("2026-03-02 09:10:00", "商户消费", "样例咖啡", "支出", "零钱", "24.00", "成功"),
    ]
    words = [
        Word(
            text,
            box_quad((0.02 + 0.14 * column, 0.1 * row, 0.01 + 0.14 * column + 0.016 * len(text), 0.1 * row + 0.02)),
            0.9,
            tuple(((sign, 0.88), ("亻", 0.11)) if sign == "付" else ((sign, 0.95), ("口", 0.01)) for sign in text),
        )
        for row, line in enumerate(lines, 1)
        for column, text in enumerate(line)
    ]
    page = Page(1, 842, 842, tuple(words))
    (found,) = extract.extract(Document("0" * 64, "image/jpeg", Carrier.OCR, (page,)))
    assert [fact.value for fact in found.facts if fact.field == "institution"] == ["微信支付"]


@pytest.mark.parametrize("case", CASES)
def test_a_sign_of_a_name_is_open_where_it_may_be_another_on_an_unclear_page(case: str) -> None:
    options, doubt, proof, expected = CASES[case]
    signs = tuple(((sign, 0.999),) for sign in NAME[:-2])
    word = replace(Word(NAME, box_quad((0.1, 0.1, 0.3, 0.2))), alternatives=(*signs, options, (("厂", 0.999),)))
    told = confidence.features([word], NAME, around={0: doubt, 1: doubt}, proof=proof)
    assert confidence.is_open([word], NAME, told) == expected


def test_what_was_not_recognised_and_long_texts_are_not_open() -> None:
    assert not confidence.is_open([], NAME, {})
    word = Word(NAME * 10, box_quad((0.1, 0.1, 0.9, 0.2)), 1.0, tuple((("农", 0.6), ("衣", 0.4)) for _ in NAME * 10))
    assert not confidence.is_open([word], NAME * 10, confidence.features([word], NAME * 10, around={0: 0.1, 1: 0.1}))


@pytest.mark.parametrize(("value", "expected"), [("千克", False), ("干克", True)])
def test_a_sign_that_a_vocabulary_replaced_is_no_longer_open_and_another_one_is(value: str, *, expected: bool) -> None:
    signs = ((("干", 0.6), ("千", 0.39)), (("克", 0.99),))
    word = replace(Word("干克", box_quad((0.1, 0.1, 0.3, 0.2))), alternatives=signs)
    told = confidence.features([word], value, around={0: 0.05, 1: 0.05}, repaired="vocabulary")
    assert confidence.is_open([word], value, told) == expected

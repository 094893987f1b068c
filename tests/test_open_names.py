"""A name on a shaken page of which a sign may as well be another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfproof import confidence
from selfproof.model import Word, box_quad

NAME = "样例制衣厂"
CASES = {
    "an open sign": ((("农", 0.88), ("衣", 0.11)), 0.05, None, True),
    "on a clear page": ((("农", 0.88), ("衣", 0.11)), 0.01, None, False),
    "a sure sign": ((("衣", 0.97), ("农", 0.02)), 0.05, None, False),
    "a stop that may be another": ((("，", 0.6), ("、", 0.4)), 0.05, None, False),
    "proved": ((("农", 0.88), ("衣", 0.11)), 0.05, True, False),
}


@pytest.mark.parametrize("case", CASES)
def test_a_sign_of_a_name_is_open_where_it_may_be_another_on_an_unclear_page(case: str) -> None:
    options, doubt, proof, expected = CASES[case]
    signs = tuple(((sign, 0.999),) for sign in NAME[:-2])
    word = replace(Word(NAME, box_quad((0.1, 0.1, 0.3, 0.2))), alternatives=(*signs, options, (("厂", 0.999),)))
    told = confidence.features([word], NAME, around={0: doubt, 1: doubt}, proof=proof)
    assert confidence.is_open([word], told) == expected


def test_what_was_not_recognised_and_long_texts_are_not_open() -> None:
    assert not confidence.is_open([], {})
    word = Word(NAME * 10, box_quad((0.1, 0.1, 0.9, 0.2)), 1.0, tuple((("农", 0.6), ("衣", 0.4)) for _ in NAME * 10))
    assert not confidence.is_open([word], confidence.features([word], NAME * 10, around={0: 0.1, 1: 0.1}))

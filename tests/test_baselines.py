"""Rows of words on a sheet that is not flat in its photograph."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from selfproof import baselines, layout, upright
from selfproof.model import Word

HEIGHT, PITCH, ROWS = 0.012, 0.016, 24
PLACES = (0.06, 0.2, 0.34, 0.5, 0.66, 0.82)  # where words of 0.1 begin


def _rise(x: float, y: float, folded: float) -> float:
    """A fold at the middle, and lines that fall a little more the lower they stand."""
    return folded * PITCH * (abs(x - 0.5) * 2 + 0.5 * y * x)


def _page(folded: float) -> list[Word]:
    words = []
    for row in range(ROWS):
        for left in PLACES:
            y = 0.2 + row * PITCH
            corners = [(left, y), (left + 0.1, y), (left + 0.1, y + HEIGHT), (left, y + HEIGHT)]
            one, two, three, four = ((x, down + _rise(x, y, folded)) for x, down in corners)
            sure = ((("行", 1.0),),) * 2
            words.append(Word(f"{row:02d}", (one, two, three, four), alternatives=sure))
    return words


def _grouped(words: list[Word]) -> list[set[str]]:
    return [{word.text for word in row} for row in layout.rows(words)]


@pytest.mark.parametrize("folded", [0.0, 0.8, 1.6, -1.6])
def test_words_of_a_folded_sheet_come_into_the_rows_they_were_printed_in(folded: float) -> None:
    assert _grouped(_page(folded)) == [{f"{row:02d}"} for row in range(ROWS)]


def test_a_flat_sheet_is_left_as_it_is_and_exact_print_always() -> None:
    assert baselines.levelled(_page(0.0)) is None
    assert baselines.levelled(_page(1.6)) is not None
    assert baselines.levelled([replace(word, alternatives=()) for word in _page(1.6)]) is None


def test_a_word_without_height_or_a_handful_of_words_bend_nothing() -> None:
    words = _page(1.6)
    assert baselines.levelled(words[:5]) is None
    flat = [replace(word, quad=(word.quad[0],) * 4) for word in words]
    assert baselines.levelled(flat) is None


def test_levels_keep_the_order_and_the_height_of_rows() -> None:
    words = _page(1.2)
    levels = baselines.levelled(words)
    assert levels is not None
    middles = [sum(edges) / 2 for edges in levels]
    per_row = [middles[start : start + len(PLACES)] for start in range(0, len(middles), len(PLACES))]
    assert all(max(row) - min(row) < 0.3 * PITCH for row in per_row)
    assert all(math.isclose(bottom - top, HEIGHT, rel_tol=0.2) for top, bottom in levels)


def test_corners_of_a_steep_line_begin_at_its_top_left_whichever_end_detection_began_at() -> None:
    level = np.array([(0, 0), (90, 4), (89, 14), (-1, 10)], dtype=float)
    steep = np.array([(20, 0), (30, 2), (12, 90), (2, 88)], dtype=float)
    for line in (level, steep):
        assert all(np.array_equal(upright.from_top_left(np.roll(line, turn, axis=0)), line) for turn in range(4))

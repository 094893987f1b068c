"""Which upright lines of a rendered page part its words: those of a table, and none of a seal."""

from __future__ import annotations

import cv2
import numpy as np

from selfproof import ink

_RED = (40, 30, 200)


def test_a_seal_s_ring_rules_nothing_and_a_table_s_red_lines_do() -> None:
    page = np.full((1754, 1240, 3), 255, np.uint8)
    cv2.circle(page, (620, 300), 92, _RED, 4)
    assert ink.rules(page) == []
    cv2.rectangle(page, (100, 600), (1100, 900), _RED, 2)
    cv2.line(page, (400, 700), (400, 760), _RED, 2)
    cv2.line(page, (100, 700), (1100, 700), _RED, 2)
    cv2.line(page, (100, 760), (1100, 760), _RED, 2)
    assert sorted(round(left * 1240, -1) for left, *_ in ink.rules(page)) == [100, 400, 1100]

"""Places of runs of text: four corners clockwise from top left, as fractions 0..1 of the page."""

from __future__ import annotations

import unicodedata
from itertools import accumulate
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]


def _advance(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5


def even_edges(text: str) -> tuple[float, ...]:
    """Where each character of a run begins and ends, 0..1 along it, by East Asian width; len(text) + 1 fractions."""
    sums = list(accumulate((_advance(char) for char in text), initial=0.0))
    return tuple(value / (sums[-1] or 1.0) for value in sums)


def part(quad: Quad, begin: float, end: float) -> Quad:
    """The part of a four-sided place between two fractions (0..1) along it."""

    def between(a: Point, b: Point, share: float) -> Point:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    one, two, three, four = quad
    return between(one, two, begin), between(one, two, end), between(four, three, end), between(four, three, begin)

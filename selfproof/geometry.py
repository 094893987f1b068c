"""Places of runs of text: four corners clockwise from top left, as fractions 0..1 of the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Quad: TypeAlias = tuple[Point, Point, Point, Point]
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: page (from 1) and box, or a path in an XML, sheet or docx."""

    page: int | None = None
    box: Box | None = None
    path: str = ""


def _advance(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5


def even_edges(text: str) -> tuple[float, ...]:
    """Where each character of a run begins and ends, 0..1 along it, by East Asian width; len(text) + 1 fractions."""
    sums = list(accumulate((_advance(char) for char in text), initial=0.0))
    return tuple(value / (sums[-1] or 1.0) for value in sums)


def union(boxes: Sequence[Box]) -> Box:
    """The smallest box around all the boxes; there must be at least one."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def meet(box: Box, other: Box) -> bool:
    """Whether two boxes share some of their area."""
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def part(quad: Quad, begin: float, end: float) -> Quad:
    """The part of a four-sided place between two fractions (0..1) along it."""
    (left, top), (right, rise), (east, south), (west, low) = quad  # unrolled: asked for every run of every page
    across, up, under, down = right - left, rise - top, east - west, south - low
    return (
        (left + across * begin, top + up * begin),
        (left + across * end, top + up * end),
        (west + under * end, low + down * end),
        (west + under * begin, low + down * begin),
    )


def reach(quad: Quad, begin: float, end: float) -> tuple[float, float]:
    """How far `part` reaches from left to right."""
    (left, _), (right, _), (east, _), (west, _) = quad  # without heights: asked for every character of every label
    upper, lower = right - left, east - west
    sides = left + upper * begin, left + upper * end, west + lower * end, west + lower * begin
    return min(sides), max(sides)


def through(quad: Quad, point: Point) -> Point:
    """Where a point (0..1) of a page lies, when the page's corners lie at `quad`: the projective map of the square.

    >>> through(((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)), (0.5, 0.25))
    (0.75, 0.25)

    Source: Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), section 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    across, down = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    area = (x1 - x2) * (y3 - y2) - (x3 - x2) * (y1 - y2) or 1.0
    g = (across * (y3 - y2) - down * (x3 - x2)) / area
    h = ((x1 - x2) * down - (y1 - y2) * across) / area
    u, v = point
    below = g * u + h * v + 1
    x = (x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0
    y = (y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0
    return x / below, y / below

"""Which printed lines of a licence belong to which label."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from extractors._license_form import Column, Line
from extractors._license_marks import Mark
from extractors._license_place import Piece
from selfproof.geometry import even_edges
from selfproof.model import Word

_CENTRED, _EVEN = 1.3, 0.35  # heights from a label to the lines above and below it, and how unlike these may be
_LARGER, _TAIL, _FRONT = 1.6, 3, 5  # times as wide as the signs before, and how many there and here show it
_HAN = re.compile("[\u4e00-\u9fff]")
_FIRST = 8.0  # heights between a label and the beginning of its value


def bands(column: Column, lines: Sequence[Line]) -> Iterator[tuple[Mark, list[Line]]]:
    """Each label with the lines from its own height down to the next label's."""
    own = [line for line in lines if owned(column, line)]
    shift = _offset(column, own)
    tops = [
        _centred(mark, shift, own) or mark.y + shift - _slack(before, mark)
        for before, mark in pairwise([None, *column.marks])
        if mark
    ]
    for mark, top, bottom in zip(column.marks, tops, [*tops[1:], math.inf], strict=True):
        yield mark, _run([line for line in own if top <= line.y < bottom], mark.y + shift, mark.height)


def owned(column: Column, line: Line) -> bool:
    """Whether a line begins where this column's values begin."""
    return -2 * column.height <= line.left - column.right_at(line.y) <= _FIRST * column.height


def _offset(column: Column, own: Sequence[Line]) -> float:
    """How far the values' print is shifted down against the preprinted labels (the median of the nearest lines)."""
    near = [[line.y - mark.y for line in own if abs(line.y - mark.y) < 0.9 * mark.height] for mark in column.marks]
    shifts = [min(group, key=abs) for group in near if group]
    return median(shifts) if shifts else 0.0


def _centred(mark: Mark, shift: float, own: Sequence[Line]) -> float | None:
    """The height of the upper of two lines between which a label stands, as tables centre them; None elsewhere."""
    near = [line.y - mark.y - shift for line in own if abs(line.y - mark.y - shift) < _CENTRED * mark.height]
    two = near if len(near) == 2 and near[0] < 0 < near[1] else []  # noqa: PLR2004  one above, one below
    level = any(abs(step) < 0.5 * mark.height for step in two)
    even = bool(two) and abs(sum(two)) < _EVEN * mark.height
    return mark.y + shift + two[0] if even and not level else None


def _slack(before: Mark | None, mark: Mark) -> float:
    """How far above its label's middle a value's first line may stand."""
    return min(0.9 * mark.height, 0.5 * (mark.y - before.y)) if before else 0.9 * mark.height


def _run(lines: Sequence[Line], y: float, height: float) -> list[Line]:
    """The first line near the label and those that follow without a wide gap."""
    kept: list[Line] = []
    for line in lines:
        reach = 2.4 * min(line.height, kept[-1].height) if kept else 1.2 * height
        if line.y - (kept[-1].y if kept else y) > reach:
            break
        kept.append(line)
    return kept


def beside(mark: Mark, lines: Sequence[Line]) -> list[Line]:
    """Lines right of a label, then lines right under it, nearest first."""
    height = mark.height
    right = [
        line
        for line in lines
        if abs(line.y - mark.y) < height and -height < line.left - mark.right < 2 * _FIRST * height
    ]
    under = [
        line
        for line in lines
        if 0.5 * height < line.y - mark.y < 3 * height and line.left < mark.right and line.right > mark.left
    ]
    return sorted(right, key=lambda line: line.left) + sorted(under, key=lambda line: line.y)


def runs(line: Line, pattern: re.Pattern[str]) -> Iterator[tuple[Word, ...]]:
    """The places in a line where a pattern matches its printed text (single signs folded, upper case)."""
    text = "".join(piece.text for piece in line.pieces)
    plain = "".join(unicodedata.normalize("NFKC", char)[:1].upper() or char for char in text)
    for hit in pattern.finditer(plain):
        yield tuple(_span(line.pieces, hit.start(), hit.end()))


def _span(found: Sequence[Piece], start: int, stop: int) -> Iterator[Word]:
    begin = 0
    for piece in found:
        first, last = max(start - begin, 0), min(stop - begin, len(piece.text))
        if first < last:
            yield piece.word.slice(first, last)
        begin += len(piece.text)


def glued(word: Word) -> bool:
    """Whether a recognised word goes on with larger print: a logo or a watermark beside the line was read along.

    What it covers of the line is lost.
    """
    edges = word.edges or even_edges(word.text)
    wide = [right - left for char, left, right in zip(word.text, edges, edges[1:], strict=False) if _HAN.match(char)]
    return bool(word.alternatives) and any(
        min(wide[-count:]) >= _LARGER * median(wide[: -count - 1]) for count in range(_TAIL, len(wide) - _FRONT)
    )


def under(line: Line, stop: Mark) -> bool:
    """Whether a line stands beside or below the authority's label, where date and seal are."""
    return line.y > stop.y - stop.height and line.left > stop.left - 3 * stop.height

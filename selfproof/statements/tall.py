"""Transactions that take several printed lines with their cells centred: a day over its hour, an id over its rest.

There the line of the amounts holds no day, or a part of one, and the lines above and below it hold the rest. A row ends
where the white between two lines is widest: lines of one row overlap or touch, rows are parted by a margin or a rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from selfproof.model import Word
from selfproof.statements.amounts import parse_amount
from selfproof.statements.days import Calendar

_FEWEST = 2  # rows
_BESIDE = 0.25  # of a line's height
_MOST_LINES = 6  # from one row's amounts to the next one's
_PRINTED_AMOUNT = re.compile(r"\d[.,]\d|^[-+¥￥]?\d{1,9}$")

Cells = tuple[tuple[Word, ...], ...]


def grouped(lines: Sequence[Cells], amounts: Sequence[int], days: Sequence[int]) -> list[Cells] | None:
    """The rows of a table, each of all its lines; None where a line is a row. amounts, days: columns that hold them."""
    anchors = [index for index, line in enumerate(lines) if any(_amount(line[column]) for column in amounts)]
    if len(anchors) < _FEWEST or not (_split(lines, anchors, days) or _centred(lines, anchors, days)):
        return None
    cuts = [_border(lines, above, below) for above, below in pairwise(anchors)]
    margin = min(_gap(lines, cut) for cut in cuts)
    above = max(below - cut for cut, below in zip(cuts, anchors[1:], strict=True))
    under = max(cut - anchor for cut, anchor in zip(cuts, anchors, strict=False))
    first = _edge(lines, range(anchors[0], max(anchors[0] - above, 0), -1), margin, max(anchors[0] - above, 0))
    end = min(anchors[-1] + under, len(lines))
    last = _edge(lines, range(anchors[-1] + 1, end), margin, end)
    rows = [_joined(lines[start:stop]) for start, stop in pairwise([first, *cuts, last])]
    return [*lines[:first], *rows, *lines[last:]]


def _amount(cell: Sequence[Word]) -> bool:
    return any(_PRINTED_AMOUNT.search(word.text) and parse_amount(word.text) is not None for word in cell)


def _split(lines: Sequence[Cells], anchors: Sequence[int], days: Sequence[int]) -> bool:
    """Whether most lines of amounts lack their day, which stands on lines of its own."""
    dated = sum(any(_day(lines[index][column]) for column in days) for index in anchors)
    others = set(range(len(lines))) - set(anchors)
    beside = sum(any(lines[index][column] for column in days) for index in others)
    return 2 * dated < len(anchors) <= 2 * beside and len(lines) <= _MOST_LINES * (len(anchors) + 1)


def _centred(lines: Sequence[Cells], anchors: Sequence[int], days: Sequence[int]) -> bool:
    """Whether most lines of amounts stand beside two lines of a text: the one above reaches down beside them.

    Some tell as much whose text's second line hangs below them as far as its first stands above, and, where no line of
    a picture leans, one that stands between the two.
    """
    above = [index for index in anchors if index and index - 1 not in anchors]
    if not any(word.alternatives for cell in lines[anchors[0]] for word in cell):
        between = (index for index in above if index + 1 < len(lines) and index + 1 not in anchors)
        if any(_parts_a_text(*(_without(line, days) for line in lines[index - 1 : index + 2])) for index in between):
            return True
    beside = sum(-_gap(lines, index) > _BESIDE * _height(lines[index]) for index in above)
    hanging = sum(_hangs(lines, index, anchors) for index in above)
    return hanging >= _FEWEST or (beside >= _FEWEST and 2 * beside >= len(anchors))


def _hangs(lines: Sequence[Cells], index: int, anchors: Sequence[int]) -> bool:
    """Whether a cell beside amounts stands lower than others of its column, by what its first line is higher."""
    height = _height(lines[index])
    for column, (upper, own) in enumerate(zip(lines[index - 1], lines[index], strict=True)):
        if upper and own:
            lean = median(_drop(lines[at], column) for at in anchors if lines[at][column])
            down = _drop(lines[index], column) - lean
            up = _level(own) - _level(upper) - down
            if down > _BESIDE * height and abs(up - down) < height / 2:
                return True
    return False


def _drop(line: Cells, column: int) -> float:
    """How much lower a cell stands than its line."""
    return _level(line[column]) - median(_level(cell) for cell in line if cell)


def _level(cell: Sequence[Word]) -> float:
    return median(word.centre[1] for word in cell)


def _without(line: Cells, columns: Sequence[int]) -> Cells:
    return tuple(() if column in columns else cell for column, cell in enumerate(line))


def _parts_a_text(above: Cells, line: Cells, below: Cells) -> bool:
    """Whether a column is empty beside amounts, and has words above and below them, as far off: they are one cell's."""
    middle, height = median(_level(cell) for cell in line if cell), _height(line)
    parted = [(one, other) for one, own, other in zip(above, line, below, strict=True) if one and other and not own]
    return any(abs(_level(one) + _level(other) - 2 * middle) < height / 2 for one, other in parted)


def _height(line: Cells) -> float:
    return median(word.height for cell in line for word in cell)


def _day(cell: Sequence[Word]) -> bool:
    return Calendar().parse(" ".join(word.text for word in cell)) is not None


def _border(lines: Sequence[Cells], above: int, below: int) -> int:
    """The line with which the row of the lower amounts begins."""
    return max(range(above + 1, below + 1), key=lambda index: _gap(lines, index))


def _gap(lines: Sequence[Cells], index: int) -> float:
    """The white between a line and what is printed above it, in shares of the page; below 0 where they overlap."""
    upper = max(word.box[3] for cell in lines[index - 1] for word in cell)
    return min(word.box[1] for cell in lines[index] for word in cell) - upper


def _edge(lines: Sequence[Cells], tried: range, margin: float, furthest: int) -> int:
    """Where the first or the last row ends: at white as wide as between rows, at the latest where others would."""
    return next((at for at in tried if _gap(lines, at) >= margin), furthest)


def _joined(lines: Sequence[Cells]) -> Cells:
    return tuple(tuple(word for cell in column for word in cell) for column in zip(*lines, strict=True))


def text(cell: Sequence[Word]) -> str:
    """A cell in one line: what is broken inside a date or a Chinese word is whole again."""
    said = cell[0].text if cell else ""
    for before, word in pairwise(cell):
        below = word.box[1] > before.centre[1] or word.page != before.page
        broken = below and re.search(r"[\u4e00-\u9fff][\u4e00-\u9fff]|\d[-/.年月]\d", said[-2:] + word.text[:1])
        said += ("" if broken else " ") + word.text
    return said

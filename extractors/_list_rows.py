"""The printed lines of pages and sheets, each in cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from selfproof import layout, layout_table
from selfproof.carriers.table import column_letters
from selfproof.identity import Same
from selfproof.layout_table import Line
from selfproof.model import Carrier, Document, Page, Word, box_quad

FIGURED = re.compile(r"\d{2}|^\d|:.")  # what no heading says
_GAP = 0.3  # ems of white between two runs that part two cells; what was one cell meets again in its column
_LONGEST = 24  # characters of a heading
_CELL = 0.9  # of its column's width, that a sheet's cell spans
_NOWHERE = box_quad((0.0, 0.0, 0.0, 0.0))  # of cells beyond the shown part of a sheet
_KEPT = 8  # pages whose rows are kept: every list that looks at a page asks for the same


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its span: of the page's width, or in columns of a sheet."""

    left: float
    right: float
    words: tuple[Word, ...]
    text: str = field(init=False, compare=False)  # its print without white space

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", layout.squash(layout.join(self.words)))


@dataclass(frozen=True)
class Row:
    """A printed line. leaf: number of its page or sheet; middle, height: on the page, or in rows of the sheet."""

    cells: tuple[Cell, ...]
    leaf: int
    middle: float
    height: float

    @cached_property
    def heads(self) -> bool:
        """Whether it may be a heading: of two cells or more, without figures and sentences."""
        plain = all(len(cell.text) <= _LONGEST and not FIGURED.search(cell.text) for cell in self.cells)
        return len(self.cells) > 1 and plain

    @property
    def words(self) -> Iterator[Word]:
        """All its words."""
        return (word for cell in self.cells for word in cell.words)


def printed_rows(document: Document) -> Iterator[Row]:
    """The lines of every page and sheet in cells."""
    if document.carrier is Carrier.TABLE:
        known = {word.path: word for word in document.words}
        for leaf, sheet in enumerate(document.tables):
            for number, cells in enumerate(sheet.rows):
                paths = (f"{sheet.name}!{column_letters(column)}{number + 1}" for column in range(len(cells)))
                placed = [
                    Cell(column, column + _CELL, (known.get(path) or Word(text, _NOWHERE, path=path),))
                    for column, (text, path) in enumerate(zip(cells, paths, strict=True))
                    if text
                ]
                yield Row(tuple(placed), leaf, float(number), 1.0)
        return
    for page in document.pages:
        yield from _printed(Same(page))


@lru_cache(maxsize=_KEPT)
def _printed(same: Same[Page]) -> tuple[Row, ...]:
    return tuple(_row(line, same.one.number) for line in layout_table.printed(same.one))


def _row(line: Line, leaf: int) -> Row:
    cells = tuple(Cell(line.left(start), line.right(stop - 1), line.cut(start, stop)) for start, stop in _cut(line))
    return Row(cells, leaf, line.middle, line.bottom - line.top)


def _cut(line: Line) -> Iterator[tuple[int, int]]:
    """A printed line in runs: white inside a run sets glyphs of one cell apart (姓  名)."""
    start = 0
    for index in range(1, len(line.text) + 1):
        if index < len(line.text):
            before, after = (line.pieces[line.spots[place][0]] for place in (index - 1, index))
            if before.source is after.source or line.gap(index) <= _GAP:
                continue
        yield start, index
        start = index

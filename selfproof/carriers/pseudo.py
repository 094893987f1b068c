"""A page for carriers that have none: one line below the other, so that layout helpers work on them too.

XML leaves, spreadsheet cells and Word paragraphs get boxes in reading order; their real place is `Word.path`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from selfproof.model import Page, Word, box_quad

_ADVANCE = 0.02  # of the page's width, for one full-width character: some 45 of them fill a line
_MARGIN = 0.05
_FILL = 0.8  # of the line's height


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with its real place, on a line (from 0), in a column (from 0) of so many."""

    text: str
    path: str
    line: int
    column: int = 0
    columns: int = 1


def page(cells: Sequence[Cell]) -> Page:
    """All the cells on one page whose lines are as high as it takes; empty texts are left out."""
    lines = max((cell.line for cell in cells), default=0) + 1
    words = tuple(_word(cell, lines) for cell in cells if cell.text)
    return Page(1, 100.0, float(lines), words)


def _word(cell: Cell, lines: int) -> Word:
    share = (1 - 2 * _MARGIN) / cell.columns
    left = _MARGIN + share * cell.column
    width = min(_width(cell.text), share * 0.95)
    top = (cell.line + (1 - _FILL) / 2) / lines
    return Word(cell.text, box_quad((left, top, left + width, top + _FILL / lines)), path=cell.path)


def _width(text: str) -> float:
    return sum(_ADVANCE if unicodedata.east_asian_width(char) in "WF" else _ADVANCE / 2 for char in text)

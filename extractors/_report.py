"""Reports: lines of an official form with figures in columns (tax returns, balance sheets, profit statements).

A form's table (``tables/forms/<kind>.yaml``) names its lines and, by their headings, its columns. A figure belongs to
the label before it in its line, and to the column whose heading stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors._form_cells import Mark, Sheet
from selfproof import layout_table
from selfproof.layout_table import Column, Line
from selfproof.model import Word

_GAP = 0.8  # ems of white that part two figures
_HALF = 0.9  # heights of a line, from the first line of a label of two to the figures at its middle
_TOUCHING = re.compile(
    r"(?<=\.\d\d)(?=[\d—-])(?!\d\.\d\d(?!\d))|(?<=[—*])(?=\d)"
)  # amounts have two decimals: what follows is another, but in 462.318.58, whose comma was taken for a point
_LINE_NUMBER = re.compile(r"\d{1,2}(?:[=(].*)?")
_COUNTS = "number"  # the column of the form's own line numbers


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: of which line of the form, in which column, and the label that leads it."""

    line: str
    column: str
    label: str
    words: tuple[Word, ...]


def figures(sheet: Sheet, heads: Mapping[str, Sequence[str]]) -> Iterator[Figure]:
    """Every figure of the labelled lines in the named columns, in reading order. heads: headings by column."""
    columns: list[Column] = []
    for number, line in enumerate(sheet.lines):
        found = [column for column in layout_table.headings(line, heads) if column.name]
        if any(column.name != _COUNTS for column in found) and not _figured(line):
            columns = found
            continue
        for mark in sheet.inside(number):
            if mark.field:
                yield from _of(sheet, mark, columns)


def _figured(line: Line) -> bool:
    return bool(re.search(r"\d[.,]\d|\d{4,}(?!年)", line.text))


def _of(sheet: Sheet, mark: Mark, columns: Sequence[Column]) -> Iterator[Figure]:
    line, first, stop = _line_of(sheet, mark)
    begin = sheet.lines[mark.line].left(mark.start)
    end = line.left(stop) if stop < len(line.text) else 1.0
    scope = [column for column in columns if begin < column.right and column.left < end]
    numbered = any(column.name == _COUNTS for column in scope)
    for start, after in _spans(line, first, stop):
        if not numbered and _LINE_NUMBER.fullmatch(line.text[start:after]):
            continue
        column = _above(line, (start, after), scope)
        if column and column != _COUNTS:
            label = sheet.lines[mark.line].text[mark.start : mark.stop]
            yield Figure(mark.field, column, label, line.cut(start, after))


def _line_of(sheet: Sheet, mark: Mark) -> tuple[Line, int, int]:
    """The line of a label's figures, from where to where: its own, or the one at the middle of a label of two lines."""
    line = sheet.lines[mark.line]
    stop = next((item.start for item in sheet.inside(mark.line) if item.start >= mark.stop), len(line.text))
    below = sheet.lines[mark.line + 1] if mark.line + 1 < len(sheet.lines) else line
    close = 0 < below.middle - line.middle < _HALF * (line.bottom - line.top)
    if close and not sheet.inside(mark.line + 1) and not any(_spans(line, mark.stop, stop)):
        return below, 0, len(below.text)
    return line, mark.stop, stop


def _spans(line: Line, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The parts of a line that are figures or stand for one."""
    for begin, end in layout_table.cells(line, _GAP):
        left, right = max(begin, start), min(end, stop)
        text = line.text[left:right] if left < right else ""
        if re.search(r"[\d\-—*]", text) and not re.search(r"[\u4e00-\u9fff]", text):
            cuts = [0, *(match.start() for match in _TOUCHING.finditer(text)), len(text)]
            yield from ((left + one, left + two) for one, two in pairwise(cuts))


def _above(line: Line, span: tuple[int, int], columns: Sequence[Column]) -> str:
    """The column of a figure: in a sheet a heading counts up to the next one, on a page the nearest does."""
    left, right = line.left(span[0]), line.right(span[1] - 1)
    if "!" in line.pieces[0].source.path:
        begun = [column for column in columns if column.left <= left + 1e-6]
        return begun[-1].name if begun else ""
    middle = (left + right) / 2
    nearest = min(columns, key=lambda item: abs(middle - (item.left + item.right) / 2), default=None)
    return nearest.name if nearest else ""

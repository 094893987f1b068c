"""Reports: lines of an official form with figures in columns (tax returns, balance sheets, profit statements).

A form's table (``tables/forms/<kind>.yaml``) names its lines and, by their headings, its columns. A figure belongs to
the label before it in its line, and to the column whose heading stands above it. Labels and headings that are wrapped
in their cells are put together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise, takewhile

from extractors._form_cells import Mark, Sheet
from selfproof import layout_table
from selfproof.layout_table import Column, Line, Piece
from selfproof.model import Word

_GAP = 0.8  # ems of white that part two figures
_PITCH = 1.9  # heights of a line, from one line of a wrapped label to the next
_EDGE = 2.5  # ems that these may begin apart
_MOST = 4  # lines of a label
_HEADED = 3  # lines that a heading takes, with one between that stands at half their height
_STARTS = re.compile(r"(?:.*[:;,.()\[\]、。])?[一二三四五六七八九十\d]*")  # what may stand before a label in its cell
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
    for number in range(len(sheet.lines)):
        if found := _headings(sheet, number, heads):
            columns = found
            continue
        for mark in sheet.inside(number):
            if mark.field:
                yield from _of(sheet, mark, columns)
        if columns and not sheet.inside(number):
            yield from _wrapped(sheet, number, columns)


def _headings(sheet: Sheet, number: int, heads: Mapping[str, Sequence[str]]) -> list[Column]:
    """The columns that a line heads, alone or with the lines below it."""
    near = takewhile(lambda line: not _figured(line), sheet.lines[number : number + _HEADED])
    for line in accumulate(near, _stacked):
        found = [column for column in layout_table.headings(line, heads) if column.name]
        if any(column.name != _COUNTS for column in found):
            return found
    return []


def _stacked(upper: Line, lower: Line) -> Line:
    """Two lines as one from left to right, what stands below a cell behind it: 本期 over 数."""
    cells = [(line, *span) for line in (upper, lower) for span in layout_table.cells(line, _GAP)]
    spans = [(line.left(start), max(line.right(at) for at in range(start, stop))) for line, start, stop in cells]
    over = [place for place, cell in enumerate(cells) if cell[0] is upper]
    homes = [
        next((at for at in over if place not in over and spans[at][0] < right and left < spans[at][1]), place)
        for place, (left, right) in enumerate(spans)
    ]
    order = sorted(range(len(cells)), key=lambda place: (spans[homes[place]][0], homes[place] != place, place))
    pieces, text, spots = list[Piece](), "", list[tuple[int, int]]()
    for line, start, stop in (cells[place] for place in order):
        for at in range(start, stop):
            piece = line.pieces[line.spots[at][0]]
            pieces += [] if pieces and pieces[-1] is piece else [piece]
            spots.append((len(pieces) - 1, line.spots[at][1]))
        text += line.text[start:stop]
    return Line(tuple(pieces), text, tuple(spots), upper.em)


def _wrapped(sheet: Sheet, number: int, columns: Sequence[Column]) -> Iterator[Figure]:
    """The figures of a label that begins in a line and goes on below it, where one of its lines has some."""
    parts = list(_cell_lines(sheet, number))
    texts = [sheet.lines[at].text[:stop] for at, stop in parts]
    whole, first = "".join(texts), len(texts[0]) if texts else 0
    hits = [(match, label.field) for label in sheet.labels for match in label.pattern.finditer(whole)]
    hits = [(match, name) for match, name in hits if match.start() < first < match.end()]
    match, field = max(hits, key=lambda hit: len(hit[0][0]), default=(None, ""))
    if match is None or not field or not _STARTS.fullmatch(whole[: match.start()]):
        return
    told = next(at for at in range(len(texts)) if len("".join(texts[: at + 1])) >= match.end())
    beside = [line for line in range(number, parts[told][0] + 1) if any(_right_of(sheet, line, parts))]
    after = [at for at, _ in parts[told + 1 : told + 2] if any(_right_of(sheet, at, parts))]
    begin = sheet.lines[number].left(0)
    for at in beside or after if len(beside or after) == 1 else ():
        scope = [column for column in columns if begin < column.right]
        yield from _under(sheet.lines[at], _right_of(sheet, at, parts), (field, match[0]), scope)


def _cell_lines(sheet: Sheet, number: int) -> Iterator[tuple[int, int]]:
    """The lines of a cell that begins in a line, with where it ends in each; those of figures between them left out."""
    last = first = sheet.lines[number]
    for at, line in enumerate(sheet.lines[number : number + _MOST], number):
        stop = next(layout_table.cells(line, _GAP))[1]
        if not re.search(r"[\u4e00-\u9fff]", line.text[:stop]):
            continue
        apart = abs(line.left(0) - first.left(0)) > _EDGE * first.em
        if sheet.inside(at) or apart or line.middle - last.middle > _PITCH * (last.bottom - last.top):
            return
        yield at, stop
        last = line


def _right_of(sheet: Sheet, number: int, parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The figures of a line that stand right of a wrapped label."""
    line, edge = sheet.lines[number], max(sheet.lines[at].right(stop - 1) for at, stop in parts)
    return [span for span in _spans(line, 0, len(line.text)) if line.left(span[0]) > edge]


def _figured(line: Line) -> bool:
    return bool(re.search(r"\d[.,]\d|\d{4,}(?!年)", line.text))


def _of(sheet: Sheet, mark: Mark, columns: Sequence[Column]) -> Iterator[Figure]:
    line, first, stop = _line_of(sheet, mark)
    begin = sheet.lines[mark.line].left(mark.start)
    end = line.left(stop) if stop < len(line.text) else 1.0
    scope = [column for column in columns if begin < column.right and column.left < end]
    label = sheet.lines[mark.line].text[mark.start : mark.stop]
    yield from _under(line, list(_spans(line, first, stop)), (mark.field, label), scope)


def _under(
    line: Line, spans: Sequence[tuple[int, int]], named: tuple[str, str], scope: Sequence[Column]
) -> Iterator[Figure]:
    """The figures of a form's line by their columns; one with cents is never the line's own number."""
    numbered = any(column.name == _COUNTS for column in scope)
    sums = [column for column in scope if column.name != _COUNTS]
    for start, after in spans:
        text = line.text[start:after]
        if not numbered and _LINE_NUMBER.fullmatch(text):
            continue
        column = _above(line, (start, after), sums if re.search(r"\d[.,]\d", text) else scope)
        if column and column != _COUNTS:
            yield Figure(named[0], column, named[1], line.cut(start, after))


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

"""Lists that go on over pages: where they do, whose sum a sum is, and whether lines were left unread.

The next page may repeat the headings, or its lines stand under those of the first page: then the first of them looks
like those before it, figure for figure, whatever the page's own head prints above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from extractors import _sums
from extractors._list_cells import COUNTS, Entry, assigned
from extractors._list_heads import Asked, columns_of, head_of, said
from extractors._list_rows import Row
from selfproof import layout
from selfproof.layout_table import Column
from selfproof.model import Word

_FEWEST = 3  # cells of a page's first line, where no line above shows what lines look like
_PITCH = 2.0  # heights of a line that part it from the next

Lines = Sequence[Entry]
Onward = tuple["Part", Sequence[Column]]


@dataclass(slots=True)
class Part:
    """What of a list stands on one page, from row `start` up to `stop`, with the sum that ended it.

    leaf: number of the page. head: the row of its headings, or `start`. of_page: a sum that says it is the page's own.
    form: that this is no list but a form.
    """

    leaf: int
    head: int
    start: int
    stop: int = 0
    entries: list[tuple[Row, dict[str, tuple[Word, ...]]]] = field(default_factory=list)
    sums: Entry = field(default_factory=dict)
    of_page: Entry = field(default_factory=dict)
    form: bool = False

    @property
    def lines(self) -> Lines:
        """Its lines by column."""
        return [cells for _, cells in self.entries]


def onward(
    rows: Sequence[Row], parts: Sequence[Part], columns: Sequence[Column], asked: Asked
) -> tuple[Part, Sequence[Column]] | None:
    """What of a list the next page has, its lines not yet read, and its columns; None where the list does not go on."""
    page = _next(rows, parts)
    if not page:
        return None
    for index in page:
        heads, height = head_of([columns_of(row, asked.heads) for row in rows[index : index + 2]])
        if asked.headed(heads):
            same = not parts[-1].sums and _names(heads) == _names(columns)
            return (Part(rows[index].leaf, index, index + height), heads) if same else None
    lines = [line for part in parts for line in part.lines]
    first = next((index for index in page if _fits(rows[index], lines, columns, asked)), None)
    if first is not None:
        while first > page[0] and _goes_before(rows[first - 1], rows[first], columns, asked):
            first -= 1
    else:  # of the list the page may have its sum alone
        closing = (index for index in page if said(rows[index]) in ("sums", "page"))
        first = None if parts[-1].sums else next(closing, None)
    return None if first is None else (Part(rows[first].leaf, first, first), columns)


def _next(rows: Sequence[Row], parts: Sequence[Part]) -> range:
    """The rows of the page behind that of the last part."""
    begin = next((index for index in range(parts[-1].stop, len(rows)) if rows[index].leaf > parts[-1].leaf), len(rows))
    end = next((index for index in range(begin, len(rows)) if rows[index].leaf > rows[begin].leaf), len(rows))
    return range(begin, end)


def _names(columns: Sequence[Column]) -> set[str]:
    return {column.name for column in columns} - {"", COUNTS}


def _fits(row: Row, lines: Lines, columns: Sequence[Column], asked: Asked) -> bool:
    """Whether a row is like the lines above: figures of the same shapes where all have them, and a text beside."""
    cells = assigned(row, columns, asked.figures)
    if said(row) or not asked.figured(cells):
        return False
    if not lines:
        figures = [name for name in cells if name in asked.figures]
        return len(cells) >= _FEWEST and all(_shape(cells[name]) in ("0", "¥0") for name in figures)
    usual = {name for name in lines[0] if all(name in line for line in lines)}
    figures = [name for name in usual if name in asked.figures]
    texts = usual - {*figures}
    alike = all(_shape(cells.get(name, ())) in {"0", *(_shape(line[name]) for line in lines)} for name in figures)
    return bool(figures) and alike and (not texts or bool(texts & cells.keys()))


def _shape(words: Sequence[Word]) -> str:
    """A text with "0" for every figure: "00" is two of them, not one.

    >>> from selfproof.model import box_quad
    >>> _shape([Word("¥1,250.00", box_quad((0, 0, 1, 1)))]), _shape([Word("12 箱", box_quad((0, 0, 1, 1)))])
    ('¥0', '0箱')
    """
    return layout.squash(re.sub(r"-?\d[\d,]*(?:\.\d+)?", "0", layout.join(words)))


def _goes_before(row: Row, below: Row, columns: Sequence[Column], asked: Asked) -> bool:
    """Whether a row right above the first that fits is a line too, of which something was not read."""
    cells = assigned(row, columns, asked.figures)
    figures = [name for name in cells if name in asked.figures]
    near = below.middle - row.middle < _PITCH * max(row.height, below.height)
    labelled = any(re.search(r":.", cell.text) for cell in row.cells)
    return near and not labelled and not said(row) and any(_shape(cells[name]) in ("0", "¥0") for name in figures)


def unnamed_sums(parts: Sequence[Part], asked: Asked) -> None:
    """Take the last line of a part as its sum, where it adds up those above and says nothing else."""
    above: list[Entry] = []
    for part in parts:
        own = part.lines[:-1]
        if part.entries and not part.sums:
            last = part.lines[-1]
            if any(lines and _sums.is_sum(last, lines, asked.figures) for lines in ([*above, *own], own)):
                part.sums = part.entries.pop()[1]
        above += part.lines


def sums(parts: Sequence[Part], asked: Asked) -> Entry:
    """The sum of the whole list; nothing where only the last page's own is printed."""
    last = parts[-1]
    lines = [line for part in parts for line in part.lines]
    if len(lines) == len(last.entries):
        return last.sums or last.of_page
    return {} if of_its_page(last.sums, last.lines, lines, asked.figures) else last.sums


def of_its_page(told: Entry, own: Lines, lines: Lines, figures: Sequence[str]) -> bool:
    """Whether a sum is that of its own page's lines, and in no column that of all, of which some may not be read."""
    added = {name for name in figures if name in told}
    whole = any(_sums.equal(told, lines, name) for name in added)
    return not whole and any(_sums.equal(told, own, name) for name in added)


def repeated(lines: Lines, others: Lines, figures: Sequence[str]) -> bool:
    """Whether lines are a copy of others: the same figures, and mostly the same texts, which recognition may change."""
    if not lines or _figures(lines, figures) != _figures(others, figures):
        return False
    pairs = zip(lines, others, strict=True)
    texts = {*chain(*lines)} - {*figures}
    same = [_sums.text(one, name) == _sums.text(two, name) for one, two in pairs for name in texts]
    return sum(same) * 2 >= len(same)


def _figures(lines: Lines, names: Sequence[str]) -> list[list[str]]:
    return [[_sums.text(line, name) for name in names] for line in lines]


def unread(rows: Sequence[Row], parts: Sequence[Part], asked: Asked) -> bool:
    """Whether rows of further pages look like lines of the list, in other columns or behind other print."""
    lines = [line for part in parts for line in part.lines]
    usual = {name for name in asked.figures if lines and all(name in line for line in lines)}
    for row in rows[_next(rows, parts).start :]:
        if asked.headed(columns_of(row, asked.heads)):
            return False
        figures = [cell for cell in row.cells if _shape(cell.words) in ("0", "¥0")]
        labelled = any(re.search(r":.", cell.text) for cell in row.cells)
        if usual and len(figures) >= max(2, len(usual)) and len(row.cells) > len(usual) and not labelled:
            return True
    return False

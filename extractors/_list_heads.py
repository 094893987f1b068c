"""What a list's lines are by their print: headings with their columns, sums, and what is no line of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from extractors._list_cells import COUNTS, Entry
from extractors._list_rows import FIGURED, Cell, Row
from selfproof import layout
from selfproof.layout_table import Column

_UNDER = 0.01  # of the page's width: so far a value may begin from the label above it
_COUNTER = re.compile(r"(?:序号?|项次|行号|项号|(?i:no)\.?|#)")
_TORN = 3  # runs that a heading set with much white may be read as: 合, what was seen between, 计

Heads = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lists are meant. heads: patterns of headings by column; needs: columns that a heading must have.

    figures: columns of which a line fills at least one with a figure. labels: those of the form around the list;
    others: what else it prints there.
    """

    heads: Heads
    needs: tuple[str, ...]
    figures: tuple[str, ...]
    labels: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def headed(self, columns: Sequence[Column]) -> bool:
        """Whether the columns are those of such a list."""
        return {column.name for column in columns} >= set(self.needs)

    def labelled(self, row: Row) -> bool:
        """Whether a line is nothing but labels, whose values stand below: then so did the "heading" above it."""
        known = [any(re.fullmatch(label, cell.text) for label in self.labels) for cell in row.cells]
        besides = (any(re.fullmatch(other, cell.text) for other in self.others) for cell in row.cells)
        return any(known) and all(one or other for one, other in zip(known, besides, strict=True))

    def figured(self, cells: Entry) -> bool:
        """Whether a line has a figure where it should."""
        return any(re.search(r"\d", layout.join(cells.get(name, ()))) for name in self.figures)


@cache
def _words(name: str) -> re.Pattern[str]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "list_words.yaml").read_text("utf-8"))
    return re.compile(table[name])


def is_pair(rows: Sequence[Row], asked: Asked) -> bool:
    """Whether two lines are labels, at least one of them known, and the values that begin right under them."""
    if len(rows) < 2:  # noqa: PLR2004
        return False
    labels, values = rows
    bare = not any(FIGURED.search(cell.text) for cell in labels.cells)
    known = any(re.fullmatch(each, cell.text) for cell in labels.cells for each in (*asked.labels, *asked.others))
    return bare and known and all(_begins_under(cell, labels) for cell in values.cells)


def _begins_under(cell: Cell, row: Row) -> bool:
    return any(abs(cell.left - label.left) < _UNDER for label in row.cells)


def head_of(heads: Sequence[list[Column]]) -> tuple[list[Column], int]:
    """The columns of a heading that begins with the first row and the rows it takes.

    Parts may stand below a common one. heads: the headings of that row and of the next.
    """
    upper, lower = heads if len(heads) > 1 else (*heads, [])
    if not any(column.name for column in lower) or not any(column.name for column in upper):
        return upper, 1
    named = [column for column in upper if column.name]
    parts = [part for part in lower if all(part.distance(column.left, column.right) > 0 for column in named)]
    rest = [column for column in upper if column.name or all(column.distance(p.left, p.right) > 0 for p in parts)]
    return sorted([*rest, *parts], key=lambda column: column.left), 2


def columns_of(row: Row, heads: Heads) -> list[Column]:
    """The headings of a row; "" for those that nobody asks for. Nothing where figures stand: that is no heading."""
    return [column for cell in row.cells for column in _headings(cell, heads)] if row.heads else []


def _headings(cell: Cell, heads: Heads) -> list[Column]:
    text, taken = cell.text, list[tuple[int, int, str]]()
    tried = [
        (match.span(), name) for name, shapes in heads.items() for shape in shapes for match in re.finditer(shape, text)
    ]
    for (start, stop), name in sorted(tried, key=lambda hit: hit[0][0] - hit[0][1]):
        if all(stop <= begun or start >= ended for begun, ended, _ in taken):
            taken.append((start, stop, name))
    if not taken and _COUNTER.fullmatch(text):
        return [Column(COUNTS, cell.left, cell.right)]
    if len(taken) < 2:  # noqa: PLR2004  one heading has the whole cell
        return [Column(taken[0][2] if taken else "", cell.left, cell.right)]
    step = (cell.right - cell.left) / len(text)
    return [Column(name, cell.left + step * start, cell.left + step * stop) for start, stop, name in sorted(taken)]


def said(row: Row) -> str:
    """Whether the first words of a row, or a cell of its own, say that it is a sum, or no line of the list.

    Gives "parts", "page" or "sums" (of what), "ends", "foot" for a page's number, or "".
    """
    texts = [cell.text for cell in row.cells]
    if _words("foot").fullmatch("".join(texts)):
        return "foot"
    for name in ("parts", "page", "sums", "ends"):
        if any(_words(name).match(text) for text in (*texts[:2], "".join(texts[:_TORN]))):
            return name
        if name != "ends" and any(_words(name).fullmatch(text) for text in texts):
            return name
    return ""

"""Which column each cell of a list's line belongs to: the heading that it stands under."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractors._list_rows import Cell, Row
from selfproof import layout
from selfproof.layout_table import Column
from selfproof.model import Word

COUNTS = "#"  # the column that numbers the lines
FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_COUNT = re.compile(r"\d{1,3}(?=$|[^\d.,/-])")
_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*[\u4e00-\u9fff]{1,2}")
_CODE = r"(?=.{4})[A-Za-z]{1,6}[A-Za-z-]*\d[\dA-Za-z]*"  # longer than a unit: m3
_NAMED = r"(?:[\u4e00-\u9fff]|[A-Za-z]{1,12}[\u4e00-\u9fff]).*"
_PARTS = re.compile(rf"-?\d[\d,]*(?:\.\d+)? (?:{_NAMED}|{_CODE})|(?:.*[\u4e00-\u9fff]|{_CODE}) -?\d[\d,]*(?:\.\d+)?")
_RUN = re.compile(rf"\s*(\d[\d,]*(?:\.\d+)?)\s+({_NAMED}|{_CODE})|(\d[\d,]*\.\d\d)([A-Za-z\u4e00-\u9fff]{{2}}.*)")

Entry = Mapping[str, tuple[Word, ...]]


def assigned(row: Row, columns: Sequence[Column], figures: Sequence[str]) -> dict[str, tuple[Word, ...]]:
    """The words of a row by column: the heading that a cell shares most with, else the nearest."""
    found: dict[str, tuple[Word, ...]] = {}
    others = [column for column in columns if column.name != COUNTS]
    cells = _uncounted(row.cells, columns) if len(others) < len(columns) else row.cells
    names = _spread(cells, [_nearest(cell, others) if others else "" for cell in cells], others, figures)
    for index, cell in enumerate(cells):
        rest = {*names[:index], *names[index + 1 :]}
        parts = _parted(cell, names[index], others, figures) if rest & {*figures} else {}
        for name, words in (parts if parts.keys().isdisjoint(rest) and parts else {names[index]: cell.words}).items():
            if name:
                found[name] = (*found.get(name, ()), *words)
    return found


def _spread(cells: Sequence[Cell], names: list[str], columns: Sequence[Column], figures: Sequence[str]) -> list[str]:
    """The columns of the cells, where two figures beside each other are nearest to one: one of them is its neighbour's.

    Figures are set right and headings to the middle, so that a short figure of a broad column is far from its own.
    """
    order = [column.name for column in columns]
    for place in range(1, len(cells)):
        pair = cells[place - 1 : place + 1]
        if names[place - 1] == names[place] in figures and all(FIGURE.fullmatch(cell.text) for cell in pair):
            at = order.index(names[place])
            free = [
                (_away(cell, columns[index]), moved, order[index])
                for cell, moved, index in ((pair[0], place - 1, at - 1), (pair[1], place, at + 1))
                if 0 <= index < len(order) and order[index] in figures and order[index] not in names
            ]
            if free:
                _, moved, name = min(free)
                names[moved] = name
    return names


def _nearest(cell: Cell, columns: Sequence[Column]) -> str:
    return min(columns, key=lambda column: _away(cell, column)).name


def _parted(cell: Cell, name: str, columns: Sequence[Column], figures: Sequence[str]) -> dict[str, tuple[Word, ...]]:
    """A figure set right and a text set left of one rule, as one run or close to each other, by their two columns.

    name: the column nearest to the cell. Nothing where columns of these sorts are no neighbours.
    """
    halves = _halves(cell.words) or _within(cell.words, columns)
    if not halves and name not in figures and FIGURE.fullmatch(cell.text):
        halves = (cell.words,)
    found = {_of_sort(half, columns, figures): half for half in halves}
    places = [place for place, column in enumerate(columns) if column.name in {name, *found}]
    return found if "" not in found and len(places) == 2 and places[1] - places[0] == 1 else {}  # noqa: PLR2004


def _of_sort(words: tuple[Word, ...], columns: Sequence[Column], figures: Sequence[str]) -> str:
    """The nearest of the columns that hold figures, for a figure; of the others, for a text; "" where there is none."""
    counts = FIGURE.fullmatch(layout.squash(layout.join(words))) is not None
    own = [column for column in columns if column.name and (column.name in figures) == counts]
    return _nearest(Cell(words[0].box[0], words[-1].box[2], words), own) if own else ""


def _halves(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """A figure and the text behind it, or behind a text. Within one word the text is a unit: 75包, not 304不锈钢."""
    texts = [layout.squash(word.text) for word in words]
    for place in range(1, len(words)):
        if _PARTS.fullmatch(f"{''.join(texts[:place])} {''.join(texts[place:])}"):
            return tuple(words[:place]), tuple(words[place:])
    unit = _UNIT.fullmatch(words[0].text) if len(words) == 1 and "!" not in words[0].path else None
    return ((words[0].slice(0, unit.end(1)),), (words[0].slice(unit.end(1), unit.end()),)) if unit else ()


def _within(words: Sequence[Word], columns: Sequence[Column]) -> tuple[tuple[Word, ...], ...]:
    """A figure and the text behind it that were read as one word, each nearest to a column of its own."""
    run = _RUN.fullmatch(words[0].text) if len(words) == 1 and "!" not in words[0].path else None
    if run is None or run.lastindex is None:
        return ()
    halves = words[0].slice(*run.span(run.lastindex - 1)), words[0].slice(*run.span(run.lastindex))
    near = {_nearest(Cell(half.box[0], half.box[2], (half,)), columns) for half in halves}
    return tuple((half,) for half in halves) if len(near) > 1 else ()


def _uncounted(cells: Sequence[Cell], columns: Sequence[Column]) -> Sequence[Cell]:
    """The cells of a numbered line without its number, which recognition may run into what follows."""
    if not cells:
        return cells
    first = cells[0]
    word, rest = first.words[0], first.words[1:]
    count = _COUNT.match(layout.squash(word.text))
    after = next((column.left for column in columns if column.name != COUNTS), first.left)
    if count is None or first.left > after:
        return cells
    begun = len(word.text) - len(word.text.lstrip()) + len(count[0])
    words = tuple(part for part in (word.slice(begun, len(word.text)), *rest) if part.text.strip())
    return (replace(first, words=words), *cells[1:]) if words else cells[1:]


def _away(cell: Cell, column: Column) -> tuple[float, float]:
    shared = min(cell.right, column.right) - max(cell.left, column.left)
    middle = abs((cell.left + cell.right) - (column.left + column.right))
    return (-shared if shared > 0 else column.distance(cell.left, cell.right)), middle

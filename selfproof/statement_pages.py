"""Statements printed on pages: rows of cells rebuilt from words by the columns that the headings span."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from selfproof import layout, layout_table, statement_columns, statement_entries
from selfproof.model import Page, Word
from selfproof.statement_columns import BANK, Dialect

_HEADING_LINES = 3
_CELL = re.compile(r"[-+¥￥]?\d[\d,]*\.\d{2}(?=/)|[^|]+")  # a line is read as |, a cell that is struck out as /
_LINE_GAP = 2.2  # heights of a line: what stands further below is no continuation of a cell
_JOIN = 0.35  # of a line's height: nearer pieces of a heading are one heading
_FIGURED = {"date", "amount", "amount_signed", "income", "expense", "balance"}
_ASPECT = 1.4  # of an upright page: what page sizes of unknown units are taken for


@dataclass(frozen=True, slots=True)
class Slot:
    """A column on the page: its heading and what it spans, 0..1 of the page's width."""

    heading: str
    left: float
    right: float
    dialect: Dialect = BANK

    @property
    def figured(self) -> bool:
        """Whether the column holds days, amounts or balances."""
        role = statement_columns.role(self.heading, self.dialect)
        return role is not None and role[0] in _FIGURED


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line with the words of each cell; outside a table every word is a cell.

    headings: the columns' names where the line is a heading in which recognition erred.
    """

    cells: tuple[tuple[Word, ...], ...]
    table: bool
    headings: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as text; of a recognised heading as it was mended."""
        return self.headings or tuple(" ".join(word.text for word in cell) for cell in self.cells)


def lines(pages: Sequence[Page], dialect: Dialect = BANK) -> Iterator[Line]:
    """All lines of all pages; below a heading they have its columns, on following pages too until another comes."""
    slots: tuple[Slot, ...] = ()
    for page in pages:
        pieces = layout_table.pieces(page.words)
        printed = layout.rows(part for piece in pieces for part in _apart(piece.word))
        found: list[Line] = []
        index = 0
        while index < len(printed):
            heading = _heading(printed[index : index + _HEADING_LINES], dialect)
            if heading is not None:
                slots, height = heading
                found.append(_headline([word for line in printed[index : index + height] for word in line], slots))
                index += height
                continue
            _append(found, printed[index], slots)
            index += 1
        yield from found


def _apart(word: Word) -> list[Word]:
    """A recognised word cut where it runs over the ruled line between two cells, without a stroke in one of them."""
    parts = list(_CELL.finditer(word.text)) if word.alternatives else []
    if len(parts) < 2 and "|" not in word.text:  # noqa: PLR2004  nothing to part
        return [word]
    return [word.slice(*part.span()) for part in parts if re.search(r"\w", part[0])] or [word]


def _heading(printed: Sequence[Sequence[Word]], dialect: Dialect) -> tuple[tuple[Slot, ...], int] | None:
    """The columns when a heading begins with the first line, over as many lines as make the most of it.

    Where the lines below know more columns without the first, that one only stands above their heading.
    """
    if not any("日" in word.text or "时间" in word.text or "ate" in word.text for line in printed for word in line):
        return None
    best = _richest(printed, dialect)
    later = (_richest(printed[start:], dialect) for start in range(1, best[2] if best else 0))
    if best is None or any(other is not None and other[0] > best[0] for other in later):
        return None
    return best[1], best[2]


def _richest(printed: Sequence[Sequence[Word]], dialect: Dialect) -> tuple[int, tuple[Slot, ...], int] | None:
    """(roles known, columns, height) of the heading that begins with the first line."""
    best: tuple[int, tuple[Slot, ...], int] | None = None
    for height in range(1, len(printed) + 1):
        slots = _slots(printed[:height], dialect)
        texts = [slot.heading for slot in slots]
        columns = statement_columns.heading([texts], 0, dialect)
        again = best is not None and statement_columns.translates([word.text for word in printed[height - 1]])
        if columns is not None and (best is None or len(columns.at) > best[0] or again):
            best = len(columns.at), slots, height
    return best


def _slots(printed: Sequence[Sequence[Word]], dialect: Dialect) -> tuple[Slot, ...]:
    """Heading words that are near each other or stand below each other are one heading."""
    slots: list[Slot] = []
    for word in (word for line in printed for word in line):
        left, _, right, _ = word.box
        reach = _JOIN * word.height / _ASPECT
        home = next((slot for slot in slots if left < slot.right + reach and right > slot.left - reach), None)
        if home is None:
            slots.append(Slot(word.text, left, right, dialect))
        else:
            wider = min(left, home.left), max(right, home.right)
            slots[slots.index(home)] = Slot(home.heading + word.text, *wider, dialect)
    recognised = any(word.alternatives for line in printed for word in line)
    known = (replace(slot, heading=statement_columns.mended(slot.heading, dialect)) for slot in slots)
    return tuple(sorted(known if recognised else slots, key=lambda slot: slot.left))


def _line(words: Iterable[Word], slots: Sequence[Slot]) -> Line:
    cells: list[list[Word]] = [[] for _ in slots]
    for word in words:
        cells[_column(word, slots)].append(word)
    return Line(tuple(map(tuple, cells)), table=True)


def _headline(words: Sequence[Word], slots: Sequence[Slot]) -> Line:
    line = _line(words, slots)
    if not any(word.alternatives for word in words):
        return line
    return replace(line, headings=tuple(slot.heading for slot in slots))


def _append(found: list[Line], words: Sequence[Word], slots: Sequence[Slot]) -> None:
    """A new line, or the continuation of the line before."""
    if not slots:
        found.append(Line(tuple((word,) for word in words), table=False))
        return
    line = _line(words, slots)
    if found and found[-1].table and _continues(found[-1], line, slots):
        joined = zip(found[-1].cells, line.cells, strict=True)
        found[-1] = Line(tuple((*above, *below) for above, below in joined), table=True)
    else:
        found.append(line)


def _column(word: Word, slots: Sequence[Slot]) -> int:
    """The column whose heading the word stands under, else the nearest one."""
    left, _, right, _ = word.box
    middle = (left + right) / 2

    def distance(index: int) -> tuple[float, float]:
        slot = slots[index]
        shared = min(right, slot.right) - max(left, slot.left)
        gap = max(slot.left - right, left - slot.right, 0.0)
        return (-shared if shared > 0 else gap), abs(middle - (slot.left + slot.right) / 2)

    return min(range(len(slots)), key=distance)


def _continues(above: Line, below: Line, slots: Sequence[Slot]) -> bool:
    """Whether a line only goes on with the texts above: near, and with nothing under a day, an amount or a balance."""
    if len(above.cells) != len(below.cells) or statement_columns.of(above.texts, dialect=slots[0].dialect):
        return False
    if any(cell for cell, slot in zip(below.cells, slots, strict=True) if slot.figured):
        return False
    upper = [word for cell in above.cells for word in cell]
    lower = [word for cell in below.cells for word in cell]
    near = min(word.box[1] for word in lower) - max(word.box[3] for word in upper) < _LINE_GAP * lower[0].height
    if upper[0].page != lower[0].page or not near:
        return False
    return not any(statement_entries.is_sum(text) for text in below.texts)

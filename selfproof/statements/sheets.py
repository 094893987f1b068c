"""A document as sheets of cells, and the tables of dated amounts on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from selfproof.carriers.table import column_letters
from selfproof.model import Carrier, Document, Word
from selfproof.statements import hidden, losses, pages, restored, signs
from selfproof.statements.entries import Headed, Table, headed, tables
from selfproof.statements.headings import BANK, Dialect, Row
from selfproof.statements.hidden import Hidden

PRINTED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
_Place: TypeAlias = tuple[int, int]
Found: TypeAlias = list[tuple[Table, tuple[Hidden, ...]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells with the words of each cell where they are known, by (row, column) from 0.

    restored: the places that no word shows, and the lines around them tell.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    words: Mapping[tuple[int, int], tuple[Word, ...]]
    restored: tuple[tuple[int, int], ...] = ()


def sheets(document: Document, dialect: Dialect = BANK) -> list[Sheet]:
    """The document as sheets of cells: its tables, or the rows of its pages."""
    if document.carrier is Carrier.TABLE:
        by_path = {word.path: word for word in document.words}
        return [Sheet(table.name, table.rows, _known(table.name, table.rows, by_path)) for table in document.tables]
    if document.carrier in PRINTED:
        return [_page_sheet(document, dialect)]
    return []


def _known(name: str, rows: Sequence[Row], by_path: Mapping[str, Word]) -> dict[tuple[int, int], tuple[Word, ...]]:
    paths = (
        ((row, column), by_path.get(f"{name}!{column_letters(column)}{row + 1}"))
        for row, cells in enumerate(rows[:100])
        for column in range(len(cells))
    )
    return {place: (word,) for place, word in paths if word is not None}


def _page_sheet(document: Document, dialect: Dialect) -> Sheet:
    lines = list(pages.lines(document.pages, dialect))
    cells = {(row, column): cell for row, line in enumerate(lines) for column, cell in enumerate(line.cells)}
    return Sheet("", tuple(line.texts for line in lines), cells)


def listed(document: Document, dialect: Dialect) -> Iterator[tuple[Sheet, Found]]:
    """The sheets with their tables, and the lines of which no amount is legible; those that balances tell put in."""
    seen = document.carrier is Carrier.OCR
    for sheet in sheets(document, dialect):
        whole = _whole(_unstroked(sheet, dialect), dialect, restored.restored) if seen else sheet
        found = _tables(whole, dialect)
        if not seen and any(blanks for _, blanks in found):
            whole = _whole(sheet, dialect, restored.blacked_out)
            found = _tables(whole, dialect)
        yield whole, found


def _unstroked(sheet: Sheet, dialect: Dialect) -> Sheet:
    rows = sheet.rows
    for at in headed(sheet.rows, sheet.name, dialect):
        body = signs.unstroked(rows[: at.end], at.columns, at.start + at.columns.height)
        rows = (*body, *rows[at.end :])
    return replace(sheet, rows=rows)


def _tables(sheet: Sheet, dialect: Dialect) -> Found:
    return [hidden.parted(sheet.rows, *span) for span in losses.spans(sheet.rows, _all_tables(sheet, dialect))]


def _all_tables(sheet: Sheet, dialect: Dialect) -> list[Table]:
    return list(tables(sheet.rows, sheet.name, dialect))


def loses_dated(sheet: Sheet, found: Found) -> bool:
    """Whether a row with a day is no transaction, not even one without a legible amount."""
    unseen = {line.row for _, blanks in found for line in blanks}
    return losses.loses_dated(sheet.rows, [table for table, _ in found], unseen)


def _whole(sheet: Sheet, dialect: Dialect, tell: Callable[[Sequence[Row], Headed], Mapping[_Place, str]]) -> Sheet:
    """The sheet with the days and amounts that only the lines around them tell."""
    told = {
        place: text for at in headed(sheet.rows, sheet.name, dialect) for place, text in tell(sheet.rows, at).items()
    }
    rows = (
        tuple(told.get((number, column), cell) for column, cell in enumerate(row))
        for number, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=tuple(rows), restored=tuple(told)) if told else sheet

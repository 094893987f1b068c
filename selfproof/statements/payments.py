"""Statements and settled lists as payments: one for every line that moved money, with its place on the paper.

Lines in other currencies, lines that stand for several payments, and what was taken back, with the line that did it,
are left out: none of them is one sum that came from one payer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfproof.carriers.table import column_letters
from selfproof.geometry import Place, union
from selfproof.model import Document, Payment, Word
from selfproof.statements import abroad, settlement, statement
from selfproof.statements.amounts import ZERO
from selfproof.statements.entries import Table
from selfproof.statements.headings import BANK, Dialect
from selfproof.statements.settlement import Part
from selfproof.statements.sheets import Sheet
from selfproof.statements.ways import Entry
from selfproof.statements.words import words

_LONGEST = 120  # characters of a note


def of_statement(document: Document, dialect: Dialect = BANK) -> Iterator[Payment]:
    """The lines of a bank's or a wallet's statement in printed order."""
    found = statement.parse(document, dialect)
    row = 0
    for sheet, table in found.parts if found else ():
        for entry in table.entries:
            amount = entry.inflow - entry.outflow
            void = found is not None and id(entry) in found.undone
            if amount and not void and words()["domestic"].search(entry.currency.upper()):
                place, sure = _place(sheet, entry.row, table.columns.at["date"])
                earned = found is not None and statement.earned(found, entry)
                yield Payment(
                    row, entry.day, amount, ZERO, entry.counterparty, _note(entry, table), earned, place, sure
                )
            row += 1


def _note(entry: Entry, table: Table) -> str:
    """What the line is for: its summary, with the numbers that no other column explains."""
    told = {index for columns in table.columns.at.values() for index in columns}
    rest = (cell for index, cell in enumerate(entry.cells) if index not in told and any(map(str.isdigit, cell)))
    return " ".join([entry.summary, *rest]).strip()[:_LONGEST]


def of_settled(document: Document, dialect: Dialect) -> Iterator[Payment]:
    """The lines of a platform's or an acquirer's list: what was taken less what was kept of it."""
    row = 0
    for part in settlement.parse(document, dialect):
        own = set(map(id, abroad.in_own(part)))
        for line in part.lines:
            taken = line.of("gross") - line.of("refund") if id(line) in own else ZERO
            left = line.amounts.get("net", taken - line.of("fee"))
            if taken and line.count == 1 and not line.undone and 0 <= taken - left <= taken:
                place, sure = _place(part.sheet, line.row, part.at.columns.at["date"])
                yield Payment(row, line.day, left, taken - left, "", _number(part, line.cells), True, place, sure)  # noqa: FBT003  the field's own words
            elif taken < 0:
                place, sure = _place(part.sheet, line.row, part.at.columns.at["date"])
                yield Payment(row, line.day, taken, ZERO, "", _number(part, line.cells), False, place, sure)  # noqa: FBT003  the same
            row += 1


def _number(part: Part, cells: Sequence[str]) -> str:
    roles = ("number", "summary", "kind")
    return " ".join(cell for role in roles for cell in part.at.columns.cells(role, cells) if cell)[:_LONGEST]


def _place(sheet: Sheet, row: int, dated: Sequence[int]) -> tuple[Place, float]:
    """The whole line on its page, or the cell of its day; and how sure the reading of it is."""
    cells: list[Word] = []
    for column in range(len(sheet.rows[row])):
        cells += sheet.words.get((row, column), ())
    if not cells or cells[0].path:
        return Place(path=f"{sheet.name}!{column_letters(dated[0])}{row + 1}"), 1.0
    page = cells[0].page
    box = union([word.box for word in cells if word.page == page])
    return Place(page, box), min(word.confidence for word in cells)

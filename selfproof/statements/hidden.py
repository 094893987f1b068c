"""Lines that are transactions though their amount cannot be read: blacked out, under a seal, or lost.

Such a line counts and has its day; what it moved is not known, and no sum that it belongs to is told. It is one only
where the paper says so: by a mask in the place of the amount, by a balance that is not that of either line beside it,
or by its direction. What else has no amount, as a line that carries a balance over, is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from selfproof.layout import squash
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.days import Calendar, calendar
from selfproof.statements.entries import Table
from selfproof.statements.headings import Columns, Row
from selfproof.statements.sides import party
from selfproof.statements.ways import way
from selfproof.statements.words import is_sum, words

_AMOUNTS = ("amount", "income", "expense")
_DAYLIKE = re.compile(
    r"(?=.*\d)(?:[^\u4e00-\u9fff]|(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?![\u4e00-\u9fff]))*", re.DOTALL
)
_NEAR = 6  # rows, among which sums and notes stand
_BAR, _STAR = "■█▇▆▅▓▒░◼⬛●•", "*＊xX×#?？"
_MASK = re.compile(rf"[-+¥￥]*(?:[\d.,]*[{_BAR}]|[{_STAR}]{{2}}|[\d.,]+[{_STAR}])[.,\d{_BAR}{_STAR}]*")


@dataclass(frozen=True, slots=True)
class Hidden:
    """A line whose amount is not known. comes, goes: whether it may be an inflow, or undo one, and an outflow.

    back: whether it may take back what came in before it: by its words, or where these are not legible either.
    """

    row: int
    day: date
    time: str
    counterparty: str
    comes: bool
    goes: bool
    back: bool


def parted(rows: Sequence[Row], table: Table, end: int) -> tuple[Table, tuple[Hidden, ...]]:
    """A table that goes up to the row `end` without its transactions of which the amount cannot be read, and these."""
    columns, known = table.columns, {entry.row for entry in table.entries if entry.inflow or entry.outflow}
    body = range(table.start + columns.height, end)
    left = [index for index in body if index not in known and _unpaid(columns, rows[index])]
    days = _days(rows, table, end) if left else Calendar()
    moved = [index for index in left if _moves(rows, columns, index, body, days)]
    signed = not _turned(table)
    told = 2 * sum(unsaid(columns, entry.cells) for entry in table.entries) < len(table.entries)
    lines = (line for index in moved for line in _line(columns, rows[index], index, days, signed=signed))
    found = tuple(replace(line, back=line.back or (told and unsaid(columns, rows[line.row]))) for line in lines)
    away = {line.row for line in found}
    return replace(table, entries=tuple(entry for entry in table.entries if entry.row not in away)), found


def _turned(table: Table) -> bool:
    """Whether a minus may be what comes in, as on a card's bill."""
    told = ((entry, next(table.columns.amounts("amount", entry.cells), ZERO)) for entry in table.entries)
    return table.card or any((entry.inflow - entry.outflow) * amount < 0 for entry, amount in told)


def _line(columns: Columns, row: Row, index: int, days: Calendar, *, signed: bool) -> Iterator[Hidden]:
    stamp = next((cell for cell in columns.cells("date", row) if days.parse(cell)), "")
    if day := days.parse(stamp):
        comes, goes = _sides(columns, row, signed=signed)
        back = words()["takes_back"].search(squash(" ".join(columns.cells("summary", row)))) is not None
        name = party(next((cell for cell in columns.cells("counterparty", row) if cell.strip("-— ")), ""))
        yield Hidden(index, day, stamp, name, comes or back, goes, back)


def unsaid(columns: Columns, row: Row) -> bool:
    """Whether a row has a place for what it is for, and nothing legible there."""
    cells = columns.cells("summary", row)
    return bool(cells) and not any(re.search(r"\w", cell) for cell in cells)


def _days(rows: Sequence[Row], table: Table, end: int) -> Calendar:
    context = "\n".join(" ".join(row) for row in rows[: table.start])
    cells = [cell for row in rows[table.start : end] for cell in table.columns.cells("date", row)]
    return calendar(table.columns.within(context), cells)


def _unpaid(columns: Columns, row: Row) -> bool:
    """Whether a row that is no sum has something of a day that no words stand beside, and no amount."""
    if any(map(is_sum, row)) or not any(_DAYLIKE.fullmatch(cell.strip()) for cell in columns.cells("date", row)):
        return False
    amounts = _amounts(columns, row)
    return not any(amounts) and (not _legible(columns, row) or ("income" in columns.at and None in amounts))


def _amounts(columns: Columns, row: Row) -> list[Decimal | None]:
    return [parse_amount(cell) for role in _AMOUNTS for cell in columns.cells(role, row)]


def _moves(rows: Sequence[Row], columns: Columns, index: int, body: range, days: Calendar) -> bool:
    row = rows[index]
    if masked(columns, row):
        return True
    balance = _balance(columns, row)
    if balance is None:
        return bool(way(columns.cells("direction", row))) and _named(columns, row) and not _legible(columns, row)
    above = reversed(range(max(index - _NEAR, body.start), index))
    below = range(index + 1, min(index + _NEAR, body.stop))
    beside = [at for near in (above, below) if (at := _nearest(columns, rows, near)) is not None]
    if not beside or balance in [_balance(columns, rows[at]) for at in beside]:
        return False
    return len(beside) > 1 or _named(columns, row) or _follows(row, rows[beside[0]], columns, days)


def _nearest(columns: Columns, rows: Sequence[Row], near: Iterable[int]) -> int | None:
    """The nearest row with a balance."""
    return next((at for at in near if _balance(columns, rows[at]) is not None), None)


def _follows(row: Row, other: Row, columns: Columns, days: Calendar) -> bool:
    """Whether a row is of a later day than another: it carries no balance over from before it."""
    later, earlier = (next(filter(None, map(days.parse, columns.cells("date", one))), None) for one in (row, other))
    return later is not None and earlier is not None and earlier < later


def _legible(columns: Columns, row: Row) -> bool:
    return any(amount is not None for amount in _amounts(columns, row))


def _named(columns: Columns, row: Row) -> bool:
    """Whether another party is named: what only carries a balance over has none."""
    return any(re.search(r"\w", cell) for cell in columns.cells("counterparty", row))


def masked(columns: Columns, row: Row) -> bool:
    """Whether a mask stands in the place of an amount."""
    return any(map(is_mask, (cell for role in _AMOUNTS for cell in columns.cells(role, row))))


def is_mask(cell: str) -> bool:
    """Whether nothing but a mask stands in a cell."""
    return _MASK.fullmatch(squash(cell)) is not None


def _balance(columns: Columns, row: Row) -> Decimal | None:
    return next(columns.amounts("balance", row), None)


def _sides(columns: Columns, row: Row, *, signed: bool) -> tuple[bool, bool]:
    """Whether it may have come in, and gone out: by the column of what is left of it, by its direction or its sign.

    signed: whether a minus is what goes out.
    """
    if "income" in columns.at and "expense" in columns.at:
        pair = [columns.cells(role, row)[:1] for role in ("income", "expense")]
        left = [any(parse_amount(cell) is None and cell.strip("-—–/ ") for cell in cells) for cells in pair]
        return (left[0], left[1]) if any(left) else (True, True)
    told = way(columns.cells("direction", row))
    signs = [cell.strip()[:1] for cell in columns.cells("amount", row) if signed and cell.strip()[:1] in ("+", "-")]
    told = told or (0 if not signs else -1 if signs[0] == "-" else 1)
    return told >= 0, told <= 0

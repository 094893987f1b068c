"""Whether a statement was read whole: sums over it would be wrong, not incomplete, without one line."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

from selfproof import values
from selfproof.model import Word
from selfproof.statements.amounts import parse_amount
from selfproof.statements.days import Calendar
from selfproof.statements.entries import Table
from selfproof.statements.headings import Columns, Row
from selfproof.statements.words import is_sum, words

AMOUNTS = ("amount", "income", "expense")
_MONEY = re.compile(r"\d\.\d")  # in whatever else was read along
_CENTS = re.compile(r"\d[.,](\d{1,2})(?!\d)")
_MANY = 4  # amounts with cents, that tell how all are printed
_TORN = re.compile(r"\d{4}[-/.年]?(?:\d{1,2}[-/.月])?|\d{1,2}[-/.月]\d{1,2}日?")  # parts of a day
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,8}\s*[:：]")  # a day or a sum of the head that each page repeats
_FIGURES = 6  # of a day that could not be read
_SURE = 0.9  # of the least certain sign of an amount or a balance

Cells = Mapping[tuple[int, int], Sequence[Word]]


def loses_lines(
    rows: Sequence[Row], columns: Columns, begin: int, known: Collection[int], roles: Sequence[str] = AMOUNTS
) -> bool:
    """Whether a row from `begin` on is no known transaction because its day or its amount could not be read.

    known: the rows of the transactions. roles: the columns of amounts.
    """
    last = max(known)
    left = ((index, row) for index, row in enumerate(rows) if index >= begin and index not in known)
    return any(_moves(columns, row, roles, within=index < last) for index, row in left)


def loses_dated(rows: Sequence[Row], tables: Sequence[Table], hidden: Collection[int] = ()) -> bool:
    """Whether a row below a heading has its day, or a part of it beside an amount, and is no transaction.

    hidden: the rows that are transactions without a legible amount.
    """
    known = {entry.row for table in tables for entry in table.entries}.union(hidden)
    return any(
        (_dated(table.columns, rows[index]) and not stands(table, index, rows[index]))
        or _torn(table.columns, rows[index])
        for table, end in spans(rows, tables)
        for index in range(table.start + table.columns.height, end)
        if index not in known
    )


def stands(table: Table, index: int, row: Row) -> bool:
    """Whether a row moves nothing and only says the balance of the transaction beside it, or calls it carried over.

    A first line whose amount is lost says the balance before the next one as well.
    """
    columns, place = table.columns, bisect_left(table.entries, index, key=lambda entry: entry.row)
    if any(cell.strip() for role in AMOUNTS for cell in columns.cells(role, row)):
        return False
    beside = [entry for entry in table.entries[max(place - 1, 0) : place + 1] if entry.balance is not None]
    told = {entry.balance for entry in beside}
    if words()["carried"].search(" ".join(row)):
        told |= {entry.balance - entry.inflow + entry.outflow for entry in beside if entry.balance is not None}
    return next(columns.amounts("balance", row), None) in told


def spans(rows: Sequence[Row], tables: Sequence[Table]) -> Iterator[tuple[Table, int]]:
    """Each table of a sheet with the row where it ends."""
    yield from zip(tables, [*(table.start for table in tables[1:]), len(rows)], strict=False)


def _dated(columns: Columns, row: Row) -> bool:
    if any(map(is_sum, row)):
        return False
    days = (cell for cell in columns.cells("date", row) if not _LABELLED.match(cell))
    return any(map(Calendar().parse, days)) and any(map(_CENTS.search, row))


def _torn(columns: Columns, row: Row) -> bool:
    """Whether a row moves an amount on a day of which only a part stands beside it: the rest went to another line."""
    if any(map(is_sum, row)) or not any(map(_TORN.fullmatch, columns.cells("date", row))):
        return False
    return any(_CENTS.search(cell) and parse_amount(cell) for role in AMOUNTS for cell in columns.cells(role, row))


def loses_points(rows: Sequence[Row], columns: Columns, known: Collection[int]) -> bool:
    """Whether an amount has no cents where all others do: its point was not seen, and it is a hundred times too much.

    Where cents are printed only if there are any, some amounts have one figure after the point.
    """
    amounts = (cell for index in known for role in AMOUNTS for cell in columns.cells(role, rows[index]))
    cents = [len(found[1]) if (found := _CENTS.search(cell)) else 0 for cell in amounts if parse_amount(cell)]
    return cents.count(2) >= _MANY and 0 in cents and 1 not in cents


def _moves(columns: Columns, row: Row, roles: Sequence[str], *, within: bool) -> bool:
    """Whether a row that was not understood is a transaction; below the last one, only if nothing else can be meant."""
    if any(map(is_sum, row)):
        return False
    days = columns.cells("date", row)
    told = (cell for role in roles for cell in columns.cells(role, row) if not _LABELLED.match(cell))
    paid = any(parse_amount(cell) is not None or _MONEY.search(cell) for cell in told)
    if within:
        return paid or any(Calendar().parse(cell) for cell in days if not _LABELLED.match(cell))
    return paid and any(len(re.findall(r"\d", cell)) >= _FIGURES for cell in days)


def miscounted(preamble: str, entries: int) -> bool:
    """Whether the paper itself says that it lists another number of transactions."""
    counted = words()["counted"].search(values.fold(preamble))
    return counted is not None and int(counted[1]) != entries


def certain(table: Table, cells: Cells) -> bool:
    """Whether every amount and balance was recognised without doubt, so that what does not add up is the paper's."""
    return all(
        options[0][1] >= _SURE
        for word in _figures(table, cells)
        for options in word.alternatives
        if options[0][0] != " "
    )


def _figures(table: Table, cells: Cells) -> Iterator[Word]:
    columns = tuple(chain.from_iterable(table.columns.at.get(role, ()) for role in (*AMOUNTS, "balance")))
    for entry in table.entries:
        for column in columns:
            yield from cells.get((entry.row, column), ())

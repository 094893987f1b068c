"""Rows of a statement → tables of entries: a day, what came in, what went out, the balance after it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from selfproof import units
from selfproof.layout import squash
from selfproof.statements import chain, headings, infer
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.days import Calendar, calendar
from selfproof.statements.headings import BANK, MONEY, Columns, Dialect, Row
from selfproof.statements.sides import party, places
from selfproof.statements.ways import Entry, Undirected, directed, way
from selfproof.statements.words import is_sum, words

_FEE = re.compile(r"(?:交易)?手续费(?:金额)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A heading with its entries. card: a credit card's bill. start: the heading's row (from 0)."""

    columns: Columns
    start: int
    entries: tuple[Entry, ...]
    card: bool


def tables(rows: Sequence[Row], preamble: str = "", dialect: Dialect = BANK) -> Iterator[Table]:
    """Every table of dated amounts in a sheet. preamble: what else is said of it: sheet name, title."""
    found = [_table(rows, (at.start, at.end), at.columns, at.context) for at in headed(rows, preamble, dialect)]
    yield from _with_currencies(found, rows, preamble)
    if found or dialect is not BANK:
        return
    rows = [infer.unlabelled(row) for row in rows]
    if (inferred := infer.columns(rows)) is not None:
        columns, first = inferred
        context = "\n".join([preamble, *(" ".join(row) for row in rows[: first - columns.height])])
        table = _table(rows, (first - columns.height, len(rows)), _in_units(columns, context), context)
        yield from _with_currencies([table], rows, preamble)


def _with_currencies(found: Iterable[Table], rows: Sequence[Row], preamble: str) -> Iterator[Table]:
    """The tables, each transaction without a currency of its own in what its account is said to be kept in above it."""
    start = 0
    for table in found:
        entries = tuple(_in_currencies(table.entries, rows, start, kept_in(preamble) or ""))
        yield replace(table, entries=entries)
        start = entries[-1].row + 1 if entries else start


@dataclass(frozen=True, slots=True)
class Headed:
    """The rows from a heading to the next one or the end. context: what is said of them above."""

    columns: Columns
    start: int
    end: int
    context: str

    def days(self, rows: Sequence[Row]) -> Calendar:
        """How its days are printed."""
        body = rows[self.start + self.columns.height : self.end]
        return calendar(
            self.columns.within(self.context), [cell for row in body for cell in self.columns.cells("date", row)]
        )


def headed(rows: Sequence[Row], preamble: str, dialect: Dialect) -> Iterator[Headed]:
    """Every heading of a sheet with its rows."""
    index, before, over = 0, [preamble], ""
    while index < len(rows):
        columns = headings.heading(rows, index, dialect)
        if columns is None:
            before.append(" ".join(rows[index]))
            over = headings.year(rows[index : index + 1]) or over
            index += 1
            continue
        end = _end(rows, columns, index, over)
        yield Headed(_in_units(columns, "\n".join(before)), index, end, "\n".join(before))
        below = headings.year(rows[index:end]) or over
        before = [*before, below] if below != over else [preamble]
        index, over = end, below


def _in_units(columns: Columns, said: str) -> Columns:
    """The columns with the units that stand behind their headings, or over all of them."""
    over = units.over(said)
    figures = {index for name, places in columns.at.items() if name in MONEY for index in places}
    told = {index: units.behind(heading) or over for index, heading in enumerate(columns.headings) if index in figures}
    return replace(columns, factors={index: factor for index, factor in told.items() if factor != 1})


def _end(rows: Sequence[Row], columns: Columns, index: int, over: str) -> int:
    """The row where another heading begins than the one at index; the same one again only begins a new page, but for
    another year over it.
    """  # noqa: D205  one sentence
    start = index + columns.height
    last = over = headings.year(rows[index:start]) or over
    for at in range(start, len(rows)):
        found = headings.heading(rows, at, columns.dialect)
        if found and (found.headings != columns.headings or last != over):
            return at
        last = headings.year(rows[at : at + 1]) or last
    return len(rows)


def _table(rows: Sequence[Row], span: tuple[int, int], columns: Columns, context: str) -> Table:
    start, end = span
    body = range(start + columns.height, end)
    columns = _told_apart(columns, [rows[index] for index in body])
    lines = list(_lines([(index, rows[index]) for index in body], columns, context))
    card = _is_card(columns, context)
    sides, entries = places(columns, "name"), _charged(list(directed(lines, columns, card=card)), columns)
    return Table(columns, start, tuple(_opposite(entry, sides) if sides else entry for entry in entries), card)


def fees(columns: Columns) -> list[int]:
    """The columns of what the bank took for a transfer."""
    return [at for at in columns.at.get("foreign", ()) if _FEE.fullmatch(headings.plain(columns.headings[at]))]


def _charged(entries: Sequence[Entry], columns: Columns) -> Sequence[Entry]:
    """The entries with what the bank took for each of them going out too, where the balances follow only so."""
    told = fees(columns)
    taken = [
        sum((abs(parse_amount(cell) or ZERO) for at in told for cell in entry.cells[at : at + 1]), ZERO)
        for entry in (entries if told else ())
    ]
    if not any(taken):
        return entries
    charged = [replace(entry, outflow=entry.outflow + fee) for entry, fee in zip(entries, taken, strict=True)]
    broken, mended = (chain.breaks(("", entry) for entry in each) for each in (entries, charged))
    return charged if broken and mended == 0 else entries


def _opposite(entry: Entry, sides: tuple[int, int]) -> Entry:
    """The entry with whoever was paid or paid, of the two whom its line names."""
    name = party("".join(entry.cells[sides[bool(entry.outflow)] :][:1]))
    return replace(entry, counterparty=name if name.strip("-— ") else "")


def _told_apart(columns: Columns, rows: Sequence[Row]) -> Columns:
    """The columns; one of kinds in which nothing but directions stands (存入, 支取) is that of the directions."""
    if "direction" in columns.at or "amount" not in columns.at:
        return columns
    dated = [row for row in rows if any(columns.cells("date", row)) and not any(map(is_sum, row))]
    for column in columns.at.get("summary", ()):
        said = {squash(row[column]) if column < len(row) else "" for row in dated}
        if said and all(words()["way"].fullmatch(text) for text in said):
            rest = tuple(other for other in columns.at["summary"] if other != column)
            return replace(columns, at={**columns.at, "direction": (column,), "summary": rest})
    return columns


def kept_in(said: str) -> str | None:
    """The currency that a line without a transaction names, "" for the country's own; None where it names none.

    >>> kept_in("币种：美元（USD） 账号：1"), kept_in("币种：人民币、美元"), kept_in("交易日期 币种 摘要")
    ('美元', '', None)
    """
    for label in words()["currency"].finditer(said):
        if re.search(r"人民币|本币|CNY|RMB", label[0], re.IGNORECASE):
            return ""
        match = words()["foreign"].search(label[0])
        if match:
            return str(match[0])
    return None


def _in_currencies(entries: Iterable[Entry], rows: Sequence[Row], start: int, kept: str) -> Iterator[Entry]:
    """The entries, those without a currency of their own in what the account above them is kept in.

    start: the row after the last transaction of the table before; kept: what holds until a line says otherwise.
    """
    for entry in entries:
        named = (kept_in(" ".join(row)) for row in rows[start : entry.row])
        kept = next((name for name in reversed(list(named)) if name is not None), kept)
        start = entry.row + 1
        yield replace(entry, currency=entry.currency or kept)


def _lines(rows: Sequence[tuple[int, Row]], columns: Columns, context: str) -> Iterator[Undirected]:
    dated = [cell for _, row in rows for cell in columns.cells("date", row)]
    days = calendar(columns.within(context), dated)
    previous: Undirected | None = None
    for index, row in rows:
        if not any(map(is_sum, row)):
            line = _dated(index, row, columns, days) or _undated(index, row, columns, previous)
            previous = line or previous
            yield from [line] if line else []


def _dated(index: int, row: Row, columns: Columns, days: Calendar) -> Undirected | None:
    found = next((day for cell in columns.cells("date", row) if (day := days.parse(cell))), None)
    return _line(index, row, columns, found) if found else None


def _undated(index: int, row: Row, columns: Columns, before: Undirected | None) -> Undirected | None:
    """A row without a day is the day's next transaction when the balance says so."""
    if before is None or any(columns.cells("date", row)):
        return None
    line = _line(index, row, columns, before.entry.day)
    return line if line is not None and _continues(before, line) else None


def _continues(before: Undirected, line: Undirected) -> bool:
    if before.entry.balance is None or line.entry.balance is None:
        return False
    step = line.entry.balance - before.entry.balance
    moved = line.pair[0] - line.pair[1] if line.pair else line.amount * (line.sign or 1)
    return bool(moved) and step in (moved, -moved)


def _line(index: int, row: Row, columns: Columns, day: date) -> Undirected | None:
    pair = _pair(columns, row)
    amount = next(columns.amounts("amount", row), None)
    if pair is None and amount is None:
        return None
    entry = Entry(
        day=day, inflow=ZERO, outflow=ZERO, balance=next(columns.amounts("balance", row), None),
        counterparty=party(_first(columns.cells("counterparty", row))),
        summary=" ".join(dict.fromkeys(filter(None, columns.cells("summary", row)))),
        currency=_first(columns.cells("currency", row)), account=_first(columns.cells("account", row)),
        time=" ".join(columns.cells("date", row)), row=index, cells=tuple(row),
    )  # fmt: skip
    if words()["not_paid"].search(squash(" ".join(columns.cells("status", row)))):
        return Undirected(entry, None if pair is None else (ZERO, ZERO), ZERO, way(columns.cells("direction", row)))
    return Undirected(entry, pair, amount or ZERO, way(columns.cells("direction", row)))


def _first(cells: Sequence[str]) -> str:
    return next((cell for cell in cells if cell.strip("-— ")), "")


def _pair(columns: Columns, row: Row) -> tuple[Decimal, Decimal] | None:
    """What came in and went out by the best pair of columns that is filled; zeros only when no pair says more."""
    found: tuple[Decimal, Decimal] | None = None
    incomes, expenses = columns.at.get("income", ()), columns.at.get("expense", ())
    for income, expense in zip(incomes, expenses, strict=False):
        cells = [columns.amount(index, row) for index in (income, expense)]
        if any(cells):
            return cells[0] or ZERO, cells[1] or ZERO
        if any(cell is not None for cell in cells):
            found = found or (ZERO, ZERO)
    return found


def _is_card(columns: Columns, context: str) -> bool:
    """A credit card's bill: by its words, or without a running balance by the headings that only bills have.

    No wallet's is one: 账单日期 is when it was made.
    """
    if columns.dialect.neutral:
        return False
    said = squash(context + " ".join(columns.headings))
    if words()["card"].search(said):
        return True
    if "balance" in columns.at or words()["debit"].search(said):
        return False
    plain = [headings.plain(heading) for heading in columns.headings]
    return any(
        all(any(re.fullmatch(pattern, heading) for heading in plain) for pattern in pair)
        for pair in words()["card_pairs"]
    )

"""Rows of a statement → entries: a day, what came in, what went out, the balance after it.

Banks print amounts in pairs of columns, with a direction beside them, or with a sign; a card's bill counts spending as
positive. Which it is follows from the whole table: headings, balances, and the lines that can only lower a debt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from selfproof import units
from selfproof.layout import squash
from selfproof.statements import headings, infer
from selfproof.statements.amounts import ZERO
from selfproof.statements.days import Calendar, calendar
from selfproof.statements.headings import BANK, MONEY, Columns, Dialect, Row


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction. inflow, outflow: not negative, but for a bank's red (reversing) entries.

    balance: None where none is printed. row: its number (from 0) in the table; cells: the row as printed.
    """

    day: date
    inflow: Decimal
    outflow: Decimal
    balance: Decimal | None
    counterparty: str
    summary: str
    currency: str
    account: str
    time: str
    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that is a transaction, before its direction is known: amount is signed by `sign` or by itself."""

    entry: Entry
    pair: tuple[Decimal, Decimal] | None
    amount: Decimal
    sign: int


@dataclass(frozen=True, slots=True)
class Table:
    """A heading with its entries. card: a credit card's bill. start: the heading's row (from 0)."""

    columns: Columns
    start: int
    entries: tuple[Entry, ...]
    card: bool


@cache
def words() -> Mapping[str, Any]:
    """The table of words, with its expressions compiled; a list of them is one with alternatives."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "statement_words.yaml").read_text("utf-8"))
    return {key: _compiled(value) for key, value in table.items()}


def _compiled(value: Any) -> Any:  # noqa: ANN401  an expression, alternatives, or a table of its own
    if isinstance(value, dict):
        return {key: _compiled(each) for key, each in value.items()}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(f"(?:{item})" for item in value)
    return re.compile(value, re.IGNORECASE) if isinstance(value, str) else value


def tables(rows: Sequence[Row], preamble: str = "", dialect: Dialect = BANK) -> Iterator[Table]:
    """Every table of dated amounts in a sheet. preamble: what else is said of it: sheet name, title."""
    found = [_table(rows, (at.start, at.end), at.columns, at.context) for at in headed(rows, preamble, dialect)]
    yield from _with_currencies(found, rows, preamble)
    rows = rows if found else [infer.unlabelled(row) for row in rows]
    inferred = None if found or dialect is not BANK else infer.columns(rows)
    if inferred is not None:
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
    return Table(columns, start, tuple(_entries(lines, columns, card=card)), card)


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


def _lines(rows: Sequence[tuple[int, Row]], columns: Columns, context: str) -> Iterator[_Line]:
    dated = [cell for _, row in rows for cell in columns.cells("date", row)]
    days = calendar(columns.within(context), dated)
    previous: _Line | None = None
    for index, row in rows:
        if not any(map(is_sum, row)):
            line = _dated(index, row, columns, days) or _undated(index, row, columns, previous)
            previous = line or previous
            yield from [line] if line else []


def _dated(index: int, row: Row, columns: Columns, days: Calendar) -> _Line | None:
    found = next((day for cell in columns.cells("date", row) if (day := days.parse(cell))), None)
    return _line(index, row, columns, found) if found else None


def _undated(index: int, row: Row, columns: Columns, before: _Line | None) -> _Line | None:
    """A row without a day is the day's next transaction when the balance says so."""
    if before is None or any(columns.cells("date", row)):
        return None
    line = _line(index, row, columns, before.entry.day)
    return line if line is not None and _continues(before, line) else None


def is_sum(cell: str) -> bool:
    """Whether a cell says that its line is a sum or carried over.

    >>> is_sum("本页合计"), is_sum("合计  话费")
    (True, False)
    """
    return bool(cell) and not cell[0].isdigit() and words()["sum_line"].fullmatch(squash(cell)) is not None


def _continues(before: _Line, line: _Line) -> bool:
    if before.entry.balance is None or line.entry.balance is None:
        return False
    step = line.entry.balance - before.entry.balance
    moved = line.pair[0] - line.pair[1] if line.pair else line.amount * (line.sign or 1)
    return bool(moved) and step in (moved, -moved)


def _line(index: int, row: Row, columns: Columns, day: date) -> _Line | None:
    pair = _pair(columns, row)
    amount = next(columns.amounts("amount", row), None)
    if pair is None and amount is None:
        return None
    entry = Entry(
        day=day, inflow=ZERO, outflow=ZERO, balance=next(columns.amounts("balance", row), None),
        counterparty=_first(columns.cells("counterparty", row)),
        summary=" ".join(dict.fromkeys(filter(None, columns.cells("summary", row)))),
        currency=_first(columns.cells("currency", row)), account=_first(columns.cells("account", row)),
        time=" ".join(columns.cells("date", row)), row=index, cells=tuple(row),
    )  # fmt: skip
    if words()["not_paid"].search(squash(" ".join(columns.cells("status", row)))):
        return _Line(entry, None if pair is None else (ZERO, ZERO), ZERO, way(columns.cells("direction", row)))
    return _Line(entry, pair, amount or ZERO, way(columns.cells("direction", row)))


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


def way(cells: Sequence[str]) -> int:
    """Which way cells of directions say that money went: 1 in, -1 out, 0 where they tell none."""
    text = squash(" ".join(cells))
    text = re.sub(r"[a-z]+", "", text, flags=re.IGNORECASE) or text
    if words()["out"].search(text):
        return -1
    return 1 if words()["in"].search(text) else 0


def _is_card(columns: Columns, context: str) -> bool:
    """A credit card's bill: by its words, or without a running balance by the headings that only bills have."""
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


def _entries(lines: Sequence[_Line], columns: Columns, *, card: bool) -> Iterator[Entry]:
    if any(line.pair is not None for line in lines):
        yield from _by_pairs(lines)
    elif any(line.sign for line in lines):
        yield from _by_direction(lines, neutral=columns.dialect.neutral)
    elif _unsigned(lines, columns):
        yield from _by_balance(lines)
    else:
        factor = -1 if _reversed(lines, card=card) else 1
        yield from (_entry(line, line.amount * factor) for line in lines)


def _by_pairs(lines: Sequence[_Line]) -> Iterator[Entry]:
    """A column whose amounts are all negative only marks its direction; a single negative amount is a red entry."""
    factors = [-1 if _all_negative(line.pair[side] for line in lines if line.pair) else 1 for side in (0, 1)]
    for line in lines:
        if line.pair:
            yield replace(line.entry, inflow=line.pair[0] * factors[0], outflow=line.pair[1] * factors[1])


def _all_negative(amounts: Iterable[Decimal]) -> bool:
    moved = [amount for amount in amounts if amount]
    return bool(moved) and all(amount < 0 for amount in moved)


def _by_direction(lines: Sequence[_Line], *, neutral: bool) -> Iterator[Entry]:
    outs = [line.amount for line in lines if line.sign < 0]
    factor = -1 if _all_negative(outs) else 1
    for line in lines:
        if line.sign > 0:
            yield replace(line.entry, inflow=line.amount)
        elif line.sign < 0:
            yield replace(line.entry, outflow=line.amount * factor)
        elif neutral:
            yield line.entry


def _entry(line: _Line, signed: Decimal) -> Entry:
    return replace(line.entry, inflow=max(signed, ZERO), outflow=max(-signed, ZERO))


def _steps(lines: Sequence[_Line]) -> list[tuple[_Line, Decimal]]:
    """(line, change of the balance that it made), in the order in which more of them fit."""

    def along(order: Sequence[_Line]) -> list[tuple[_Line, Decimal]]:
        known = [(line, line.entry.balance) for line in order if line.entry.balance is not None]
        return [(line, after - before) for (_, before), (line, after) in pairwise(known)]

    def fits(steps: list[tuple[_Line, Decimal]]) -> int:
        return sum(abs(line.amount) == abs(step) for line, step in steps)

    return max(along(lines), along(lines[::-1]), key=fits)


def _unsigned(lines: Sequence[_Line], columns: Columns) -> bool:
    """No direction is printed at all, and the balances fall as well as rise by the amounts."""
    if "balance" not in columns.at or any(line.amount < 0 for line in lines):
        return False
    return any(line.amount and step == -line.amount for line, step in _steps(lines))


def _by_balance(lines: Sequence[_Line]) -> Iterator[Entry]:
    """The balances give the directions; where there is none before a line, its words do."""
    steps = {id(line): step for line, step in _steps(lines) if abs(step) == line.amount}
    for line in lines:
        balance = line.entry.balance
        spent = words()["spent"].search(line.entry.summary) or (balance is not None and balance < line.amount)
        step = steps.get(id(line), -line.amount if spent else line.amount)
        yield _entry(line, step)


def _reversed(lines: Sequence[_Line], *, card: bool) -> bool:
    """Whether positive means money out."""
    steps = _steps(lines)
    against = sum(bool(line.amount) and step == -line.amount for line, step in steps)
    along = sum(bool(line.amount) and step == line.amount for line, step in steps)
    if against != along or not card:
        return against > along
    repaid = [line.amount for line in lines if line.amount and words()["repaid"].search(line.entry.summary)]
    lowered = sum(amount < 0 for amount in repaid) - sum(amount > 0 for amount in repaid)
    majority = sum(line.amount > 0 for line in lines) - sum(line.amount < 0 for line in lines)
    return lowered > 0 if lowered else majority >= 0

"""Lines of a statement whose amounts bear no direction yet → entries: what came in and what went out.

Banks print amounts in pairs of columns, with a direction beside them, or with a sign; a card's bill counts spending as
positive. Which it is follows from the whole table: headings, balances, and the lines that can only lower a debt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from selfproof.layout import squash
from selfproof.statements.amounts import ZERO
from selfproof.statements.headings import Columns
from selfproof.statements.words import words


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
class Undirected:
    """A row that is a transaction, before its direction is known: amount is signed by `sign` or by itself."""

    entry: Entry
    pair: tuple[Decimal, Decimal] | None
    amount: Decimal
    sign: int


def way(cells: Sequence[str]) -> int:
    """Which way cells of directions say that money went: 1 in, -1 out, 0 where they tell none."""
    text = squash(" ".join(cells))
    text = re.sub(r"[a-z]+", "", text, flags=re.IGNORECASE) or text
    if words()["out"].search(text):
        return -1
    return 1 if words()["in"].search(text) else 0


def directed(lines: Sequence[Undirected], columns: Columns, *, card: bool) -> Iterator[Entry]:
    """The lines with what came in and what went out. card: whether they are of a credit card's bill."""
    if any(line.pair is not None for line in lines):
        yield from _by_pairs(lines)
    elif any(line.sign for line in lines):
        yield from _by_direction(lines, neutral=columns.dialect.neutral)
    elif _unsigned(lines, columns):
        yield from _by_balance(lines)
    else:
        factor = -1 if _reversed(lines, card=card) else 1
        yield from (_entry(line, line.amount * factor) for line in lines)


def _by_pairs(lines: Sequence[Undirected]) -> Iterator[Entry]:
    """A column whose amounts are all negative only marks its direction; a single negative amount is a red entry."""
    factors = [-1 if _all_negative(line.pair[side] for line in lines if line.pair) else 1 for side in (0, 1)]
    for line in lines:
        if line.pair:
            yield replace(line.entry, inflow=line.pair[0] * factors[0], outflow=line.pair[1] * factors[1])


def _all_negative(amounts: Iterable[Decimal]) -> bool:
    moved = [amount for amount in amounts if amount]
    return bool(moved) and all(amount < 0 for amount in moved)


def _by_direction(lines: Sequence[Undirected], *, neutral: bool) -> Iterator[Entry]:
    outs = [line.amount for line in lines if line.sign < 0]
    factor = -1 if _all_negative(outs) else 1
    for line in lines:
        if line.sign > 0:
            yield replace(line.entry, inflow=line.amount)
        elif line.sign < 0:
            yield replace(line.entry, outflow=line.amount * factor)
        elif neutral:
            yield line.entry


def _entry(line: Undirected, signed: Decimal) -> Entry:
    return replace(line.entry, inflow=max(signed, ZERO), outflow=max(-signed, ZERO))


def _steps(lines: Sequence[Undirected]) -> list[tuple[Undirected, Decimal]]:
    """(line, change of the balance that it made), in the order in which more of them fit."""

    def along(order: Sequence[Undirected]) -> list[tuple[Undirected, Decimal]]:
        known = [(line, line.entry.balance) for line in order if line.entry.balance is not None]
        return [(line, after - before) for (_, before), (line, after) in pairwise(known)]

    def fits(steps: list[tuple[Undirected, Decimal]]) -> int:
        return sum(abs(line.amount) == abs(step) for line, step in steps)

    return max(along(lines), along(lines[::-1]), key=fits)


def _unsigned(lines: Sequence[Undirected], columns: Columns) -> bool:
    """No direction is printed at all, and the balances fall as well as rise by the amounts."""
    if "balance" not in columns.at or any(line.amount < 0 for line in lines):
        return False
    return any(line.amount and step == -line.amount for line, step in _steps(lines))


def _by_balance(lines: Sequence[Undirected]) -> Iterator[Entry]:
    """The balances give the directions; where there is none before a line, its words do."""
    steps = {id(line): step for line, step in _steps(lines) if abs(step) == line.amount}
    for line in lines:
        balance = line.entry.balance
        spent = words()["spent"].search(line.entry.summary) or (balance is not None and balance < line.amount)
        step = steps.get(id(line), -line.amount if spent else line.amount)
        yield _entry(line, step)


def _reversed(lines: Sequence[Undirected], *, card: bool) -> bool:
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

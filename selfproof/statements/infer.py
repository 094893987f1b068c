"""Columns without headings that are known: told by arithmetic, where every balance is the one before it plus its row.

Some exports have no heading at all, others one that the table of synonyms does not hold. Only a chain of balances
that holds in nearly all rows is believed, so that nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, permutations

from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.days import calendar
from selfproof.statements.headings import Columns, Row, role

_FEWEST_ROWS = 4
_MOST_ROWS = 300  # are looked at
_MOST_COLUMNS = 6  # of figures are tried
_HELD = 0.9
_LONGEST_AMOUNT = 18  # characters: longer figures are ids


_SAID = re.compile(r"(收入|支出|存入|支取|转入|转出|余额|结余)\s*[:：]?\s*(?:人民币|[¥￥])?\s*([\d,]+\.\d{2})元?")
_LABELLED = re.compile(r"[:：]|\d{8}")  # in a line over the first one, that says whose account it is
_OUT = ("支出", "支取", "转出")


def unlabelled(row: Row) -> Row:
    """A line whose amounts say themselves what they are, without these words.

    >>> unlabelled(("2026-01-05", "房租", "支出 715.36", "余额：9,284.64"))
    ('2026-01-05', '房租', '-715.36', '9,284.64')
    """
    said = [_SAID.fullmatch(cell.strip()) for cell in row]
    if not any(said):
        return row
    told = (
        (found and f"{'-' if found[1] in _OUT else ''}{found[2]}", cell) for found, cell in zip(said, row, strict=True)
    )
    return tuple(amount or cell for amount, cell in told)


def columns(rows: Sequence[Row]) -> tuple[Columns, int] | None:
    """(columns, first row of data); None when no columns form a chain of balances."""
    dated = _dated_column(rows)
    if dated is None:
        return None
    column, lines = dated
    first = lines[0]
    headings = tuple(rows[first - 1]) if first else ()
    headings = () if any(map(_LABELLED.search, headings)) else headings
    roles = [role(heading) for heading in headings]
    if any(role and role[0] == "foreign" for role in roles):
        return None
    found = _chain([rows[index] for index in lines[:_MOST_ROWS]], column)
    if found is None:
        return None
    width = max(len(rows[index]) for index in lines)
    texts = tuple(index for index in range(width) if index != column and (index,) not in found.values())
    at = {"date": (column,), **found, "summary": texts}
    return Columns(at, headings, min(len(headings), 1)), first


def _dated_column(rows: Sequence[Row]) -> tuple[int, list[int]] | None:
    """(the first column with days in it, the rows that have one there)."""
    for column in range(min(max(map(len, rows), default=0), 8)):
        cells = [row[column] if column < len(row) else "" for row in rows]
        days = calendar("", cells)
        lines = [index for index, cell in enumerate(cells) if len(cell) >= 8 and days.parse(cell)]  # noqa: PLR2004  a whole day
        if len(lines) >= _FEWEST_ROWS:
            return column, lines
    return None


def _chain(rows: Sequence[Row], dated: int) -> Mapping[str, tuple[int, ...]] | None:
    """Roles of the columns of figures under which the balances hold."""
    figures = {index: amounts for index, amounts in _figures(rows) if index != dated}
    if len(figures) > _MOST_COLUMNS:
        return None
    full = [index for index, amounts in figures.items() if None not in amounts]
    for balance in reversed(full):
        steps = [after - before for before, after in pairwise(a for a in figures[balance] if a is not None)]
        for income, expense in permutations([index for index in figures if index != balance], 2):
            moved = [(i or ZERO) - (e or ZERO) for i, e in zip(figures[income], figures[expense], strict=True)]
            if _holds(steps, moved):
                return {"income": (income,), "expense": (expense,), "balance": (balance,)}
        for amount in (index for index in full if index != balance):
            if _holds([abs(step) for step in steps], [abs(a or ZERO) for a in figures[amount]], back=1):
                return {"amount": (amount,), "balance": (balance,)}
    return None


def _figures(rows: Sequence[Row]) -> Iterator[tuple[int, list[Decimal | None]]]:
    """Columns in which whatever is printed is an amount, not everywhere the same."""
    for index in range(max(map(len, rows))):
        cells = [row[index].strip("-— ") and row[index] if index < len(row) else "" for row in rows]
        amounts = [parse_amount(cell) if len(cell) <= _LONGEST_AMOUNT else None for cell in cells]
        whole = all((amount is not None) == bool(cell) for amount, cell in zip(amounts, cells, strict=True))
        if whole and len(set(amounts)) > 1 and any("." in cell for cell in cells):
            yield index, amounts


def _holds(steps: Sequence[Decimal], moved: Sequence[Decimal], back: int = -1) -> bool:
    """Whether the rows make the steps of the balance: oldest first, or newest first, where they take them `back`."""
    oldest = sum(bool(move) and step == move for step, move in zip(steps, moved[1:], strict=True))
    newest = sum(bool(move) and step == back * move for step, move in zip(steps, moved[:-1], strict=True))
    return max(oldest, newest) >= _HELD * len(steps)

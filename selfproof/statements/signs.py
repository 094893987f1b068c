"""Strokes that recognition lost or took for a figure: minus signs put back, and a stroke for nothing read as a one.

A settlement prints what the platform keeps as negative amounts; a short stroke before small print is the first thing
that a photograph loses. A sign is only put back in a column of costs that is negative elsewhere, and only on a line
that prints what is left of it and comes out to the 分 with the sign alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.headings import Columns, Row

_COSTS = ("fee", "refund", "discount")
_PARTS = ("gross", *_COSTS, "subsidy")
_MOST = 4  # signs that one line may have lost
_NOTHING = re.compile(r"[-–—一_~]+")
_AS_ONE = re.compile(r"[1lI|丨]")
_FEWEST = 2  # strokes of a column that prints them for nothing
_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)")


def unstroked(rows: Sequence[Row], columns: Columns, begin: int) -> tuple[tuple[str, ...], ...]:
    """The rows without ones that are strokes: beside an amount, in a column that prints strokes where nothing moved."""
    sides = [columns.at[side][0] for side in ("income", "expense") if side in columns.at]
    if len(sides) < 2:  # noqa: PLR2004  what came and what went
        return tuple(map(tuple, rows))
    cells = {side: [row[side] for row in rows[begin:] if side < len(row)] for side in sides}
    strokes = {side for side in sides if sum(map(bool, map(_NOTHING.fullmatch, cells[side]))) >= _FEWEST}
    return tuple(tuple(row) if index < begin else _unstroked(row, sides, strokes) for index, row in enumerate(rows))


def _unstroked(row: Row, sides: Sequence[int], strokes: set[int]) -> tuple[str, ...]:
    moved = any(side < len(row) and _CENTS.search(row[side]) for side in sides)
    return tuple("" if moved and at in strokes and _AS_ONE.fullmatch(cell) else cell for at, cell in enumerate(row))


def signed(rows: Sequence[Row], columns: Columns, begin: int) -> tuple[tuple[str, ...], ...]:
    """The rows with the signs put back, from the row `begin` on."""
    costs = [column for sort in _COSTS for column in columns.at.get(sort, ()) if _negative(rows[begin:], column)]
    return tuple(tuple(row if index < begin else _line(row, columns, costs)) for index, row in enumerate(rows))


def _negative(rows: Sequence[Row], column: int) -> bool:
    """Whether most of a column's amounts are below nothing."""
    amounts = [amount for row in rows if column < len(row) and (amount := parse_amount(row[column]))]
    return 2 * sum(amount < 0 for amount in amounts) > len(amounts)


def _line(row: Row, columns: Columns, costs: Sequence[int]) -> Row:
    amounts = {index: amount for index, cell in enumerate(row) if (amount := parse_amount(cell)) is not None}
    lost = [column for column in costs if amounts.get(column, ZERO) > 0]
    if not 0 < len(lost) <= _MOST or _adds_up(columns, amounts):
        return row
    fitting = [turned for turned in _turned(amounts, lost) if _adds_up(columns, turned)]
    if len(fitting) != 1:
        return row
    back = {column for column in lost if fitting[0][column] < 0}
    return [f"-{cell}" if index in back else cell for index, cell in enumerate(row)]


def _turned(amounts: Mapping[int, Decimal], lost: Sequence[int]) -> list[dict[int, Decimal]]:
    """The amounts with every choice of the lost signs."""
    choices = product((1, -1), repeat=len(lost))
    return [{**amounts, **{column: amounts[column] * sign for column, sign in zip(lost, signs, strict=True)}}
            for signs in choices]  # fmt: skip


def _adds_up(columns: Columns, amounts: Mapping[int, Decimal]) -> bool:
    gross, net = (columns.at.get(sort, ())[:1] for sort in ("gross", "net"))
    if not gross or not net or gross[0] not in amounts or net[0] not in amounts:
        return False
    parts = [column for sort in _PARTS for column in (gross if sort == "gross" else columns.at.get(sort, ()))]
    return sum((amounts.get(column, ZERO) for column in parts), ZERO) == amounts[net[0]]

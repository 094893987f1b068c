"""Columns of a settlement under headings that no table knows, told by arithmetic: what is sold less costs is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.headings import Columns, Row

_FEWEST = 4  # lines, of which half show costs: two columns that are the same tell nothing
_MOST = 8  # columns of figures under unknown headings are tried
_COSTS = ("fee", "refund")


def unnamed(columns: Columns) -> list[int]:
    """The columns whose headings say nothing that is known."""
    known = {index for places in columns.at.values() for index in places}
    return [index for index, heading in enumerate(columns.headings) if heading and index not in known]


def columns(known: Columns, lines: Sequence[Row]) -> Columns:
    """The columns with what was sold and what is left, where no heading tells either, or the one is called the other.

    lines: the rows of a table with their days. Only what holds on every line, and for one pair of columns, is told.
    """
    if "gross" in known.at or not any(sort in known.at for sort in _COSTS):
        return known
    costs = [_costs(known, row) for row in lines]
    if len(lines) < _FEWEST or 2 * sum(map(bool, costs)) < len(lines):
        return known
    figures = {index: amounts for index in unnamed(known) if (amounts := list(_figures(index, lines)))}
    said = known.at.get("net", ())[:1]
    first = {index: list(_figures(index, lines)) for index in said} or figures
    pairs = (pair for pair in permutations({**first, **figures}, 2) if pair[0] in first and pair[1] in figures)
    held = [pair for pair in pairs if _holds((first | figures)[pair[0]], costs, figures[pair[1]])]
    if len(figures) > _MOST or len(held) != 1:
        return known
    sold, left = held[0]
    return replace(known, at={**known.at, "gross": (sold,), "net": (left,)})


def _costs(known: Columns, row: Row) -> Decimal:
    return sum((abs(amount) for sort in _COSTS for amount in known.amounts(sort, row)), ZERO)


def _figures(index: int, lines: Sequence[Row]) -> Iterator[Decimal]:
    """The amounts of a column; none where a line has none."""
    found = [parse_amount(row[index]) if index < len(row) else None for row in lines]
    told = [amount for amount in found if amount is not None]
    yield from told if len(told) == len(lines) else ()


def _holds(sold: Sequence[Decimal], costs: Sequence[Decimal], left: Sequence[Decimal]) -> bool:
    return bool(sold) and all(one - cost == rest for one, cost, rest in zip(sold, costs, left, strict=True))

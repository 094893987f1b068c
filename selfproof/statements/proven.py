"""Columns of a settlement under headings that no table knows, told by arithmetic: what is sold less costs is left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, permutations, product
from typing import TypeAlias

from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.headings import Columns, Row

_FEWEST = 4  # lines, of which half show costs: two columns that are the same tell nothing
_MOST, _MORE = 8, 3  # columns of figures under unknown headings are tried, and of these that may be costs
_LOOKED = 200  # lines, before what holds on them is tried on all
_COSTS = ("fee", "refund")
_OWN = re.compile(r"成本|利润|毛利|进价|进货")  # of a shop's own reckoning, which no platform makes
_PAID = re.compile(r"合计|总计|应付|付款|报销")  # what a price and what is paid on top come to, where it is no sale's
_OTHERS = {"discount", "subsidy", "amount"}  # of which it is not told whether they are taken off
_SORTS = (
    ("refund", re.compile("退")),
    ("discount", re.compile("优惠|补贴|券|红包|满减|立减|活动")),
    ("other", re.compile("差[额异]|调整")),
)

_Figures: TypeAlias = Mapping[int, Sequence[Decimal]]  # of every line, by column


def unnamed(columns: Columns) -> list[int]:
    """The columns whose headings say nothing that is known."""
    known = {index for places in columns.at.values() for index in places}
    return [index for index, heading in enumerate(columns.headings) if heading and index not in known]


def columns(known: Columns, lines: Sequence[Row]) -> Columns:
    """The columns with what was sold, what is left and what else was taken off, where headings do not tell them all.

    A sale may be called settled as well as what is left. lines: the rows of a table with their days. Told is only what
    holds on every line, in one way, and with as few further columns of costs as will do.
    """
    if len(lines) < _FEWEST or _OTHERS & set(known.at) or any(map(_OWN.search, known.headings)):
        return known
    held = _found(known, lines[:_LOOKED])
    if len(held) != 1 or ({"gross", "net"} <= set(known.at) and not held[0][2]):
        return known
    sold, left, more = held[0]
    figures = {index: _figures(index, lines) for index in (sold, left, *more)}
    return _with(known, sold, left, more) if _holds(_costs(known, lines), figures, (sold, left), more) else known


def _found(known: Columns, lines: Sequence[Row]) -> list[tuple[int, int, tuple[int, ...]]]:
    """(what was sold, what is left, further costs), all ways that hold with the fewest of these."""
    costs = _costs(known, lines)
    others = {index: amounts for index in unnamed(known) if any(amounts := _figures(index, lines))}
    both = {"gross", "net"} <= set(known.at)
    if len(others) > _MOST or not (both or 2 * sum(map(bool, costs)) >= len(lines)):
        return []
    named = {index: _figures(index, lines) for sort in ("gross", "net") for index in known.at.get(sort, ())[:1]}
    pairs = [
        pair for pair in _pairs(known, list(others)) if pair[0] in named or not _PAID.search(known.headings[pair[0]])
    ]
    held: list[tuple[int, int, tuple[int, ...]]] = []
    for count in range(_MORE + 1):
        held = held or [
            (*pair, more)
            for pair, more in product(pairs, combinations(others, count))
            if not set(pair) & set(more) and _holds(costs, {**named, **others}, pair, more)
        ]
    return held


def _costs(known: Columns, lines: Sequence[Row]) -> list[Decimal]:
    return [sum((abs(amount) for sort in _COSTS for amount in known.amounts(sort, row)), ZERO) for row in lines]


def _pairs(known: Columns, others: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Columns that may be what was sold and what is left."""
    sold, left = (known.at.get(sort, ())[:1] for sort in ("gross", "net"))
    if sold or left:
        yield from product(sold or others, left or others)
        yield from product(left, () if sold else others)
    else:
        yield from permutations(others, 2)


def _figures(index: int, lines: Sequence[Row]) -> list[Decimal]:
    """The amounts of a column, 0 where a line has none."""
    cells = (row[index] if index < len(row) else "" for row in lines)
    return [parse_amount(cell) or ZERO for cell in cells]


def _holds(costs: Sequence[Decimal], figures: _Figures, pair: tuple[int, int], more: Sequence[int]) -> bool:
    taken = zip(*(figures[index] for index in more), strict=True) if more else (() for _ in costs)
    lines = zip(figures[pair[0]], costs, taken, figures[pair[1]], strict=True)
    return all(sold - cost - sum(map(abs, rest), ZERO) == left for sold, cost, rest, left in lines)


def _with(known: Columns, sold: int, left: int, more: Sequence[int]) -> Columns:
    at = {**known.at, "gross": (sold,), "net": (left,)}
    for index in more:
        sort = next((name for name, shape in _SORTS if shape.search(known.headings[index])), "fee")
        at[sort] = (*at.get(sort, ()), index)
    return replace(known, at=at)

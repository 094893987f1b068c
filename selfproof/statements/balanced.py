"""Which columns of a settlement make up what is left of each sale, where their headings alone do not explain it.

A column is added, taken off, or says nothing about the sum; its heading and the signs of its figures tell which of
these it may do. Told is only what holds exactly on every line, and in one way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product, repeat

import numpy as np

from selfproof.statements import likely
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.headings import Columns
from selfproof.statements.lines import Line

_LOOKED = 60  # lines, before what holds on them is tried on all
_FEWEST = 4  # lines: fewer add up by chance
_COSTLY = 0.3  # of the lines show a cost at least: without, what was sold and what is left are the same
_MOST = 40_000  # ways that are tried
_SCALE = 10_000  # of a yuan: some print parts of a 分
_LARGEST = Decimal(10**11)  # more is a number of an order
_COSTS = ("fee", "refund", "discount")
_ADDED = ("packing", "fee_back")
_NO_AMOUNTS = {"number", "date", "status", "balance", "store", "kind", "direction", "acquirer", "foreign"}
_MOVED = {"amount": "net"}  # what a line moved is what is left of it
_MANY = 0.8  # of a column's cells are figures


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of figures, in `_SCALE` parts of a yuan. ways: how it may count for what is left."""

    index: int
    sort: str
    figures: tuple[int, ...]
    ways: tuple[int, ...]


def lines(columns: Columns, found: Sequence[Line]) -> tuple[Line, ...] | None:
    """The lines with their amounts by sort; None where no reading, or more than one, explains all of them."""
    every, found = found, [line for line in found if line.amounts.keys() != {"net"}]  # a charge among sales has no more
    found = found if 2 * len(found) > len(every) else every
    if len(found) < _FEWEST:
        return None
    amounts = _told(columns, found[:_LOOKED])
    if amounts and len(found) > _LOOKED:
        amounts = _told(columns, found)
    known = {line.row: replace(line, amounts=sums) for line, sums in zip(found, amounts, strict=False)}
    return tuple(known.get(line.row, line) for line in every) if known else None


def _told(columns: Columns, found: Sequence[Line]) -> list[dict[str, Decimal]]:
    """The sorted amounts of each line; of several that may be what was sold, or left, known names come first."""
    figures = list(_columns(columns, found))
    pairs = [
        (not {sold.index, left.index} <= {*columns.at.get("gross", ()), *columns.at.get("net", ())}, amounts)
        for sold, left in product(_called(columns, figures, "gross"), _called(columns, figures, "net"))
        if sold is not left and (amounts := _before_refunds(figures, sold, _explained(figures, sold, left)))
    ]
    known = [amounts for guessed, amounts in pairs if not guessed]
    if known:
        return known[0]
    return pairs[0][1] if pairs and all(amounts == pairs[0][1] for _, amounts in pairs) else []


def _before_refunds(
    figures: Sequence[_Column], sold: _Column, amounts: list[dict[str, Decimal]]
) -> list[dict[str, Decimal]]:
    """The amounts with what was sold at first, where less what went back, which a column says, it is what is told."""
    if not amounts or any(line.get("refund") for line in amounts):
        return amounts
    for whole, back in product(figures, figures):
        held = (
            first - abs(gone) == rest
            for first, gone, rest in zip(whole.figures, back.figures, sold.figures, strict=True)
        )
        if (whole.sort, back.sort) == ("gross", "refund") and all(held):
            pairs = zip(amounts, whole.figures, back.figures, strict=True)
            return [
                {**line, "gross": Decimal(first) / _SCALE, "refund": Decimal(abs(gone)) / _SCALE}
                for line, first, gone in pairs
            ]
    return amounts


def _columns(columns: Columns, found: Sequence[Line]) -> Iterator[_Column]:
    known = {index: _MOVED.get(role, role) for role, places in columns.at.items() for index in places}
    for index, heading in enumerate(columns.headings):
        sort = known.get(index) or likely.sort(heading)
        if not heading or sort in _NO_AMOUNTS or sort == likely.NONE:
            continue
        cells = [line.cells[index] if index < len(line.cells) else "" for line in found]
        amounts = [parse_amount(cell) for cell in cells]
        filled = sum(bool(cell.strip("-—/ ")) for cell in cells)
        read = sum(amount is not None for amount in amounts)
        figures = tuple(int((amount or ZERO) * _SCALE) for amount in amounts)
        shown = any(figures) or sort in _COSTS  # a cost of none is told, too
        if read and read >= _MANY * filled and shown and all(abs(amount or ZERO) < _LARGEST for amount in amounts):
            yield _Column(index, sort, figures, _ways(sort, figures))


def _ways(sort: str, figures: Sequence[int]) -> tuple[int, ...]:
    """How a column may count: 1 as printed, -1 taken off, 0 not at all."""
    if not any(figures):
        return (0,)
    if min(figures) < 0 < max(figures):
        return (1, -1, 0) if sort in _COSTS else (1, 0)
    if max(figures) <= 0:
        return (1, 0)
    return (-1, 0) if sort in _COSTS else (1, 0) if sort in _ADDED else (1, -1, 0)


def _called(columns: Columns, figures: Sequence[_Column], sort: str) -> list[_Column]:
    """The columns of a sort, those first whose headings are known, the best of them before all."""
    ranks = {index: rank for rank, index in enumerate(columns.at.get(sort, ()))}
    return sorted((one for one in figures if one.sort == sort), key=lambda one: ranks.get(one.index, len(ranks)))


def _explained(figures: Sequence[_Column], sold: _Column, left: _Column) -> list[dict[str, Decimal]]:
    """The sorted amounts of each line by the ways of the fewest columns; empty where none do, or costs differ."""
    others = [one for one in figures if one not in (sold, left) and one.sort not in ("gross", "net")]
    if math.prod(len(one.ways) for one in others) > _MOST:
        others = [one for one in others if one.sort]
    if not others or math.prod(len(one.ways) for one in others) > _MOST:
        return []
    ways = np.array(list(product(*(one.ways for one in others))), np.int64).reshape(-1, len(others))
    rest = np.array(left.figures, np.int64) - np.array(sold.figures, np.int64)
    taken = np.array([one.figures for one in others], np.int64).reshape(len(others), len(rest))
    for span in (slice(_LOOKED), slice(None)):  # most ways fail on a few lines
        ways = ways[(ways @ taken[:, span] == rest[span]).all(axis=1)]
    if not len(ways) or np.count_nonzero(rest) < _COSTLY * len(rest):
        return []
    fewest = ways[np.argsort(np.count_nonzero(ways, axis=1), kind="stable")].tolist()
    told = [_sorted(sold, left, others, way) for way in fewest]
    return told[0] if all(map(_same_costs, told, repeat(told[0]))) else []


def _same_costs(one: Sequence[Mapping[str, Decimal]], other: Sequence[Mapping[str, Decimal]]) -> bool:
    """Whether two readings tell the same costs on every line."""
    return all(
        line.get(sort, ZERO) == another.get(sort, ZERO)
        for line, another in zip(one, other, strict=True)
        for sort in ("gross", "fee", "refund")
    )


def _sorted(sold: _Column, left: _Column, others: Sequence[_Column], way: Sequence[int]) -> list[dict[str, Decimal]]:
    used = [(one, counts, _counted_as(one, counts)) for one, counts in zip(others, way, strict=True) if counts]
    lines = []
    for place, (gross, net) in enumerate(zip(sold.figures, left.figures, strict=True)):
        sums = {"gross": gross, "net": net} | {one.sort: 0 for one in others if one.sort in ("fee", "refund")}
        for one, counts, sort in used:
            moved = counts * one.figures[place]
            sums[sort] = sums.get(sort, 0) + (moved if sort in ("gross", "subsidy") else -moved)
        lines.append({sort: Decimal(amount) / _SCALE for sort, amount in sums.items()})
    return lines


def _counted_as(column: _Column, counts: int) -> str:
    """What a column's amounts are: what is packed in is sold with the goods; delivery that is taken off is a fee."""
    if column.sort in _COSTS:
        return column.sort
    added = counts * sum(column.figures) > 0
    named = {"packing": "gross", "fee_back": "fee", "subsidy": "subsidy" if added else "fee"}
    return named.get(column.sort, "other")

"""A line of a file of who settles with a shop, as it is made there and looked at beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product

from selfproof.statements.amounts import ZERO


@dataclass(frozen=True, slots=True)
class Line:
    """One order, payment, day or movement. amounts: by sort, positive as a rule; a sort that is not printed is absent.

    count: of the payments that the line stands for. undone: whether it says that it was paid and taken back later.
    """

    day: date
    amounts: Mapping[str, Decimal]
    row: int
    count: int = 1
    undone: bool = False
    cells: tuple[str, ...] = field(default=(), repr=False)

    def of(self, sort: str) -> Decimal:
        """The amount of a sort, 0 where there is none."""
        return self.amounts.get(sort, ZERO)


def explained(lines: Sequence[Line]) -> tuple[int, int]:
    """How many lines say what was sold and what is left, and on how many of them the rest explains it."""
    told = [line for line in lines if "net" in line.amounts and "gross" in line.amounts]
    return len(told), max((sum(_adds_up(line, way) for line in told) for way in product((0, 1), repeat=3)), default=0)


def _adds_up(line: Line, way: Sequence[int]) -> bool:
    refund, discount, subsidy = way
    rest = line.of("gross") - line.of("fee") - line.of("other") + subsidy * line.of("subsidy")
    return rest - refund * line.of("refund") - discount * line.of("discount") == line.of("net")

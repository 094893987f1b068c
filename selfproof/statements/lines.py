"""A line of a file of who settles with a shop, as it is made there and looked at beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

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

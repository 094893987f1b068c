"""Columns on a page by their headings: what each holds, and where headings stood too near or too far apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from selfproof.statements import headings
from selfproof.statements.headings import BANK, Dialect

_SETTLED = {"gross", "net", "received", "fee", "refund", "discount", "subsidy"}  # on settlements
FIGURED = {"date", "amount", "amount_signed", "income", "expense", "balance", *_SETTLED}


@dataclass(frozen=True, slots=True)
class Slot:
    """A column on the page: its heading and what it spans, 0..1 of the page's width."""

    heading: str
    left: float
    right: float
    dialect: Dialect = BANK

    @property
    def role(self) -> str | None:
        """What the column holds by its heading."""
        known = headings.role(self.heading, self.dialect)
        return known[0] if known else None

    @property
    def figured(self) -> bool:
        """Whether the column holds days, amounts or balances."""
        return self.role in FIGURED


def widened(slots: Sequence[Slot]) -> list[Slot]:
    """Columns of figures up to the next heading: headings begin their columns, and amounts end them."""
    ends = [slot.left for slot in slots[1:]] + [1.0]
    return [
        replace(slot, right=max(slot.right, end)) if slot.figured else slot
        for slot, end in zip(slots, ends, strict=True)
    ]


def unglued(slot: Slot) -> list[Slot]:
    """A heading that is two, one of figures or of directions and another one, which touched: 结余网点."""
    for cut in range(2, len(slot.heading) - 1) if slot.role is None else ():
        middle = slot.left + (slot.right - slot.left) * cut / len(slot.heading)
        parts = [
            replace(slot, heading=slot.heading[:cut], right=middle),
            replace(slot, heading=slot.heading[cut:], left=middle),
        ]
        if all(part.role for part in parts) and any(part.figured or part.role == "direction" for part in parts):
            return parts
    return [slot]


def closed(slots: Sequence[Slot]) -> list[Slot]:
    """The columns with headings whose signs fill their width as one: 余 额; so are a month and a day beside it.

    Of 借 and 贷 each is a column of amounts, and not both one of directions.
    """
    found: list[Slot] = []
    for slot in slots:
        before = found[-1] if found else slot
        joined = replace(slot, heading=before.heading + slot.heading, left=before.left)
        parts = before is not slot and len(before.heading) == len(slot.heading) == 1
        if parts and joined.role not in (None, "direction"):
            found[-1] = joined
        else:
            found.append(slot)
    return found


def without_over(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """The columns without a heading of amounts that only stands over the two below it: 发生额 between 借方 and 贷方."""
    roles = [slot.role for slot in slots]
    over = {
        index
        for index in range(1, len(slots) - 1)
        if roles[index] == "amount" and {roles[index - 1], roles[index + 1]} == {"income", "expense"}
    }
    return tuple(slot for index, slot in enumerate(slots) if index not in over)

"""The open bills and receipts of one party while they are being matched.

A block is the one thing here that changes: passes take from what is owed and what is left, the surest first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from selfproof.matching.nouns import Bill, Kind, Link, Receipt, Rules, Why

Line = TypeVar("Line", Bill, Receipt)
_SKIP = 64  # lines on the way to the next open one


@dataclass(frozen=True, slots=True)
class Block:
    """Bills and receipts by day. owed, left: 分 by id; kin: receipts of a branch, which pay only by their very amount.

    back: what was paid back to the party.
    """

    bills: Sequence[Bill]
    receipts: Sequence[Receipt]
    rules: Rules
    owed: dict[str, int]
    left: dict[str, int]
    links: dict[str, list[Link]]
    kin: frozenset[str] = frozenset()
    back: Sequence[Receipt] = ()

    def open_bills(self) -> list[Bill]:
        """What is still owed, by day."""
        return [bill for bill in self.bills if self.owed[bill.id] > 0]

    def open_receipts(self) -> list[Receipt]:
        """What is still left, by day."""
        return [receipt for receipt in self.receipts if self.left[receipt.id] > 0]

    def in_time(self, bill: Bill, receipt: Receipt) -> bool:
        """Whether a receipt may pay a bill, by its day."""
        return -self.rules.before <= (receipt.day - bill.day).days <= self.rules.after

    def settle(self, bills: Sequence[Bill], receipts: Sequence[Receipt], why: Why) -> None:
        """These receipts pay these bills and nothing is owed any more: what is short was kept or rounded off."""
        if len(receipts) == 1:
            for bill in bills:
                self._link(bill, receipts[0], self.owed[bill.id], why=why, several=len(bills) > 1)
        else:
            for receipt in receipts:
                self._link(bills[0], receipt, self.left[receipt.id], why=why)
        self.owed.update((bill.id, 0) for bill in bills)
        self.left.update((receipt.id, 0) for receipt in receipts)

    def pay(self, bill: Bill, receipt: Receipt, cents: int, why: Why) -> None:
        """A part of a receipt pays a part of a bill."""
        several = cents < self.left[receipt.id]
        self._link(bill, receipt, cents, why=why, several=several)
        self.owed[bill.id] -= cents
        self.left[receipt.id] -= cents

    def _link(self, bill: Bill, receipt: Receipt, cents: int, *, why: Why, several: bool = False) -> None:
        kind = Kind.WHOLE if cents >= bill.cents else Kind.PART
        if several:
            kind = Kind.GROUPED
        elif receipt.day < bill.day:
            kind = Kind.PREPAID
        self.add(Link(bill.id, receipt.id, kind, cents, why))

    def add(self, link: Link) -> None:
        """Keep a link."""
        self.links.setdefault(link.bill, []).append(link)

    def found(self) -> list[Link]:
        """The links of this party's bills, in the order in which they were found."""
        return [link for bill in self.bills for link in self.links.get(bill.id, ())]

    def near(self, lines: Sequence[Bill], days: Sequence[int], when: date, most: int) -> list[Bill]:
        """Open bills of about a day, by day: most of them from before it. lines: by day; days: their ordinals."""
        place = bisect_left(days, when.toordinal() + 1)
        before = _open((lines[at] for at in range(place - 1, max(-1, place - _SKIP), -1)), self.owed, most)
        after = _open((lines[at] for at in range(place, min(len(lines), place + _SKIP))), self.owed, most // 3)
        return [*reversed(before), *after]

    def about(self, lines: Sequence[Receipt], days: Sequence[int], when: date, most: int) -> list[Receipt]:
        """Open receipts of about a day, by day: most of them from after it."""
        place = bisect_left(days, when.toordinal())
        before = _open((lines[at] for at in range(place - 1, max(-1, place - _SKIP), -1)), self.left, most // 3)
        after = _open((lines[at] for at in range(place, min(len(lines), place + _SKIP))), self.left, most)
        return [*reversed(before), *after]


def _open(lines: Iterator[Line], amounts: dict[str, int], most: int) -> list[Line]:
    found: list[Line] = []
    for line in lines:
        if len(found) == most:
            break
        if amounts[line.id] > 0:
            found.append(line)
    return found


State: TypeAlias = tuple[dict[str, int], dict[str, int], dict[str, list[Link]]]


def state(bills: Iterable[Bill], receipts: Iterable[Receipt]) -> State:
    """What is owed and left at first (分 by id), and no links yet; shared by the blocks of all parties."""
    owed = {bill.id: bill.cents for bill in bills if bill.cents > 0}
    return owed, {one.id: one.cents + one.fee for one in receipts if one.cents > 0}, {}

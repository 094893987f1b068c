"""What a statement's holder paid to each partner, and what came in from one and went back to him soon after or before.

Money that goes round is no turnover. What is looked for is narrow, since honest partners also pay each other: a
receipt and a payment of one partner, nearly the same amount, a few days apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from selfproof.statements.amounts import ZERO
from selfproof.statements.entries import Entry

_MOST: Final = 200  # partners, those that were paid most; as for payers
_DAYS: Final = timedelta(days=10)  # assumption: a transfer that is sent round is back within ten days
_ALIKE: Final = Decimal("0.02")  # assumption: what is kept for the service on the way is no more
Cited = tuple[str, str, Decimal, Entry]  # partner, field, amount, first line


def partners(entries: Iterable[Entry], earned: Callable[[Entry], bool]) -> Iterator[Cited]:
    """``total_out`` of each payee, the largest first, then ``returned`` of each partner with whom money went round.

    earned: whether a line counts as a business receipt; only what would count is looked for on its way back.
    """
    by_partner: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.counterparty:
            by_partner.setdefault(entry.counterparty, []).append(entry)
    paid = [(name, [entry for entry in of if entry.outflow > 0]) for name, of in by_partner.items()]
    sums = [(name, "total_out", sum((entry.outflow for entry in of), ZERO), of[0]) for name, of in paid if of]
    yield from sorted(sums, key=lambda item: (-item[2], item[0]))[:_MOST]
    for name, of in sorted(by_partner.items()):
        back = list(_returned([entry for entry in of if earned(entry)], [entry for entry in of if entry.outflow > 0]))
        if back:
            yield name, "returned", sum((entry.inflow for entry in back), ZERO), back[0]


def _returned(came: Sequence[Entry], went: Sequence[Entry]) -> Iterator[Entry]:
    """Receipts that have a payment of nearly the same amount close by; each payment answers one receipt."""
    free = sorted(went, key=_day)
    for entry in sorted(came, key=_day):
        near = (index for index, other in enumerate(free) if _goes_round(entry, other))
        index = next(near, None)
        if index is not None:
            del free[index]
            yield entry


def _day(entry: Entry) -> tuple[str, str, int]:
    return entry.day.isoformat(), entry.time, entry.row


def _goes_round(came: Entry, went: Entry) -> bool:
    return abs(came.day - went.day) <= _DAYS and abs(came.inflow - went.outflow) <= _ALIKE * came.inflow

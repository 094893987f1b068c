"""What a statement's holder paid to each partner, and what came in from one and went back to him soon after or before.

Money that goes round is no turnover. What is looked for is narrow, since honest partners also pay each other: a
receipt and a payment of one partner, nearly the same amount, a few days apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import takewhile
from math import floor, log
from typing import Final

from selfproof.statements.amounts import ZERO
from selfproof.statements.ways import Entry

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
    """Receipts that have a payment of nearly the same amount close by; each payment, the earliest, answers one receipt.

    Payments are kept by their size, so that one partner with tens of thousands of lines costs no more than many.
    """
    free: dict[int, list[Entry]] = {}
    for other in sorted(went, key=_day):
        free.setdefault(_size(other.outflow), []).append(other)
    for entry in sorted((entry for entry in came if entry.inflow > 0), key=_day):
        sizes = range(_size(entry.inflow * (1 - _ALIKE)), _size(entry.inflow * (1 + _ALIKE)) + 1)
        near = [found for size in sizes if (found := _first(entry, free.get(size, []))) is not None]
        if near:
            answer = min(near, key=_day)
            free[_size(answer.outflow)].remove(answer)
            yield entry


def _first(came: Entry, went: list[Entry]) -> Entry | None:
    """The first payment that may answer a receipt; those that are too old for all later receipts too are dropped."""
    while went and came.day - went[0].day > _DAYS:
        del went[0]
    close = takewhile(lambda other: other.day - came.day <= _DAYS, went)
    return next((other for other in close if _goes_round(came, other)), None)


def _size(amount: Decimal) -> int:
    """Amounts of one size differ by no more than a twentieth or so."""
    return floor(20 * log(amount))


def _day(entry: Entry) -> tuple[str, str, int]:
    return entry.day.isoformat(), entry.time, entry.row


def _goes_round(came: Entry, went: Entry) -> bool:
    return abs(came.day - went.day) <= _DAYS and abs(came.inflow - went.outflow) <= _ALIKE * came.inflow

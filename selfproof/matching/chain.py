"""Contract ↔ order ↔ delivery ↔ invoice: which later papers carry out an earlier one.

A paper belongs to the one that it names by its number, else to the one of the same party whose amount it has, else to
the oldest of that party with room for it; where none has room it goes to the latest, and shows there as too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from selfproof.matching.nouns import Bill, Kind, Link, Why
from selfproof.matching.parties import directory

_EARLY = timedelta(days=30)  # a paper may be a little older than the contract that is signed for it


def fulfil(parents: Iterable[Bill], children: Iterable[Bill], room: float = 1.0) -> tuple[Link, ...]:
    """Each later paper with the earlier one that it carries out, as (bill: earlier, receipt: later).

    room: by how much the later papers of one may exceed it (1.1: a tenth) before another one is sought.
    """
    earlier = sorted(parents, key=lambda bill: (bill.day, bill.id))
    later = sorted(children, key=lambda bill: (bill.day, bill.id))
    book, of = directory((*earlier, *later))
    by_party: dict[int | None, list[Bill]] = {}
    for bill in earlier:
        by_party.setdefault(of[bill.id], []).append(bill)
    open_ = {bill.id: round(bill.cents * room) for bill in earlier}
    named = {number: bill for bill in earlier for number in bill.numbers if number}
    found: list[Link] = []
    for child in later if book.parties else ():
        near = [bill for bill in by_party.get(of[child.id], ()) if bill.day - _EARLY <= child.day]
        link = _under(child, near, named, open_) if of[child.id] is not None else None
        if link is not None:
            open_[link.bill] -= child.cents
            found.append(link)
    return tuple(found)


def _under(child: Bill, near: Sequence[Bill], named: Mapping[str, Bill], open_: Mapping[str, int]) -> Link | None:
    by_number = next((named[name] for name in child.names if name in named and named[name] in near), None)
    if by_number is not None:
        return _link(by_number, child, Why.NUMBER)
    whole = [bill for bill in near if bill.cents == child.cents and open_[bill.id] >= child.cents]
    if whole:
        return _link(whole[0], child, Why.AMOUNT)
    roomy = [bill for bill in near if open_[bill.id] >= child.cents]
    return _link((roomy or near[-1:])[0], child, Why.OLDEST) if near else None


def _link(parent: Bill, child: Bill, why: Why) -> Link:
    return Link(parent.id, child.id, Kind.WHOLE if child.cents == parent.cents else Kind.PART, child.cents, why)

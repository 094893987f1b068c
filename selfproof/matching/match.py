"""Bills and receipts of one applicant → links. Parties first, then each party's lines by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from selfproof.matching import settle
from selfproof.matching.block import Block, State, state
from selfproof.matching.nouns import Bill, Link, Matched, Receipt, Rules
from selfproof.matching.parties import Directory, directory
from selfproof.matching.returned import owe_less, refunds, returned_unused, taken_back
from selfproof.matching.search import pattern
from selfproof.matching.unnamed import unnamed


@dataclass(frozen=True, slots=True)
class _Lines:
    """One party's lines. kin: ids of receipts of its branches."""

    bills: list[Bill] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    kin: set[str] = field(default_factory=set)


def match(
    bills: Iterable[Bill], receipts: Iterable[Receipt], rules: Rules | None = None, since: date | None = None
) -> Matched:
    """Every link between bills and receipts, each 分 of both counted once, however the lines are ordered.

    Receipts that say that they are for something else are left out; ids must differ. since: the first day that the
    statements show, that of the first receipt where it is not told.
    """
    rules = rules or Rules()
    due = sorted(bills, key=lambda bill: (bill.day, bill.id))
    came = sorted((one for one in receipts if not _aside(one)), key=lambda one: (one.day, one.id))
    since = since or (came[0].day if came else None)
    numbers, shared = settle.numbers_of(due), state(due, came)
    lines, nobody = _apart(due, came)
    blocks = [(_block(one, rules, shared), one) for one in lines]
    reds = {id(one): taken_back(one.bills, numbers) for one in lines}
    for block, one in blocks:
        owe_less(block, reds[id(one)])
        returned_unused(block)
    settle.named(_block(_Lines(due, came), rules, shared), numbers)
    for block, one in blocks:
        settle.settle(block, since)
        refunds(block, reds[id(one)])
    unnamed(_block(_Lines(due, nobody), rules, shared), rules.doubt)
    money = [link for found in shared[2].values() for link in found]
    met = frozenset(receipt.id for one in lines for receipt in one.receipts)
    return _matched(money, [link for one in lines for link in reds[id(one)]], met)


def _aside(receipt: Receipt) -> bool:
    return receipt.cents > 0 and bool(receipt.note) and pattern("not_for_bills").search(receipt.note) is not None


def _apart(due: Sequence[Bill], came: Sequence[Receipt]) -> tuple[list[_Lines], list[Receipt]]:
    """Each party's lines, and the receipts of nobody; receipts of strangers are in neither."""
    book, of = directory(due)
    lines = [_Lines() for _ in book.parties]
    for bill in due:
        party = of[bill.id]
        if party is not None:
            lines[party].bills.append(bill)
    return lines, list(_shared_out(came, book, lines))


def _shared_out(came: Sequence[Receipt], book: Directory, lines: Sequence[_Lines]) -> Iterator[Receipt]:
    for receipt in came:
        if not receipt.party or "*" in receipt.party:
            yield receipt
            continue
        met = book.meet(receipt.party)
        if met is not None:
            lines[met.party].receipts.append(receipt)
            if met.kin:
                lines[met.party].kin.add(receipt.id)


def _block(lines: _Lines, rules: Rules, shared: State) -> Block:
    owed, left, links = shared
    return Block(
        bills=[bill for bill in lines.bills if bill.cents > 0],
        receipts=[one for one in lines.receipts if one.cents > 0],
        rules=rules,
        owed=owed,
        left=left,
        links=links,
        kin=frozenset(lines.kin),
        back=[one for one in lines.receipts if one.cents < 0],
    )


def _matched(paid: Sequence[Link], reds: Sequence[Link], met: frozenset[str]) -> Matched:
    links = sorted(paid, key=lambda link: (link.bill, link.receipt, link.cents))
    return Matched(
        tuple(links),
        tuple(sorted(reds, key=lambda link: (link.bill, link.receipt))),
        _by(links, lambda link: link.bill),
        _by(links, lambda link: link.receipt),
        met,
        {bill: -sum(link.cents for link in of) for bill, of in _by(reds, lambda link: link.bill).items()},
    )


def _by(links: Sequence[Link], key: Callable[[Link], str]) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(key(link), []).append(link)
    return {one: tuple(of) for one, of in found.items()}

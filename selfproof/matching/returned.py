"""What is taken back: red-letter bills beside the bills that they undo, and money that went back to its payer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from selfproof.matching.block import Block
from selfproof.matching.nouns import Bill, Kind, Link, Receipt, Why
from selfproof.matching.search import explains, pattern


def taken_back(bills: Sequence[Bill], numbers: Mapping[str, Sequence[Bill]]) -> list[Link]:
    """Each red-letter bill of a party with what it takes back: the bill that it names, else the latest of its amount.

    One that names none and has no equal takes back nothing that is known.
    """
    found: dict[str, Link] = {}
    blue = [bill for bill in bills if bill.cents > 0]
    left = {bill.id: bill.cents for bill in blue}
    for red in sorted((bill for bill in bills if bill.cents < 0), key=lambda bill: (not bill.names, bill.day, bill.id)):
        one, why = _named(red, numbers), Why.NUMBER
        if one is None:
            equal = (bill for bill in blue if bill.day <= red.day and left[bill.id] == bill.cents == -red.cents)
            one, why = max(equal, key=lambda bill: (bill.day, bill.id), default=None), Why.AMOUNT
        if one is not None and left.get(one.id, 0) >= -red.cents:
            left[one.id] += red.cents
            found[red.id] = Link(one.id, red.id, Kind.REFUND, red.cents, why)
    return list(found.values())


def _named(red: Bill, numbers: Mapping[str, Sequence[Bill]]) -> Bill | None:
    bills = [bill for name in red.names for bill in numbers.get(name.upper(), ()) if bill.cents > 0]
    return bills[0] if len({bill.id for bill in bills}) == 1 else None


def owe_less(block: Block, reds: Iterable[Link]) -> None:
    """What is owed after red letters: the rest, unless only the whole explains a receipt; that was paid before.

    A bill that was taken back and written anew is not paid by the receipt that the new one needs.
    """
    less: dict[str, int] = {}
    for link in reds:
        less[link.bill] = less.get(link.bill, 0) - link.cents
    returned = {-receipt.cents for receipt in block.back}
    due = [cents for bill in block.bills if bill.id not in less and (cents := block.owed[bill.id])]
    for bill, cents in less.items():
        whole, net = block.owed[bill], block.owed[bill] - cents
        paid = cents in returned and _explained(block, whole) > sum(amount == whole for amount in due)
        block.owed[bill] = whole if paid and not (net and _explained(block, net)) else net


def _explained(block: Block, owed: int) -> int:
    """How many receipts are of this amount, or of it less what is usual."""
    return sum(explains(owed, block.left[receipt.id]) is not None for receipt in block.receipts)


def returned_unused(block: Block) -> None:
    """A receipt that pays no bill of its amount and went back as it came is nobody's payment."""
    due = {block.owed[bill.id] for bill in block.open_bills()}
    for back in block.back:
        if -back.cents in due or not block.left.get(back.id, 1):
            continue
        whole = [one for one in block.receipts if one.day <= back.day and block.left[one.id] == -back.cents]
        if whole and not pattern("settles").search(back.note):
            block.left[max(whole, key=lambda one: (one.day, one.id)).id] = 0
            block.left[back.id] = 0


def refunds(block: Block, reds: Sequence[Link]) -> None:
    """Money that went back lowers what was paid of a bill: of the one taken back, of the equal one, of the last one.

    Where neither amount nor note says so, a payment to the party is for something that it sold itself.
    """
    undone = {(link.bill, -link.cents) for link in reds}
    early = {-link.cents: link.bill for link in reds if not block.links.get(link.bill)}
    days = {receipt.id: receipt.day for receipt in block.receipts}
    paid = sorted((link for link in block.found() if link.receipt in days), key=lambda link: days[link.receipt])
    for back in block.back:
        if block.left.get(back.id, 1) == 0:
            continue
        before = [link for link in paid if days[link.receipt] <= back.day]
        link = _undone(before, back, undone)
        if link is not None:
            paid.remove(link)
            block.add(Link(link.bill, back.id, Kind.REFUND, back.cents, Why.AMOUNT))
        elif -back.cents in early:  # paid before the statement begins
            block.add(Link(early.pop(-back.cents), back.id, Kind.REFUND, back.cents, Why.AMOUNT))


def _undone(before: Sequence[Link], back: Receipt, undone: set[tuple[str, int]]) -> Link | None:
    """The payment that a refund takes back."""
    cents = -back.cents
    red = [link for link in before if (link.bill, cents) in undone and link.cents >= cents]
    equal = [link for link in before if link.cents == cents]
    said = pattern("paid_back").search(back.note) is not None
    larger = [link for link in before if link.cents > cents] if said else []
    return next((found[-1] for found in (red, equal, larger) if found), None)

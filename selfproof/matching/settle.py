"""One party's receipts put to its bills, the surest first: by number, by amount, by sums, by instalments, by age."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median

from selfproof.matching.alike import pair
from selfproof.matching.block import Block
from selfproof.matching.nouns import Bill, Kind, Receipt, Why
from selfproof.matching.running import running_account, runs
from selfproof.matching.search import RUN, explains, is_share, nearly, reach, run, subset

_LOOK = 32  # bills of about the amount that are looked at for one receipt
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9-]{5,}")
_USUAL = 30  # days between bill and payment where nothing tells
_APART = 10  # days that tell two bills of one amount apart
_WIDER = 7  # days by which a party may be earlier or later than it was before
_SERIAL = 8  # digits at the end of a number by which people call it


def settle(block: Block, since: date | None = None) -> None:
    """Every pass over a party's lines. since: the first day that the statements show."""
    if runs(block):
        running_account(block, since)
        return
    same_amounts(block)
    nearly_the_amount(block)
    sums_of_bills(block)
    sums_of_receipts(block)
    instalments(block)
    whole_months(block)


def named(block: Block, numbers: Mapping[str, Sequence[Bill]]) -> None:
    """Receipts whose notes name bills pay these, whoever paid. numbers: bills of all parties by number."""
    for receipt in block.receipts:
        bills = _named(receipt, numbers) if receipt.note else []
        open_ones = [bill for bill in bills if block.owed.get(bill.id, 0) > 0 and block.in_time(bill, receipt)]
        left = block.left[receipt.id]
        total = sum(block.owed[bill.id] for bill in open_ones)
        if not open_ones or left <= 0:
            continue
        if explains(total, left):
            block.settle(open_ones, [receipt], Why.NUMBER)
        elif left > total:
            for bill in open_ones:
                block.pay(bill, receipt, block.owed[bill.id], Why.NUMBER)
        elif len(open_ones) == 1:
            block.pay(open_ones[0], receipt, left, Why.NUMBER)


def _named(receipt: Receipt, numbers: Mapping[str, Sequence[Bill]]) -> list[Bill]:
    found: dict[str, Bill] = {}
    for token in _TOKEN.findall(receipt.note.upper()):
        bills = numbers.get(token, ())
        if len(bills) == 1:
            found[bills[0].id] = bills[0]
    return sorted(found.values(), key=lambda bill: (bill.day, bill.id))


def numbers_of(bills: Sequence[Bill]) -> dict[str, list[Bill]]:
    """Bills by what they are called: whole numbers, and the last signs of long ones."""
    found: dict[str, list[Bill]] = {}
    for bill in bills:
        called = {number.upper() for number in bill.numbers if number}
        for number in sorted(called | {number[-_SERIAL:] for number in called if len(number) > _SERIAL}):
            found.setdefault(number, []).append(bill)
    return found


def same_amounts(block: Block) -> None:
    """Bills and receipts of one amount, first where there is one of each; these tell how late the party pays."""
    bills: dict[int, list[Bill]] = {}
    receipts: dict[int, list[Receipt]] = {}
    for bill in block.open_bills():
        bills.setdefault(block.owed[bill.id], []).append(bill)
    for receipt in block.open_receipts():
        receipts.setdefault(block.left[receipt.id], []).append(receipt)
    lags = []
    for amount in [amount for amount in bills if amount in receipts]:
        (bill, *others), (came, *more) = bills[amount], receipts[amount]
        if not others and not more and block.in_time(bill, came):
            lags.append((came.day - bill.day).days)
            block.settle([bill], [came], Why.AMOUNT)
    usual = round(median(lags)) if lags else None
    amounts = sorted(receipts)
    for amount, due in bills.items():
        if len(due) > 1 or amount in receipts:
            pair(block, due, _explained(amount, amounts, receipts), usual)


def _explained(owed: int, amounts: Sequence[int], receipts: Mapping[int, Sequence[Receipt]]) -> list[Receipt]:
    """Receipts of an amount, and of that amount less what is usual, by day. amounts: all there are, rising."""
    share, most = reach()
    low, high = bisect_left(amounts, round(owed * (1 - share)) - most), bisect_right(amounts, owed)
    near = (amount for amount in amounts[low:high] if explains(owed, amount))
    return sorted((one for amount in near for one in receipts[amount]), key=lambda one: (one.day, one.id))


def nearly_the_amount(block: Block) -> None:
    """A receipt that is one bill's amount but for a fee or for what was rounded off."""
    bills = sorted(block.open_bills(), key=lambda bill: (block.owed[bill.id], bill.day, bill.id))
    amounts = [block.owed[bill.id] for bill in bills]
    usual = _lag(block)
    share, most = reach()
    for receipt in block.open_receipts():
        left = block.left[receipt.id]
        first, last = bisect_right(amounts, left), bisect_right(amounts, int(left * (1 + share)) + most)
        found = [
            bill
            for bill in bills[first : min(last, first + _LOOK)]
            if block.owed[bill.id] > 0 and block.in_time(bill, receipt) and explains(block.owed[bill.id], left)
        ]
        bill = _likeliest(found, receipt, usual) if len({block.owed[bill.id] for bill in found}) == 1 else None
        why = explains(block.owed[bill.id], left) if bill is not None else None
        if bill is not None and why is not None:
            block.settle([bill], [receipt], why)


def _lag(block: Block) -> int:
    """After how many days the party pays as a rule."""
    days = {receipt.id: receipt.day for receipt in block.receipts}
    billed = {bill.id: bill.day for bill in block.bills}
    lags = [(days[link.receipt] - billed[link.bill]).days for link in block.found() if link.receipt in days]
    return round(median(lags)) if lags else _USUAL


def _likeliest(bills: Sequence[Bill], receipt: Receipt, usual: int) -> Bill | None:
    """The bill of which the receipt is about as late as ever; None where two are alike in that too."""
    off = sorted((abs((receipt.day - bill.day).days - usual), bill.id, bill) for bill in bills)
    return off[0][2] if len(off) == 1 or off[1][0] - off[0][0] >= _APART else None


def sums_of_bills(block: Block) -> None:
    """A receipt that pays several bills at once: bills in a row before all others, then some of the nearest."""
    bills = block.open_bills()
    days = [bill.day.toordinal() for bill in bills]
    for receipt in block.open_receipts() if len(bills) > 1 else ():
        near = block.near(bills, days, receipt.day, RUN)
        near = [bill for bill in near if block.in_time(bill, receipt)]
        amounts = [block.owed[bill.id] for bill in near]
        left = block.left[receipt.id]
        places = run(left, amounts) or _some(left, amounts, block.rules.doubt)
        short = None if places else nearly(left, amounts)
        places, why = short or (places, Why.SUM)
        if places:
            block.settle([near[place] for place in places], [receipt], why)


def _some(target: int, amounts: Sequence[int], doubt: float) -> tuple[int, ...]:
    """Out of the latest amounts first: what is long open is less likely paid now."""
    backwards = amounts[::-1]
    found = subset(target, backwards, doubt)
    return tuple(sorted(len(amounts) - 1 - place for place in found))


def sums_of_receipts(block: Block) -> None:
    """A bill that is paid by several receipts."""
    receipts = block.open_receipts()
    days = [receipt.day.toordinal() for receipt in receipts]
    for bill in block.open_bills() if len(receipts) > 1 else ():
        near = block.about(receipts, days, bill.day, RUN)
        near = [receipt for receipt in near if block.in_time(bill, receipt)]
        amounts = [block.left[receipt.id] for receipt in near]
        owed = block.owed[bill.id]
        places = run(owed, amounts) or subset(owed, amounts, block.rules.doubt)
        if places:
            block.settle([bill], [near[place] for place in places], Why.SUM)


def instalments(block: Block) -> None:
    """A receipt that is a usual share of exactly one bill.

    Nothing is told where bills are shares of each other, or have the receipt's amount: they count the same unit, a
    trip or a month, and the receipt pays a bill that nobody showed.
    """
    amounts = {bill.cents for bill in block.bills}
    few = sorted(amounts)[:RUN]
    if any(is_share(one, other) for place, other in enumerate(few) for one in few[:place]):
        return
    bills = block.open_bills()
    days = [bill.day.toordinal() for bill in bills]
    for receipt in block.open_receipts():
        left = block.left[receipt.id]
        near = [bill for bill in block.near(bills, days, receipt.day, RUN) if block.in_time(bill, receipt)]
        fit = [bill for bill in near if left <= block.owed[bill.id] and is_share(left, bill.cents)]
        if len(fit) == 1 and left not in amounts:
            block.pay(fit[0], receipt, left, Why.SHARE)


def whole_months(block: Block) -> None:
    """Of a party that pays several bills at a time: a receipt over more than all bills since the last one paid them.

    What it paid beyond them nobody showed.
    """
    links = block.found()
    grouped = {link.receipt for link in links if link.kind is Kind.GROUPED}
    if 2 * len(grouped) <= len({link.receipt for link in links}):
        return
    days = {receipt.id: receipt.day for receipt in block.receipts}
    paid = {link.bill: days[link.receipt] for link in links if link.receipt in days}
    lags = [(when - bill.day).days for bill in block.bills if (when := paid.get(bill.id)) is not None]
    low, high = (min(lags) - _WIDER, max(lags) + _WIDER) if lags else (0, 0)
    for receipt in block.open_receipts():
        due = [bill for bill in block.open_bills() if low <= (receipt.day - bill.day).days <= high]
        if due and sum(block.owed[bill.id] for bill in due) <= block.left[receipt.id]:
            for bill in due:
                block.pay(bill, receipt, block.owed[bill.id], Why.SUM)

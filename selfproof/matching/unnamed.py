"""Receipts of nobody: acquirers, wallets and counters show an amount and a day, and no payer.

Such a receipt pays a bill only where both are the only ones of their amount about that day, and where the other
receipts of nobody make a meeting by mere chance unlikely: one in a hundred small round amounts meets some bill anyway.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from selfproof.matching.block import Block
from selfproof.matching.nouns import Bill, Receipt, Why

_EARLY, _LATE = 7, 31  # days around a bill within which it is paid at a counter or by a code
_BAND = 0.05  # amounts that are about the same
_GRAINS = (100_000, 10_000, 1_000, 100, 10, 1)  # 分: how round an amount is
_WEEK = 8  # days that are counted together
_MOST = 32  # lines of one amount, above which none of them tells anything
Line = TypeVar("Line", Bill, Receipt)
Crowd = Mapping[tuple[int, int], Sequence[int]]  # (week, grain) → amounts in rising order


def unnamed(block: Block, doubt: float) -> None:
    """Links between the open bills of all parties and the open receipts of nobody."""
    bills = _by_amount(block.open_bills(), block.owed)
    receipts = _by_amount(block.open_receipts(), block.left)
    crowd = _crowd(block)
    for amount in sorted(set(bills) & set(receipts)):
        due, came = bills[amount], receipts[amount]
        if max(len(due), len(came)) > _MOST:
            continue
        pairs = [(bill, one) for bill in due for one in came if _about(bill, one)]
        if len(pairs) == 1 and chance(amount, pairs[0][0].day, crowd) <= doubt and _may_be(*pairs[0]):
            block.settle([pairs[0][0]], [pairs[0][1]], Why.UNNAMED)


def _by_amount(lines: Sequence[Line], amounts: Mapping[str, int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(amounts[line.id], []).append(line)
    return found


def _about(bill: Bill, receipt: Receipt) -> bool:
    return -_EARLY <= (receipt.day - bill.day).days <= _LATE


def _may_be(bill: Bill, receipt: Receipt) -> bool:
    """Whether what is left to be read of a hidden name (张*、云泽**公司) stands in the party's name in this order."""
    rest = iter(bill.party)
    return all(sign in rest for sign in receipt.party if sign.isalnum())


def grain(amount: int) -> int:
    """The largest round unit of which an amount is a multiple, 分.

    >>> grain(123_456), grain(565_000)
    (1, 1000)
    """
    return next(unit for unit in _GRAINS if amount % unit == 0)


def _crowd(block: Block) -> Crowd:
    found: dict[tuple[int, int], list[int]] = {}
    for receipt in block.open_receipts():
        amount = block.left[receipt.id]
        for unit in _GRAINS:
            if amount % unit == 0:
                found.setdefault((receipt.day.toordinal() // _WEEK, unit), []).append(amount)
    return {key: sorted(amounts) for key, amounts in found.items()}


def chance(amount: int, day: date, crowd: Crowd) -> float:
    """How many receipts of nobody would have this very amount about this day by mere chance (0 and more)."""
    unit, first, last = grain(amount), day.toordinal() - _EARLY, day.toordinal() + _LATE
    low, high = round(amount * (1 - _BAND)), round(amount * (1 + _BAND))
    weeks = (crowd.get((week, unit), ()) for week in range(first // _WEEK, last // _WEEK + 1))
    about = sum(bisect_right(amounts, high) - bisect_left(amounts, low) for amounts in weeks)
    return about / max((high - low) / unit, 1)

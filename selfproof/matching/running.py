"""Running accounts: a party that pays round sums now and then, not bill by bill.

Its oldest debts are settled first (民法典 article 560), so bills and receipts lie along one line of money each. Where
the two lines stand beside each other is known at an anchor: where the account begins within the statement, and where an
odd sum pays off all that was due. Where two anchors disagree (a bill that nobody showed), only what both say is told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeAlias

from selfproof.matching.block import Block
from selfproof.matching.nouns import Bill, Receipt, Why

Span: TypeAlias = tuple[int, int]  # of the line of bills, 分
_ROUND = 100_000  # 分: sums of which this is a whole part are paid on account
_ODD = 10_000  # 分: a sum finer than this pays off what is due
_FEWEST = 3  # receipts that show a habit
_FAR = 3  # receipts from an anchor for which it stands alone: something that nobody showed moves all behind it
_MOSTLY = 0.5
_BEFORE = timedelta(days=30)  # that a statement must run before the first bill to show an account's beginning


def runs(block: Block) -> bool:
    """Whether a party pays on account: mostly round sums for bills that mostly are not."""
    sums = [block.left[one.id] for one in block.open_receipts()]
    bills = [block.owed[bill.id] for bill in block.open_bills()]
    paid, due = sum(not cents % _ROUND for cents in sums), sum(not cents % _ROUND for cents in bills)
    return len(sums) >= _FEWEST and paid >= _MOSTLY * len(sums) and due < _MOSTLY * len(bills)


def running_account(block: Block, since: date | None) -> None:
    """Links along the two lines, where all anchors beside a receipt agree. since: the statements' first day."""
    bills, receipts = block.open_bills(), block.open_receipts()
    due = [0, *accumulate(block.owed[bill.id] for bill in bills)]
    days = [bill.day for bill in bills]
    line = [(block.left[one.id], due[bisect_right(days, one.day)]) for one in receipts]
    begins = bool(bills) and since is not None and since + _BEFORE <= bills[0].day
    both = list(zip(_forward(line, begins=begins), _backward(line), strict=True))
    sound = begins or not any(_broken(cents, *spans) for (cents, _), spans in zip(line, both, strict=True))
    for receipt, spans in zip(receipts, both, strict=True):
        told = [_along(due, span) for span in spans if span is not None]
        _pay(block, bills, receipt, told if sound or len(told) == len(spans) else [])


def _broken(cents: int, one: Span | None, two: Span | None) -> bool:
    """Whether something is not shown: the anchors disagree, or more was paid than was due."""
    short = one is not None and one[1] - one[0] < cents
    return short or (one is not None and two is not None and one != two)


def _is_anchor(cents: int) -> bool:
    return cents % _ODD != 0


def _forward(line: Sequence[tuple[int, int]], *, begins: bool) -> Iterator[Span | None]:
    """What each receipt covers, from the anchor before it. line: each receipt with all that was due on its day.

    What exceeds all that was due paid for something that nobody showed.
    """
    at: int | None = 0 if begins else None
    far = 0 if begins else _FAR
    for cents, due in line:
        yield None if at is None or far > _FAR else (at, min(at + cents, due))
        far += not begins
        if _is_anchor(cents):
            at, far = due, 0
        elif at is not None:
            at = min(at + cents, due)


def _backward(line: Sequence[tuple[int, int]]) -> list[Span | None]:
    """The same from the anchor behind it."""
    found: list[Span | None] = []
    end, far = 0, _FAR
    for cents, due in reversed(line):
        end, far = (due, 0) if _is_anchor(cents) else (end, far + 1)
        found.append((end - cents, end) if far < _FAR and end <= due else None)
        end -= cents
    return found[::-1]


def _along(due: Sequence[int], span: Span) -> dict[int, int]:
    """How much of each bill (by its place) lies within a span of the line of bills."""
    start, end = span
    found: dict[int, int] = {}
    place = max(0, bisect_right(due, start) - 1)
    while place + 1 < len(due) and due[place] < end:
        shared = min(end, due[place + 1]) - max(start, due[place])
        if shared > 0:
            found[place] = shared
        place += 1
    return found


def _pay(block: Block, bills: Sequence[Bill], receipt: Receipt, ways: Sequence[dict[int, int]]) -> None:
    """What every way of laying the lines beside each other says."""
    for place, cents in ways[0].items() if ways else ():
        bill = bills[place]
        sure = min((way.get(place, 0) for way in ways), default=0)
        shared = min(sure, cents, block.owed[bill.id], block.left[receipt.id])
        if shared > 0 and block.in_time(bill, receipt):
            block.pay(bill, receipt, shared, Why.OLDEST)

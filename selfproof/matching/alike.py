"""Bills and receipts of one amount, less what is usual, of which a payer has many: rent, standing orders.

They are paired in their order; how late the party pays is what leaves the fewest days unexplained.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from selfproof.matching.block import Block
from selfproof.matching.nouns import Bill, Receipt, Why
from selfproof.matching.search import explains

_LAGS = range(0, 121, 5)  # days that are tried
_SKIP = 18  # days of disagreement that leave a line out
_LATER = 0.02  # days per day: of two lags that explain as much the shorter one
_RIVAL = 12  # days by which another lag may explain less and still be as likely
_MOST = 900  # pairs of lines that are all tried
_LOOK = 32


def pair(block: Block, bills: Sequence[Bill], receipts: Sequence[Receipt], usual: int | None) -> None:
    """Pair what can be paired. usual: days that the party lets pass, None where nothing else tells."""
    bills = [bill for bill in bills if block.owed[bill.id] > 0]
    receipts = [one for one in receipts if block.left[one.id] > 0]
    if len(bills) * len(receipts) > _MOST:
        _nearest(block, bills, receipts, usual or _LAGS[len(_LAGS) // 4])
        return
    for bill, receipt in _agreed(bills, receipts, [usual] if usual is not None else _LAGS):
        if block.in_time(bill, receipt):
            block.settle([bill], [receipt], explains(block.owed[bill.id], block.left[receipt.id]) or Why.FEE)


def _agreed(bills: Sequence[Bill], receipts: Sequence[Receipt], lags: Sequence[int]) -> list[tuple[Bill, Receipt]]:
    """The pairs of the lag that explains most, as far as every lag that explains nearly as much has them too."""
    tried = []
    for lag in lags:
        cost, pairs = _aligned(bills, receipts, lag)
        tried.append((cost + _LATER * lag * len(pairs), lag, pairs))
    least, _, best = min(tried, key=lambda one: one[:2])
    rivals = [{*pairs} for cost, _, pairs in tried if cost < least + _RIVAL]
    return [pair for pair in best if all(pair in rival for rival in rivals)]


def _aligned(bills: Sequence[Bill], receipts: Sequence[Receipt], lag: int) -> tuple[float, list[tuple[Bill, Receipt]]]:
    """The cheapest pairs in order: days off the lag, and a fixed price for each line left out."""
    width = len(receipts) + 1
    costs = [[float(column * _SKIP) for column in range(width)]]
    for bill in bills:
        above, row = costs[-1], [costs[-1][0] + _SKIP]
        for column, receipt in enumerate(receipts):
            off = abs((receipt.day - bill.day).days - lag)
            row.append(min(above[column] + off, above[column + 1] + _SKIP, row[-1] + _SKIP))
        costs.append(row)
    return costs[-1][-1], _traced(costs, bills, receipts, lag)


def _traced(
    costs: Sequence[Sequence[float]], bills: Sequence[Bill], receipts: Sequence[Receipt], lag: int
) -> list[tuple[Bill, Receipt]]:
    found: list[tuple[Bill, Receipt]] = []
    row, column = len(bills), len(receipts)
    while row and column:
        bill, receipt, cost = bills[row - 1], receipts[column - 1], costs[row][column]
        if cost == costs[row - 1][column - 1] + abs((receipt.day - bill.day).days - lag):
            found.append((bill, receipt))
            row, column = row - 1, column - 1
        elif cost == costs[row - 1][column] + _SKIP:
            row -= 1
        else:
            column -= 1
    return found


def _nearest(block: Block, bills: Sequence[Bill], receipts: Sequence[Receipt], usual: int) -> None:
    """Each receipt to the open bill that is nearest to the usual lag, where there are too many to try all."""
    days = [bill.day.toordinal() for bill in bills]
    for receipt in receipts:
        place = bisect_left(days, receipt.day.toordinal() - usual)
        about = bills[max(0, place - _LOOK) : place + _LOOK]
        fit = [bill for bill in about if block.owed[bill.id] > 0 and block.in_time(bill, receipt)]
        if fit:
            best = min(fit, key=lambda bill: (abs((receipt.day - bill.day).days - usual), bill.day, bill.id))
            block.settle([best], [receipt], explains(block.owed[best.id], block.left[receipt.id]) or Why.FEE)

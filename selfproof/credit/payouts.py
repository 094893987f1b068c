"""One payment, two statements: what an acquirer, a platform or a wallet paid out is on the bank's statement too.

Receipts are the sum of all accounts net of round trips (credit-method, section 1). In a month that both show, what the
bank's statement marks as paid out counts once: the better-believed paper keeps its amount, the other one gives way by
as much as both show, so that a weaker paper never spoils a stronger one and no cut-off counts a payment twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from selfproof.credit.papers import number
from selfproof.model import Fact

Shares = tuple[tuple[str, float], ...]  # by whom it was paid out, and how much: CNY
_BANK = "bank_statement"
_LISTED = {  # the papers that list what these paid out; 微信 and 支付宝 pay out for all three
    "acquirers": ("acquirer_statement",),
    "platforms": ("platform_statement",),
    "wallets": ("wallet_statement", "acquirer_statement", "platform_statement"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one paper shows of one month. paper: its document kind; kind: what it is evidence of; amount: CNY."""

    paper: str
    kind: str
    month: int
    level: int
    amount: float
    paid_out: Shares = ()


NOTHING = Shown("", "", 0, 0, 0.0)


def shares(fields: Mapping[str, Fact], month: str, share: float) -> Shares:
    """What a bank's statement marks as paid out in a month. share: of the month's receipts that count at all."""
    told = ((sort, number(fields.get(f"{month}.from_{sort}"))) for sort in _LISTED)
    return tuple((sort, amount * share) for sort, amount in told if amount)


def doubled(shown: Sequence[Shown]) -> list[float]:
    """For each paper's month the amount that another one counts already, in the order given."""
    away = [0.0] * len(shown)
    for index, bank in enumerate(shown):
        for sort, amount in bank.paid_out if bank.paper == _BANK else ():
            left = amount
            for other in _others(shown, bank, _LISTED[sort]):
                left -= _give_way(shown, away, (index, other), left)
    return away


def _others(shown: Sequence[Shown], bank: Shown, papers: Sequence[str]) -> Iterator[int]:
    """The lists of the same month and kind, the best believed first."""
    alike = (
        index
        for index, one in enumerate(shown)
        if one.paper in papers and (one.kind, one.month) == (bank.kind, bank.month)
    )
    yield from sorted(alike, key=lambda index: (-shown[index].level, index))


def _give_way(shown: Sequence[Shown], away: list[float], pair: tuple[int, int], most: float) -> float:
    """What both show, taken off the less believed one."""
    bank, other = pair
    both = max(0.0, min(most, shown[bank].amount - away[bank], shown[other].amount - away[other]))
    away[other if shown[other].level <= shown[bank].level else bank] += both
    return both

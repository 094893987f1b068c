"""How much of a firm's trade hangs on how few partners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from selfproof.graph.flows import Flow, amount, by


@dataclass(frozen=True, slots=True)
class Share:
    """A partner's part of the whole. amount: CNY; share: 0..1."""

    party: str
    amount: Decimal
    share: Decimal
    flows: tuple[Flow, ...]


def shares(flows: Sequence[Flow], end: str) -> tuple[Share, ...]:
    """Partners at one end (``source`` or ``target``), the largest first; those with nothing left after returns go."""
    totals = {party: amount(of) for party, of in by(flows, end).items()}
    whole = sum((total for total in totals.values() if total > 0), Decimal(0))
    found = (
        Share(party, total, total / whole, tuple(by(flows, end)[party])) for party, total in totals.items() if total > 0
    )
    return tuple(sorted(found, key=lambda share: (-share.amount, share.party)))


def hhi(found: Sequence[Share]) -> Decimal:
    """Herfindahl–Hirschman index: the sum of squared shares, from near 0 (many) to 1 (a single partner)."""
    return sum((share.share * share.share for share in found), Decimal(0))

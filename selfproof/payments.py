"""One line of a statement as a movement of money: what is kept of every line, and becomes facts where it is cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from selfproof.geometry import Place


@dataclass(frozen=True, slots=True)
class Payment:
    """A line of a statement, CNY. row: from 0 among the document's transactions, in printed order.

    amount: what arrived; negative for what left. fee: what was kept of it before it arrived, where that is printed.
    party, note: as printed, "" where nothing is. earned: whether the line by itself is a business receipt.
    confidence: of the reading, 0..1.
    """

    row: int
    day: date
    amount: Decimal
    fee: Decimal
    party: str
    note: str
    earned: bool
    place: Place
    confidence: float = 1.0

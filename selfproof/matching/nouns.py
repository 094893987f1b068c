"""What is matched: bills on one side, receipts on the other, links between them. Amounts are whole 分 (0.01 CNY)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """How a receipt settles a bill."""

    WHOLE = "whole"
    PART = "part"  # one of several receipts of a bill
    GROUPED = "grouped"  # one receipt for several bills
    PREPAID = "prepaid"  # it came before the bill
    REFUND = "refund"  # money that went back, or a red-letter bill that takes back another


class Why(StrEnum):
    """What a link rests on, strongest first."""

    NUMBER = "number"  # the receipt names the bill
    AMOUNT = "amount"  # the amounts are equal
    FEE = "fee"  # equal less a fee that is known or usual
    ROUNDED = "rounded"  # equal but for what was rounded off
    SUM = "sum"  # the amounts add up
    SHARE = "share"  # a usual instalment of it
    OLDEST = "oldest"  # the payer's oldest open bill (民法典 article 560: first due, first paid)
    UNNAMED = "unnamed"  # nobody is named, and no other bill or receipt has this amount


@dataclass(frozen=True, slots=True)
class Bill:
    """What the other party owes by one paper. cents: negative on a red-letter invoice.

    numbers: by which others name it. names: numbers of bills that it names itself (the one that it takes back).
    code: the party's tax id, "" where it was not read.
    """

    id: str
    party: str
    day: date
    cents: int
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment as a statement shows it. cents: what arrived; negative for what was paid back.

    party: "" where nobody is named. fee: what was kept of it before it arrived. source: the paper that shows it.
    """

    id: str
    party: str
    day: date
    cents: int
    note: str = ""
    fee: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A receipt that settles a bill, or a part of it. cents: of the bill; negative for a refund.

    receipt: the id of a receipt; of a red letter (`Matched.reds`) that of the bill that takes back a part of `bill`.
    """

    bill: str
    receipt: str
    kind: Kind
    cents: int
    why: Why


@dataclass(frozen=True, slots=True)
class Rules:
    """Days and bounds, from the policy. before: a receipt may come so early; after: so late.

    doubt: how many links by mere chance are borne before a search is given up (0..1).
    """

    before: int = 180
    after: int = 365
    doubt: float = 0.05


@dataclass(frozen=True, slots=True)
class Matched:
    """Links of receipts with bills, by bill and by receipt too. reds: red-letter bills with what they take back.

    met: receipts of the bills' parties, linked or not. taken: 分 that red letters took back, by bill.
    """

    links: tuple[Link, ...]
    reds: tuple[Link, ...]
    by_bill: Mapping[str, tuple[Link, ...]]
    by_receipt: Mapping[str, tuple[Link, ...]]
    met: frozenset[str]
    taken: Mapping[str, int]

    def settled(self, bill: str) -> int:
        """How much of a bill is paid, net of what went back, 分."""
        return sum(link.cents for link in self.by_bill.get(bill, ()))

    def less(self, bill: str) -> int:
        """How much of a bill red letters took back, 分."""
        return self.taken.get(bill, 0)

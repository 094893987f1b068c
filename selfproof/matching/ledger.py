"""An applicant's papers and cited lines as bills and receipts, and what of them was matched.

Seen from the side on which the applicant stands: as seller, what came in for his sales; as buyer, what he paid for his
purchases, where an outflow is the receipt and what a supplier paid back is negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from selfproof.identity import Same
from selfproof.matching import cited
from selfproof.matching.copies import CARRIERS, pictured, rank
from selfproof.matching.match import match
from selfproof.matching.nouns import Bill, Matched, Receipt, Rules
from selfproof.matching.once import once
from selfproof.matching.parties import Directory, directory
from selfproof.matching.search import pattern
from selfproof.model import Fact, Ledger
from selfproof.names import applicants_side, same_firm
from selfproof.verify import Case, View

STATEMENTS = ("bank_statement", "wallet_statement", "acquirer_statement", "platform_statement")
THRESHOLDS = ("paid_early_days", "paid_late_days", "match_doubt")
SELLER: Final = "seller"
BUYER: Final = "buyer"
_OTHER: Final = {SELLER: BUYER, BUYER: SELLER}
_COUNTERPARTY: Final = {
    SELLER: re.compile(r"counterparties\[(.+)\]\.total_in"),
    BUYER: re.compile(r"counterparties\[(.+)\]\.total_out"),
}
_LAST = 100  # behind all ranks of papers that may prove something


@dataclass(frozen=True, slots=True)
class Book:
    """One case matched. copies: the views of each bill; due: 分 by bill; shown: the fact of each receipt's amount.

    rank: of the papers that show receipts, the best first; party: of each bill, by number; in_all: 分 that a party paid
    by the totals of bank statements, and these statements.
    """

    bills: Mapping[str, Bill]
    copies: Mapping[str, Sequence[View]]
    matched: Matched
    receipts: Mapping[str, Receipt]
    shown: Mapping[str, str]
    rank: Mapping[str, int]
    party: Mapping[str, int | None]
    in_all: Mapping[int, tuple[int, tuple[str, ...]]]

    def due(self, bill: str) -> int:
        """What is owed by a bill after red letters, 分."""
        return self.bills[bill].cents - self.matched.less(bill)


def book(case: Case, side: str = SELLER) -> Book:
    """The matches of a case on one side; its thresholds must hold `THRESHOLDS`."""
    return _book(Same(case), side)


@lru_cache(maxsize=4)
def _book(same: Same[Case], side: str) -> Book:
    case = same.one
    known = dict(receipts(case, side))
    rank = ranks(case)
    copies = invoices(case, side)
    found = bills(copies, side)
    spent = _sold(case) if side == BUYER else frozenset[str]()
    lines = [one for one in once(known.values(), rank) if one.id not in spent]
    matched = match(found.values(), lines, rules(case), since(case))
    names, party = directory(found.values())
    return Book(found, copies, matched, known, shown(case), rank, party, _in_all(case, names, side))


def _sold(case: Case) -> frozenset[str]:
    """Lines that pay a sale: a supplier who also buys gives nothing back with them.

    Not the other way round: a purchase invoice, which its owner may have written, must not explain away that a
    customer's payment went back.
    """
    due = bills(invoices(case), SELLER)
    paid = [one for _, one in receipts(case) if one.cents > 0] if due else []
    links = match(due.values(), once(paid, ranks(case)), rules(case), since(case)).links if paid else ()
    return frozenset(link.receipt for link in links)


def _in_all(case: Case, names: Directory, side: str) -> dict[int, tuple[int, tuple[str, ...]]]:
    totals: dict[int, int] = {}
    documents: dict[int, dict[str, None]] = {}
    for view in case.of("bank_statement"):
        for name, fact in view.facts.items():
            other = _COUNTERPARTY[side].fullmatch(name)
            met = names.meet(other[1]) if other and isinstance(fact.value, Decimal) else None
            if met is not None and not met.kin and isinstance(fact.value, Decimal):
                totals[met.party] = totals.get(met.party, 0) + cited.cents(fact.value)
                documents.setdefault(met.party, {})[view.id] = None
    return {party: (cents, tuple(documents[party])) for party, cents in totals.items()}


def since(case: Case) -> date | None:
    """The first day that any statement shows; None where none says it."""
    days = (view.get("first_date", date) for kind in STATEMENTS for view in case.of(kind))
    return min((day for day in days if day is not None), default=None)


def rules(case: Case) -> Rules:
    """Days and bounds of the policy."""
    before, after, doubt = (float(case.threshold(name)) for name in THRESHOLDS)
    return Rules(round(before), round(after), doubt)


def invoices(case: Case, side: str = SELLER) -> dict[str, list[View]]:
    """The invoices on one side of the applicant by the id of their best paper, with all papers that show the same."""
    found: dict[tuple[str, str], list[View]] = {}
    applicant = case.application.applicant
    mine = [view for view in case.of("vat_invoice") if applicants_side(view.text, applicant) == side]
    originals = {picture.id: original for original, picture in pictured(mine)}
    for view in sorted(mine, key=rank):
        shown = originals.get(view.id, view)
        number = shown.text("invoice_number")
        found.setdefault((shown.text("invoice_code"), number) if number else ("", shown.id), []).append(view)
    return {views[0].id: views for views in found.values()}


def bills(copies: Mapping[str, Sequence[View]], side: str) -> dict[str, Bill]:
    """Invoices as bills, as far as their day and amount were read."""
    found = {key: _bill(key, views[0], _OTHER[side]) for key, views in copies.items()}
    return {key: bill for key, bill in found.items() if bill is not None}


def _bill(key: str, view: View, other: str) -> Bill | None:
    total, day = view.money("total_amount"), view.get("issue_date", date)
    if total is None or day is None:
        return None
    names = tuple(pattern("red_letter").findall(view.text("remarks"))) if total < 0 else ()
    numbers = (view.text("invoice_number"),)
    party, code = view.text(f"{other}_name"), view.text(f"{other}_tax_id")
    return Bill(key, party, day, cited.cents(total), numbers, names, code)


def receipts(case: Case, side: str = SELLER) -> Iterator[tuple[str, Receipt]]:
    """The cited lines of statements and third parties' records, and bank slips, as one side sees them."""
    lines = [one for view in case.documents if view.kind in STATEMENTS for one in cited.receipts(view.id, view.facts)]
    lines += [one for source, fields in _records(case).items() for one in cited.receipts(source, fields)]
    yield from ((one.id, seen(one, side)) for one in lines)
    for view in case.of("bank_slip"):
        slip = _slip(view, case, side)
        if slip is not None:
            yield slip.id, slip


def seen(one: Receipt, side: str) -> Receipt:
    """A line of a statement as one side sees it: what went out is what a buyer paid."""
    return one if side == SELLER else replace(one, cents=-one.cents, fee=0)


def _records(case: Case) -> dict[str, dict[str, Fact]]:
    found: dict[str, dict[str, Fact]] = {}
    for fact in case.stated.values():
        if fact.ledger is Ledger.THIRD_PARTY and ".rows[" in fact.name:
            found.setdefault(fact.kind, {})[fact.field] = fact
    return found


def _slip(view: View, case: Case, side: str) -> Receipt | None:
    amount, day = view.money("amount"), view.get("date", date)
    mine, other = ("payee", "payer") if side == SELLER else ("payer", "payee")
    is_mine = bool(view.text(mine)) and same_firm(view.text(mine), case.application.applicant.name)
    if not is_mine or amount is None or day is None or amount <= 0:
        return None
    return Receipt(f"{view.id}:", view.text(other), day, cited.cents(amount), view.text("purpose"), 0, view.id)


def shown(case: Case) -> dict[str, str]:
    """The fact that shows the amount of each receipt, by its id."""
    found = {f"{view.id}:": view.facts["amount"].id for view in case.of("bank_slip") if "amount" in view.facts}
    for view in case.documents:
        if view.kind in STATEMENTS:
            found.update(cited.amounts(view.id, view.facts))
    for source, fields in _records(case).items():
        found.update(cited.amounts(source, fields))
    return found


def ranks(case: Case) -> dict[str, int]:
    """Third parties first, then signed papers, then the others by their carriers; what proves nothing comes last."""
    found = dict.fromkeys(_records(case), -1)
    for view in case.documents:
        carrier, signed = view.text("document.carrier"), view.text("document.signature.status") == "valid"
        place = CARRIERS.index(carrier) if carrier in CARRIERS else len(CARRIERS)
        found[view.id] = place + len(CARRIERS) * (0 if signed else 1) + (_LAST if _worthless(view, case) else 0)
    return found


def _worthless(view: View, case: Case) -> bool:
    """Whether a paper was rejected or withdrawn, or is of another's account."""
    applicant, holder = case.application.applicant, view.text("account_name")
    others = bool(holder) and "*" not in holder and holder != applicant.legal_representative
    gone = view.text("document.review") in ("rejected", "aside") or "document.withdrawn" in view.facts
    return gone or (others and not same_firm(holder, applicant.name))

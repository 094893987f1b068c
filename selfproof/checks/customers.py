"""A contract's customer is among those who pay; whoever is not may pay in cash or elsewhere, so the owner is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from selfproof.matching.ledger import STATEMENTS, invoices
from selfproof.model import Outcome
from selfproof.names import same_firm
from selfproof.verify import Case, Verdict, View, check, fail

_PARTNER = re.compile(r"counterparties\[(.+)\]\.(total_in|total_out)")
_SIDES = ("party_a", "party_b")


@check(per="application", uses=("credit_days", "unnamed_share"))
def contract_customer_pays(case: Case) -> Iterator[Verdict]:
    """The customer of a contract is among those who paid into the accounts that were shown."""
    statements = [view for view in case.documents if view.kind in STATEMENTS]
    for view in case.of("contract"):
        side = _customer(case, view)
        paid = Outcome.UNKNOWN if side is None else _pays(case, view, view.text(side), statements)
        if side is not None and paid is Outcome.FAIL:
            totals = [id_ for one in statements for id_ in one.ids("total_in")]
            said = fail("contract_customer_pays_fail", (*view.ids(side), *totals), customer=view.text(side))
            yield Verdict(said.outcome, said.message, said.facts, document=view.id)
        else:
            yield Verdict(paid, document=view.id)


def _customer(case: Case, view: View) -> str | None:
    """Which side buys from the applicant: the first where the applicant is the second, or who was invoiced."""
    ours = [same_firm(view.text(side), case.application.applicant.name) for side in _SIDES]
    if ours[0] == ours[1] or not all(map(view.text, _SIDES)):
        return None
    other = _SIDES[ours[0]]
    buyers = {views[0].text("buyer_name") for views in invoices(case).values()}
    return other if ours[1] or any(same_firm(view.text(other), buyer) for buyer in buyers if buyer) else None


def _pays(case: Case, view: View, customer: str, statements: Sequence[View]) -> Outcome:
    """Unknown where the time is not covered, where money went the other way, or where it may lie among the unnamed."""
    named = [(match[1], match[2], fact.value) for one in statements for name, fact in one.facts.items()
             if (match := _PARTNER.fullmatch(name))]  # fmt: skip
    ways = {way for name, way, _ in named if same_firm(name, customer)}
    if "total_in" in ways:
        return Outcome.PASS
    came = sum((value for _, way, value in named if way == "total_in" and isinstance(value, Decimal)), Decimal(0))
    total = sum((one.money("receipts") or one.money("total_in") or Decimal(0) for one in statements), Decimal(0))
    least = case.threshold("unnamed_share") * (view.money("total_amount") or Decimal(0))
    sure = not ways and total - came <= least and _covered(case, view, statements)
    return Outcome.FAIL if sure else Outcome.UNKNOWN


def _covered(case: Case, view: View, statements: Sequence[View]) -> bool:
    """Whether a bank statement shows the time in which the contract should have been paid."""
    signed, wait = view.get("sign_date", date), timedelta(days=int(case.threshold("credit_days")))
    spans = [
        (one.get("first_date", date), one.get("last_date", date)) for one in statements if one.kind == STATEMENTS[0]
    ]
    return signed is not None and any(
        first is not None and last is not None and first <= signed and signed + wait <= last for first, last in spans
    )

"""Contract ↔ invoice ↔ receipt: what one document says must be found in another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from selfproof.checks.parties import role
from selfproof.model import Outcome
from selfproof.names import same_firm
from selfproof.verify import Answer, Case, Verdict, View, check, fail

_COUNTERPARTY = re.compile(r"counterparties\[(.+)\]\.total_in")


def sales(case: Case) -> list[View]:
    """The applicant's sales invoices, each number once, red-letter ones included."""
    seen: dict[tuple[str, str], View] = {}
    for view in case.of("vat_invoice"):
        if role(view, case) == "seller":
            seen.setdefault((view.text("invoice_code"), view.text("invoice_number")), view)
    return list(seen.values())


def received(case: Case, payer: str) -> tuple[Decimal, tuple[str, ...]]:
    """What a payer paid in by all statements (CNY), and the statements that show it."""
    total, documents = Decimal(0), []
    for view in case.of("bank_statement"):
        for name, fact in view.facts.items():
            match = _COUNTERPARTY.fullmatch(name)
            if match and isinstance(fact.value, Decimal) and same_firm(match[1], payer):
                total += fact.value
                documents.append(view.id)
    return total, tuple(dict.fromkeys(documents))


def _invoiced(views: list[View]) -> Decimal:
    return sum((view.money("total_amount") or Decimal(0) for view in views), Decimal(0))


def _covered(view: View, case: Case) -> bool:
    """Whether a statement runs over the time in which this invoice would be paid."""
    issued = view.get("issue_date", date)
    spans = [(one.get("first_date", date), one.get("last_date", date)) for one in case.of("bank_statement")]
    term = timedelta(days=int(case.threshold("credit_days")))
    return issued is not None and any(
        first is not None and last is not None and first - term <= issued <= last for first, last in spans
    )


@check(per="application", uses=("matched_share", "credit_days"))
def invoice_matched_to_receipts(case: Case) -> Iterator[Verdict]:
    """Four fifths of what a customer was invoiced came in from that customer by the statements of that time."""
    by_buyer: dict[str, list[View]] = {}
    for view in sales(case):
        if _covered(view, case):
            by_buyer.setdefault(view.text("buyer_name"), []).append(view)
        else:
            yield Verdict(Outcome.UNKNOWN, facts=view.ids("total_amount"), document=view.id)
    for buyer, views in by_buyer.items():
        paid, statements = received(case, buyer) if buyer else (Decimal(0), ())
        matched = bool(statements) and paid >= case.threshold("matched_share") * _invoiced(views)
        outcome, documents = (Outcome.PASS, statements) if matched else (Outcome.UNKNOWN, ())
        for view in views:
            yield Verdict(outcome, facts=view.ids("total_amount"), documents=documents, document=view.id)


def _under(contract: View, case: Case) -> tuple[str, list[View]]:
    """The other party of a contract and the applicant's sales invoices to it from the signature on."""
    parties = (contract.text("party_a"), contract.text("party_b"))
    other = next((name for name in parties if name and not same_firm(name, case.application.applicant.name)), "")
    signed = contract.get("sign_date", date) or date.min
    invoices = [view for view in sales(case) if (view.get("issue_date", date) or date.max) >= signed]
    return other, [view for view in invoices if other and same_firm(view.text("buyer_name"), other)]


@check(per="application", uses=("over_invoiced",))
def contract_against_invoices(case: Case) -> Iterator[Verdict]:
    """Invoices to a contract's customer stay within the contract."""
    for contract in case.of("contract"):
        total, (_, invoices) = contract.money("total_amount"), _under(contract, case)
        if total is None or not invoices:
            yield Verdict(Outcome.UNKNOWN, document=contract.id)
        elif _invoiced(invoices) > case.threshold("over_invoiced") * total:
            ids = (*contract.ids("total_amount"), *(id_ for view in invoices for id_ in view.ids("total_amount")))
            found = fail("contract_against_invoices_fail", ids, contract=total, invoiced=_invoiced(invoices))
            yield Verdict(found.outcome, found.message, found.facts, tuple(view.id for view in invoices), contract.id)
        else:
            yield Verdict(Outcome.PASS, document=contract.id)


@check(per="application", uses=("matched_share",))
def contract_invoiced_and_paid(case: Case) -> Iterator[Verdict]:
    """What was invoiced under the contract was paid, and the applicant is a party to it."""
    for contract in case.of("contract"):
        other, invoices = _under(contract, case)
        paid, statements = received(case, other) if other else (Decimal(0), ())
        if invoices and statements and paid >= case.threshold("matched_share") * _invoiced(invoices):
            documents = (*(view.id for view in invoices), *statements)
            yield Verdict(Outcome.PASS, facts=contract.ids("total_amount"), documents=documents, document=contract.id)
        else:
            yield Verdict(Outcome.UNKNOWN, document=contract.id)


def _parties_read(contract: View) -> bool:
    return bool(contract.text("party_a") and contract.text("party_b"))


@check(optional=("contract.party_a", "contract.party_b"))
def applicant_is_contract_party(view: View, case: Case) -> Answer:
    """The applicant is a party to the contract."""
    name = case.application.applicant.name
    if any(same_firm(view.text(side), name) for side in ("party_a", "party_b") if view.text(side)):
        return None
    if not _parties_read(view):
        return Verdict(Outcome.UNKNOWN)
    return fail("applicant_is_contract_party_fail", view.ids("party_a", "party_b"), other=view.text("party_a"))

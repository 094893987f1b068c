"""Invented people and a case of theirs, for the tests of who may do what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from selfproof import extract
from selfproof.access import About, Desk, Role, enter, session
from selfproof.access.sieve import View
from selfproof.credit import policy as policies
from selfproof.model import Applicant, Extraction, Fact, Ledger, Message, Method, Place, Provenance
from selfproof.store import Store
from selfproof.store.accounts import new
from selfproof.store.audit import Act
from tests import store_samples as samples

_PLAIN = View()
PASSWORD = "a quiet green heron"  # noqa: S105  an invented one
PAGE = b"RIFF invented webp"


@dataclass(frozen=True, slots=True)
class Sample:
    """A case with every kind of id in it."""

    application: str
    upload: str
    document: str
    fact: str
    decision: str


def token(store: Store, name: str, role: Role) -> str:
    """Of a new session; the account is made if missing."""
    account = store.people.account(name)
    if account is None:
        account = new(name, role)
        store.people.add_account(account, Act(account.id, role, "add_account"))
    return session.start(store, account)


def desk(store: Store, name: str, role: Role) -> Desk:
    return Desk.of(store, enter(store, token(store, name, role)))


def following(reviewer: Desk, application: str, view: View = _PLAIN) -> str:
    """The next case that comes up for a reviewer; "" for none."""
    return next(iter(reviewer.review.upcoming(application, view)), "")


def about(name: str = "青禾样例塑料制品厂") -> About:
    applicant = Applicant(name, "91330100MA00000X1Y", "林样例", "样例路 1 号")
    return About(applicant, "workshop", "塑料制品业", {"annual_turnover": Decimal(1800000)})


def invoice(document: str) -> tuple[Fact, ...]:
    """What was read in one invented invoice."""
    where = Provenance(Method.OCR, "vat_invoice", document, Place(1, (0.1, 0.2, 0.3, 0.25)), "v1", 0.995)
    values = {"total_amount": Decimal("11300.00"), "invoice_number": "00000042", "issue_date": date(2026, 3, 1)}
    return tuple(Fact(f"vat_invoice.{name}", value, str(value), Ledger.SELF, where) for name, value in values.items())


def case(store: Store, owner: Desk, data: bytes = b"%PDF-1.7 sample") -> Sample:
    """An application with an upload that was read, and a decision whose limit is paused."""
    application = owner.create(about()).id
    receipt = owner.receive(application, data, "发票.pdf")
    facts = invoice(receipt.document)
    store.save_page_image(application, receipt.upload, 1, PAGE)
    found = (Extraction(receipt.document, "vat_invoice", 0.9, facts),)
    store.save_extractions(application, receipt.upload, extract.version(), found)
    store.add_facts(application, facts)
    decision = paused(store, application, facts)
    return Sample(application, receipt.upload, receipt.document, facts[0].id, decision)


def paused(store: Store, application: str, facts: tuple[Fact, ...], recommended: str = "300000") -> str:
    """Keep a decision that a reviewer must release; returns its id."""
    plain = samples.decision(facts, recommended=recommended, key=application)
    why = (Message("reasons.review_contradiction", {"b": "2.4"}),)
    reasons = tuple(replace(reason, text=Message("reasons.review_kill_switch")) for reason in plain.reasons)
    held = replace(plain, effective=plain.base, review=why, reasons=reasons)
    ids = [fact.id for fact in facts]
    return store.save_decision(held, fact_ids=ids, finding_ids=(), policy_text=policies.text("standard"))

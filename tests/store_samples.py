"""Invented nouns for the tests of the store."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from selfproof.model import (
    Advice,
    Applicant,
    Application,
    Decision,
    Extraction,
    Fact,
    Finding,
    Ledger,
    Message,
    Method,
    Outcome,
    Place,
    Provenance,
    Reason,
    Value,
)
from selfproof.store import Record, Store, accounts, results
from selfproof.store.audit import Act
from selfproof.store.consents import Consent
from selfproof.store.desks import Claim, SecondLook
from selfproof.store.inquiries import Inquiry
from selfproof.store.rescored import Rescored, Side
from selfproof.store.rescores import Pace, Phase, Stage
from selfproof.store.sessions import Kept, Patience
from selfproof.store.switches import Ended, Loan

_LATER = datetime(2099, 1, 1, tzinfo=UTC)
POLICY = "name: sample\nbase: 100000\n"


def application(key: str = "A-1", *, uscc: str = "91330100MA00000X1Y", name: str = "青禾样例塑料制品厂") -> Application:
    declared = fact("declaration.annual_turnover", Decimal("1800000.00"), document="")
    applicant = Applicant(name, uscc, "林样例", "样例路 1 号")
    return Application(key, applicant, date(2026, 6, 30), "workshop", "塑料制品业", Decimal(100000), (declared,))


def fact(name: str, value: Value, *, document: str = "0" * 64, confidence: float = 0.995) -> Fact:
    place = Place(1, (0.1, 0.2, 0.30000000000000004, 0.25)) if document else Place()
    provenance = Provenance(Method.OCR, "vat_invoice", document, place, "v1", confidence)
    return Fact(name, value, str(value), Ledger.SELF, provenance)


def facts() -> tuple[Fact, ...]:
    total, number = fact("vat_invoice.total_amount", Decimal("11300.00")), fact("vat_invoice.number", "00000042")
    return total, number, fact("vat_invoice.date", date(2026, 3, 1))


def findings(of: tuple[Fact, ...]) -> tuple[Finding, ...]:
    message = Message("checks.net_plus_tax", {"net": "10000.00", "gross": "11300.00"})
    failed = Finding("net_plus_tax", Outcome.FAIL, "0" * 64, message, (of[0].id,))
    return Finding("tax_id", Outcome.UNKNOWN), failed


def decision(of: tuple[Fact, ...], *, recommended: str = "580000", key: str = "A-1") -> Decision:
    reason = Reason("C1", "cash_flow", Decimal(recommended) - 100000, Message("reasons.C1"), (of[0].id,))
    advice = Advice("tax", Decimal(10000), Decimal(50000), Decimal("31200.5"), Message("advice.tax"))
    limit = Decimal(recommended)
    return Decision(
        application=key,
        as_of=date(2026, 6, 30),
        base=Decimal(100000),
        recommended=limit,
        effective=limit,
        binding="cash_flow",
        policy="p1",
        engine="e1",
        levels={"0" * 64: 3, "tax": 5},
        trace={"turnover": 1.8e6, "credibility": 0.1 + 0.2, "headroom": float("inf")},
        reasons=(reason,),
        advice=(advice,),
    )


def fill(store: Store, key: str = "A-1", data: bytes = b"%PDF-1.7 sample") -> str:
    """Put a row into every table that an application can have; returns the decision's id."""
    store.save_application(application(key))
    upload = store.receive(key, data, "发票.pdf").upload
    store.save_page_image(key, upload, 1, b"RIFF webp")
    kept = facts()
    rows = (("日期", "金额"), ("2026-03-01", "1.00"))
    found = (Extraction("0" * 64, "bank_statement", 0.9, kept, 0, rows),)
    store.save_extractions(key, upload, "v1", found)
    store.add_facts(key, kept)
    people(store, key)
    store.save_record(key, Record("tax", "licence 7", "signed 2026-06-01", date(2026, 6, 2), '{"annual_sales": 1}'))
    asked = Inquiry("tax", "", "q1", datetime(2026, 6, 2, tzinfo=UTC), "down", calls=3)
    store.inquiries.spend(key, "tax", [("", 100)], date(2026, 6, 2))
    store.inquiries.keep(key, asked, on=date(2026, 6, 2))
    finding_ids = store.save_findings(key, findings(kept))
    store.add_fingerprints(key, [("0" * 64, "vat_invoice:00000042")])
    store.likeness.add(key, [("0" * 64, "ff" * 32)], [("0" * 64, "0f" * 32)])
    ids = [item.id for item in kept]
    made = store.save_decision(decision(kept, key=key), fact_ids=ids, finding_ids=finding_ids, policy_text=POLICY)
    rescore(store, key, made)
    return made


def people(store: Store, key: str) -> None:
    """An owner of the application with consent, a session, a failed try to sign in, and a policy that was brought."""
    if store.people.account(f"owner of {key}"):
        return
    account = accounts.new(f"owner of {key}", "owner")
    act = Act(account.id, "owner", "tried")
    consent = Consent("tax", "to recompute the limit", account.id, datetime(2026, 6, 1, tzinfo=UTC))
    store.people.add_account(account, act)
    store.people.give(key, account.id, act)
    store.people.say_consent(key, consent, act)
    store.people.keep_draft(key, account.id, '{"drafts": {"f": "11300"}}')
    store.people.look_again(SecondLook("", key, store.uploads(key)[0].id, 1, (0.1, 0.2, 0.3, 0.25)), act)
    store.people.take(Claim(key, account.id, time.time(), time.time() + 900), act)
    store.people.start_session(Kept(key, account.id, account.name, "owner", _LATER, _LATER), _LATER, act)
    store.policies.keep_file(account.id, "sample", POLICY)
    store.people.try_again(key, Patience(5, timedelta(1), timedelta(1)), _LATER)


def rescore(store: Store, key: str, decision_id: str) -> None:
    """A result of a re-score."""
    run = store.rescores.begin("sample", POLICY, "e2")
    limits = {"base": Decimal(100000), "recommended": Decimal(580000), "effective": Decimal(580000)}
    before = Side(**limits, binding="cash_flow", policy="p1", engine="e1", steps=())
    store.rescores.say(run, Stage.CANCELLED)
    found = Rescored(key, decision_id, "workshop", before, None, error="样例")
    store.rescores.keep_pace(run, Pace(Phase.SCORING, done=1, total=1, first=0, since=0.0, at=1.0), scored=1)
    store.rescores.results(run).add(results.frame([found]))
    govern(store, found)


def govern(store: Store, found: Rescored) -> None:
    """A policy with its moves, a challenger with what it decided, an outcome, and a kill switch that is off again."""
    act = Act("system", "system", "tried")
    store.policies.draft("0" * 32, "sample", POLICY, act)
    store.switches.challenge("0" * 32, act)
    store.switches.add_shadow("0" * 32, found)
    store.switches.add_outcomes([Loan(found.application, date(2026, 6, 30), Ended.GOOD, Decimal(0))], act)
    store.switches.turn(on=False, reason="drill", act=act)

"""Files that anyone can make for himself, from their facts through the checks to the limit: they prove nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from selfproof.credit.decide import decide
from selfproof.credit.evidence import gather
from selfproof.credit.policy import load
from selfproof.model import Application, Decision, Fact, Finding, Ledger, Method, Outcome, Provenance, Value
from selfproof.verify import verify
from tests.builders import OUR_NAME, OURS, THEIR_NAME, THEIRS, application, document, invoice


def assess(facts: list[Fact], case: Application | None = None) -> Decision:
    """The decision of the shipped policy with the findings of every check."""
    asked, policy = case or application(), load()
    return decide(asked, facts, verify(asked, facts, thresholds=policy.thresholds), policy)


def bank(
    id_: str, carrier: str, months: dict[str, int], payers: dict[str, int] | None = None, **changes: Value | None
) -> list[Fact]:
    """A statement over half a year: receipts by month, and what each payer paid in."""
    fields: dict[str, Value | None] = {
        "account_name": OUR_NAME, "account": "6222000011112222", "institution": "云泽银行", "chain_breaks": 0,
        "first_date": date(2026, 4, 1), "last_date": date(2026, 9, 30), "signal_carrier": carrier, **changes,
    }  # fmt: skip
    amounts = {f"months[{month}].receipts": amount for month, amount in months.items()}
    amounts |= {f"counterparties[{payer}].total_in": amount for payer, amount in (payers or {}).items()}
    where = Provenance(Method.TEXT, "bank_statement", id_)
    facts = [
        Fact(f"bank_statement.{name}", Decimal(amount), str(amount), Ledger.SELF, where)
        for name, amount in amounts.items()
    ]
    return [*document(id_, "bank_statement", **{k: v for k, v in fields.items() if v is not None}), *facts]


def sale(number: int, day: date, total: int, **changes: Value | None) -> list[Fact]:
    """A sales invoice of the workshop that was signed by its issuer."""
    gross = Decimal(total)
    net = (gross / Decimal("1.13")).quantize(Decimal("0.01"))
    fields: dict[str, Value | None] = {
        "invoice_number": f"2699200000000000{number:04d}", "issue_date": day, "total_amount": gross,
        "amount_excl_tax": net, "tax_amount": gross - net, "total_in_words": None, "items_0_amount": None,
        "items_1_amount": None, "signal_signature__status": "valid", "signal_signature__signer": "云泽税务局",
        **changes,
    }  # fmt: skip
    return invoice(f"invoice-{number}", **fields)


START_UP = replace(application(), trade="startup", existing_limit=Decimal(0))
ORDER = document(
    "order", "contract", signal_carrier="docx", party_a=THEIR_NAME, party_b=OUR_NAME, contract_number="HT-1",
    total_amount=Decimal(10_000_000), sign_date=date(2026, 8, 1),
)  # fmt: skip


def test_a_contract_an_invoice_and_a_table_that_a_start_up_made_itself_never_pass_the_entry_amount() -> None:
    paper = invoice("picture", issue_date=date(2026, 8, 5), signal_carrier="ocr", total_in_words=None)
    decision = assess([*ORDER, *paper, *bank("table", "table", {}, {THEIR_NAME: 1130})], START_UP)
    assert decision.levels == {"order": 2, "picture": 2, "table": 2}
    assert decision.recommended <= load().limit.entry


def test_one_small_invoice_that_was_truly_paid_does_not_lift_a_contract_of_millions_above_the_entry_amount() -> None:
    signed = {"signal_signature__status": "valid", "signal_signature__signer": "云泽银行"}
    account = bank("bank", "pdf_text", {}, {THEIR_NAME: 1130}, **signed)
    decision = assess([*ORDER, *sale(1, date(2026, 8, 5), 1130), *account], START_UP)
    assert decision.levels["order"] == 4
    assert decision.recommended <= load().limit.entry


def test_an_own_table_that_names_the_buyer_does_not_make_new_invoices_old() -> None:
    old = [fact for month in (4, 5, 6, 7) for fact in sale(month, date(2026, month, 10), 30_000)]
    new = [fact for month in (8, 9) for fact in sale(month, date(2026, month, 20), 900_000)]
    alone = assess([*old, *new])
    matched = assess([*old, *new, *bank("table", "table", {}, {THEIR_NAME: 2_000_000})])
    assert matched.trace["invoicing.raw"] == alone.trace["invoicing.raw"]
    assert matched.recommended == alone.recommended


def test_the_licence_of_another_firm_tells_nothing_of_the_applicants_age() -> None:
    account = bank("bank", "pdf_text", {f"2026-0{month}": 300_000 for month in range(4, 10)})
    fields = {"signal_carrier": "ocr", "established_date": date(1999, 1, 1)}
    own = document("licence", "business_license", name=OUR_NAME, uscc=OURS, **fields)
    other = document("licence", "business_license", name=THEIR_NAME, uscc=THEIRS, **fields)
    without = assess(account)
    assert assess([*account, *other]).trace["grade"] == without.trace["grade"] < assess([*account, *own]).trace["grade"]
    assert assess([*account, *other]).levels["licence"] == 1


HALF_YEAR = {f"2026-0{month}": 300_000 for month in range(4, 10)}


def counted(*accounts: Sequence[Fact]) -> float:
    """What the statements together say of receipts, CNY."""
    found = gather(application(), [fact for account in accounts for fact in account], (), load())
    return sum(entry.amount for entry in found.sold)


@pytest.mark.parametrize(
    ("account", "institution"),
    [
        ("****2222", "云泽银行"),
        ("6222 0000 1111 2222", None),
        ("6222********2222", "云泽银行"),
        (None, "云泽银行"),
        (None, "云泽银行临江支行"),
        (None, None),
        ("6222********", "云泽银行"),
    ],
)
def test_one_account_shown_in_two_carriers_counts_once(account: str | None, institution: str | None) -> None:
    first = bank("one", "pdf_text", HALF_YEAR)
    again = bank("two", "table", HALF_YEAR, account=account, institution=institution)
    assert counted(first, again) == counted(first) == 1_800_000


@pytest.mark.parametrize(("account", "institution"), [("6222000011113333", "云泽银行"), (None, "临江农商银行")])
def test_two_accounts_that_can_be_told_apart_both_count(account: str | None, institution: str) -> None:
    first = bank("one", "pdf_text", HALF_YEAR)
    assert counted(first, bank("two", "pdf_text", HALF_YEAR, account=account, institution=institution)) == 3_600_000


def test_an_unread_account_of_other_days_is_no_copy() -> None:
    first = bank("one", "pdf_text", {"2026-04": 100}, last_date=date(2026, 4, 30))
    other = bank("two", "pdf_text", {"2026-05": 100}, account=None, first_date=date(2026, 5, 1))
    assert counted(first, other) == 200


@pytest.mark.parametrize("month", ["9999-12", "0000-05", "2026-13", "2026-00", "2026-10", "2027-01"])
def test_a_month_that_is_none_or_still_to_come_is_ignored_and_breaks_nothing(month: str) -> None:
    plain, odd = bank("one", "pdf_text", HALF_YEAR), bank("one", "pdf_text", {**HALF_YEAR, month: 9_000_000})
    assert assess(odd).trace == assess(plain).trace
    late = sale(1, date(9999, 12, 31), 500_000)
    assert assess([*plain, *late]).trace == assess(plain).trace


OWNER = Fact(
    "registry.legal_representative", "样白露", "样白露", Ledger.THIRD_PARTY, Provenance(Method.SOURCE, "registry")
)


@pytest.mark.parametrize(
    "buyer",
    [
        {"buyer_name": OUR_NAME, "buyer_tax_id": OURS},
        {"buyer_name": None, "buyer_tax_id": OURS},
        {"buyer_name": OUR_NAME, "buyer_tax_id": None},
        {"buyer_name": "林某", "buyer_tax_id": None},
        {"buyer_name": "样白露", "buyer_tax_id": None},
    ],
)
def test_invoices_to_oneself_or_ones_legal_representative_are_no_sales(buyer: dict[str, Value | None]) -> None:
    real = [fact for month in range(4, 10) for fact in sale(month, date(2026, month, 1), 20_000)]
    own = [fact for month in range(4, 10) for fact in sale(90 + month, date(2026, month, 1), 500_000, **buyer)]
    case = application(OWNER)
    plain, padded = assess(real, case), assess([*real, *own], case)
    assert padded.recommended == plain.recommended
    assert padded.trace["invoicing.raw"] == plain.trace["invoicing.raw"]
    (told,) = [reason for reason in padded.reasons if reason.step == "related"]
    assert told.text.values == {"amount": "3,000,000"}
    assert len(told.facts) == 6


@pytest.mark.parametrize("payer", ["林某", "样白露", OUR_NAME])
def test_what_the_firm_or_its_legal_representative_paid_in_is_no_receipt(payer: str) -> None:
    others = bank("bank", "pdf_text", dict.fromkeys(HALF_YEAR, 100_000))
    padded = bank("bank", "pdf_text", HALF_YEAR, {payer: 1_200_000, THEIR_NAME: 600_000})
    case = application(OWNER)
    assert assess(padded, case).trace["receipts.raw"] == pytest.approx(assess(others, case).trace["receipts.raw"])
    assert "related" in [reason.step for reason in assess(padded, case).reasons]
    more = bank("bank", "pdf_text", HALF_YEAR, {payer: 9_000_000})
    assert assess(more, case).trace["receipts.raw"] == 0


def test_every_step_of_evidence_names_the_facts_that_it_rests_on() -> None:
    feed = Fact("registry.headcount", Decimal(1), "1", Ledger.THIRD_PARTY, OWNER.provenance)
    unsigned = {"signal_signature__status": "none"}
    sold = [fact for month in range(4, 10) for fact in sale(month, date(2026, month, 1), 310_000, **unsigned)]
    picture = document("photo", "photo", signal_carrier="ocr", scene="factory")
    decision = assess([*sold, *bank("bank", "pdf_text", HALF_YEAR), *picture], application(feed))
    known = {fact.id for fact in [feed, *sold, *picture, *bank("bank", "pdf_text", HALF_YEAR)]}
    steps = {reason.step: reason for reason in decision.reasons}
    assert {"invoicing", "receipts", "photos", "ceiling", "grade"} <= set(steps)
    for step in ("invoicing", "receipts", "photos", "ceiling", "grade"):
        assert steps[step].facts, step
        assert set(steps[step].facts) <= known


@pytest.mark.parametrize("check", ["same_invoice_elsewhere", "text_layer_equals_pixels", "invoice_number_format"])
def test_what_stops_contradicts_or_lowers_names_the_facts_of_its_document(check: str) -> None:
    paper = invoice("odd")
    told = [fact for fact in paper if fact.kind != "document"]
    for compared in ((), (told[0].id,)):
        finding = Finding(check, Outcome.FAIL, "odd", facts=compared)
        decision = decide(application(), paper, [finding], load())
        (reason,) = [reason for reason in decision.reasons if reason.step == check]
        assert set(reason.facts) == (set(compared) or {fact.id for fact in told})

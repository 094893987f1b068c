"""Levels come from findings, kind and carrier alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfproof.credit.credibility import levels
from selfproof.credit.papers import papers, sort
from selfproof.model import Fact, Finding, Ledger, Method, Outcome
from tests.credit_cases import (
    AS_OF,
    STANDING,
    Paper,
    application,
    contract,
    fact,
    failed,
    flat,
    invoice,
    invoices,
    passed,
    photo,
    policy,
    run,
    signals,
    statement,
    with_finding,
)

DAY = AS_OF.replace(month=8)


def name_of(paper: Paper) -> str:
    return paper.facts[0].provenance.document


def level(*given: Paper) -> int:
    """The level of the first paper."""
    facts: list[Fact] = [item for paper in given for item in paper.facts]
    findings: list[Finding] = [finding for paper in given for finding in paper.findings]
    return levels(papers(sort(facts)), findings, policy())[name_of(given[0])]


@pytest.mark.parametrize(
    ("carrier", "signed", "expected"),
    [
        ("ocr", False, 2),
        ("pdf_text", False, 3),
        ("ofd", False, 3),
        ("xml", False, 3),
        ("pdf_text", True, 4),
        ("docx", False, 2),
    ],
)
def test_an_invoice_is_believed_by_its_carrier_and_signature(carrier: str, expected: int, *, signed: bool) -> None:
    assert level(invoice(DAY, 10_000, carrier=carrier, signed=signed)) == expected


@pytest.mark.parametrize(("carrier", "expected"), [("table", 2), ("pdf_text", 3), ("ocr", 2)])
def test_a_statement_that_its_owner_can_edit_stays_at_two(carrier: str, expected: int) -> None:
    assert level(statement(1_000_000, 6, carrier=carrier)) == expected


def test_an_electronic_original_whose_consistency_is_unknown_stays_at_two() -> None:
    paper = invoice(DAY, 10_000, signed=False)
    missing = tuple(finding for finding in paper.findings if finding.check != "words_equal_figures")
    assert level(replace(paper, findings=missing)) == 2
    unknown = Finding("words_equal_figures", Outcome.UNKNOWN, name_of(paper))
    assert level(replace(paper, findings=(*missing, unknown))) == 2


@pytest.mark.parametrize("carrier", ["xml", "ofd"])
@pytest.mark.parametrize(
    "check",
    [
        "words_equal_figures", "items_add_up", "tax_id_check_digit", "tax_rate_valid_on_date", "net_plus_tax_is_gross",
        "invoice_number_format",
    ],
)  # fmt: skip
def test_an_unsigned_file_that_can_be_written_by_hand_must_pass_every_rule_that_an_issuer_keeps(
    carrier: str, check: str
) -> None:
    paper = invoice(DAY, 10_000, carrier=carrier, signed=False)
    missing = tuple(finding for finding in paper.findings if finding.check != check)
    assert level(paper) == 3
    assert level(replace(paper, findings=(*missing, Finding(check, Outcome.UNKNOWN, name_of(paper))))) == 2


@pytest.mark.parametrize("check", sorted(policy().checks))
def test_a_failed_check_never_raises_a_level(check: str) -> None:
    paper = invoice(DAY, 10_000)
    assert level(with_finding(paper, failed(name_of(paper), check))) <= level(paper)


def test_a_failed_consistency_lowers_even_a_signed_document() -> None:
    paper = invoice(DAY, 10_000)
    wrong = tuple(finding for finding in paper.findings if finding.check != "net_plus_tax_is_gross")
    assert level(Paper(paper.facts, (*wrong, failed(name_of(paper), "net_plus_tax_is_gross")))) == 1


def test_invoices_that_go_both_ways_between_two_firms_prove_nothing_by_their_signatures() -> None:
    one, other = invoice(DAY, 10_000), invoice(DAY.replace(day=2), 20_000)
    told = Finding("no_mutual_invoicing", Outcome.FAIL, name_of(other), documents=(name_of(one),))
    assert level(one, other) == 4
    assert level(one, replace(other, findings=(*other.findings, told))) == 2, "each that the complaint names"
    alone = Finding("net_plus_tax_is_gross", Outcome.FAIL, name_of(other), documents=(name_of(one),))
    assert level(one, replace(other, findings=(*other.findings, alone))) == 4, "of another check only the first"


def test_an_intact_but_untrusted_signature_is_an_electronic_original() -> None:
    paper = invoice(DAY, 10_000)
    findings = [finding for finding in paper.findings if finding.check != "signature_trusted"]
    untrusted = Finding("signature_trusted", Outcome.UNKNOWN, name_of(paper))
    assert level(replace(paper, findings=(*findings, untrusted))) == 3


def unproven(carrier: str = "pdf_text") -> Paper:
    """An invoice without any check that passed."""
    return Paper(invoice(DAY, 10_000, carrier=carrier, signed=False).facts)


@pytest.mark.parametrize(("carrier", "expected"), [("table", 2), ("pdf_text", 3)])
def test_a_match_lifts_no_higher_than_what_it_was_matched_to(carrier: str, expected: int) -> None:
    bank, paper = statement(1_000_000, 6, carrier=carrier), unproven()
    match = passed(name_of(paper), "invoice_matched_to_receipts", matched=[name_of(bank)])
    assert level(with_finding(paper, *match), bank) == expected


@pytest.mark.parametrize(("carrier", "expected"), [("pdf_text", 4), ("ocr", 2), ("table", 2), ("docx", 2)])
def test_a_match_to_a_feed_lifts_an_original_to_four_and_nothing_that_was_made_to_match(
    carrier: str, expected: int
) -> None:
    paper = unproven(carrier)
    match = passed(name_of(paper), "invoice_matched_to_receipts", matched=["platform"])
    assert level(with_finding(paper, *match)) == expected


@pytest.mark.parametrize("carrier", ["table", "docx"])
def test_no_signature_lifts_a_file_that_its_owner_can_edit(carrier: str) -> None:
    assert level(invoice(DAY, 10_000, carrier=carrier, signed=True)) == 2


def test_a_match_to_nothing_that_is_known_lifts_nothing() -> None:
    paper = unproven()
    match = passed(name_of(paper), "invoice_matched_to_receipts", matched=["gone"])
    assert level(with_finding(paper, *match)) == 2


def test_a_signed_contract_proves_who_signed_and_not_the_trade() -> None:
    paper = contract(500_000)
    signed_only = passed(name_of(paper), "signature_trusted")
    assert level(replace(paper, findings=signed_only)) == 2
    assert level(paper) == 4


def test_a_contract_is_lifted_to_the_weakest_of_invoices_and_receipts() -> None:
    paper, bank, sold = contract(500_000, signed=False), statement(1_000_000, 6), invoice(DAY, 10_000)
    match = passed(name_of(paper), "contract_invoiced_and_paid", matched=[name_of(bank), name_of(sold)])
    assert level(with_finding(paper, *match), bank, sold) == 3


def test_not_even_a_signature_makes_a_contract_worth_more_than_what_it_was_matched_to() -> None:
    paper, bank = contract(500_000), statement(1_000_000, 6, carrier="table")
    match = passed(name_of(paper), "signature_trusted", "contract_invoiced_and_paid", matched=[name_of(bank)])
    assert level(replace(paper, findings=match), bank) == 2


def test_a_photo_is_never_more_than_a_photo() -> None:
    paper = photo()
    assert level(with_finding(paper, *passed(name_of(paper), "signature_trusted"))) == 2


def test_a_reviewers_rejection_refuses_and_an_owner_cannot_claim_one_nor_a_confirmation() -> None:
    paper = invoice(DAY, 10_000)
    said = fact("document.review", "rejected", name_of(paper))
    human = replace(said, provenance=replace(said.provenance, method=Method.HUMAN))
    assert level(Paper((*paper.facts, human), paper.findings)) == 0
    assert level(Paper((*paper.facts, said), paper.findings)) == 4
    claim = fact("document.confirmed", True, name_of(paper))  # noqa: FBT003  the value of a fact
    assert level(Paper((*paper.facts, claim), paper.findings)) == 4
    assert level(Paper((*paper.facts, replace(claim, ledger=Ledger.THIRD_PARTY)), paper.findings)) == 5


def test_a_document_of_an_unknown_kind_without_facts_has_a_level_and_moves_nothing() -> None:
    paper = Paper(signals("stray", "pdf_text"))
    assert level(paper) == 2
    assert run(application(existing=0), paper).recommended == 0


def test_new_invoices_without_a_receipt_count_up_to_the_mean_of_the_older_ones() -> None:
    old, new = invoices(1_200_000, 6)[:5], invoices(12_000_000, 1)  # sixty days ago is 9 August: only September is new
    alone = run(application(existing=0), invoices(1_200_000, 6))
    assert run(application(existing=0), old, new).trace["invoicing.raw"] == pytest.approx(alone.trace["invoicing.raw"])
    paid = [
        with_finding(paper, *passed(name_of(paper), "invoice_matched_to_receipts", matched=["platform"]))
        for paper in new
    ]
    assert run(application(existing=0), old, paid).trace["invoicing.raw"] > alone.trace["invoicing.raw"]


@pytest.mark.parametrize("carrier", ["table", "ocr", "pdf_text"])
def test_new_invoices_matched_to_an_unproven_statement_are_still_new(carrier: str) -> None:
    old, new, bank = invoices(1_200_000, 6)[:5], invoices(12_000_000, 1), statement(0, 6, carrier=carrier)
    paid = [
        with_finding(paper, *passed(name_of(paper), "invoice_matched_to_receipts", matched=[name_of(bank)]))
        for paper in new
    ]
    alone = run(application(existing=0), old, new)
    assert run(application(existing=0), old, paid, bank).trace["invoicing.raw"] == alone.trace["invoicing.raw"]


def test_only_new_invoices_without_receipts_show_no_turnover() -> None:
    assert run(application(existing=0), invoices(12_000_000, 1)).trace["invoicing.raw"] == 0


def test_a_month_counts_at_most_twice_the_median() -> None:
    spiked = [*invoices(1_200_000, 6), invoice(DAY.replace(month=5, day=20), 5_000_000)]
    assert run(application(existing=0), spiked).trace["invoicing.raw"] == pytest.approx(1_400_000)


def test_a_month_without_documents_is_zero() -> None:
    papers_ = invoices(1_200_000, 6)  # without July; September is new and fills up to the older months' mean of 75,000
    assert run(application(existing=0), papers_[:3], papers_[4:]).trace["invoicing.raw"] == pytest.approx(950_000)


def test_a_human_correction_replaces_what_was_read() -> None:
    papers_ = invoices(1_200_000, 5)
    first = papers_[0]
    amount = next(item for item in first.facts if item.name == "vat_invoice.total_amount")
    mended = replace(amount, value=amount.value / 2, provenance=replace(amount.provenance, method=Method.HUMAN))
    decision = run(application(existing=0), Paper((*first.facts, mended), first.findings), papers_[1:])
    assert decision.trace["invoicing.raw"] == pytest.approx(
        1_040_000
    )  # and so is September's part, by the older months' mean


def test_pictures_for_empty_months_do_not_make_scattered_signed_invoices_a_whole_year() -> None:
    signed = [paper for index, paper in enumerate(invoices(1_200_000, 9)) if index in (0, 4, 8)]
    fill = [
        paper
        for index, paper in enumerate(invoices(120, 9, carrier="ocr", signed=False, tag="fill"))
        if index not in (0, 4, 8)
    ]
    alone, filled = run(application(existing=0), signed), run(application(existing=0), signed, fill)
    assert alone.trace["v_all"] == 0
    assert filled.trace["v"] <= alone.trace["v"] + 1_000


def test_showing_the_low_months_only_in_pictures_does_not_raise_the_yearly_figure() -> None:
    low = (3, 6, 8)
    high = [paper for index, paper in enumerate(invoices(1_200_000, 12)) if index not in low]
    signed = [paper for index, paper in enumerate(invoices(240_000, 12)) if index in low]
    pictures = [paper for index, paper in enumerate(invoices(240_000, 12, carrier="ocr", signed=False)) if index in low]
    honest, sly = run(application(existing=0), high, signed), run(application(existing=0), high, pictures)
    assert sly.trace["invoicing.raw"] <= honest.trace["invoicing.raw"] * (1 + 1e-9)


@pytest.mark.parametrize("paid", ["small", "large", "all"])
def test_invoices_that_a_statement_shows_paid_never_make_the_limit_lower(paid: str) -> None:
    """A match makes some of them stronger, and the few alone would contradict the statement that pays them."""
    bills = {"small": invoices(300_000, 9, signed=False, tag="s"), "large": invoices(2_100_000, 9, signed=False)}
    bank = statement(2_300_000, 9)
    proven = (*bank.findings, *passed(name_of(bank), "signature_trusted", "signature_intact"))
    signed = Paper(tuple(_signed(item) for item in bank.facts), proven)
    case = application(*STANDING, existing=0)
    before = run(case, *bills.values(), [signed])
    lifted = [bill for name, some in bills.items() if paid in (name, "all") for bill in some]
    match = {"matched": [name_of(bank)]}
    matched = [
        with_finding(bill, *passed(name_of(bill), "invoice_matched_to_receipts", **match)) if bill in lifted else bill
        for bill in flat([*bills.values()])
    ]
    after = run(case, matched, [signed])
    assert after.levels[name_of(lifted[0])] == 4 > before.levels[name_of(lifted[0])]
    assert after.recommended >= before.recommended
    assert after.effective >= before.effective > 0
    assert after.trace["b"] <= before.trace["b"]


def _signed(item: Fact) -> Fact:
    return replace(item, value="valid") if item.name == "document.signature.status" else item

"""Attacks on the limit that must fail (credit-method, section 8), with the figures of the reference computation."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from selfproof.credit.evidence import gather
from selfproof.credit.evidence import shown as shown_of
from selfproof.credit.turnover import Feed, Kind, credit, third_party
from selfproof.model import Application
from tests.credit_cases import (
    PLATFORM,
    PLATFORM_FEED,
    STANDING,
    Paper,
    application,
    contract,
    declared,
    fact,
    failed,
    invoice,
    invoices,
    invoicing,
    passed,
    photo,
    photographed,
    policy,
    pure,
    receipts,
    run,
    shown_reading,
    signals,
    statement,
    third,
    with_finding,
    workshop,
)

UNIT = 10_000


def stall(**changes: float) -> Application:
    return application(declared("own_funds", 0), *STANDING, existing=0, **changes)


def test_a_stall_of_5_a_year_with_one_month_of_signed_invoices_gets_nothing() -> None:
    decision = run(stall(), invoices(5 * UNIT, 1))
    assert decision.recommended == 0
    assert decision.trace["v_all"] == 0


def test_the_same_stall_with_three_months_gets_what_its_turnover_carries() -> None:
    reading = shown_reading(4, 5, months=3, sigma=0.16)
    found = pure(Kind("invoicing", 0.16, (reading,)), feeds=(), existing=0.0, growth=0.0, own_funds=0.0)
    assert found.recommended == pytest.approx(8_000, abs=100)
    assert run(stall(), invoices(5 * UNIT, 3)).recommended == 8_000


def test_twelve_months_at_a_true_30_are_over_credited_in_under_two_percent_of_draws() -> None:
    rng, draws, over = random.Random(30), 4_000, 0  # noqa: S311  seeded chance is the point
    for _ in range(draws):
        kinds = (
            invoicing(30 * rng.lognormvariate(0, 0.16), months=12),
            receipts(30 * rng.lognormvariate(0, 0.17), months=12),
        )
        over += pure(*kinds, photos=True, feeds=()).turnover.v > 30 * UNIT
    assert over < 0.02 * draws


def test_an_editable_statement_that_matches_photographed_invoices_stays_at_36() -> None:
    found = pure(invoicing(level=2), receipts(410, 2, months=5), photos=True)
    assert found.recommended == pytest.approx(36 * UNIT, abs=5_000)
    table = statement(4_100_000, 5, carrier="table")
    table_id = table.facts[0].provenance.document
    matched = [
        with_finding(
            paper, *passed(paper.facts[0].provenance.document, "invoice_matched_to_receipts", matched=[table_id])
        )
        for paper in photographed(4_100_000)
    ]
    decision = run(workshop(), matched, table, photo(), contract(580_000))
    assert {level for document, level in decision.levels.items() if document.startswith(("invoice", "statement"))} == {
        2
    }
    assert float(decision.recommended) < 40 * UNIT


def test_five_phones_beside_photographed_invoices_are_one_vote() -> None:
    papers = [*photographed(4_100_000), contract(580_000)]
    one, five = run(workshop(), papers, photo()), run(workshop(), papers, [photo(str(number)) for number in range(5)])
    assert one.recommended == five.recommended
    assert one.trace["c"] == pytest.approx(0.545)
    assert pure(invoicing(level=2), photos=True).recommended == 303_000


def licence_and_lease() -> list[Paper]:
    licence = (
        fact("business_license.uscc", "x", "licence"),
        fact("business_license.established_date", date(2015, 1, 1), "licence"),
    )
    lease = (fact("lease.rent", 90_000, "lease"), *signals("lease", "pdf_text"))
    return [
        Paper((*licence, *signals("licence", "pdf_text")), passed("licence", "uscc_check_digit")),
        Paper(lease, passed("lease", "words_equal_figures")),
    ]


def test_a_genuine_licence_and_lease_do_not_lift_forged_invoices() -> None:
    papers = [*photographed(4_100_000), photo(), contract(580_000)]
    assert run(workshop(), papers, licence_and_lease()).recommended == run(workshop(), papers).recommended


def test_weak_papers_do_not_dilute_a_contradiction() -> None:
    strong = (invoicing(), receipts(150))
    alone = pure(*strong, photos=True)
    assert alone.recommended == pytest.approx(22.5 * UNIT, abs=1_000)
    between = Kind("operations", 0.25, (shown_reading(2, 276, months=6, sigma=0.25),))
    diluted = pure(*strong, between, photos=True)
    assert alone.recommended <= diluted.recommended <= 22.9 * UNIT + 1_000
    assert diluted.turnover.b >= alone.turnover.b


def test_weak_papers_of_the_contradicting_kind_do_not_dilute_it_either() -> None:
    weak = replace(receipts(410, 2).readings[0], level=2)
    bank = Kind("receipts", 0.17, (receipts(150).readings[0], weak))
    assert pure(invoicing(), bank, photos=True).turnover.b >= pure(invoicing(), receipts(150), photos=True).turnover.b
    papers = [*invoices(4_100_000, 5), statement(1_500_000, 6), photo()]
    extra = [statement(2_600_000, 6, carrier="table", account="7700"), *photographed(1_000_000, 5, tag="w")]
    assert run(workshop(), papers, extra).effective == run(workshop(), papers).effective == 100_000


def test_photographed_invoices_split_in_five_are_one_kind() -> None:
    assert pure(invoicing(level=2)).recommended == pytest.approx(22.9 * UNIT, abs=1_000)
    split = [paper for part in range(5) for paper in photographed(820_000, 5, tag=f"p{part}")]
    whole = run(workshop(), photographed(4_100_000))
    assert abs(run(workshop(), split).recommended - whole.recommended) <= 1_000


def test_a_tax_feed_of_200_against_papers_of_400_goes_to_a_person() -> None:
    feed = Feed("tax", 2_000_000, full=True)
    found = pure(invoicing(), receipts(), photos=True, feeds=(feed,))
    assert found.turnover.b == pytest.approx(2.6, abs=0.05)
    assert found.recommended == pytest.approx(41 * UNIT, abs=5_000)
    facts = [item for item in workshop().facts if item != PLATFORM]
    case = application(*facts, third("tax.annual_sales", 2_000_000))
    decision = run(case, invoices(4_100_000, 5), statement(3_760_000, 6), photo(), contract(420_000))
    assert decision.effective == 100_000
    assert float(decision.recommended) == pytest.approx(41 * UNIT, abs=UNIT)


def test_a_weaker_tax_feed_does_not_replace_a_platform_feed() -> None:
    feeds = (PLATFORM_FEED, Feed("tax", 600_000, full=True))
    assert third_party(feeds, 0.95) == pytest.approx(646_000)
    assert pure(feeds=feeds).turnover.v == pytest.approx(646_000)


def test_four_peak_months_of_a_farmer_at_a_true_100_are_annualised_by_season() -> None:
    # May to August carry seven tenths of the year: 70 of 100 were seen.
    case = replace(application(industry="agriculture", existing=0), as_of=date(2026, 9, 5))
    papers = [invoice(date(2026, month, 3), 175_000) for month in (5, 6, 7, 8)]
    facts = [item for paper in papers for item in paper.facts]
    findings = [item for paper in papers for item in paper.findings]
    evidence = gather(case, facts, findings, policy())
    (kind,) = shown_of(evidence).kinds
    assert kind.readings[0].raw == pytest.approx(1_000_000, rel=1e-9)


def test_the_ladder_stops_a_ratchet_inside_a_year() -> None:
    papers = [*invoices(9_000_000, 12), statement(9_000_000, 12)]
    case = workshop(third("lender.lowest_base_12m", 100_000), existing=650_000)
    decision = run(case, papers)
    assert decision.recommended == 650_000
    assert decision.trace["anchor"] == 100_000


def test_a_newcomer_gets_at_most_six_and_a_half_entry_amounts_and_not_zero() -> None:
    decision = run(application(*STANDING, existing=0), invoices(9_000_000, 12), statement(9_000_000, 12))
    assert decision.recommended == 325_000
    assert decision.binding == "ladder"
    assert decision.base == 0


def test_a_stopped_newcomer_gets_nothing() -> None:
    papers = invoices(9_000_000, 12)
    stopped = with_finding(papers[0], failed(papers[0].facts[0].provenance.document, "text_addresses_the_machine"))
    decision = run(application(*STANDING, existing=0), stopped, papers[1:])
    assert (decision.effective, decision.reasons[0].code) == (0, "S9")


def test_the_naive_formulas_would_have_credited_more() -> None:
    shown = shown_reading(4, 5, months=1, sigma=0.16)
    naive = Kind("invoicing", 0.16, (shown,))
    found = pure(naive, feeds=(), growth=0.0, own_funds=0.0, existing=0.0)
    assert found.turnover.v <= 5 * UNIT, "the prior never credits more than was shown"


def test_a_withdrawn_statement_stays_in_the_contradiction_check() -> None:
    low = statement(1_500_000, 6)
    withdrawn = Paper(
        (*low.facts, fact("document.withdrawn", date(2026, 9, 1), low.facts[0].provenance.document)), low.findings
    )
    decision = run(workshop(), invoices(4_100_000, 5), withdrawn)
    assert decision.trace["b"] > 2
    assert decision.effective == 100_000
    assert run(workshop(), invoices(4_100_000, 5)).trace["b"] == 1


def test_a_copy_with_its_invoice_code_covered_counts_once() -> None:
    papers = invoices(4_100_000, 5)
    copies = [
        Paper(
            tuple(
                replace(item, provenance=replace(item.provenance, document="copy" + item.provenance.document))
                for item in paper.facts
            )
        )
        for paper in papers
    ]
    assert run(workshop(), papers, copies).recommended == run(workshop(), papers).recommended


def test_credit_of_nothing_is_nothing() -> None:
    decision = run(application(existing=0))
    assert decision.recommended == 0
    assert credit(shown_of(gather(application(existing=0), [], [], policy())), policy()).v == 0

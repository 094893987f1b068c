"""The invented population: repeatable, true to its ledger, with every trade and every kind of lie."""

from __future__ import annotations

from collections import Counter
from functools import cache
from statistics import median

import pytest

from selfproof.credit import policy as policies
from selfproof.credit.decide import decide
from selfproof.model import Decision, Ledger, Outcome
from selfproof.population import Simulated, lies, one, population
from selfproof.population.chance import table
from selfproof.verify import verify

SEED = 7
WORKSHOP = next(number for number in range(99) if one(SEED, number).application.trade == "workshop")


@cache
def drawn() -> tuple[Simulated, ...]:
    return tuple(population(70, SEED))


def liar(kind: str) -> Simulated:
    """A workshop that tells this lie."""
    return one(SEED, WORKSHOP, lie=kind)


def decided(simulated: Simulated) -> Decision:
    rules = policies.load("standard")
    findings = verify(simulated.application, simulated.facts, simulated.lookup, thresholds=rules.thresholds)
    return decide(simulated.application, simulated.facts, findings, rules)


def test_an_applicant_depends_on_seed_and_number_alone() -> None:
    again = one(SEED, 17)
    assert again == drawn()[17]
    assert again.facts != one(SEED + 1, 17).facts
    assert next(population(1, SEED, first=17)) == again


def test_all_six_trades_occur_and_the_policy_knows_each() -> None:
    assert set(Counter(item.application.trade for item in drawn())) == set(table()["trades"])
    assert set(table()["trades"]) <= set(policies.load("standard").trades)


def test_seasons_are_shares_of_a_year_and_trades_shares_of_the_population() -> None:
    trades = table()["trades"].values()
    assert all(sum(row["season"]) == pytest.approx(1) and len(row["season"]) == 12 for row in trades)
    assert sum(row["weight"] for row in trades) == pytest.approx(1)


def test_the_true_turnover_is_the_sum_of_deals_and_retail_of_the_last_year() -> None:
    for item in drawn():
        ledger = item.file.business.ledger
        deals = sum(deal.amount for deal in ledger.deals if deal.month > ledger.last - 12)
        retail = sum(sum(channel[-12:]) for channel in ledger.retail.values())
        assert item.truth.turnover == pytest.approx(deals + retail, abs=1)


def test_no_two_applicants_share_a_document_a_code_or_an_invoice() -> None:
    documents = [{fact.provenance.document for fact in item.facts} for item in drawn()]
    assert len(set.union(*documents)) == sum(map(len, documents))
    assert len({item.application.applicant.uscc for item in drawn()}) == len(drawn())


def test_declarations_are_the_owners_word_and_records_a_third_partys() -> None:
    for fact in drawn()[0].application.facts:
        assert fact.ledger is (Ledger.SELF if fact.kind == "declaration" else Ledger.THIRD_PARTY)


def test_papers_of_the_honest_are_right_in_themselves() -> None:
    """Only what a mistake explains fails; most have none."""
    clean = [item for item in drawn() if item.truth.honest and not item.truth.mistakes][:12]
    rules = policies.load("standard")
    for item in clean:
        findings = verify(item.application, item.facts, item.lookup, thresholds=rules.thresholds)
        acting = {name for name, effect in rules.checks.items() if not effect.advisory}
        pictures = {fact.provenance.document for fact in item.facts if fact.value == "ocr"}
        failed = {finding.check for finding in findings if finding.outcome is Outcome.FAIL}
        told = {f.check for f in findings if f.outcome is Outcome.FAIL and f.document not in pictures}
        assert not told & acting, (item.application.id, failed)


def test_there_are_at_least_ten_kinds_of_lies_and_each_changes_the_file() -> None:
    assert len(lies.LIES) >= 10
    assert set(lies.LIES) == set(table()["lies"]["kinds"])
    honest = one(SEED, WORKSHOP, lie="")
    for kind in lies.LIES:
        told = liar(kind)
        assert told.truth.lie == kind
        assert (told.facts, told.application.facts, told.lookup) != (
            honest.facts,
            honest.application.facts,
            honest.lookup,
        )


def test_some_lie_unasked_and_most_do_not() -> None:
    told = Counter(bool(item.truth.lie) for item in drawn())
    assert 0 < told[True] < told[False] / 2


def test_no_paper_of_an_applicant_bears_anothers_number_by_accident() -> None:
    for kind in ("", "mutual_invoices", "fresh_invoices", "whole_set"):
        for number in range(6):
            file = one(SEED, number, lie=kind).file
            own = [paper for paper in file.of("vat_invoice") if not paper.name.endswith("-copy")]
            assert len({paper.fields["invoice_number"] for paper in own}) == len(own), (kind, number)


def test_a_lie_never_touches_the_true_ledger() -> None:
    told = liar("whole_set")
    ledger = told.file.business.ledger
    assert told.truth.turnover == pytest.approx(sum(ledger.sales[-12:]))
    shown = sum(float(str(paper.fields["total_amount"])) for paper in told.file.of("vat_invoice"))
    billed = sum(deal.amount for deal in ledger.deals if deal.month in set(told.file.shown))
    assert shown > billed


@pytest.mark.parametrize(
    ("kind", "code"),
    [("signed_edited", "S4"), ("statement_patched", "S5"), ("strangers_invoices", "S2"), ("speaks_to_machine", "S9"),
     ("borrowed_photos", "S7")],
)  # fmt: skip
def test_a_lie_that_leaves_a_trace_freezes_the_limit(kind: str, code: str) -> None:
    decision = decided(liar(kind))
    assert decision.binding == "stop"
    assert code in {reason.code for reason in decision.reasons}


def test_an_acquirers_list_made_out_for_others_is_an_original() -> None:
    shop = next(number for number in range(99) if one(SEED, number).application.trade == "shop")
    simulated = one(SEED, shop, lie="", ways={"acquirer": "original"})
    levels = decided(simulated).levels
    lists = [levels[paper.document(simulated.application.id)] for paper in simulated.file.of("acquirer_statement")]
    assert lists == [3]


def test_most_owners_show_less_than_all_that_they_sell() -> None:
    """The world is no mirror: papers are missing, so that what they show lies below the truth for most."""
    shares = []
    for item in drawn():
        banks = [paper for paper in item.file.papers if paper.kind.endswith("_statement")]
        if item.truth.honest and banks:
            sums = [float(str(v)) for paper in banks for name, v in paper.fields.items() if name.endswith(".receipts")]
            ledger = item.file.business.ledger
            sold = sum(ledger.sales[month - ledger.first] for month in item.file.shown)
            shares.append(sum(sums) / max(sold, 1))
    assert len(shares) > 20
    assert median(shares) < 1

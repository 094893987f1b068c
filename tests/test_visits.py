"""What owners bring on advice: more of the same business, never another one; and what liars bring instead."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import pairwise

import pytest

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.model import Advice, Message
from selfproof.population import Simulated, lies, one, population
from selfproof.population.chance import assuming, table
from selfproof.population.visits import answer
from selfproof.study.flow import tries, visits

SEED = 5
WILLING = {**table(), "asked": {**table()["asked"], "follows": 1.0, "liar_follows": 1.0, "cards": 9}}


@cache
def standard() -> Policy:
    return policies.load("standard")


def asked(simulated: Simulated, *kinds: str, visit: int = 0) -> Simulated:
    """Who is willing, after this advice."""
    advice = [Advice(kind, Decimal(0), Decimal(1), Decimal(1), Message(f"reasons.advice_{kind}")) for kind in kinds]
    with assuming(WILLING):
        return answer(simulated, advice, dict.fromkeys(kinds, 1.0), visit)


def _who(paper: str, way: str, lie: str = "") -> Simulated:
    """A business that shows this paper in this way at first."""
    found = (one(SEED, number, lie=lie) for number in range(200))
    return next(item for item in found if item.file.plan.get(paper) == way and item.file.papers)


def test_nothing_that_was_shown_goes_away_and_the_ledger_is_the_same() -> None:
    before = _who("invoices", "picture")
    after = asked(before, "invoicing", "receipts", "tax")
    assert after.file.papers[: len(before.file.papers)] == before.file.papers
    assert len(after.file.papers) > len(before.file.papers)
    assert after.truth.turnover == before.truth.turnover
    assert after.truth.genuine_months >= before.truth.genuine_months


def test_an_invoice_has_the_number_that_it_had_when_it_was_photographed() -> None:
    before = _who("invoices", "picture")
    after = asked(before, "invoicing")
    again = [paper for paper in after.file.sales if paper.signals["carrier"] != "ocr"]
    seen = {paper.fields["invoice_number"]: paper.fields.get("total_amount") for paper in before.file.sales}
    both = [paper for paper in again if paper.fields["invoice_number"] in seen]
    assert both or not again
    assert all(seen[paper.fields["invoice_number"]] in (None, paper.fields["total_amount"]) for paper in both)


def test_an_export_covers_the_year_and_what_is_kept_on_paper_only_what_is_at_hand_or_turns_up() -> None:
    before = _who("bank", "picture")
    after = asked(before, "receipts")
    new = next(paper for paper in after.file.of("bank_statement") if paper not in before.file.papers)
    (old,) = before.file.of("bank_statement")
    listed = [{name for name in paper.fields if name.endswith(".receipts")} for paper in (old, new)]
    assert listed[0] & set(new.fields) <= listed[1]
    assert len(listed[1]) > len(listed[0])
    kept = _who("waybills", "picture")
    same = asked(kept, "operations")
    assert set(same.file.shown) == set(kept.file.shown)


def test_other_accounts_show_the_rest_and_not_the_same_money_again() -> None:
    found = (asked(one(SEED, number, lie=""), "accounts") for number in range(40))
    item = next(one for one in found if any(paper.name == "rest" for paper in one.file.of("bank_statement")))
    lists = {paper.name: paper.fields for paper in item.file.of("bank_statement")}
    assert lists["rest"]["account"] != item.file.business.account
    received = sum(float(str(v)) for name, v in lists["rest"].items() if name.endswith(".receipts"))
    assert 0 < received < item.truth.turnover


def test_who_has_no_such_paper_and_who_does_not_take_the_trouble_brings_nothing() -> None:
    before = _who("invoices", "picture")
    nobody = {**WILLING, "asked": {**WILLING["asked"], "follows": 0.0}}
    advice = [Advice("receipts", Decimal(0), Decimal(1), Decimal(1), Message("reasons.advice_receipts"))]
    with assuming(nobody):
        assert answer(before, advice, {"receipts": 1.0}, 0) is before
    assert asked(before, "tax_feed") is before


@pytest.mark.parametrize("lie", ["statement_rewritten", "invoices_photographed", "whole_set", "declared_high"])
def test_a_forger_brings_more_than_is_true_and_nothing_that_a_bank_or_bureau_signed(lie: str) -> None:
    before = one(SEED, 3, lie=lie)
    after = asked(before, "receipts", "tax", "operations")
    new = [paper for paper in after.file.papers if paper not in before.file.papers]
    assert new
    assert not any(paper.signals.get("signature.status") == "valid" for paper in new)
    banks = [paper for paper in new if paper.kind == "bank_statement"]
    true = asked(one(SEED, 3, lie=""), "receipts").file.of("bank_statement")
    told = [max(float(str(v)) for name, v in paper.fields.items() if name.endswith(".receipts")) for paper in banks]
    assert (
        not banks
        or not true
        or max(told)
        > max(float(str(v)) for paper in true for name, v in paper.fields.items() if name.endswith(".receipts"))
    )


def test_who_shows_the_good_months_alone_brings_no_others() -> None:
    before = one(SEED, 3, lie="best_months")
    after = asked(before, "receipts", "receipts_months", "invoicing_months")
    good = set(lies.good(after.file, range(after.file.business.ledger.first, after.file.business.ledger.last + 1)))
    listed = {name for paper in after.file.papers for name in paper.fields if name.endswith(".receipts")}
    assert len(listed) <= len(good)


def test_the_flow_asks_the_engine_itself_and_ends_with_the_tries_of_the_month() -> None:
    for simulated in population(12, SEED):
        tried = list(visits(simulated, standard()))
        assert 1 <= len(tried) <= tries() == 3
        for before, after in pairwise(tried):
            assert before.decision.advice
            assert len(after.simulated.file.papers) > len(before.simulated.file.papers)

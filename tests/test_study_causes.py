"""Where engine and reviewer part, and what the tax bureau's answers change."""

from __future__ import annotations

from functools import cache

import pytest

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.population import Simulated, issuer, one
from selfproof.study import causes, ceilings, figures, flow, trial
from selfproof.study.flow import Visit
from selfproof.study.reviewer import rules
from selfproof.study.trial import Trial

SEED = 5


@cache
def standard() -> Policy:
    return policies.load("standard")


@cache
def workshop() -> int:
    """The number of an honest one with signed invoices, which count in its trade."""
    found = ((place, one(SEED, place, lie="").file) for place in range(99))
    return next(
        place
        for place, file in found
        if file.business.trade == "workshop" and file.plan.get("invoices") == "signed" and len(file.sales) > 1
    )


@cache
def first(kind: str, *, asked: bool) -> Visit:
    simulated = one(SEED, workshop(), lie=kind)
    return next(flow.visits(issuer.connected(simulated) if asked else simulated, standard()))


def status(simulated: Simulated) -> set[str]:
    facts = (fact for fact in simulated.application.facts if fact.kind == issuer.SOURCE)
    return {str(fact.value) for fact in facts}


def believed(visit: Visit, answer: str) -> int:
    """The highest level of the invoices of which the bureau says this when it is asked."""
    file = visit.simulated.file
    mine = [paper for paper in file.sales if paper.issued == answer and "total_amount" in paper.fields]
    return max(visit.decision.levels[paper.document(visit.simulated.application.id)] for paper in mine)


@cache
def rows() -> tuple[Trial, ...]:
    return trial.drawn(20, SEED, standard()).reviewed


def test_every_disagreement_has_one_cause_and_together_they_are_all() -> None:
    table = causes.table(rows(), standard())
    assert [row.cause for row in table] == list(causes.CAUSES)
    assert sum(row.share for row in table) == pytest.approx(1 - figures.core(rows(), standard())["agreement"])
    assert all(row.share for row in table if row.trades)


def test_the_perfect_reader_lends_by_the_reviewers_rules_and_lacks_only_what_no_paper_shows() -> None:
    honest, core = [row for row in rows() if row.truth.honest], figures.core(rows(), standard())
    found = {name: marks for name, *marks in ceilings.table(rows(), standard())}
    assert found["the engine, as it is"] == pytest.approx([core["agreement"], core["mean_uplift"]])
    assert found["the careful reviewer himself"][0] == 1
    whole = [row for row in honest if row.steps["read"] >= rules()["haircut"] * row.truth.turnover]
    assert whole
    assert all(row.reader >= row.reviewed for row in whole)
    assert any(row.reader < row.reviewed for row in honest if row not in whole)


@pytest.mark.parametrize(
    ("kind", "answer"), [("invoices_written", "查无"), ("invoices_photographed", "查无"), ("reversed_later", "已冲红")]
)
def test_the_bureau_knows_no_invoice_that_was_written_and_each_that_was_reversed(kind: str, answer: str) -> None:
    silent, asked = (first(kind, asked=told) for told in (False, True))
    assert status(silent.simulated) == set()
    assert answer in status(asked.simulated)
    assert believed(silent, answer) > 1
    assert believed(asked, answer) <= 1


def test_the_bureau_answers_the_honest_that_all_is_well_and_costs_them_nothing() -> None:
    silent, asked = (first("", asked=told) for told in (False, True))
    assert status(asked.simulated) == {"正常"}
    assert asked.decision.effective == silent.decision.effective

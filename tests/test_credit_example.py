"""The worked example of the credit method: every row within 10,000 CNY, by the formulas and by whole decisions."""

from __future__ import annotations

import pytest

from selfproof.credit.turnover import Feed, Kind
from tests.credit_cases import (
    PLATFORM,
    PLATFORM_FEED,
    STANDING,
    Paper,
    application,
    contract,
    declaration,
    declared,
    failed,
    invoices,
    invoicing,
    photo,
    photographed,
    pure,
    receipts,
    run,
    statement,
    third,
    with_finding,
    workshop,
)

WITHIN = 10_000
TAX = Feed("tax", 3_720_000, full=True)
ROWS = {
    "before": ((), {"growth": 0.0, "own_funds": 30_000.0}, 10),
    "all": ((invoicing(), receipts()), {"photos": True}, 58),
    "all and the tax feed": ((invoicing(), receipts()), {"photos": True, "feeds": (PLATFORM_FEED, TAX)}, 65),
    "declaration only": ((declaration(),), {}, 10.8),
    "declaration and photos": ((declaration(),), {"photos": True}, 12),
    "photographed invoices and photos": ((invoicing(level=2),), {"photos": True}, 30),
    "signed invoices only": ((invoicing(),), {}, 52),
    "the bank shows 150": ((invoicing(), receipts(150)), {"photos": True}, 22.5),
    "a grade of 0.70": ((invoicing(), receipts()), {"photos": True, "grade": 0.70}, 43),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_formulas_give_every_row_of_the_worked_example(row: str) -> None:
    kinds, changes, expected = ROWS[row]
    assert pure(*kinds, **changes).recommended == pytest.approx(expected * 10_000, abs=WITHIN)


def test_the_intermediate_values_of_the_worked_example_are_those_of_the_reference() -> None:
    found = pure(invoicing(), receipts(), photos=True)
    turnover, ceilings = found.turnover, found.ceilings
    assert turnover.centre == pytest.approx(3_600_000, abs=5_000)
    assert turnover.se == pytest.approx(0.138, abs=5e-4)
    assert turnover.v_all == pytest.approx(3_140_000, abs=5_000)
    assert turnover.c == pytest.approx(0.90)
    assert turnover.v == pytest.approx(2_890_000, abs=5_000)
    assert ceilings.need == pytest.approx(613_000, abs=500)
    assert ceilings.cash_flow == pytest.approx(632_000, abs=500)
    assert ceilings.turnover_cap == pytest.approx(722_000, abs=500)


def test_a_tax_feed_raises_v_to_353_and_the_ladder_binds_at_65() -> None:
    found = pure(invoicing(), receipts(), photos=True, feeds=(PLATFORM_FEED, TAX))
    assert found.turnover.v == pytest.approx(3_534_000, abs=500)
    assert found.ceilings.need == pytest.approx(761_000, abs=500)
    assert found.binding == "ladder"
    assert found.recommended == 650_000


@pytest.mark.parametrize(
    ("kinds", "photos", "c", "b"),
    [
        ((declaration(),), False, 0.15, 1.0),
        ((invoicing(level=2),), True, 0.545, 1.0),
        ((invoicing(),), False, 0.80, 1.0),
        ((invoicing(), receipts(150)), True, 0.43, 2.1),
    ],
)
def test_corroboration_and_contradiction_are_those_of_the_reference(
    kinds: tuple[Kind, ...], *, photos: bool, c: float, b: float
) -> None:
    turnover = pure(*kinds, photos=photos).turnover
    assert turnover.c == pytest.approx(c, abs=0.005)
    assert turnover.b == pytest.approx(b, abs=0.05)


ORDER = contract(580_000)
EVERYTHING = [*invoices(4_100_000, 5), statement(3_760_000, 6), photo(), ORDER]
DECISIONS: dict[str, tuple[list[Paper], dict[str, float], float]] = {
    "all": (EVERYTHING, {}, 58),
    "all and the tax feed": (EVERYTHING, {"tax.annual_sales": 3_720_000}, 65),
    "declaration only": ([ORDER], {"declaration.annual_turnover": 4_000_000}, 10.8),
    "declaration and photos": ([ORDER, photo()], {"declaration.annual_turnover": 4_000_000}, 12),
    "photographed invoices and photos": ([*photographed(4_100_000), photo(), ORDER], {}, 30),
    "signed invoices only": ([*invoices(4_100_000, 5), ORDER], {}, 52),
    "the bank shows 150": ([*invoices(4_100_000, 5), statement(1_500_000, 6), photo(), ORDER], {}, 22.5),
}


@pytest.mark.parametrize("row", DECISIONS)
def test_whole_decisions_on_facts_give_the_rows_of_the_worked_example(row: str) -> None:
    papers, stated, expected = DECISIONS[row]
    extra = [
        declared(name.partition(".")[2], value) if name.startswith("declaration.") else third(name, value)
        for name, value in stated.items()
    ]
    decision = run(workshop(*extra), papers)
    assert float(decision.recommended) == pytest.approx(expected * 10_000, abs=WITHIN)
    assert sum(reason.effect for reason in decision.reasons) == decision.recommended - decision.base


def test_before_anything_is_uploaded_the_limit_stays_near_its_base() -> None:
    decision = run(application(PLATFORM, *STANDING))
    assert float(decision.recommended) == pytest.approx(100_000, abs=WITHIN)


def test_a_low_grade_takes_its_share() -> None:
    late = (third("bureau.band", "D"), third("registry.established_date", "2019-03-12"))
    facts = [fact for fact in workshop().facts if fact not in STANDING]
    decision = run(application(*facts, *late, existing=0), EVERYTHING)
    assert decision.trace["grade"] == pytest.approx(0.65)


def test_a_contradiction_over_two_is_recommended_and_not_effective_until_released() -> None:
    papers, _, _ = DECISIONS["the bank shows 150"]
    decision = run(workshop(), papers)
    assert decision.effective == decision.base == 100_000
    assert decision.recommended > 200_000
    assert "reasons.review_contradiction" in [message.key for message in decision.review]
    assert [reason.code for reason in decision.reasons if reason.step == "receipts"] == ["X1"]
    assert decision.advice == ()


def test_a_duplicate_invoice_of_another_applicant_freezes_the_limit() -> None:
    first, *rest = EVERYTHING
    stopped = with_finding(first, failed(first.facts[0].provenance.document, "same_invoice_elsewhere"))
    decision = run(workshop(), stopped, rest)
    assert decision.recommended == decision.effective == 100_000
    assert decision.binding == "stop"
    assert [reason.code for reason in decision.reasons] == ["S1"]
    assert decision.advice == ()


def test_the_workshop_comes_to_about_580_000_with_every_step_explained() -> None:
    decision = run(workshop(), EVERYTHING)
    assert float(decision.effective) == pytest.approx(580_000, abs=WITHIN)
    assert decision.binding == "need"
    steps = {reason.step: reason for reason in decision.reasons}
    assert steps["invoicing"].code == "E5"
    assert steps["receipts"].code == "E4"
    assert steps["binding"].code == "N1"
    assert len(steps["receipts"].facts) == 6
    assert decision.levels["platform"] == 5

"""What loan contracts and repayment schedules make of debt service and of loans elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from selfproof import extract
from selfproof.credit.decide import decide
from selfproof.model import Applicant, Decision, Method
from tests.credit_cases import (
    NAME,
    STANDING,
    Paper,
    application,
    declared,
    fact,
    invoices,
    loan,
    policy,
    run,
    statement,
    third,
)

FIXTURES = Path(__file__).parent.parent / "fixtures" / "loan_schedule"
SHOWN = [*invoices(4_100_000, 12), statement(4_100_000, 12)]


def decided(*papers: Paper, **stated: float) -> Decision:
    own = [declared(name, value) for name, value in stated.items()]
    return run(application(*STANDING, *own, existing=50_000), SHOWN, *papers)


def owed(*papers: Paper, **stated: float) -> float:
    return decided(*papers, **stated).trace["debt_service"]


def test_instalments_of_the_year_after_the_application_are_debt_service_and_the_reason_names_them() -> None:
    schedule = loan(months=tuple(range(-3, 18)))
    free, burdened = decided(), decided(schedule)
    assert (free.trace["debt_service"], burdened.trace["debt_service"]) == (0, 120_000)
    assert burdened.trace["cash_flow"] < free.trace["cash_flow"]
    (reason,) = (reason for reason in burdened.reasons if reason.step == "debts")
    values = reason.text.values
    assert (values["count"], values["service"], values["debt_service"]) == ("1", "120,000", "120,000")
    due = {item.id for item in schedule.facts if item.field.endswith("].payment")}
    assert len(due & set(reason.facts)) == 12
    assert [reason.step for reason in free.reasons if reason.step == "debts"] == []


def test_the_larger_of_papers_bureau_and_declaration_counts() -> None:
    schedule = loan(months=tuple(range(12)))
    assert owed(schedule, debt_service_annual=90_000) == 120_000
    assert owed(schedule, debt_service_annual=200_000) == 200_000
    bureau = third("bureau.debt_service_annual", 150_000)
    assert run(application(*STANDING, bureau), SHOWN, schedule).trace["debt_service"] == 150_000


def test_each_loan_counts_once_however_many_papers_tell_of_it() -> None:
    first, second = loan(months=(0, 1, 2)), loan("b", months=(2, 3), number="JJ-1")
    assert owed(first, second) == 40_000, "two pages of one schedule: each day once"
    assert owed(first, loan("c", months=(0, 1, 2))) == 60_000
    terms = {"principal": 300_000, "start_date": date(2026, 4, 20)}
    deed = loan("d", title="流动资金借款合同", rate="4.80%", sign_date=date(2026, 4, 18), principal=300_000)
    both = decided(loan(months=(0, 1, 2), **terms), deed)
    assert (both.trace["debt_service"], both.trace["loans"]) == (30_000, 300_000), "a contract and its schedule"


def test_a_contract_without_a_schedule_costs_what_its_terms_make() -> None:
    span = "自2026年4月20日至2027年4月19日"
    bullet = loan(title="流动资金借款合同", principal=300_000, rate="4.35%", period=span)
    found = decided(bullet)
    assert (found.trace["debt_service"], found.trace["loans"]) == (13_050, 300_000)
    equal = loan(principal=120_000, instalments=24, start_date=date(2025, 1, 20), title="汽车消费借款合同")
    found = decided(equal)
    assert (found.trace["debt_service"], found.trace["loans"]) == (15_000, 0), "three of 24 months are left"
    assert owed(loan(principal=300_000, rate="4.35%", period="自2024年4月20日至2025年4月19日")) == 0, "it is over"


def test_what_is_refused_long_withdrawn_or_lent_to_others_is_no_debt() -> None:
    months = tuple(range(12))
    gone, lately = (fact("document.withdrawn", day, "loan") for day in (date(2026, 1, 5), date(2026, 10, 1)))
    schedule = loan(months=months)
    assert owed(Paper((*schedule.facts, gone))) == 0
    assert owed(Paper((*schedule.facts, lately))) == 120_000, "taking it back does not undo it at once"
    said = fact("document.review", "rejected", "loan")
    rejected = replace(said, provenance=replace(said.provenance, method=Method.HUMAN))
    assert owed(Paper((*schedule.facts, rejected))) == 0
    assert owed(loan(months=months, borrower="试例丙食品有限公司")) == 0
    assert owed(loan(months=months, borrower=None, lender=NAME)) == 0
    assert owed(loan(months=months, borrower=None)) == 120_000


def test_the_instalments_of_a_schedule_that_was_read_are_counted_with_their_places() -> None:
    (sheet,) = extract.from_bytes((FIXTURES / "schedule.xlsx").read_bytes(), "schedule.xlsx")
    borrower = Applicant("台州样例朵佩塑料制品有限公司", "91330000TEST00002X")
    case = replace(application(*STANDING), applicant=borrower, as_of=date(2026, 6, 30))
    found = decide(case, sheet.facts, (), policy())
    listed = json.loads((FIXTURES / "schedule.expected.json").read_text("utf-8"))["items"]
    due = sum(Decimal(item["payment"]) for item in listed if item["due_date"] > "2026-06-30")
    assert (found.trace["debt_service"], due) == (41_236, 41_236)
    (reason,) = (reason for reason in found.reasons if reason.step == "debts")
    cells = {item.provenance.place.path for item in sheet.facts if item.id in reason.facts}
    assert {"Sheet1!C8", "Sheet1!C11"} <= cells

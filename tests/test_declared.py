"""Returns that follow from each other, and loan papers beside what the owner says to owe."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from selfproof.model import Fact, Outcome
from tests import credit_cases
from tests.builders import application, document, findings

PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN


def _return(month: str, now: int, so_far: int | None) -> list[Fact]:
    fields = {"taxable_sales": Decimal(now), f"months[{month}].taxable_sales": Decimal(now)}
    told = {} if so_far is None else {"taxable_sales_to_date": Decimal(so_far)}
    return document(f"return-{month}", "tax_return", **fields, **told)


@pytest.mark.parametrize(
    ("papers", "expected"),
    [
        ([_return("2026-01", 100, 100)], [PASS]),
        ([_return("2026-01", 100, 150)], [FAIL]),
        ([_return("2026-04", 100, 400)], [PASS]),
        ([_return("2026-04", 100, 90)], [FAIL]),
        ([_return("2026-04", 100, None)], [UNKNOWN]),
        ([_return("2026-04", 100, 400), _return("2026-05", 120, 520)], [PASS, PASS]),
        ([_return("2026-04", 100, 400), _return("2026-05", 220, 520)], [PASS, FAIL]),
        ([_return("2025-12", 100, 900), _return("2026-01", 120, 120)], [PASS, PASS]),
    ],
)
def test_a_year_of_returns_follows_month_from_month(papers: list[list[Fact]], expected: list[Outcome]) -> None:
    facts = [fact for paper in papers for fact in paper]
    assert [finding.outcome for finding in findings("tax_sales_add_up", facts)] == expected


@pytest.mark.parametrize(
    ("told", "due", "expected"),
    [(30_000, date(2026, 12, 1), [PASS]), (12_000, date(2026, 12, 1), [FAIL]), (12_000, date(2024, 1, 5), [])],
)
def test_loan_papers_contradict_an_owner_who_tells_less_than_falls_due_on_them(
    told: int, due: date, expected: list[Outcome]
) -> None:
    row = {"items[0].due_date": due, "items[0].principal": Decimal(25_000), "items[0].interest": Decimal(900)}
    asked = application(credit_cases.declared("debt_service_annual", told))
    found = findings("loans_as_declared", document("loan", "loan_schedule", **row), application=asked)
    assert [finding.outcome for finding in found] == expected

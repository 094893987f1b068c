"""Forms, lists and certificates: whose they are, and whether their amounts agree."""

from __future__ import annotations

from decimal import Decimal

import pytest

from selfproof.credit.policy import load
from selfproof.model import Fact, Outcome, Value
from tests.builders import OUR_NAME, OURS, THEIR_NAME, THEIRS, document, findings

PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
LEASE = document("l", "lease", lessee=OUR_NAME, lessor="田某某")


def outcomes(check: str, facts: list[Fact]) -> list[Outcome]:
    return [finding.outcome for finding in findings(check, facts)]


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("tax_return", {"taxpayer_name": OUR_NAME}, PASS),
        ("tax_return", {"taxpayer_name": THEIR_NAME}, FAIL),
        ("tax_return", {"taxpayer_name": THEIR_NAME, "tax_id": OURS}, PASS),
        ("tax_return", {"taxpayer_name": OUR_NAME, "tax_id": THEIRS}, FAIL),
        ("tax_return", {"sales": Decimal(1)}, UNKNOWN),
        ("social_insurance", {"employer_id": THEIRS}, FAIL),
        ("payroll", {"employer": "云泽市青禾 塑料制品有限公司"}, PASS),
        ("purchase_order", {"buyer": THEIR_NAME, "supplier": OUR_NAME}, PASS),
        ("purchase_order", {"buyer": THEIR_NAME}, UNKNOWN),
        ("purchase_order", {"buyer": THEIR_NAME, "supplier": "云泽市远山贸易有限公司"}, FAIL),
        ("bank_slip", {"payer": "白**", "payee": THEIR_NAME}, UNKNOWN),
        ("loan_schedule", {"borrower": "林某", "lender": "云泽银行"}, PASS),
    ],
)
def test_a_paper_belongs_to_the_applicant_by_its_code_or_a_name(
    kind: str, fields: dict[str, Value], expected: Outcome
) -> None:
    assert outcomes("paper_is_applicants", document("p", kind, **fields)) == [expected]


def test_a_meter_may_be_the_landlord_s_whom_the_lease_names() -> None:
    bill = document("b", "utility_bill", holder="田某某")
    assert outcomes("lent_paper_is_applicants", bill) == [FAIL]
    assert outcomes("lent_paper_is_applicants", [*bill, *LEASE]) == [PASS]
    strangers = document("l", "lease", lessee=THEIR_NAME, lessor="田某某")
    assert outcomes("lent_paper_is_applicants", [*bill, *strangers]) == [FAIL]


def test_words_and_figures_of_a_slip_agree() -> None:
    slip = document("s", "bank_slip", total_in_words="壹万贰仟元整", amount=Decimal("12000.00"))
    other = document("s", "bank_slip", total_in_words="壹万贰仟元整", amount=Decimal("21000.00"))
    assert outcomes("paper_words_equal_figures", slip) == [PASS]
    assert outcomes("paper_words_equal_figures", other) == [FAIL]
    assert outcomes("paper_words_equal_figures", document("s", "bank_slip", amount=Decimal(1))) == [UNKNOWN]


@pytest.mark.parametrize(
    ("total", "carrier", "expected"),
    [("300.00", "table", PASS), ("300.02", "table", PASS), ("301.00", "table", FAIL), ("301.00", "ocr", UNKNOWN)],
)
def test_the_lines_of_an_order_add_up_and_a_misread_line_is_no_lie(total: str, carrier: str, expected: Outcome) -> None:
    amounts: dict[str, Value] = {"items_0_amount": Decimal("100.00"), "items_1_amount": Decimal("200.00")}
    order = document("o", "purchase_order", signal_carrier=carrier, total_amount=Decimal(total), **amounts)
    assert outcomes("lines_equal_total", order) == [expected]


def test_another_firm_s_tax_return_proves_nothing_and_asks_for_a_person() -> None:
    effect = load("standard").checks["paper_is_applicants"]
    assert (effect.cap_level, effect.contradiction) == (0, "X2")

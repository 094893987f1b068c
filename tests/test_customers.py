"""A contract's customer who is not among the payers is asked about, and only where that is sure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from selfproof.credit.decide import decide
from selfproof.credit.policy import load
from selfproof.model import Fact, Outcome, Value
from selfproof.texts import say
from selfproof.verify import verify
from tests.builders import AS_OF, OUR_NAME, THEIR_NAME, application, document, findings, invoice, thresholds

OTHER = "云泽市赤松建材有限公司"
SIGNED = date(2026, 3, 1)


def contract(**changes: Value) -> list[Fact]:
    fields: dict[str, Value] = {"party_a": THEIR_NAME, "party_b": OUR_NAME, "sign_date": SIGNED,
                                "total_amount": Decimal("50000.00")}  # fmt: skip
    return document("c1", "contract", **(fields | changes))


def statement(payer: str = OTHER, *, total: str = "90000.00", last: date = AS_OF, way: str = "total_in") -> list[Fact]:
    fields: dict[str, Value] = {"first_date": date(2026, 1, 1), "last_date": last, "total_in": Decimal(total),
                                "counterparties[" + payer + "]." + way: Decimal("90000.00")}  # fmt: skip
    return document("s1", "bank_statement", **fields)


def _said(*facts: Fact) -> Outcome:
    (found,) = findings("contract_customer_pays", [*facts])
    return found.outcome


def test_a_customer_who_never_paid_is_asked_about_with_the_issue_s_own_question() -> None:
    (found,) = findings("contract_customer_pays", [*contract(), *statement()])
    assert found.outcome is Outcome.FAIL
    assert found.document == "c1"
    assert len(found.facts) == 2
    assert found.message is not None
    assert THEIR_NAME in say(found.message)
    assert say("questions.ask_contract_customer_pays") == "这份合同的客户不在您的银行收款里，是现金结算吗？"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([*contract(), *statement(THEIR_NAME)], Outcome.PASS),
        ([*contract(), *statement(total="95001.00")], Outcome.UNKNOWN),
        ([*contract(), *statement(last=date(2026, 5, 1))], Outcome.UNKNOWN),
        ([*contract(sign_date=date(2025, 12, 1)), *statement()], Outcome.UNKNOWN),
        ([*contract(), *statement(THEIR_NAME, way="total_out", total="0.00")], Outcome.UNKNOWN),
        ([*contract(party_a=OUR_NAME, party_b=THEIR_NAME), *statement()], Outcome.UNKNOWN),
        ([*contract(party_a=OUR_NAME, party_b=THEIR_NAME), *statement(), *invoice()], Outcome.FAIL),
        ([*contract(party_a=OTHER, party_b=THEIR_NAME), *statement()], Outcome.UNKNOWN),
        ([*contract()], Outcome.UNKNOWN),
    ],
    ids=["paid", "unnamed receipts", "too early", "not covered", "a supplier", "who sells is not said", "invoiced",
         "another's contract", "no statement"],
)  # fmt: skip
def test_nobody_is_asked_where_it_may_be_otherwise(facts: list[Fact], expected: Outcome) -> None:
    assert _said(*facts) is expected


def test_the_question_moves_no_money_and_holds_back_no_advice() -> None:
    facts, policy = [*contract(), *statement()], load()
    case = application()
    found = verify(case, facts, thresholds=thresholds())
    without = [item for item in found if item.check != "contract_customer_pays"]
    with_it, plainly = (decide(case, facts, list(items), policy) for items in (found, without))
    assert (with_it.recommended, with_it.advice) == (plainly.recommended, plainly.advice)

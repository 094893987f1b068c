"""What wallets' bills, settlements and receipts mean for the limit, from the fixtures' files to the evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from selfproof import extract
from selfproof.credit.evidence import Evidence, gather
from selfproof.model import Applicant, Fact, Value
from selfproof.verify import verify
from tests.credit_cases import (
    AS_OF,
    CODE,
    NAME,
    Paper,
    application,
    declared,
    fact,
    months_before,
    policy,
    run,
    signals,
    statement,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
OWNER = "样清明"  # who holds the wallets of the fixtures


def _facts(name: str) -> list[Fact]:
    data = (FIXTURES / name).read_bytes()
    return [fact for found in extract.from_bytes(data, name.partition("/")[2]) for fact in found.facts]


def _gathered(facts: list[Fact], owner: str = OWNER) -> Evidence:
    applicant = Applicant("芜湖样例罗彩塑业有限公司", legal_representative=owner)
    case = replace(application(), applicant=applicant, as_of=date(2026, 6, 15), facts=())
    return gather(case, facts, verify(case, facts, thresholds=policy().thresholds), policy())


def _sold(name: str, owner: str = OWNER) -> tuple[float, set[int]]:
    """(what counts as sold, levels of what states it)."""
    found = _gathered(_facts(name), owner).sold
    return round(sum(entry.amount for entry in found), 2), {entry.level for entry in found}


def _printed(name: str) -> float:
    """The receipts of all months by the generator's truth."""
    truth = json.loads((FIXTURES / name).read_text("utf-8"))
    return round(sum(float(month["receipts"]) for month in truth["months"].values()), 2)


def test_spending_on_a_bill_for_ones_own_reconciliation_is_never_turnover() -> None:
    assert _sold("wallet_statement/own_copy.csv") == (0, set())


def test_what_customers_paid_to_the_code_counts_as_an_editable_file() -> None:
    assert _sold("wallet_statement/proof.xlsx") == (_printed("wallet_statement/proof.expected.json"), {2})


def test_the_wallet_of_another_person_proves_nothing() -> None:
    assert _sold("wallet_statement/proof.xlsx", owner="样立冬")[1] == {0}


@pytest.mark.parametrize(("name", "truth"), [("by_order.csv", "by_order"), ("ledger.xlsx", "ledger")])
def test_a_settlement_counts_its_sales_net_of_refunds_as_an_editable_file(name: str, truth: str) -> None:
    printed = _printed(f"platform_statement/{truth}.expected.json")
    assert _sold(f"platform_statement/{name}") == (printed, {2})


def test_an_acquirers_list_counts_what_was_paid_net_of_refunds_as_an_editable_file() -> None:
    printed = _printed("acquirer_statement/payments.expected.json")
    assert _sold("acquirer_statement/payments.csv") == (printed, {2})


def test_the_payments_of_another_merchant_prove_nothing() -> None:
    facts = _facts("acquirer_statement/payments.csv")
    theirs = [replace(fact, value="白露家电") if fact.field == "merchant_name" else fact for fact in facts]
    assert {entry.level for entry in _gathered(theirs).sold} == {0}


def test_a_receipt_supports_and_moves_no_money() -> None:
    assert _sold("receipt/book.png") == (0, set())


def _bill(kind: str, *, stated: int = 40, **fields: Value) -> list[Fact]:
    """A PDF of six months' receipts that says how many entries it has and over which span."""
    days = months_before(6)
    told: dict[str, Value] = {
        "account_name": OWNER, "stated_transactions": stated, "n_transactions": 40, "first_date": days[0],
        "last_date": AS_OF.replace(month=AS_OF.month - 1, day=30),
        "period": f"{days[0]}/{AS_OF.replace(month=AS_OF.month - 1, day=30)}",
        **{f"months[{day:%Y-%m}].receipts": Decimal(20_000) for day in days}, **fields,
    }  # fmt: skip
    read = (replace(fact(f"{kind}.{name}", value, "bill"), value=value) for name, value in told.items())
    return [*read, *signals("bill", "pdf_text")]


def _level(facts: list[Fact]) -> int:
    case = replace(application(), applicant=Applicant(NAME, CODE, legal_representative=OWNER))
    return gather(case, facts, verify(case, facts, thresholds=policy().thresholds), policy()).levels["bill"]


def test_a_wallets_pdf_that_holds_as_many_entries_as_it_states_is_an_electronic_original() -> None:
    assert _level(_bill("wallet_statement")) == 3
    assert _level(_bill("wallet_statement", stated=44)) == 1
    silent = [item for item in _bill("wallet_statement") if item.field != "stated_transactions"]
    assert _level(silent) == 2, "unknown is not pass"


def test_an_acquirers_pdf_whose_sums_hold_is_an_electronic_original() -> None:
    assert _level(_bill("acquirer_statement", merchant_name=NAME, sum_breaks=0)) == 3
    assert _level(_bill("acquirer_statement", merchant_name=NAME, sum_breaks=1)) == 1
    assert _level(_bill("acquirer_statement", sum_breaks=0)) == 2, "whose it is was not read"


def _taxed(*bills: Fact) -> float:
    """B of a year's tax returns of 480,000 beside a wallet's or a bank's bill."""
    days = months_before(12)
    returns = [fact(f"tax_return.months[{day:%Y-%m}].taxable_sales", 40_000, "returns") for day in days]
    papers = [Paper((*returns, *signals("returns", "pdf_text")))]
    shop = application(trade="shop", industry="retail", existing=0)
    return run(shop, papers, Paper(bills) if bills else []).trace["b"]


def _yearly(kind: str, month: int) -> list[Fact]:
    months = [fact(f"{kind}.months[{day:%Y-%m}].receipts", month, "bill") for day in months_before(12)]
    return [*months, *signals("bill", "pdf_text")]


def test_a_wallets_bill_contradicts_a_year_only_where_it_exceeds_it() -> None:
    assert _taxed(*_yearly("wallet_statement", 3_000)) == 1, "the till takes what the wallet does not"
    assert _taxed(*_yearly("wallet_statement", 400_000)) > 2
    assert _taxed(*_yearly("bank_statement", 3_000)) > 2, "a bank's account is where the others pay out"


def test_an_owners_word_that_he_sells_more_asks_for_no_other_accounts() -> None:
    case = application(declared("annual_turnover", 2_000_000), trade="shop", industry="retail", existing=0)
    assert "accounts" not in {item.kind for item in run(case, statement(900_000, 12)).advice}

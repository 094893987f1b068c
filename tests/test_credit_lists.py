"""Lists between firms: only what the applicant delivers is its work."""

from __future__ import annotations

import pytest

from selfproof.credit.papers import Paper
from selfproof.credit.related import Circle, sells
from selfproof.credit.turnover import Feed, partial_sum
from selfproof.model import Applicant, Fact, Ledger, Method, Provenance
from tests import credit_cases as cases

MINE = Circle(Applicant("样例甲塑料制品有限公司"), frozenset({"样立春"}))


def paper(**parties: str) -> Paper:
    where = Provenance(Method.TEXT, "delivery_note", "0" * 64)
    facts = {name: Fact(f"delivery_note.{name}", value, value, Ledger.SELF, where) for name, value in parties.items()}
    return Paper("0" * 64, "delivery_note", facts, {})


@pytest.mark.parametrize(
    ("parties", "mine"),
    [
        ({"supplier": "样例甲塑料制品有限公司", "customer": "样例乙商行"}, True),
        ({"shipper": "样例丙面粉厂", "carrier": "样立春", "consignee": "样例乙商行"}, True),
        ({"customer": "样例乙商行"}, True),
        ({"supplier": "样例乙商行", "customer": "样例甲塑料制品有限公司"}, False),
        ({"supplier": "样例丙面粉厂", "customer": "样例乙商行"}, False),
    ],
)
def test_a_list_counts_for_who_delivers_and_for_nobody_else(parties: dict[str, str], *, mine: bool) -> None:
    assert sells(paper(**parties), MINE) is mine


def sheet(customer: str, amount: float, tag: str = "") -> cases.Paper:
    document = f"sheet-{customer}{tag}"
    named = [cases.fact("settlement_sheet.customer", customer, document)] if customer else []
    months = [
        cases.fact(f"settlement_sheet.months[{day:%Y-%m}].total", amount, document) for day in cases.months_before(6)
    ]
    return cases.Paper((*named, *months, *cases.signals(document, "table")))


def seen(*sheets: cases.Paper) -> float:
    return cases.run(cases.workshop(), *sheets).trace["operations.seen"]


def test_sheets_of_two_customers_are_added_and_a_sheet_shown_twice_counts_once() -> None:
    one, two = sheet("样例乙商行", 30_000), sheet("样例丁食品有限公司", 20_000)
    assert seen(one) == 6 * 30_000
    assert seen(one, two) == 6 * 50_000
    assert seen(one, two, sheet("样例乙商行", 30_000, "again")) == 6 * 50_000


def test_a_sheet_whose_customer_was_not_read_may_be_a_copy_of_any() -> None:
    named, unnamed = sheet("样例乙商行", 30_000), sheet("", 30_000)
    assert seen(named, unnamed) == 6 * 30_000


def test_what_a_platform_pays_out_to_the_bank_is_third_party_turnover_once() -> None:
    bank, into = Feed("bank", 500_000, full=False, receives=("platform",)), Feed("platform", 300_000, full=False)
    assert partial_sum((into, bank)) == 500_000
    assert partial_sum((Feed("platform", 700_000, full=False), bank)) == 700_000
    assert partial_sum((Feed("acquirer", 300_000, full=False), bank)) == 800_000


def test_an_older_policy_that_says_nothing_of_customers_or_pay_outs_keeps_its_version_and_its_decisions() -> None:
    rules = cases.policy()
    kinds = {name: kind.model_copy(update={"customers": {}}) for name, kind in rules.kinds.items()}
    sources = {name: source.model_copy(update={"receives": ()}) for name, source in rules.third_party.items()}
    older = rules.model_copy(update={"kinds": kinds, "third_party": sources})
    dumped = older.model_dump()
    assert all("customers" not in kind for kind in dumped["kinds"].values())
    assert all("receives" not in source for source in dumped["third_party"].values())
    papers = [sheet("样例乙商行", 30_000), sheet("样例丁食品有限公司", 20_000)]
    assert cases.run(cases.workshop(), papers, rules=older).trace["operations.seen"] == 6 * 20_000

"""Lists between firms: only what the applicant delivers is its work."""

from __future__ import annotations

import pytest

from selfproof.credit.papers import Paper
from selfproof.credit.related import Circle, sells
from selfproof.model import Applicant, Fact, Ledger, Method, Provenance

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

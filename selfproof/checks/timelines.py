"""Days that cannot follow each other: trade before the firm, goods before the order, money before the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from selfproof.graph.flows import Flow, Network, Sort, network
from selfproof.graph.parties import ME
from selfproof.model import Fact
from selfproof.verify import UNKNOWN, Case, Verdict, check, fail

_MOST: Final = 6  # papers that one finding names


@check(per="application", uses=("founding_days",))
def trade_after_founding(case: Case) -> Iterator[Verdict]:
    """Nobody traded under the applicant's name before it was founded."""
    founded = _founded(case)
    if founded is None:
        yield UNKNOWN
        return
    earliest = _day(founded) - timedelta(days=int(case.threshold("founding_days")))
    early = [flow for flow in network(case).of(*Sort) if flow.day is not None and flow.day < earliest]
    mine = sorted((flow for flow in early if ME in (flow.source, flow.target)), key=_order)
    if mine:
        facts = (founded.id, *(flow.told[-1].id for flow in mine[:_MOST]))
        found = fail("trade_after_founding_fail", facts, founded=_day(founded), date=mine[0].day)
        documents = tuple(dict.fromkeys(flow.document for flow in mine))
        yield replace(found, document=documents[0], documents=documents[1:])


def _founded(case: Case) -> Fact | None:
    """The day of foundation, by the registry, else the earliest that the applicant's licences print."""
    told = case.stated.get("registry.established_date")
    printed = [
        view.facts["established_date"] for view in case.of("business_license") if "established_date" in view.facts
    ]
    known = [
        fact for fact in ([told] if told else printed) if isinstance(fact.value, date | str) and _day(fact) > date.min
    ]
    return min(known, key=_day, default=None)


def _day(fact: Fact) -> date:
    """A day, also one that a record gives as a text; the first of all days for what is none."""
    if isinstance(fact.value, date):
        return fact.value
    try:
        return date.fromisoformat(str(fact.value))
    except ValueError:
        return date.min


def _order(flow: Flow) -> tuple[date, str]:
    return flow.day or date.max, flow.document


@check(per="application", uses=("delivery_days",))
def delivered_after_order(case: Case) -> Iterator[Verdict]:
    """Goods of an order were not delivered before it was placed."""
    yield from _before(case, Sort.DELIVERY, Sort.ORDER, "delivered_after_order_fail")


@check(per="application", uses=("prepaid_days",))
def paid_after_contract(case: Case) -> Iterator[Verdict]:
    """The whole price of a contract was not paid long before it was signed."""
    yield from _before(case, Sort.PAYMENT, Sort.CONTRACT, "paid_after_contract_fail")


@check(per="application", uses=("early_invoice_days",))
def invoiced_after_contract(case: Case) -> Iterator[Verdict]:
    """The whole price of a contract was not invoiced long before it was signed."""
    yield from _before(case, Sort.INVOICE, Sort.CONTRACT, "invoiced_after_contract_fail")


_MARGINS: Final = {
    "delivered_after_order_fail": "delivery_days",
    "paid_after_contract_fail": "prepaid_days",
    "invoiced_after_contract_fail": "early_invoice_days",
}


def _before(case: Case, later: Sort, first: Sort, key: str) -> Iterator[Verdict]:
    """Papers that should follow and came first: of the same two over the very same amount, where no other fits."""
    known, margin = network(case), timedelta(days=int(case.threshold(_MARGINS[key])))
    for flow in sorted(known.of(later), key=_order):
        agreed = _agreed(known, flow, first)
        days = [other.day for other in agreed if other.day is not None]
        if flow.day is not None and days and all(flow.day < day - margin for day in days):
            other = min(agreed, key=_order)
            found = fail(
                key, (flow.told[-1].id, other.told[-1].id), documents=(other.document,), early=flow.day, late=other.day
            )
            yield replace(found, document=flow.document)


def _agreed(known: Network, flow: Flow, sort: Sort) -> list[Flow]:
    """What was agreed between the same two, whichever stands first, over the same amount."""
    same = {flow.source, flow.target}
    between = (other for other in known.of(sort) if {other.source, other.target} == same)
    return [other for other in between if other.amount == flow.amount and flow.amount]

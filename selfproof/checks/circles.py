"""Invoices and money that come back to where they began, and invoices that were cut to pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any, Final

from selfproof.graph import circles
from selfproof.graph.flows import Flow, Network, Sort, amount, by, network, table
from selfproof.graph.shares import Share, shares
from selfproof.names import plain
from selfproof.verify import Case, Verdict, check, fail

_MOST: Final = 12  # facts that a finding cites, so that it can be read


ASKED: Final = "asked"
"""In place of a document's id: a key that an application asks for and does not show itself."""


def trade_keys(case: Case) -> list[tuple[str, str]]:
    """(document, text) for each invoice: who sold which goods to whom; kept as keyed hashes, to find circles by.

    What would close a circle of one's own is kept too, as asked for: a look-up made for many applications at once
    knows the marks that several of them hold, and no others.
    """
    known = network(case)
    shown = [
        (flow.document, key)
        for flow in known.of(Sort.INVOICE)
        for goods in sorted(flow.goods)
        for key in _edge(known, flow.source, flow.target, goods)
    ]
    return shown + [(ASKED, key) for _, _, keys in _closing(known) for key in keys]


def _closing(known: Network) -> Iterator[tuple[Share, Share, list[str]]]:
    """The largest customers with the largest suppliers, and the keys of what the one may have sold to the other."""
    most = table("graph")["circle_partners"]
    customers, suppliers = shares(known.sales, "target")[:most], shares(known.purchases, "source")[:most]
    for customer, supplier in product(customers, suppliers):
        if customer.party != supplier.party:
            goods = sorted(_goods(customer.flows) & _goods(supplier.flows))
            yield (
                customer,
                supplier,
                [key for name in goods for key in _edge(known, customer.party, supplier.party, name)],
            )


def _edge(known: Network, source: str, target: str, goods: str) -> list[str]:
    ends = product(_called(known, source), _called(known, target))
    return [f"trade:{one}:{other}:{goods}" for one, other in ends]


def _called(known: Network, party: str) -> list[str]:
    """What names a party in any application: its tax id where one is known, and its bare name."""
    named = [item for item, found in known.directory.ids.items() if found == party]
    return sorted({called for item in named for called in (item.code, plain(item.name)) if called})


def cited(flows: Sequence[Flow]) -> tuple[str, ...]:
    """The first facts of flows: amounts before anything else."""
    return tuple(flow.told[0].id for flow in flows if flow.told)[:_MOST]


def _of(flows: Sequence[Flow], found: Verdict) -> Verdict:
    """A complaint about the first of several papers, beside the others."""
    documents = tuple(dict.fromkeys(flow.document for flow in flows))
    return replace(found, document=documents[0], documents=documents[1:])


@check(per="application", uses=("circle_days",))
def circular_invoicing(case: Case) -> Iterator[Verdict]:
    """No goods are invoiced in a circle: the same category from firm to firm and back to the first within weeks."""
    known = network(case)
    for circle in circles.circles(known):
        flows = circles.same_goods(known, circle, int(case.threshold("circle_days")))
        if flows:
            names = " → ".join(known.names[party] for party in (*circle, circle[0]))
            yield _of(flows, fail("circular_invoicing_fail", cited(flows), firms=names))


@check(per="portfolio")
def circle_closed_elsewhere(case: Case) -> Iterator[Verdict]:
    """No customer sold the same goods on to a supplier, by what other applicants showed."""
    known = network(case)
    for customer, supplier, keys in _closing(known):
        others = {name for key in keys for name in (case.lookup.others(key) if case.lookup else ())} - {ASKED}
        if others:
            flows = (*customer.flows, *supplier.flows)
            values: dict[str, Any] = {
                "customer": known.names[customer.party],
                "supplier": known.names[supplier.party],
            }
            yield _of(flows, fail("circle_closed_elsewhere_fail", cited(flows), **values))


def _goods(flows: Sequence[Flow]) -> frozenset[str]:
    return frozenset().union(*(flow.goods for flow in flows))


@check(per="application", uses=("mutual_share",))
def no_mutual_invoicing(case: Case) -> Iterator[Verdict]:
    """No firm is customer and supplier of the same goods for amounts that nearly cancel out."""
    known = network(case)
    for party, sold, bought in circles.mutual(known):
        amounts = sorted((amount(sold), amount(bought)))
        same = _goods(sold) & _goods(bought) or not (_goods(sold) and _goods(bought))
        if same and amounts[0] > 0 and amounts[0] >= case.threshold("mutual_share") * amounts[1]:
            values: dict[str, Any] = {"firm": known.names[party], "sold": amount(sold), "bought": amount(bought)}
            yield _of(
                (*sold, *bought), fail("no_mutual_invoicing_fail", (*cited(sold)[:6], *cited(bought)[:6]), **values)
            )


@check(per="application", uses=("returned_share",))
def no_round_trips(case: Case) -> Iterator[Verdict]:
    """What a partner paid in did not go back to him within days."""
    for view in (*case.of("bank_statement"), *case.of("wallet_statement")):
        for name, fact in view.facts.items():
            if not name.endswith("].returned") or not isinstance(fact.value, Decimal):
                continue
            came = view.money(name.replace("].returned", "].total_in"))
            if came and fact.value >= case.threshold("returned_share") * came:
                ids = view.ids(name, *(name.replace("].returned", f"].{side}") for side in ("total_in", "total_out")))
                partner = name.removeprefix("counterparties[").partition("]")[0]
                found = fail("no_round_trips_fail", ids, partner=partner, returned=fact.value, came=came)
                yield replace(found, document=view.id)


@check(per="application", uses=("split_count", "split_near"))
def not_split(case: Case) -> Iterator[Verdict]:
    """No sale was cut into invoices that each stay just below what one may state, on one day to one buyer."""
    known = network(case)
    for buyer, flows in sorted(by(known.sales, "target").items()):
        near = [flow for flow in flows if flow.day and _below(case, flow)]
        for day, pieces in sorted(by(near, "day").items()):
            if len(pieces) >= case.threshold("split_count"):
                told: dict[str, Any] = {"date": day, "count": len(pieces), "total": amount(pieces)}
                yield _of(pieces, fail("not_split_fail", cited(pieces), firm=known.names[buyer], **told))


def _below(case: Case, flow: Flow) -> bool:
    """Whether an invoice stays just below what one may state, which counts without tax."""
    stated, near = flow.net or flow.amount, case.threshold("split_near")
    ceilings = (Decimal(ceiling) for ceiling in table("graph")["invoice_ceilings"])
    return stated is not None and any(near * ceiling <= stated <= ceiling for ceiling in ceilings)

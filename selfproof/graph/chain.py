"""A firm's place in its chain: from whom it buys what, to whom it sells what, and how far the well-known firms are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from selfproof.graph.flows import Flow, Network, Sort, amount, by, table
from selfproof.graph.parties import ME
from selfproof.graph.shares import Share, hhi, shares
from selfproof.names import plain

_FAR = 4  # steps beyond which nobody calls another his customer's customer


@dataclass(frozen=True, slots=True)
class Chain:
    """customers, suppliers: largest first, with the hhi of either (0..1); sold, bought: CNY by tax category.

    anchors: well-known firms with the number of steps to them and the way there (names).
    """

    customers: tuple[Share, ...]
    suppliers: tuple[Share, ...]
    hhi_customers: Decimal
    hhi_suppliers: Decimal
    sold: tuple[tuple[str, Decimal], ...]
    bought: tuple[tuple[str, Decimal], ...]
    anchors: tuple[tuple[str, int, tuple[str, ...]], ...]

    @property
    def anchor_share(self) -> Decimal:
        """Part of the sales that goes to well-known firms themselves."""
        direct = {way[-1] for _, steps, way in self.anchors if steps == 1}
        return sum((share.share for share in self.customers if share.party in direct), Decimal(0))


def chain(known: Network) -> Chain:
    """The place of the applicant by all that its papers say."""
    customers, suppliers = shares(known.sales, "target"), shares(known.purchases, "source")
    return Chain(
        customers=customers,
        suppliers=suppliers,
        hhi_customers=hhi(customers),
        hhi_suppliers=hhi(suppliers),
        sold=_goods(known.sales),
        bought=_goods(known.purchases),
        anchors=_anchors(known),
    )


def _goods(flows: Sequence[Flow]) -> tuple[tuple[str, Decimal], ...]:
    """What was traded by tax category; an invoice of several categories is one of them together."""
    named = [flow for flow in flows if flow.goods]
    groups: dict[str, list[Flow]] = {}
    for flow in named:
        groups.setdefault("、".join(sorted(flow.goods)), []).append(flow)
    totals = ((goods, amount(of)) for goods, of in groups.items())
    return tuple(sorted(totals, key=lambda item: (-item[1], item[0])))


@cache
def _groups() -> dict[str, str]:
    """The group of each well-known firm by its bare name."""
    return {plain(name): row["group"] for row in table("anchors") for name in row["names"]}


def anchor(name: str) -> str:
    """The group of a well-known firm by its full printed name, "" for any other: a brand alone is anybody's."""
    return _groups().get(plain(name), "")


def _anchors(known: Network) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """Steps along trade of any kind, whichever way the goods went."""
    import networkx as nx

    graph = nx.Graph([(flow.source, flow.target) for flow in sorted(known.of(*Sort), key=_ends)])
    if ME not in graph:
        return ()
    ways = nx.single_source_shortest_path(graph, ME, cutoff=_FAR)
    found = ((anchor(known.names.get(party, "")), way) for party, way in ways.items() if party != ME)
    named = [(group, len(way) - 1, tuple(way)) for group, way in found if group]
    return tuple(sorted(named, key=lambda item: (item[1], item[0], item[2])))


def _ends(flow: Flow) -> tuple[str, str]:
    return flow.source, flow.target


def largest(flows: Sequence[Flow], end: str) -> list[tuple[str, list[Flow]]]:
    """Partners with their flows, those with the largest amounts first."""
    return sorted(by(flows, end).items(), key=lambda item: (-abs(amount(item[1])), item[0]))

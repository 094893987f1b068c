"""Invoices that come back to where they began, and money that does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, pairwise, product
from typing import Final

from selfproof.graph.flows import Flow, Network, Sort, amount
from selfproof.graph.parties import ME

LONGEST: Final = 5  # parties of a circle that is sought: a longer one can be anybody's trade
_SHORTEST: Final = 3  # two who invoice each other are another check's
_MOST: Final = 5000  # circles that are looked at: papers made to hold endless ones cost no more


def circles(known: Network) -> list[tuple[str, ...]]:
    """Every round of three or more who invoice each other in turn, the shortest first, each from its smallest id on."""
    if all(ME in (flow.source, flow.target) for flow in known.of(Sort.INVOICE)):
        return []  # a round of three has a step that does not touch the applicant
    import networkx as nx

    graph = nx.DiGraph([(flow.source, flow.target) for flow in sorted(known.of(Sort.INVOICE), key=_ends)])
    found = (_turned(circle) for circle in islice(nx.simple_cycles(graph, length_bound=LONGEST), _MOST))
    return sorted({circle for circle in found if len(circle) >= _SHORTEST}, key=lambda item: (len(item), item))


def _ends(flow: Flow) -> tuple[str, str]:
    return flow.source, flow.target


def _turned(circle: Sequence[str]) -> tuple[str, ...]:
    first = circle.index(min(circle))
    return (*circle[first:], *circle[:first])


def same_goods(known: Network, circle: Sequence[str], days: int) -> tuple[Flow, ...]:
    """An invoice for each step of a circle, all of one tax category and within so many days; () where there are none.

    Trade runs in circles in any small town: only the same goods that come back soon were never sold.
    """
    steps = [_between(known, a, b) for a, b in pairwise((*circle, circle[0]))]
    for category in sorted(
        frozenset.intersection(*(frozenset().union(*(flow.goods for flow in step)) for step in steps))
    ):
        told = [[flow for flow in step if category in flow.goods and flow.day is not None] for step in steps]
        if found := next(_close(told, days), None):
            return found
    return ()


def _between(known: Network, source: str, target: str) -> list[Flow]:
    return [flow for flow in known.of(Sort.INVOICE) if (flow.source, flow.target) == (source, target)]


def _close(steps: Sequence[Sequence[Flow]], days: int) -> Iterator[tuple[Flow, ...]]:
    """One flow a step, all close together: each flow of the first step with the nearest of the others."""
    first, *rest = steps
    for flow in first:
        nearest = [min(step, key=lambda other: _apart(flow, other)) for step in rest if step]
        chosen = (flow, *nearest)
        apart = max((_apart(a, b) for a, b in product(chosen, chosen)), default=timedelta(0))
        if len(chosen) == len(steps) and apart <= timedelta(days=days):
            yield chosen


def _apart(a: Flow, b: Flow) -> timedelta:
    return abs(a.day - b.day) if a.day and b.day else timedelta.max


def mutual(known: Network) -> list[tuple[str, list[Flow], list[Flow]]]:
    """Parties to whom the applicant sells and from whom it buys, with both sides' invoices, the largest first."""
    sold, bought = known.sales, known.purchases
    both = {flow.target for flow in sold} & {flow.source for flow in bought}
    found = [
        (party, [flow for flow in sold if flow.target == party], [flow for flow in bought if flow.source == party])
        for party in sorted(both)
    ]
    return sorted(found, key=lambda item: -min(amount(item[1]), amount(item[2])))

"""Who the partners are: the applicant's own people, or a single one on whom everything hangs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from selfproof.checks.circles import cited
from selfproof.graph.chain import anchor
from selfproof.graph.flows import amount, network
from selfproof.graph.shares import hhi, shares
from selfproof.graph.ties import ties
from selfproof.verify import Case, Verdict, check, fail

_FEW: Final = 3  # sales: of fewer nothing can be told about how they spread


@check(per="application", uses=("related_share",))
def sales_to_others(case: Case) -> Iterator[Verdict]:
    """Sales do not go to firms that share the applicant's address, telephone or head for a large part."""
    known = network(case)
    whole = amount(known.sales)
    for tie in ties(case, known):
        sold = [flow for flow in known.sales if flow.target == tie.party]
        total = amount(sold)
        if total > 0 and total >= case.threshold("related_share") * whole:
            values: dict[str, Any] = {"firm": known.names[tie.party], "shared": tie.value, "total": total}
            found = fail(f"sales_to_others_{tie.sort}_fail", (*tie.facts, *cited(sold)), **values)
            documents = tuple(dict.fromkeys(flow.document for flow in sold))
            yield replace(found, document=documents[0], documents=documents[1:])


@check(per="application", uses=("concentration_share", "concentration_hhi"))
def customers_spread(case: Case) -> Iterator[Verdict]:
    """Sales do not hang on one customer, or on a handful of them."""
    known = network(case)
    found = shares(known.sales, "target")
    if not found or len(known.sales) < _FEW:
        return
    largest, index = found[0], hhi(found)
    if largest.share >= case.threshold("concentration_share") or index >= case.threshold("concentration_hhi"):
        name = known.names[largest.party]
        key = "customers_spread_anchor_fail" if anchor(name) else "customers_spread_fail"
        values: dict[str, Any] = {
            "firm": name,
            "share": f"{largest.share:.0%}",
            "hhi": f"{index:.2f}",
            "count": len(found),
        }
        yield fail(key, cited(largest.flows), **values)

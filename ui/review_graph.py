"""With whom a business trades, as a drawing and as a list that says the same; its place in the chain in sentences."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

import streamlit as st

from selfproof.access.review import CaseFile
from selfproof.findings.catalogue import Severity
from selfproof.graph.chain import Chain, chain
from selfproof.graph.flows import Network
from selfproof.graph.picture import KNOWN, WARN, Partner, partners, picture
from ui import widgets
from ui.words import listed, money, safe, t

_MOST = 3  # partners, goods and well-known firms that a sentence names


def show(case: CaseFile) -> None:
    """Nothing where no paper names anybody else."""
    if case.network is None:
        return
    heavy = (told for told in case.told if told.severity is not Severity.ADVISORY)
    cited = frozenset(fact for told in heavy for fact in told.finding.facts)
    every = partners(case.network, cited)
    if not every:
        return
    widgets.heading(t("graph.title"))
    place = chain(case.network)
    said = "".join(f"<p>{safe(line)}</p>" for line in sentences(place, case.network))
    alt = t("graph.alt", suppliers=len(place.suppliers), customers=len(place.customers), marked=_marked(every))
    words = {"title": alt, "others": t("graph.others", count="{count}")}
    drawn = base64.b64encode(picture(case.network, cited, words).encode()).decode()
    st.html(
        f'{said}<img class="graph" alt="{safe(alt)}" src="data:image/svg+xml;base64,{drawn}">'
        f'<p class="small">{safe(t("graph.legend", warn=WARN, known=KNOWN))}</p>'
    )
    rows = "".join(_row(item) for item in every)
    title = safe(t("graph.list", count=len(every)))
    st.html(f'<details><summary>{title}</summary><ul class="rows">{rows}</ul></details>')


def _marked(every: Sequence[Partner]) -> str:
    return listed([item.name for item in every if item.cited][:_MOST]) or t("graph.none")


def sentences(place: Chain, known: Network) -> Iterator[str]:
    """Suppliers, customers, goods and the way to well-known firms."""
    for side, found, index in (
        ("customers", place.customers, place.hhi_customers), ("suppliers", place.suppliers, place.hhi_suppliers),
    ):  # fmt: skip
        if found:
            largest = listed([f"{known.names[share.party]} {share.share:.0%}" for share in found[:_MOST]])
            yield t(f"graph.{side}", count=len(found), hhi=f"{index:.2f}", largest=largest)
    for side, goods in (("sold", place.sold), ("bought", place.bought)):
        if goods:
            yield t(f"graph.{side}", goods=listed([f"{name} {money(amount)}" for name, amount in goods[:_MOST]]))
    for group, steps, way in place.anchors[:_MOST]:
        yield t("graph.anchor", group=group, steps=steps, way=" → ".join(known.names[party] for party in way))
    if place.anchor_share:
        yield t("graph.anchor_share", share=f"{place.anchor_share:.0%}")


def _row(item: Partner) -> str:
    """One partner: what was sold to it, bought from it and paid either way."""
    amounts = {name: getattr(item, name) for name in ("sold", "bought", "paid_in", "paid_out")}
    said = [t(f"graph.amount_{name}", amount=money(amount)) for name, amount in amounts.items() if amount]
    marks = [t("graph.marked")] * item.cited + [t("graph.well_known", group=item.anchor)] * bool(item.anchor)
    return f"<li><b>{safe(item.name)}</b> {safe(listed([*said, *marks]))}</li>"

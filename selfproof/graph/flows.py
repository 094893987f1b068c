"""What went from whom to whom by the papers of an application: goods with an invoice, money with a payment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

import yaml

from selfproof.graph.parties import ME, Directory, Named, directory
from selfproof.identity import Same
from selfproof.matching.copies import pictured
from selfproof.model import Fact
from selfproof.verify import Case, View

_PARTNER: Final = re.compile(r"counterparties\[(.+)\]\.(total_in|total_out)")
_STATEMENTS: Final = ("bank_statement", "wallet_statement")


class Sort(StrEnum):
    """What kind of paper says it."""

    INVOICE = "invoice"
    ORDER = "order"
    DELIVERY = "delivery"
    SETTLEMENT = "settlement"
    CONTRACT = "contract"
    LEASE = "lease"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Flow:
    """One paper's word: from `source` to `target` (ids of parties). amount: CNY, negative for a red-letter invoice.

    net: without tax, where it was read; goods: tax categories printed in front of the goods; number: the paper's own;
    told: the facts that say it, the amount first.
    """

    sort: Sort
    source: str
    target: str
    amount: Decimal | None
    day: date | None
    document: str
    told: tuple[Fact, ...]
    number: str = ""
    goods: frozenset[str] = frozenset()
    net: Decimal | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """Ids of what says it: hashes, so that only those are computed which a finding names."""
        return tuple(fact.id for fact in self.told)


@dataclass(frozen=True, slots=True)
class Network:
    """All parties by id with their names, and what went between them, each paper once."""

    names: Mapping[str, str]
    flows: tuple[Flow, ...]
    directory: Directory

    def of(self, *sorts: Sort) -> list[Flow]:
        """Flows of some sorts, between two parties who are not the same."""
        return [flow for flow in self.flows if flow.sort in sorts and flow.source != flow.target]

    @property
    def sales(self) -> list[Flow]:
        """What the applicant invoiced to others."""
        return [flow for flow in self.of(Sort.INVOICE) if flow.source == ME]

    @property
    def purchases(self) -> list[Flow]:
        """What others invoiced to the applicant."""
        return [flow for flow in self.of(Sort.INVOICE) if flow.target == ME]


@cache
def table(name: str) -> Any:  # noqa: ANN401  a table's shape is its own
    """One of the tables of this package."""
    return yaml.safe_load(files("selfproof").joinpath("tables", f"{name}.yaml").read_text("utf-8"))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """An expression of ``graph.yaml``."""
    return re.compile(table("graph")[name])


def network(case: Case) -> Network:
    """The graph of a case; what names nobody on one side is left out."""
    return _network(Same(case))


@lru_cache(maxsize=2)
def _network(same: Same[Case]) -> Network:
    case = same.one
    copies = {picture.id for _, picture in pictured(case.of("vat_invoice"))}
    papers = (view for view in case.documents if view.kind in table("flows") and view.id not in copies)
    ends = [(view, *_ends(view)) for view in papers]
    partners = [pair for view in case.documents if view.kind in _STATEMENTS for pair in _partners(view)]
    named = [name for _, source, target in ends for name in (source, target)] + [name for _, name, _ in partners]
    known = directory(case.application.applicant, named)
    flows = [flow for view, source, target in ends if (flow := _flow(view, known.of(source), known.of(target)))]
    flows += [_payment(view, known.of(name), field) for view, name, field in partners if known.of(name)]
    return Network(known.names, tuple(_once(flows)), known)


def _ends(view: View) -> tuple[Named, Named]:
    row = table("flows")[view.kind]
    source, target = (Named(view.text(row[end]), view.text(row.get(f"{end}_code", ""))) for end in ("from", "to"))
    return source, target


def _flow(view: View, source: str, target: str) -> Flow | None:
    row = table("flows")[view.kind]
    if not source or not target:
        return None
    amount = next((name for name in row["amount"] if view.money(name) is not None), "")
    return Flow(
        sort=Sort(row["sort"]),
        source=source,
        target=target,
        amount=view.money(amount),
        day=view.get(row["day"], date),
        document=view.id,
        told=tuple(view.facts[name] for name in (amount, row["from"], row["to"], row["day"]) if name in view.facts),
        number=view.text(row["number"]),
        goods=categories(view) if "goods" in row else frozenset(),
        net=view.money("amount_excl_tax"),
    )


def categories(view: View) -> frozenset[str]:
    """Tax categories that are printed in front of an invoice's goods."""
    found = (pattern("category").search(str(fact.value)) for fact in view.items("name"))
    return frozenset(match["category"] for match in found if match)


def _partners(view: View) -> Iterator[tuple[View, Named, str]]:
    for name in view.facts:
        if match := _PARTNER.fullmatch(name):
            yield view, Named(match[1]), name


def _payment(view: View, partner: str, field: str) -> Flow:
    """All that a party paid in or was paid by a statement, as one payment; whose account it is another check tells."""
    ends = (partner, ME) if field.endswith(".total_in") else (ME, partner)
    day = view.get("last_date", date)
    return Flow(Sort.PAYMENT, *ends, view.money(field), day, view.id, (view.facts[field],), number=field)


def _once(flows: Sequence[Flow]) -> Iterator[Flow]:
    """Each paper once, however often and in however many carriers it was sent; what has no number is its own."""
    seen: set[tuple[str, ...]] = set()
    for flow in flows:
        own = flow.document if flow.sort is Sort.PAYMENT or not flow.number else ""
        key = (flow.sort, flow.source, flow.target, flow.number, own)
        if key not in seen:
            seen.add(key)
            yield flow


def amount(flows: Sequence[Flow]) -> Decimal:
    """What they add up to, CNY; papers without an amount add nothing."""
    return sum((flow.amount for flow in flows if flow.amount is not None), Decimal(0))


def by(flows: Sequence[Flow], end: str) -> dict[Any, list[Flow]]:
    """Flows by one of their ends (``source`` or ``target``) or by their day."""
    found: dict[Any, list[Flow]] = {}
    for flow in flows:
        found.setdefault(getattr(flow, end), []).append(flow)
    return found

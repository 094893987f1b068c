"""What the limit would be if one thing were otherwise, everything else as it is: the engine decides again each time.

For staff and auditors: amounts are exact. What would change nothing is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from selfproof.credit.credibility import PROVEN
from selfproof.credit.reasons import money
from selfproof.credit.turnover import Kind
from selfproof.credit.waterfall import Assessment, Case, assess
from selfproof.model import Message

_LONGER = 30.0  # days


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """step: the link of the chain that it is about; limit: recommended, CNY; effect: against what was recommended."""

    step: str
    text: Message
    limit: Decimal
    effect: Decimal


def counterfactuals(case: Case, assessment: Assessment) -> tuple[Counterfactual, ...]:
    """Every other case that gives another limit, the largest effect first."""
    now = money(assessment.recommended)
    found = [_of(step, name, values, other, now) for step, name, values, other in _others(case)]
    moved = [item for item in found if item.effect]
    return tuple(sorted(moved, key=lambda item: (-abs(item.effect), item.step, item.text.key)))


def _of(step: str, name: str, values: dict[str, str], other: Case, now: Decimal) -> Counterfactual:
    limit = money(assess(other).recommended)
    text = Message(f"reasons.if_{name}", values | {"limit": f"{limit:,.0f}"})
    return Counterfactual(step, text, limit, limit - now)


def _others(case: Case) -> Iterator[tuple[str, str, dict[str, str], Case]]:
    for kind in case.shown.kinds:
        yield kind.name, "without", {"kind": kind.name}, _with_kind(case, kind, None)
        yield kind.name, "proven", {"kind": kind.name}, _with_kind(case, kind, _proven(kind, case))
    if case.shown.photos:
        yield "photos", "no_photos", {}, replace(case, shown=replace(case.shown, photos=False))
    if case.shown.feeds:
        yield "third_party", "no_third_party", {}, replace(case, shown=replace(case.shown, feeds=()))
    best, terms = replace(case.terms, grade=1.0), case.terms
    yield "grade", "full_grade", {}, replace(case, terms=best)
    slower = replace(terms, cycle=terms.cycle + _LONGER)
    yield "binding", "longer_cycle", {"days": f"{_LONGER:.0f}"}, replace(case, terms=slower)
    yield "binding", "no_debts", {}, replace(case, terms=replace(terms, debt_service=0.0, loans=0.0))
    anchor = replace(case.account, anchor=math.inf)
    yield "ladder", "no_ladder", {}, replace(case, account=anchor)


def _with_kind(case: Case, kind: Kind, other: Kind | None) -> Case:
    kinds = (other if item is kind else item for item in case.shown.kinds)
    return replace(case, shown=replace(case.shown, kinds=tuple(item for item in kinds if item is not None)))


def _proven(kind: Kind, case: Case) -> Kind:
    """The same papers, each at the level of a trusted signature at least."""
    least = case.policy.levels[PROVEN]
    readings = tuple(
        replace(item, level=max(item.level, PROVEN), r=max(item.r, least), sigma=min(item.sigma, kind.sigma))
        for item in kind.readings
    )
    return replace(kind, readings=readings)

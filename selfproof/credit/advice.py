"""The next best evidence: recompute with a typical verified instance of each kind (section 5).

Of a kind that is there already a stronger instance is tried: the same amount on a better carrier, or for more months.
What would not raise the limit is never suggested. The applicant sees the kind and a band of the gain; the exact gain
is for staff.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from selfproof.credit.policy import Policy, Typical
from selfproof.credit.turnover import DECLARED, ORDERS, Feed, Kind, Reading, Shown
from selfproof.credit.waterfall import Assessment, Case, assess
from selfproof.model import Advice, Message


def advise(case: Case, assessment: Assessment, *, licensed: float | None = None) -> tuple[Advice, ...]:
    """Kinds that would raise the limit, best gain per effort first.

    licensed: the grade if a licence told a typical age of the business; None where its age is known.
    """
    rules = case.policy.advice
    gains: list[tuple[float, str, float]] = []
    for kind, typical in rules.kinds.items():
        for other in _with(kind, typical, case, assessment, licensed=licensed):
            gain = assess(other).recommended - assessment.recommended
            gains.append((gain / typical.effort, kind, gain))
    best = sorted(((rank, kind, gain) for rank, kind, gain in gains if gain > 0), key=lambda item: (-item[0], item[1]))
    return tuple(_advice(kind, gain, case.policy) for _, kind, gain in best)


def _likely(case: Case, assessment: Assessment) -> float:
    """What a further document would likely show: the centre so far, else the credited turnover, else the peers'."""
    return assessment.turnover.centre or assessment.turnover.v or case.shown.peer


def _with(kind: str, typical: Typical, case: Case, assessment: Assessment, *, licensed: float | None) -> Iterator[Case]:
    """The case with a typical instance of the kind; nothing when it can add none or the trade does not count it."""
    amount = _likely(case, assessment)
    if typical.tenure_years is not None:
        if licensed is not None:
            yield replace(case, terms=replace(case.terms, grade=licensed))
    elif typical.orders:
        if not case.terms.orders and not case.terms.need_order:
            yield _ordered(typical, case, amount=amount * typical.months / 12)
    else:
        yield from (replace(case, shown=shown) for shown in _shown(kind, typical, case, assessment))


def _shown(kind: str, typical: Typical, case: Case, assessment: Assessment) -> Iterator[Shown]:
    shown, amount = case.shown, _likely(case, assessment)
    if typical.scope == "full":
        if not any(feed.full for feed in shown.feeds):
            yield replace(shown, feeds=(*shown.feeds, Feed(kind, amount, full=True)))
    elif typical.photos:
        if not shown.photos:
            yield replace(shown, photos=True)
    elif typical.capacity:
        if shown.ceiling is None and case.trade.ceilings:
            yield replace(shown, ceiling=max(shown.p90, amount))
    elif kind in case.trade.kinds:
        there = dict(assessment.turnover.chosen).get(kind)
        if there is None and all(kind != other.name for other in shown.kinds):
            yield _placed(_instance(kind, typical, case, amount=amount), case)
        elif there is not None and _weaker(there, typical):
            yield _placed(_stronger(kind, typical, case, there), case)


def _ordered(typical: Typical, case: Case, *, amount: float) -> Case:
    """With a contract of this amount that nobody has paid yet: growth, a need of its own, and a start-up's turnover."""
    r, sigma = case.policy.levels[typical.level], case.policy.sigma.kind[ORDERS]
    worth = case.policy.limit.order_share * r * amount
    growth = worth if typical.level >= case.policy.limit.order_level else 0.0
    terms, shown = replace(case.terms, orders=growth, need_order=worth), case.shown
    if ORDERS in shown.part and all(other.name != ORDERS for other in shown.kinds):
        reading = Reading(typical.level, 0.0, r, sigma, seen=amount, absent=amount, partial=True)
        shown = _placed(Kind(ORDERS, sigma, (reading,)), case)
    return replace(case, terms=terms, shown=shown)


def _placed(new: Kind, case: Case) -> Shown:
    """The case with this kind in its canonical place, instead of what it was and of a bare declaration."""
    order = [*case.policy.kinds, ORDERS]
    others = [other for other in case.shown.kinds if other.name not in {DECLARED, new.name}]
    return replace(case.shown, kinds=tuple(sorted([*others, new], key=lambda item: order.index(item.name))))


def _weaker(there: Reading, typical: Typical) -> bool:
    return there.partial or there.level < typical.level or there.months < typical.months


def _stronger(kind: str, typical: Typical, case: Case, there: Reading) -> Kind:
    """What is there, with the same amount shown as the typical instance would show it."""
    mine = next(other for other in case.shown.kinds if other.name == kind)
    level, months = max(there.level, typical.level), max(there.months, typical.months)
    r, sigma = max(there.r, case.policy.levels[level]), min(there.sigma, mine.sigma)
    seen = max(there.seen, there.raw * months / 12)
    absent = there.absent * seen / there.seen if there.seen else there.absent
    return replace(mine, readings=(Reading(level, there.raw, r, sigma, months, seen, absent), *mine.readings))


def _instance(kind: str, typical: Typical, case: Case, *, amount: float) -> Kind:
    sigma, seen = case.policy.sigma.kind[kind], amount * typical.months / 12
    absent = 0.0 if case.shown.feeds else seen
    credibility = case.policy.levels[typical.level]
    return Kind(kind, sigma, (Reading(typical.level, amount, credibility, sigma, typical.months, seen, absent),))


def _advice(kind: str, gain: float, policy: Policy) -> Advice:
    bands = [*policy.advice.bands, policy.limit.policy_max]
    low = max(bound for bound in bands if bound <= gain)
    high = min((bound for bound in bands if bound > gain), default=policy.limit.policy_max)
    values = {"low": f"{low:,.0f}", "high": f"{high:,.0f}"}
    return Advice(
        kind, Decimal(int(low)), Decimal(int(high)), Decimal(f"{gain:.2f}"), Message(f"reasons.advice_{kind}", values)
    )

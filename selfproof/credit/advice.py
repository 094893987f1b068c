"""The next best evidence: recompute with a typical verified instance of each kind (section 5).

Of a kind that is there already a stronger instance is tried: the same amount on a better carrier, for the months that
lack, or with the other accounts that its amounts say there are. What would not raise the limit is never suggested. The
applicant sees the kind, his own missing months and a band of the gain; the exact gain is for staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from selfproof.credit.credibility import SEEN
from selfproof.credit.lacking import Lacking, told
from selfproof.credit.policy import Policy, Typical
from selfproof.credit.turnover import DECLARED, ORDERS, Feed, Kind, Reading, Shown
from selfproof.credit.waterfall import Assessment, Case, assess
from selfproof.model import Advice, Message


@dataclass(frozen=True, slots=True)
class Known:
    """What advice needs beside the case.

    licensed: the grade if a licence told a typical age of the business; None where its age is known. lacking: by kind,
    months without a paper.
    """

    licensed: float | None = None
    lacking: Mapping[str, Lacking] = field(default_factory=dict)


def advise(case: Case, assessment: Assessment, known: Known | None = None) -> tuple[Advice, ...]:
    """Kinds that would raise the limit, best gain per effort first."""
    rules, mine = case.policy.advice, known or Known()
    gains: list[tuple[float, str, float]] = []
    for name, typical in rules.kinds.items():
        for other in _with(name, typical, case, assessment, known=mine):
            gain = assess(other).recommended - assessment.recommended
            gains.append((gain / typical.effort, name, gain))
    best = sorted(((rank, name, gain) for rank, name, gain in gains if gain > 0), key=lambda item: (-item[0], item[1]))
    return tuple(_advice(name, gain, case.policy, mine) for _, name, gain in best)


def _likely(case: Case, assessment: Assessment) -> float:
    """What a further document would likely show: the most of centre, credited and declared, else the peers' median."""
    found = assessment.turnover
    return max(found.centre, found.v, case.terms.turnover or 0.0) or case.shown.peer


def _with(name: str, typical: Typical, case: Case, assessment: Assessment, *, known: Known) -> Iterator[Case]:
    """The case with a typical instance of the kind; nothing when it can add none or the trade does not count it."""
    amount = _likely(case, assessment)
    if typical.tenure_years is not None:
        if known.licensed is not None:
            yield replace(case, terms=replace(case.terms, grade=known.licensed))
    elif typical.orders:
        if not case.terms.orders and not case.terms.need_order:
            yield _ordered(typical, case, amount=amount * typical.months / 12)
    elif typical.adds:
        yield from (replace(case, shown=shown) for shown in _added(typical, case, assessment, known))
    else:
        yield from (replace(case, shown=shown) for shown in _shown(name, typical, case, assessment, known=known))


def _shown(kind: str, typical: Typical, case: Case, assessment: Assessment, *, known: Known) -> Iterator[Shown]:
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
        elif there is not None and there.level < typical.level:
            whole = known.lacking[kind].whole if kind in known.lacking else there
            yield _placed(_read_as(kind, case, _stronger(there, typical, whole, case.policy)), case)


def _added(typical: Typical, case: Case, assessment: Assessment, known: Known) -> Iterator[Shown]:
    """A kind that is there with what it leaves out: months without a paper, or other accounts.

    That there are others is told by a kind that states more: as much is taken to be on them. An owner's word does not
    tell it: who says too much would be shown what to forge (docs/study.md).
    """
    chosen = dict(assessment.turnover.chosen)
    there = chosen.get(typical.adds)
    if there is None or typical.adds not in case.trade.kinds:
        return
    if typical.lacks == "months":
        if typical.adds in known.lacking:
            yield _placed(_read_as(typical.adds, case, known.lacking[typical.adds].whole), case)
        return
    full = (one.raw for kind, one in chosen.items() if kind not in (typical.adds, DECLARED, ORDERS) and not one.partial)
    most = max(full, default=0.0)
    if not there.partial and 0 < there.raw < most:
        yield _placed(_read_as(typical.adds, case, _scaled(there, most / there.raw)), case)


def _scaled(reading: Reading, times: float) -> Reading:
    return replace(reading, raw=reading.raw * times, seen=reading.seen * times, absent=reading.absent * times)


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


def _stronger(there: Reading, typical: Typical, whole: Reading, policy: Policy) -> Reading:
    """What is there, on the carrier of the typical instance, and for as many months as such a paper covers."""
    level, months = typical.level, max(there.months, min(whole.months, typical.months))
    r, raw = max(there.r, policy.levels[level]), max(there.raw, whole.raw)
    seen = max(there.seen, raw * months / 12)
    absent = there.absent * seen / there.seen if there.seen else there.absent
    partial = there.partial and months < policy.fusion.min_months
    return replace(there, level=level, r=r, raw=raw, months=months, seen=seen, absent=absent, partial=partial)


def _read_as(kind: str, case: Case, reading: Reading) -> Kind:
    """The kind read so, at its own sigma where that is the better, beside what it says now."""
    mine = next(other for other in case.shown.kinds if other.name == kind)
    better = reading if reading.level <= SEEN else replace(reading, sigma=min(reading.sigma, mine.sigma))
    return replace(mine, readings=(better, *mine.readings))


def _instance(kind: str, typical: Typical, case: Case, *, amount: float) -> Kind:
    sigma, seen = case.policy.sigma.kind[kind], amount * typical.months / 12
    absent = 0.0 if case.shown.feeds else seen
    credibility = case.policy.levels[typical.level]
    return Kind(kind, sigma, (Reading(typical.level, amount, credibility, sigma, typical.months, seen, absent),))


def _advice(name: str, gain: float, policy: Policy, known: Known) -> Advice:
    bands = [*policy.advice.bands, policy.limit.policy_max]
    low = max(bound for bound in bands if bound <= gain)
    high = min((bound for bound in bands if bound > gain), default=policy.limit.policy_max)
    values = {"low": f"{low:,.0f}", "high": f"{high:,.0f}"}
    typical = policy.advice.kinds[name]
    if typical.adds and typical.lacks == "months":
        values["months"] = told(known.lacking[typical.adds].months)
    text = Message(f"reasons.advice_{name}", values)
    return Advice(name, Decimal(int(low)), Decimal(int(high)), Decimal(f"{gain:.2f}"), text)

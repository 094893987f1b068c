"""One fixed chain from the base to the recommended limit; its differences are the effects (credit-method, section 5).

base → third party → each kind → photos → ceiling → binding formula → grade → caps → rounding → existing limit kept.
Up to the ceiling a step's value is what the turnover cap would lend on the turnover so far: it is linear in V, so the
effects there do not depend on which formula binds in the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selfproof.credit import limit
from selfproof.credit.credibility import SEEN
from selfproof.credit.limit import Ceilings, Terms
from selfproof.credit.policy import Policy, Trade
from selfproof.credit.turnover import Kind, Shown, Turnover, credit, with_kinds

INVOICING = "invoicing"


@dataclass(frozen=True, slots=True)
class Account:
    """What binds from outside the formulas, CNY. anchor: lowest base* of the last year; exposure: at all lenders.

    adverse: a third-party fact speaks against the existing limit; settled: an order was invoiced and paid for, proven.
    """

    existing: float
    anchor: float
    exposure: float = 0.0
    adverse: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One application as the formulas see it."""

    shown: Shown
    terms: Terms
    account: Account
    trade: Trade
    policy: Policy

    @property
    def base_star(self) -> float:
        """The larger of existing limit and entry amount."""
        return max(self.account.existing, self.policy.limit.entry)


@dataclass(frozen=True, slots=True)
class Step:
    """The limit after one link of the chain. turnover: as it stood then, where the link changed it."""

    name: str
    value: float
    turnover: Turnover | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The whole computation: chain, turnover, ceilings, and what binds."""

    steps: tuple[Step, ...]
    turnover: Turnover
    ceilings: Ceilings
    binding: str

    @property
    def recommended(self) -> float:
        """The end of the chain, CNY."""
        return self.steps[-1].value


def assess(case: Case) -> Assessment:
    """Every link of the chain for one case."""
    steps = [Step("base", case.account.existing), *_turnover_steps(case)]
    turnover = credit(case.shown, case.policy)
    found = _ceilings(turnover, case)
    steps.append(Step("binding", found.lowest))
    steps.append(Step("grade", found.lowest * case.terms.grade))
    binding = found.binding
    for name, cap in _caps(case, turnover):
        value = min(steps[-1].value, cap)
        binding = binding if value == steps[-1].value else ("ladder" if name == "ladder" else "policy")
        steps.append(Step(name, value))
    steps.append(Step("rounding", limit.rounded(steps[-1].value, case.policy.limit.rounding)))
    kept = _kept(steps[-1].value, case.account)
    return Assessment((*steps, Step("kept", kept)), turnover, found, "base" if kept > steps[-1].value else binding)


def unproven(case: Case) -> float:
    """The limit where nothing that the applicant shows counts, CNY: what third parties know, with all caps."""
    return assess(replace(case, shown=with_kinds(case.shown, (), photos=False))).recommended


def _turnover_steps(case: Case) -> Iterator[Step]:
    open_ended = replace(case.shown, ceiling=math.inf)
    kinds = case.shown.kinds
    for count in range(len(kinds) + 1):
        turnover = credit(with_kinds(open_ended, kinds[:count], photos=False), case.policy)
        yield _scaled(kinds[count - 1].name if count else "third_party", turnover, case)
    yield _scaled("photos", credit(open_ended, case.policy), case)
    yield _scaled("ceiling", credit(case.shown, case.policy), case)


def _scaled(name: str, turnover: Turnover, case: Case) -> Step:
    return Step(name, case.policy.limit.turnover_cap * turnover.v, turnover)


def _ceilings(turnover: Turnover, case: Case) -> Ceilings:
    return limit.ceilings(turnover.v, case.terms, case.policy.limit, needs=case.trade.needs)


def graded(case: Case, kinds: Sequence[Kind], *, photos: bool) -> float:
    """Grade × the lowest ceiling with only these kinds, before any cap."""
    turnover = credit(with_kinds(case.shown, kinds, photos=photos), case.policy)
    return case.terms.grade * _ceilings(turnover, case).lowest


def _caps(case: Case, turnover: Turnover) -> Iterator[tuple[str, float]]:
    """The caps in their fixed order, CNY."""
    rules, account = case.policy.limit, case.account
    yield "weak_evidence", _weak_evidence_cap(case)
    yield "invoicing_cap", _invoicing_cap(case)
    unproven = case.trade.entry_only and not account.settled and turnover.v3 == 0
    yield "entry", rules.entry if unproven else math.inf
    yield "policy_max", rules.policy_max
    yield "exposure", max(0.0, rules.exposure_max - account.exposure)
    yield "ladder", rules.ladder * account.anchor
    yield "adverse", account.existing if account.adverse else math.inf


def _weak_evidence_cap(case: Case) -> float:
    """Declarations and photos move the limit by a share of the base, while no kind states an amount at L2 or better."""
    caps, shown = case.policy.limit.caps, case.shown
    if any(reading.level >= SEEN for kind in shown.kinds for reading in kind.readings):
        return math.inf
    share = caps.photo if shown.photos else caps.declaration
    return max(case.account.existing + share * case.base_star, graded(case, (), photos=False))


def _invoicing_cap(case: Case) -> float:
    """Invoices lift the limit by at most a share of credibility × invoicing, annualised where it is complete."""
    mine = [reading for kind in case.shown.kinds if kind.name == INVOICING for reading in kind.readings]
    if not mine:
        return math.inf
    others = [kind for kind in case.shown.kinds if kind.name != INVOICING]
    without = max(case.account.existing, graded(case, others, photos=case.shown.photos))
    yearly = max(reading.r * (reading.seen if reading.partial else reading.raw) for reading in mine)
    return without + case.policy.limit.caps.invoicing * yearly


def _kept(value: float, account: Account) -> float:
    """Self-proof alone never lowers the existing limit; an adverse third-party fact may."""
    return value if account.adverse else max(value, account.existing)


def trace(assessment: Assessment, case: Case) -> dict[str, float]:
    """Every value of the formulas by name."""
    turnover, found, terms = assessment.turnover, assessment.ceilings, case.terms
    values = {name: float(getattr(turnover, name)) for name in ("v", "v3", "v_all", "v_part", "c", "b", "se", "centre")}
    values |= {
        name: float(getattr(found, name))
        for name in ("need", "cash_flow", "turnover_cap", "growth", "own_funds", "loans")
    }
    values |= {
        name: float(getattr(terms, name)) for name in ("margin", "cycle", "need_season", "debt_service", "grade")
    }
    values |= {"peer": case.shown.peer, "p90": case.shown.p90, "anchor": case.account.anchor}
    if case.shown.ceiling is not None:
        values["ceiling"] = case.shown.ceiling
    for kind, reading in turnover.chosen:
        values |= {f"{kind}.{name}": float(getattr(reading, name)) for name in ("raw", "r", "months", "seen")}
    return values | {f"step.{number:02d}.{step.name}": step.value for number, step in enumerate(assessment.steps)}

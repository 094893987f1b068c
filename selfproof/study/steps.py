"""Where true turnover is lost on the way to V: what each step of the engine leaves of it, for one applicant."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from selfproof.credit import evidence
from selfproof.credit.decide import case_of
from selfproof.credit.policy import Policy
from selfproof.credit.turnover import DECLARED, Turnover, credit
from selfproof.model import Finding
from selfproof.population import Simulated
from selfproof.study import methods

STEPS = {
    "papers": "papers at face value",
    "read": "matched, in the window",
    "peers": "drawn to the peers",
    "doubt": "less se by level and carrier",
    "believed": "corroborated, over V3",
    "agreed": "less contradiction (B)",
    "credited": "V, with ceiling and V_part",
}
"""Each step with what it does, in order; all are yearly turnovers, CNY."""


def steps(simulated: Simulated, findings: Sequence[Finding], policy: Policy) -> dict[str, float]:
    """What each step leaves, by the names of `STEPS`; the first are 0 where nothing states a yearly figure."""
    case = case_of(evidence.gather(simulated.application, simulated.facts, findings, policy))
    found = credit(case.shown, policy)
    voting = {kind: face for kind, face in methods.faces(simulated, policy).items() if kind in case.trade.kinds}
    read = _centre({kind: one.raw for kind, one in found.chosen if not one.partial}, policy)
    doubt = min(found.centre * math.exp(-found.se / found.b), read)
    clash = min(found.centre * math.exp(-found.se), read)
    return {
        "papers": _centre(voting or _words(found), policy),
        "read": read,
        "peers": found.centre,
        "doubt": doubt,
        "believed": found.v3 + found.c * found.b * max(0.0, doubt - found.v3),
        "agreed": found.v3 + found.c * max(0.0, clash - found.v3),
        "credited": found.v,
    }


def _words(found: Turnover) -> Mapping[str, float]:
    """Where no paper states an amount: what was declared."""
    return {kind: one.raw for kind, one in found.chosen if kind == DECLARED}


def _centre(amounts: Mapping[str, float], policy: Policy) -> float:
    """The log mean of several kinds as the engine weighs them; 0 of none."""
    weights = {kind: 1 / policy.sigma.kind[kind] ** 2 for kind, amount in amounts.items() if amount > 0}
    total = sum(weights.values())
    return math.exp(sum(weight * math.log(amounts[kind]) for kind, weight in weights.items()) / total) if total else 0.0

"""An applicant through the product's own flow: a first upload, the engine's advice, what he brings of it, and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from selfproof.model import Decision, Finding
from selfproof.population import Simulated
from selfproof.population.chance import table
from selfproof.population.visits import answer
from selfproof.study import methods


@dataclass(frozen=True, slots=True)
class Visit:
    """The file at one moment, what the checks say of it, and what was decided on it."""

    simulated: Simulated
    findings: tuple[Finding, ...]
    decision: Decision


def tries() -> int:
    """How many times a file is decided in a month, the first upload with them (credit-method, section 2)."""
    return int(table()["asked"]["tries"])


def quick(policy: Policy) -> Policy:
    """The policy without advice, which costs time and moves no limit."""
    return policy.model_copy(update={"advice": policy.advice.model_copy(update={"kinds": {}})})


def visits(simulated: Simulated, policy: Policy) -> Iterator[Visit]:
    """One after the other, until he brings nothing more or the tries of the month are used up."""
    efforts = {kind: typical.effort for kind, typical in policy.advice.kinds.items()}
    last = tries() - 1
    for number in range(last + 1):
        found = methods.findings(simulated, policy)
        rules = policy if number < last else quick(policy)
        decision = decide(simulated.application, simulated.facts, found, rules)
        yield Visit(simulated, found, decision)
        after = answer(simulated, decision.advice, efforts, number)
        if after is simulated:
            return
        simulated = after


def at_the_end(simulated: Simulated, policy: Policy) -> Visit:
    """The last of them."""
    *_, last = visits(simulated, policy)
    return last

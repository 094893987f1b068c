"""An applicant through the product's own flow: a first upload, the engine's advice, what he brings of it, and again.

After that a case that waits for somebody comes to a reviewer (`selfproof.study.casework`); what he lets stand is
advised upon again while tries are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from selfproof.credit.decide import decide
from selfproof.credit.doubts import marks
from selfproof.credit.policy import Policy
from selfproof.model import Decision, Finding
from selfproof.population import Simulated, issuer
from selfproof.population.chance import table
from selfproof.population.visits import answer
from selfproof.study import casework, methods


@dataclass(frozen=True, slots=True)
class Visit:
    """The file at one moment, what the checks say of it, and what was decided on it.

    released: a reviewer let the recommended limit hold; seen: he has looked at the case.
    """

    simulated: Simulated
    findings: tuple[Finding, ...]
    decision: Decision
    released: bool = False
    seen: bool = False

    @property
    def stopped(self) -> bool:
        """Whether a stop freezes it."""
        return self.decision.binding == "stop"

    @property
    def held(self) -> bool:
        """Whether its limit waits to be released."""
        return not self.stopped and self.decision.effective < self.decision.recommended

    @property
    def waits(self) -> bool:
        """Whether the product asks for a person."""
        return bool(self.decision.review) or bool(marks(self.decision, self.simulated.facts))


def tries() -> int:
    """How many times a file is decided in a month, the first upload with them (credit-method, section 2)."""
    return int(table()["asked"]["tries"])


def quick(policy: Policy) -> Policy:
    """The policy without advice, which costs time and moves no limit."""
    return policy.model_copy(update={"advice": policy.advice.model_copy(update={"kinds": {}})})


def visits(simulated: Simulated, policy: Policy) -> Iterator[Visit]:
    """One after the other, until he brings nothing more or the tries of the month are used up."""
    last = tries() - 1
    for number in range(last + 1):
        visit = _decided(simulated, policy if number < last else quick(policy))
        yield visit
        after = answer(simulated, visit.decision.advice, _efforts(policy), number)
        if after is simulated:
            return
        simulated = after


def reviewed(visit: Visit, used: int, policy: Policy) -> Visit:
    """The case once a reviewer has worked on it, as often as it comes to him. used: tries of the owner's so far.

    What he asks for is no try of the owner's; what the owner brings on advice afterwards is.
    """
    for turn in range(int(table()["review"]["rounds"])):
        if not visit.waits or (visit.seen and not (visit.stopped or visit.held)):
            break
        case = casework.Seen(visit.simulated, visit.findings, visit.decision, policy)
        visit = replace(_decided(casework.worked(case, turn), policy), seen=True)
        while used < tries():
            after = answer(visit.simulated, visit.decision.advice, _efforts(policy), used)
            if after is visit.simulated:
                break
            visit, used = replace(_decided(after, policy), seen=True), used + 1
    return replace(visit, released=visit.seen and visit.held and casework.releases(visit.decision, policy))


def at_the_end(simulated: Simulated, policy: Policy) -> Visit:
    """The last of them."""
    *_, last = visits(simulated, policy)
    return last


def _efforts(policy: Policy) -> dict[str, float]:
    return {kind: typical.effort for kind, typical in policy.advice.kinds.items()}


def _decided(simulated: Simulated, policy: Policy) -> Visit:
    simulated = issuer.answered(simulated)
    found = methods.findings(simulated, policy)
    return Visit(simulated, found, decide(simulated.application, simulated.facts, found, policy))

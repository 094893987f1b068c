"""The challenger: another policy decides on the same facts beside the one that counts, for risk staff alone."""

from __future__ import annotations

from selfproof.credit.decide import decide
from selfproof.errors import NotFound, PolicyError
from selfproof.lifecycle.force import parsed
from selfproof.model import Application, Decision, Fact
from selfproof.store import Store
from selfproof.store.rescored import Rescored, Side, Step, refusal
from selfproof.verify import verify


def side(decision: Decision) -> Side:
    """A decision as far as two are compared."""
    return Side(
        base=decision.base,
        recommended=decision.recommended,
        effective=decision.effective,
        binding=decision.binding,
        policy=decision.policy,
        engine=decision.engine,
        steps=tuple(Step(reason.code, reason.step, reason.effect) for reason in decision.reasons),
        review=decision.review,
    )


def beside(store: Store, application: Application, facts: tuple[Fact, ...], made: tuple[str, Decision]) -> None:
    """Have the challenger, if there is one, decide on what was just decided; made: the decision with its id.

    Whatever is wrong with it stays with its result: it never keeps the decision that counts from being made.
    """
    version = store.switches.challenger()
    if not version:
        return
    (decision_id, decision), after, error = made, None, ""
    try:
        rules = parsed(store.policies.text(version))
        findings = verify(application, facts, store.lookup(application.id), thresholds=rules.thresholds)
        after = side(decide(application, facts, findings, rules))
    except (PolicyError, NotFound, ArithmeticError, ValueError) as refused:
        error = refusal(refused)
    found = Rescored(application.id, decision_id, application.trade, side(decision), after, error=error)
    store.switches.add_shadow(version, found)

"""What a standing decision rests on, verified anew: the inputs of every re-score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from selfproof.errors import PolicyError
from selfproof.lifecycle.shadow import side
from selfproof.model import Application, Decision, Fact, Finding
from selfproof.store import Store
from selfproof.store.codec import load
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescored import Rescored, Side, refusal
from selfproof.verify import verify


@dataclass(frozen=True, slots=True)
class Standing:
    """An application as it is now, with the facts of its newest decision and what the checks find today.

    evidence: whether the checks or the application's file say something else than they did then.
    """

    application: Application
    facts: Sequence[Fact]
    findings: Sequence[Finding]
    before: Side
    evidence: bool


def standing(store: Store, pair: tuple[str, str], rules: Policy, others: Portfolio) -> Standing:
    """The inputs of one application; raises NotFound when it was erased.

    pair: the application and its standing decision, by id.
    """
    application_id, decision_id = pair
    kept = store.replay_inputs(decision_id)
    application = store.people.with_consent(application_id)
    same = application == kept.application  # then the marks that its checks ask for are its own, and known
    lookup = others.beside(application) if same else store.lookup(application_id)
    findings = verify(application, kept.facts, lookup, thresholds=rules.thresholds)
    evidence = not same or tuple(findings) != tuple(kept.findings)
    return Standing(application, kept.facts, findings, side(load(Decision, kept.decision)), evidence)


def score(store: Store, pair: tuple[str, str], rules: Policy, others: Portfolio) -> Rescored:
    """One application under another policy, by the scalar engine; raises NotFound when it was erased.

    pair: the application and its standing decision, by id.
    """
    return rescored(pair, standing(store, pair, rules, others), rules)


def rescored(pair: tuple[str, str], now: Standing, rules: Policy) -> Rescored:
    """What a policy decides on a standing application, by the scalar engine."""
    after, error = None, ""
    try:
        after = side(decide(now.application, now.facts, now.findings, rules))
    except (PolicyError, ArithmeticError, ValueError) as refused:
        error = refusal(refused)
    return Rescored(*pair, now.application.trade, now.before, after, now.evidence, error)

"""The decision: evidence → turnover → limit → reasons, as one pure function of facts, findings and policy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from selfproof.credit import advice, credibility, reasons, waterfall
from selfproof.credit.evidence import Evidence, gather, shown
from selfproof.credit.lacking import lacking
from selfproof.credit.policy import Policy
from selfproof.credit.reasons import money
from selfproof.credit.terms import licensed, terms
from selfproof.credit.waterfall import Account, Assessment, Case
from selfproof.model import Advice, Application, Decision, Fact, Finding, Ledger, Message, Outcome, Reason

ENGINE = "1.10.1"
"""Raised with every change that can move a number; a stored decision replays bit for bit under its own version."""

_INVOICE_STATUS = re.compile(r"invoices\[(.+)\]\.status")


def decide(application: Application, facts: Sequence[Fact], findings: Sequence[Finding], policy: Policy) -> Decision:
    """The recommended limit of an application with its reasons; equal input in any order gives equal bits.

    Consumes the facts that `selfproof.credit.evidence` lists, from `facts` and from the application itself. A fraud
    stop freezes the existing limit (0 for a newcomer), unless an adverse third-party fact alone lowers it. With
    B over the policy's bound the recommendation is shown and the effective limit stays at its base until a person
    releases it.
    """
    evidence = gather(application, facts, findings, policy)
    case = case_of(evidence)
    assessment = waterfall.assess(case)
    return _decision(evidence, assessment, case=case, findings=findings, stops=tuple(_stops(findings, evidence)))


def case_of(evidence: Evidence) -> Case:
    """The evidence as the formulas take it."""
    return Case(shown(evidence), terms(evidence), account(evidence), evidence.trade, evidence.book.policy)


def account(evidence: Evidence) -> Account:
    """What binds from outside the formulas."""
    told, policy = evidence.stated, evidence.book.policy
    existing = float(evidence.book.application.existing_limit)
    base_star = max(existing, policy.limit.entry)
    lowest = told.confirmed("lender.lowest_base_12m")
    return Account(
        existing=existing,
        anchor=base_star if lowest is None else min(base_star, max(lowest, policy.limit.entry)),
        exposure=told.confirmed("bureau.total_exposure") or 0.0,
        adverse=any(word in told.said(name).split() for name, words in policy.adverse.items() for word in words),
        settled=any(order.settled for order in evidence.orders),
    )


def _stops(findings: Sequence[Finding], evidence: Evidence) -> Iterator[Reason]:
    """Fraud stops: failed checks whose row names one, and invoices that the tax bureau calls void."""
    policy = evidence.book.policy
    for finding in sorted(findings, key=lambda item: (item.check, item.document, item.facts)):
        effect = policy.checks.get(finding.check)
        if finding.outcome is Outcome.FAIL and effect is not None and effect.stop:
            text = finding.message or Message(f"reasons.{effect.stop}")
            yield Reason(effect.stop, finding.check, Decimal(0), text, reasons.grounds(finding, evidence))
    for fact, number in void(evidence):
        yield Reason("S3", "invoice_status", Decimal(0), Message("reasons.S3", {"number": number}), (fact.id,))


def void(evidence: Evidence) -> Iterator[tuple[Fact, str]]:
    """What the tax bureau says of invoices in the application that are void, with their numbers."""
    words = evidence.book.policy.invoices.void_words
    numbers = {paper.text("invoice_number") for paper in evidence.papers if paper.kind == "vat_invoice"}
    for fact in evidence.stated.facts:
        match = _INVOICE_STATUS.fullmatch(fact.field)
        if match and fact.ledger is Ledger.THIRD_PARTY and str(fact.value) in words and match[1] in numbers:
            yield fact, match[1]


def _decision(
    evidence: Evidence, assessment: Assessment, *, case: Case, findings: Sequence[Finding], stops: tuple[Reason, ...]
) -> Decision:
    application, policy = evidence.book.application, case.policy
    base = money(case.account.existing)
    frozen = _frozen(case)
    recommended = frozen if stops else money(assessment.recommended)
    contradicted = any(reasons.contradictions(findings, evidence))
    review = tuple(_review(assessment, case, stops=bool(stops), contradicted=contradicted))
    if stops and frozen != base:
        stops = (*stops, reasons.adverse(frozen - base, case, evidence))
    return Decision(
        application=application.id,
        as_of=application.as_of,
        base=base,
        recommended=recommended,
        effective=_effective(base, recommended, assessment, policy),
        binding="stop" if stops else assessment.binding,
        policy=policy.version,
        engine=ENGINE,
        levels=evidence.levels,
        trace=waterfall.trace(assessment, case),
        reasons=stops or tuple(_reasons(assessment, case, evidence, findings)),
        advice=() if stops or _open(findings, assessment, evidence) else _advice(case, assessment, evidence),
        review=review,
    )


def _frozen(case: Case) -> Decimal:
    """What a stop leaves: the existing limit, or what third parties alone bear where one of them speaks against it."""
    existing = case.account.existing
    lowers = case.account.adverse and case.policy.limit.stop_lowers
    return money(min(existing, waterfall.unproven(case)) if lowers else existing)


def _advice(case: Case, assessment: Assessment, evidence: Evidence) -> tuple[Advice, ...]:
    years = (typical.tenure_years for typical in case.policy.advice.kinds.values())
    age = next((found for found in years if found is not None), None)
    grade = None if age is None else licensed(evidence, age)
    return advice.advise(case, assessment, advice.Known(grade, lacking(evidence, assessment.turnover)))


def _reasons(assessment: Assessment, case: Case, evidence: Evidence, findings: Sequence[Finding]) -> Iterator[Reason]:
    told = reasons.Told(assessment, case, evidence)
    yield from reasons.reasons(told)
    yield from reasons.assumptions(told)
    yield from reasons.contradictions(findings, evidence)
    yield from reasons.lowered(findings, evidence)


def _effective(base: Decimal, recommended: Decimal, assessment: Assessment, policy: Policy) -> Decimal:
    held = policy.kill_switch or assessment.turnover.b > policy.fusion.review_contradiction
    return min(base, recommended) if held else recommended


def _open(findings: Sequence[Finding], assessment: Assessment, evidence: Evidence) -> bool:
    """Whether something waits for a person: no advice then, so that nobody learns what was noticed.

    A check that only lowers the level of its paper waits for nobody, and its owner would never be advised again. Nor
    does a paper that a reviewer has judged, whatever is complained of in it: what he let stand is advised upon.
    """
    policy = evidence.book.policy
    judged = {paper.document for paper in evidence.papers if credibility.judged(paper)}
    failed = (item for item in findings if item.outcome is Outcome.FAIL and item.document not in judged)
    effects = (policy.checks.get(item.check) for item in failed)
    waits = any(effect is not None and bool(effect.stop or effect.contradiction) for effect in effects)
    unseen = {entry.document for entry in evidence.sold} - judged
    return waits or (bool(unseen) and assessment.turnover.b > policy.fusion.review_contradiction)


def _review(assessment: Assessment, case: Case, *, stops: bool, contradicted: bool) -> Iterator[Message]:
    """Why a person must look. A contradiction between facts holds nothing by itself: only B moves money."""
    policy, base = case.policy, case.base_star
    if stops:
        yield Message("reasons.review_stop")
    if policy.kill_switch:
        yield Message("reasons.review_kill_switch")
    if assessment.turnover.b > policy.fusion.review_contradiction:
        yield Message("reasons.review_contradiction", {"b": f"{assessment.turnover.b:.1f}"})
    if not stops and contradicted:
        yield Message("reasons.review_facts")
    if not stops and assessment.recommended >= policy.limit.review_uplift * base:
        yield Message("reasons.review_uplift", {"times": f"{assessment.recommended / base:.1f}"})
    if case.account.adverse:
        yield Message("reasons.review_adverse")

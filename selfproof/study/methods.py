"""Three ways to set a limit on the same application: third-party data alone, every word believed, and the engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from selfproof.credit import evidence, limit
from selfproof.credit.decide import case_of, decide
from selfproof.credit.doubts import marks
from selfproof.credit.papers import day, number, papers
from selfproof.credit.policy import Policy
from selfproof.model import Application, Decision, Fact, Finding, Ledger
from selfproof.population import Simulated
from selfproof.verify import verify

_YEAR = 12
_MONTH = re.compile(r"months\[(\d{4}-\d{2})\]\.(\w+)")


@dataclass(frozen=True, slots=True)
class Limit:
    """What one way gives.

    amount, recommended, turnover: CNY; stopped: frozen for fraud; held: a person must release it; looked_at: a person
    must look for whatever reason.
    """

    amount: float
    recommended: float
    turnover: float
    stopped: bool = False
    held: bool = False
    looked_at: bool = False


def findings(simulated: Simulated, policy: Policy) -> tuple[Finding, ...]:
    """What the checks say of an applicant's papers."""
    return verify(simulated.application, simulated.facts, simulated.lookup, thresholds=policy.thresholds)


def ours(simulated: Simulated, found: Sequence[Finding], policy: Policy) -> Limit:
    """The engine's decision."""
    return limit_of(decide(simulated.application, simulated.facts, found, policy), simulated.facts, policy)


def third_party_only(simulated: Simulated, policy: Policy) -> Limit:
    """The engine without anything that the owner says or shows."""
    return limit_of(decide(outsiders(simulated.application), (), (), policy), (), policy)


def outsiders(application: Application) -> Application:
    """The application as third parties know it."""
    facts = tuple(fact for fact in application.facts if fact.ledger is Ledger.THIRD_PARTY)
    return replace(application, facts=facts)


def believing(simulated: Simulated, policy: Policy) -> Limit:
    """Every figure at face value: the largest yearly turnover that any word or paper states, no check, no doubt.

    Formulas, margin, days, grade and the product's caps are the engine's, so that belief alone differs.
    """
    return upon(max(_stated(simulated, policy), default=0.0), simulated, policy)


def upon(turnover: float, simulated: Simulated, policy: Policy) -> Limit:
    """The engine's formulas and caps on a turnover (CNY) that somebody else states; never below the limit so far."""
    case = case_of(evidence.gather(simulated.application, simulated.facts, (), policy))
    found = limit.ceilings(turnover, case.terms, policy.limit, needs=case.trade.needs).lowest * case.terms.grade
    capped = min(found, policy.limit.policy_max, policy.limit.ladder * case.account.anchor)
    amount = max(limit.rounded(capped, policy.limit.rounding), case.account.existing)
    return Limit(amount, amount, turnover)


def limit_of(decision: Decision, facts: Sequence[Fact], policy: Policy) -> Limit:
    """What a decision gives, and whether a person looks at it: as it says itself, or for faint and blank values."""
    stopped = decision.binding == "stop"
    return Limit(
        amount=float(decision.effective),
        recommended=float(decision.recommended),
        turnover=decision.trace["v"],
        stopped=stopped,
        held=not stopped and decision.trace["b"] > policy.fusion.review_contradiction,
        looked_at=bool(decision.review) or bool(marks(decision, facts)),
    )


def _stated(simulated: Simulated, policy: Policy) -> Iterator[float]:
    """Yearly turnovers: declared, of records, and of each kind of papers by its average month."""
    known = [(fact.field, number(fact) or 0.0) for fact in simulated.application.facts]
    yield from (amount for field, amount in known if field in ("annual_turnover", "annual_sales"))
    yield sum(amount for field, amount in known if field == "annual_receipts")
    yield from faces(simulated, policy).values()


def faces(simulated: Simulated, policy: Policy) -> dict[str, float]:
    """By kind twelve times the average of the latest months of which any paper states an amount, as it states it."""
    found: dict[str, float] = {}
    for kind, source in policy.kinds.items():
        months: dict[str, float] = {}
        for month, amount in (*_listed(simulated.facts, source.months), *_single(simulated, source.dated)):
            months[month] = months.get(month, 0.0) + amount
        last = sorted(months)[-_YEAR:]
        if last:
            found[kind] = sum(months[month] for month in last) / len(last) * _YEAR
    return found


def _listed(facts: Iterable[Fact], fields: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for fact in facts:
        match = _MONTH.fullmatch(fact.field)
        if match and fields.get(fact.kind) == match[2]:
            yield match[1], number(fact) or 0.0


def _single(simulated: Simulated, rules: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Single papers on which the applicant is not the buyer: also whom nobody asks calls what was bought no sale."""
    for paper in papers([fact for fact in simulated.facts if fact.kind in rules]):
        amount, when = paper.money("total_amount"), paper.day("issue_date") or day(paper.fields.get("date"))
        bought = paper.text("buyer_name") == simulated.application.applicant.name
        if amount is not None and when is not None and not bought:
            yield f"{when:%Y-%m}", amount

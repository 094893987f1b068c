"""The waterfall in words: a reason for every step that moved the limit, and for what it assumed (section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from selfproof.credit import debts
from selfproof.credit.credibility import ORIGINAL, PROVEN, SEEN
from selfproof.credit.evidence import Evidence
from selfproof.credit.papers import Paper, number
from selfproof.credit.policy import Policy
from selfproof.credit.turnover import DECLARED, Reading, Turnover
from selfproof.credit.waterfall import INVOICING, Assessment, Case, Step
from selfproof.model import Finding, Message, Outcome, Reason

_CENT = Decimal("0.01")
BINDING = {"need": "N1", "cash_flow": "C1", "turnover_cap": "R1"}
CODES = {
    "third_party": "E6", "photos": "E7", "ceiling": "E8", "grade": "P1", "weak_evidence": "E7", "invoicing_cap": "E4",
    "entry": "P1", "policy_max": "P1", "exposure": "P1", "ladder": "U1", "adverse": "P1", "rounding": "P1",
    "kept": "P1",
}  # fmt: skip
_NAMED = {
    "binding": (
        "declaration.own_funds", "declaration.margin", "declaration.debt_service_annual", "declaration.cycle_days",
        "bureau.*",
    ),
    "grade": ("bureau.*", "registry.*", "tax.arrears", "business_license.established_date"),
    "exposure": ("bureau.total_exposure",),
    "ladder": ("lender.lowest_base_12m",),
}  # fmt: skip
_PICTURE, _EDITABLE = 5, 3  # carrier ranks of series.Belief: an image, and from where files can be edited


def money(value: float) -> Decimal:
    """CNY to the cent."""
    return Decimal(repr(value)).quantize(_CENT)


@dataclass(frozen=True, slots=True)
class Told:
    """All that a sentence may draw on."""

    assessment: Assessment
    case: Case
    evidence: Evidence


def reasons(told: Told) -> tuple[Reason, ...]:
    """One reason for each step with an effect; the effects sum exactly to recommended − base."""
    found: list[Reason] = []
    before = told.assessment.steps[0]
    turnover: Turnover | None = None
    for step in told.assessment.steps[1:]:
        effect = money(step.value) - money(before.value)
        if effect:
            found.append(_reason(step, effect, turnover, told))
        before, turnover = step, step.turnover or turnover
    return tuple(found)


def _reason(step: Step, effect: Decimal, before: Turnover | None, told: Told) -> Reason:
    reading = dict(step.turnover.chosen).get(step.name) if step.turnover else None
    if reading is not None and step.turnover is not None:
        contradicts = effect < 0 and before is not None and step.turnover.b > before.b
        code = "X1" if contradicts else _evidence_code(step.name, reading, told.evidence)
        return Reason(
            code, step.name, effect, _kind_text(code, reading, step.turnover, told.case.policy), reading.facts
        )
    facts = _facts(step.name, told.case, told.evidence)
    if step.name == "binding":
        code = BINDING[told.assessment.ceilings.binding]
        terms, used = told.case.terms, told.assessment.ceilings
        in_part = code == "N1" and used.part < 1 and (terms.own_funds is not None or terms.loans > 0)
        season = code == "N1" and used.by == "season"
        key = f"{code}_season" if season else f"{code}_part" if in_part else code
        text = Message(f"reasons.{key}", _formula(told))
        return Reason(code, step.name, effect, text, facts)
    if step.name not in CODES:  # a kind of which only withdrawn documents are left
        gone = tuple(fact for entry in told.evidence.sold if entry.kind == step.name for fact in entry.facts)
        return Reason("X1", step.name, effect, Message("reasons.withdrawn", {"kind": step.name}), gone)
    key = "no_third_party" if step.name == "third_party" and not told.case.shown.feeds else step.name
    return Reason(CODES[step.name], step.name, effect, Message(f"reasons.{key}", _values(step, told.case)), facts)


def adverse(effect: Decimal, case: Case, evidence: Evidence) -> Reason:
    """Beside a stop: by how much third parties alone lower what it freezes, CNY."""
    return Reason("P1", "adverse", effect, Message("reasons.adverse_alone"), _facts("adverse", case, evidence))


def _evidence_code(kind: str, reading: Reading, evidence: Evidence) -> str:
    """E1 declared, E9 too short, E2 picture, E3 editable, E4 unsigned original, E5 proven."""
    if kind == DECLARED:
        return "E1"
    if reading.partial:
        return "E9"
    facts = set(reading.facts)
    rank = max((entry.belief.carrier for entry in evidence.sold if facts.intersection(entry.facts)), default=_EDITABLE)
    if reading.level <= SEEN:
        return "E2" if rank >= _PICTURE else "E3"
    return "E4" if reading.level == ORIGINAL else "E5"


def _kind_text(code: str, reading: Reading, turnover: Turnover, policy: Policy) -> Message:
    values = {
        "raw": _yuan(reading.raw), "r": f"{reading.r:.0%}", "months": str(reading.months), "b": f"{turnover.b:.1f}",
        "seen": _yuan(reading.seen), "v": _yuan(turnover.v), "c": f"{turnover.c:.0%}",
        "original": f"{policy.levels[ORIGINAL]:.0%}", "signed": f"{policy.levels[PROVEN]:.0%}",
    }  # fmt: skip
    return Message(f"reasons.{code}", values)


def _formula(told: Told) -> dict[str, str]:
    """The values of the three formulas, and what would bind next."""
    found, terms = told.assessment.ceilings, told.case.terms
    return {
        "v": _yuan(told.assessment.turnover.v), "margin": f"{terms.margin:.0%}", "cycle": f"{terms.cycle:.0f}",
        "growth": f"{found.growth:.1%}", "own_funds": _yuan(found.own_funds), "loans": _yuan(found.loans),
        "season": _yuan(terms.need_season),
        "debt_service": _yuan(terms.debt_service), "need": _yuan(found.need), "cash_flow": _yuan(found.cash_flow),
        "turnover_cap": _yuan(found.turnover_cap), "share": f"{told.case.policy.limit.turnover_cap:.0%}",
        "next": _yuan(sorted((found.need, found.cash_flow, found.turnover_cap))[1]),
    }  # fmt: skip


def _values(step: Step, case: Case) -> dict[str, str]:
    """What fills the sentence of a step that is no kind."""
    rules, account = case.policy.limit, case.account
    return {
        "value": _yuan(step.value), "grade": f"{case.terms.grade:.2f}", "ladder": f"{rules.ladder:g}",
        "anchor": _yuan(account.anchor), "existing": _yuan(account.existing), "entry": _yuan(rules.entry),
        "step": f"{rules.rounding:.0f}", "photo": f"{rules.caps.photo:.0%}",
        "declaration": f"{rules.caps.declaration:.0%}", "exposure": _yuan(account.exposure),
        "ceiling": _yuan(case.shown.p90 if case.shown.ceiling is None else case.shown.ceiling),
    }  # fmt: skip


def _facts(step: str, case: Case, evidence: Evidence) -> tuple[str, ...]:
    """Ids of the facts that a step which is no kind rests on."""
    if step == "third_party":
        return tuple(fact for feed in case.shown.feeds for fact in feed.facts)
    if step in ("photos", "weak_evidence"):
        return evidence.photos
    if step == "invoicing_cap":
        return tuple(fact for entry in evidence.sold if entry.kind == INVOICING for fact in entry.facts)
    if step == "entry":
        return tuple(fact for order in evidence.orders for fact in order.facts)
    names = set(_NAMED.get(step, ()))
    if step == "ceiling":
        seen = {f"photo.{field}" for field in evidence.trade.seen}
        told = _named(names | set(evidence.trade.ceilings), evidence, evidence.remembered)
        return told or _named(seen, evidence, evidence.remembered)
    names |= set(case.policy.adverse) if step == "adverse" else set()
    names |= set(evidence.trade.ceilings) if step == "binding" and case.terms.need_season else set()
    owed = tuple(fact for loan in evidence.loans for fact in loan.facts) if step == "binding" else ()
    proven = [order for order in evidence.orders if step == "binding" and order.level >= PROVEN]
    return _named(names, evidence) + tuple(fact for order in proven for fact in order.facts) + owed


def _named(names: Collection[str], evidence: Evidence, among: Sequence[Paper] | None = None) -> tuple[str, ...]:
    """Ids of what was stated or stands on a paper under these names; ``bureau.*`` is all of a source.

    among: the papers that count here, without it those that were not withdrawn.
    """
    read = (fact for paper in (evidence.standing if among is None else among) for fact in paper.fields.values())
    every = [*evidence.stated.facts, *read]
    return tuple(dict.fromkeys(fact.id for fact in every if fact.name in names or f"{fact.kind}.*" in names))


def grounds(finding: Finding, evidence: Evidence) -> tuple[str, ...]:
    """Ids of the facts that a finding compared; of all that its documents say where it compared none."""
    about = {finding.document, *finding.documents} - {""}
    return finding.facts or tuple(
        fact.id for paper in evidence.papers if paper.document in about for fact in paper.fields.values()
    )


def assumptions(told: Told) -> Iterator[Reason]:
    """What was not documented and how it was filled, as reasons without effect."""
    values = _formula(told)
    yield Reason("E8", "days", Decimal(0), Message("reasons.assumed_days", values))
    if told.case.terms.own_funds is None:
        yield Reason("E8", "own_funds", Decimal(0), Message("reasons.assumed_own_funds", values))
    if told.evidence.own:
        own = {"amount": _yuan(sum(number(fact) or 0.0 for fact in told.evidence.own))}
        facts = tuple(fact.id for fact in told.evidence.own)
        yield Reason("E8", "related", Decimal(0), Message("reasons.related", own), facts)
    if told.evidence.loans:
        yield _owed(told)
    if told.assessment.ceilings.growth == 0:
        yield Reason("E8", "growth", Decimal(0), Message("reasons.assumed_growth", values))


def _owed(told: Told) -> Reason:
    """What loan papers tell of debts, and what the formulas took."""
    found = told.evidence.loans
    values = {
        "count": str(len(found)), "service": _yuan(debts.service(found)), "working": _yuan(debts.working(found)),
        "debt_service": _yuan(told.case.terms.debt_service), "loans": _yuan(told.case.terms.loans),
    }  # fmt: skip
    facts = tuple(fact for loan in found for fact in loan.facts)
    return Reason("E8", "debts", Decimal(0), Message("reasons.debts", values), facts)


def contradictions(findings: Sequence[Finding], evidence: Evidence) -> Iterator[Reason]:
    """Failed checks whose policy row names a contradiction: shown, and moved only by B."""
    for finding in sorted(findings, key=lambda item: (item.check, item.document)):
        effect = evidence.book.policy.checks.get(finding.check)
        if finding.outcome is Outcome.FAIL and effect is not None and effect.contradiction:
            text = finding.message or Message(f"reasons.{effect.contradiction}")
            yield Reason(effect.contradiction, finding.check, Decimal(0), text, grounds(finding, evidence))


def lowered(findings: Sequence[Finding], evidence: Evidence) -> Iterator[Reason]:
    """Documents that a failed check keeps at a low level, where they count at all."""
    standing = {paper.document for paper in evidence.standing}
    for finding in sorted(findings, key=lambda item: (item.check, item.document)):
        effect = evidence.book.policy.checks.get(finding.check)
        caps = effect is not None and effect.cap_level is not None and not effect.contradiction
        if caps and finding.outcome is Outcome.FAIL and finding.document in standing:
            text = Message("reasons.lowered", {"level": str(evidence.levels[finding.document])})
            yield Reason("E8", finding.check, Decimal(0), finding.message or text, grounds(finding, evidence))


def _yuan(value: float) -> str:
    return f"{value:,.0f}"

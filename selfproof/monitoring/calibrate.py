"""What re-verified cases say of a policy's credibilities r and spreads σ (credit-method, sections 1, 2 and 9).

r: share of papers that held when somebody looked again, by kind, level and carrier; a Beta posterior whose prior has
the policy's own r as its mean. σ: spread of ln(shown / true) around 0, by kind and carrier, with a χ² interval.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from selfproof.credit.evidence import gather
from selfproof.credit.policy import Policy
from selfproof.errors import SourceError
from selfproof.lifecycle.force import parsed
from selfproof.model import Decision, Fact, Ledger
from selfproof.monitoring.rules import table
from selfproof.store import Store
from selfproof.store.codec import load
from selfproof.store.decisions import Replay
from selfproof.verify import ASIDE, is_verdict

ANY = "*"
_SEEN = 2
T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Case:
    """One paper that somebody looked at again. held: whether it was what it seemed, None where only amounts are known.

    shown, true: yearly amounts, CNY; None where nobody knows.
    """

    kind: str
    level: int
    carrier: str
    held: bool | None
    shown: float | None = None
    true: float | None = None


@dataclass(frozen=True, slots=True)
class Belief:
    """r of one kind, level and carrier. low, high: the interval; enough: whether there are cases to go by."""

    kind: str
    level: int
    carrier: str
    cases: int
    held: int
    policy: float
    mean: float
    low: float
    high: float
    enough: bool

    @property
    def contradicts(self) -> bool:
        """Whether there is enough to say that the policy's number is wrong."""
        return self.enough and not self.low <= self.policy <= self.high


@dataclass(frozen=True, slots=True)
class Spread:
    """σ of one kind and carrier; policy: the number that it would replace, None where the policy has none."""

    kind: str
    carrier: str
    pairs: int
    policy: float | None
    sigma: float
    low: float
    high: float
    enough: bool

    @property
    def contradicts(self) -> bool:
        """Whether there is enough to say that the policy's number is wrong."""
        return self.enough and self.policy is not None and not self.low <= self.policy <= self.high


def beliefs(cases: Iterable[Case], policy: Policy) -> tuple[Belief, ...]:
    """The posterior of every kind, level and carrier that was looked at, in their order."""
    judged = (case for case in cases if case.held is not None)
    groups = _grouped(((case.kind, case.level, case.carrier), bool(case.held)) for case in judged)
    return tuple(_belief(key, held, policy) for key, held in sorted(groups.items()))


def _belief(key: tuple[str, int, str], held: Sequence[bool], policy: Policy) -> Belief:
    from scipy import stats

    rules, (kind, level, carrier) = table()["calibration"], key
    expected = policy.photo_credibility if kind == "photo" and level == _SEEN else policy.levels[level]
    weight, cases, good = rules["prior_cases"], len(held), sum(held)
    tiny = 1e-6  # a Beta needs both parts above 0; level 0 is worth nothing by definition
    alpha, beta = good + max(tiny, weight * expected), cases - good + max(tiny, weight * (1 - expected))
    low, high = (float(bound) for bound in stats.beta.interval(rules["interval"], alpha, beta))
    enough = cases >= rules["fewest_cases"] and high - low <= rules["widest"]
    return Belief(kind, level, carrier, cases, good, expected, alpha / (alpha + beta), low, high, enough)


def spreads(cases: Iterable[Case], policy: Policy) -> tuple[Spread, ...]:
    """The spread of every kind and carrier for which true amounts are known, in their order."""
    pairs = (
        ((case.kind, case.carrier), math.log(case.shown / case.true))
        for case in cases
        if case.shown and case.true and case.shown > 0 and case.true > 0
    )
    return tuple(_spread(key, logs, policy) for key, logs in sorted(_grouped(pairs).items()))


def _spread(key: tuple[str, str], logs: Sequence[float], policy: Policy) -> Spread:
    from scipy import stats

    rules, (kind, carrier), pairs = table()["calibration"], key, len(logs)
    squares = math.fsum(one * one for one in logs)
    outside = (1 - rules["interval"]) / 2
    low, high = (math.sqrt(squares / float(stats.chi2.ppf(share, pairs))) for share in (1 - outside, outside))
    known = policy.sigma.image if carrier == "ocr" else policy.sigma.kind.get(kind)
    return Spread(kind, carrier, pairs, known, math.sqrt(squares / pairs), low, high, pairs >= rules["fewest_pairs"])


def _grouped(pairs: Iterable[tuple[T, V]]) -> dict[T, list[V]]:
    found: dict[T, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def from_store(store: Store, *, sample: float, every: bool = False) -> Iterator[Case]:
    """Papers that reviewers accepted or rejected, and series beside a full third-party figure.

    sample: the share of straight-through cases that chance draws for a second look; only these are without bias, since
    a held case was held for a reason. every: count the others too.
    """
    for application, decision in store.people.newest_decisions():
        kept = store.replay_inputs(decision)
        if every or store.people.is_drawn(application, sample):
            yield from _judged(kept)
        yield from _beside_feeds(kept)


def _judged(kept: Replay) -> Iterator[Case]:
    """Each at the level that it had before anybody looked."""
    verdicts = {fact.provenance.document: fact.value == "accepted" for fact in kept.facts if _tells(fact)}
    if not verdicts:
        return
    unseen = [fact for fact in kept.facts if not is_verdict(fact)]
    levels = gather(kept.application, unseen, kept.findings, parsed(kept.policy_text)).levels
    for document, held in verdicts.items():
        mine = [fact for fact in unseen if fact.provenance.document == document]
        kinds = sorted({fact.kind for fact in mine} - {"document"})
        carrier = next((str(fact.value) for fact in mine if fact.name == "document.carrier"), ANY)
        if kinds and document in levels:
            yield Case(kinds[0], levels[document], carrier, held)


def _tells(fact: Fact) -> bool:
    """Whether it says if a paper was true; one that was set aside was only another's, or not whole."""
    return is_verdict(fact) and fact.value != ASIDE


def _beside_feeds(kept: Replay) -> Iterator[Case]:
    """A complete series beside what a third party that sees all of the trade says of the same year."""
    policy, trace = parsed(kept.policy_text), load(Decision, kept.decision).trace
    full = {f"{name}.{source.annual}" for name, source in policy.third_party.items() if source.scope == "full"}
    told = [fact for fact in kept.application.facts if fact.name in full and fact.ledger is Ledger.THIRD_PARTY]
    for fact in told:
        for kind in policy.kinds:
            shown, months = trace.get(f"{kind}.raw"), trace.get(f"{kind}.months", 0.0)
            if shown and months >= policy.fusion.min_months:
                yield Case(kind, 0, ANY, None, shown, float(str(fact.value)))


def from_file(path: Path) -> Iterator[Case]:
    """A CSV with the columns kind, level, carrier, held (yes | no | empty), shown, true; raises SourceError."""
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), 2):
            try:
                yield _row(row)
            except (KeyError, ValueError) as error:
                raise SourceError(f"{path.name}: line {number}: {error}") from error


def _row(row: dict[str, str]) -> Case:
    held = {"yes": True, "no": False, "": None}[(row["held"] or "").strip()]
    level = int(row["level"])
    if level not in range(6):
        raise ValueError(f"no level {level}")
    shown, true = (float(text) if text else None for text in (row.get("shown"), row.get("true")))
    return Case(row["kind"].strip(), level, row["carrier"].strip() or ANY, held, shown, true)

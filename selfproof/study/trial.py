"""One applicant under all three methods and before the reviewer: the rows that all figures are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from selfproof.credit.policy import Policy
from selfproof.population import Simulated, Truth, issuer, one, population
from selfproof.population.applicants import HONEST
from selfproof.population.lies import LIES
from selfproof.study import methods, reviewer, steps
from selfproof.study.flow import Visit, quick, reviewed, tries, visits
from selfproof.study.methods import Limit

METHODS = ("third_party_only", "believe_everything", "ours")


@dataclass(frozen=True, slots=True)
class Trial:
    """An applicant's truth with what each method and the reviewer gave, CNY.

    upon: what the engine's formulas would give on the turnover that the reviewer counts; at_face: on what the papers
    state, believed in full; reader: what the reviewer would lend on what the papers state in their window, or third
    parties where that is more; steps: what each step towards V leaves of turnover (`selfproof.study.steps`); shown: how
    many papers were.
    """

    trade: str
    truth: Truth
    base: float
    limits: Mapping[str, Limit]
    reviewed: float
    upon: float = 0.0
    at_face: float = 0.0
    reader: float = 0.0
    shown: int = 0
    steps: Mapping[str, float] = field(default_factory=dict)

    @property
    def ours(self) -> Limit:
        """The engine's."""
        return self.limits["ours"]

    @property
    def third(self) -> Limit:
        """On third-party data alone."""
        return self.limits["third_party_only"]

    @property
    def lent_on(self) -> float:
        """The turnover that the engine's limit rests on; 0 where a stop or a person's release stands before it."""
        return 0.0 if self.ours.stopped or self.ours.held else self.ours.turnover


def trial(visit: Visit, policy: Policy) -> Trial:
    """The row of an applicant at one visit, and of the reviewer on the same file."""
    simulated = visit.simulated
    row = _brief(visit, policy)
    limits = {**row.limits, "believe_everything": methods.believing(simulated, policy)}
    left = steps.steps(simulated, visit.findings, policy)
    upon, at_face = (
        methods.upon(turnover, simulated, policy).amount
        for turnover in (reviewer.counted(simulated), max(left["papers"], row.third.turnover))
    )
    reader = reviewer.lent(max(left["read"], row.third.turnover), simulated)
    return replace(row, limits=limits, upon=upon, at_face=at_face, reader=reader, steps=left)


def _brief(visit: Visit, policy: Policy) -> Trial:
    """The row without what only the last one is asked for: belief, other turnovers and the steps towards V."""
    simulated, application = visit.simulated, visit.simulated.application
    limits = {
        "third_party_only": methods.third_party_only(simulated, quick(policy)),
        "ours": _ours(visit, policy),
    }
    base, shown, his = float(application.existing_limit), len(simulated.file.papers), reviewer.reviewed(simulated)
    return Trial(application.trade, simulated.truth, base, limits, his, shown=shown)


def _ours(visit: Visit, policy: Policy) -> Limit:
    given = methods.limit_of(visit.decision, visit.simulated.facts, policy)
    return replace(given, amount=given.recommended, held=False) if visit.released else given


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rows of a population. tries: after each of the policy's tries; reviewed: after a reviewer's work as well."""

    tries: tuple[tuple[Trial, ...], ...]
    reviewed: tuple[Trial, ...]

    @property
    def advised(self) -> tuple[Trial, ...]:
        """After the last try, when nobody has looked yet."""
        return self.tries[-1]

    @property
    def stages(self) -> tuple[tuple[Trial, ...], ...]:
        """All in order."""
        return (*self.tries, self.reviewed)


def drawn(count: int, seed: int, policy: Policy, *, asked: bool = False) -> Drawn:
    """The rows of a population; who brings nothing more stays as he is, and so does who waits for nobody.

    asked: the tax bureau is, about each invoice.
    """
    everyone = population(count, seed)
    asking = map(issuer.connected, everyone) if asked else everyone
    *tried, last = zip(*(_stages(simulated, policy) for simulated in asking), strict=True)
    return Drawn(tuple(tried), last)


def _stages(simulated: Simulated, policy: Policy) -> list[Trial]:
    """The rows of one applicant in order, the reviewed one last."""
    tried = list(visits(simulated, policy))
    rows = [*(_brief(visit, policy) for visit in tried[:-1]), trial(tried[-1], policy)]
    after = reviewed(tried[-1], len(tried), policy)
    padded = rows + rows[-1:] * (tries() - len(rows))
    return [*padded, rows[-1] if after.simulated is tried[-1].simulated else trial(after, policy)]


@dataclass(frozen=True, slots=True)
class Pair:
    """A business that lies, and the same one honest; the engine's decision on both."""

    liar: Trial
    honest: Trial

    @property
    def gain(self) -> float:
        """What the lie brings, CNY."""
        return self.liar.ours.amount - self.honest.ours.amount

    @property
    def noticed(self) -> bool:
        """Whether it was stopped or held for a person."""
        return self.liar.ours.stopped or self.liar.ours.held


Told: TypeAlias = Mapping[str, tuple[Pair, ...]]
"""Pairs by kind of lie."""


def pairs(count: int, seed: int, policy: Policy, *, asked: bool = False) -> tuple[Told, Told]:
    """By kind of lie the first so many businesses of a seed, with the lie and without: after advice, after review.

    asked: the tax bureau is, about each invoice.
    """

    def staged(lie: str) -> list[list[Trial]]:
        drawn = (one(seed, number, lie=lie) for number in range(count))
        return [_stages(issuer.connected(item) if asked else item, policy)[-2:] for item in drawn]

    honest, told = staged(HONEST), {kind: staged(kind) for kind in LIES}
    advised, seen = (
        {
            kind: tuple(Pair(liar[stage], true[stage]) for liar, true in zip(rows, honest, strict=True))
            for kind, rows in told.items()
        }
        for stage in (0, 1)
    )
    return advised, seen

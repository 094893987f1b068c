"""One applicant under all three methods and before the reviewer: the rows that all figures are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selfproof.credit.policy import Policy
from selfproof.population import Simulated, Truth, one, population
from selfproof.population.applicants import HONEST
from selfproof.population.lies import LIES
from selfproof.study import methods, steps
from selfproof.study.flow import Visit, at_the_end, quick, tries, visits
from selfproof.study.methods import Limit
from selfproof.study.reviewer import counted, reviewed

METHODS = ("third_party_only", "believe_everything", "ours")


@dataclass(frozen=True, slots=True)
class Trial:
    """An applicant's truth with what each method and the reviewer gave, CNY.

    upon: what the engine's formulas would give on the turnover that the reviewer counts; steps: what each step towards
    V leaves of turnover (`selfproof.study.steps`); shown: how many papers were.
    """

    trade: str
    truth: Truth
    base: float
    limits: Mapping[str, Limit]
    reviewed: float
    upon: float = 0.0
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
    simulated, found = visit.simulated, visit.findings
    limits = {
        "third_party_only": methods.third_party_only(simulated, quick(policy)),
        "believe_everything": methods.believing(simulated, policy),
        "ours": methods.limit_of(visit.decision, simulated.facts, policy),
    }
    base = float(simulated.application.existing_limit)
    upon = methods.upon(counted(simulated), simulated, policy).amount
    left = steps.steps(simulated, found, policy)
    trade, papers = simulated.application.trade, len(simulated.file.papers)
    return Trial(trade, simulated.truth, base, limits, reviewed(simulated), upon, papers, left)


def drawn(count: int, seed: int, policy: Policy) -> tuple[tuple[Trial, ...], ...]:
    """The rows of a population after each of the policy's tries; who brings nothing more stays as he is."""
    everyone = [_tried(simulated, policy) for simulated in population(count, seed)]
    return tuple(zip(*everyone, strict=True))


def _tried(simulated: Simulated, policy: Policy) -> list[Trial]:
    rows = [trial(visit, policy) for visit in visits(simulated, policy)]
    return rows + rows[-1:] * (tries() - len(rows))


def ended(simulated: Simulated, policy: Policy) -> Trial:
    """The row of an applicant who has followed what advice he does."""
    return trial(at_the_end(simulated, policy), policy)


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


def pairs(count: int, seed: int, policy: Policy) -> dict[str, tuple[Pair, ...]]:
    """By kind of lie the first so many businesses of a seed, each with the lie and without."""
    honest = [ended(one(seed, number, lie=HONEST), policy) for number in range(count)]
    return {
        kind: tuple(Pair(ended(one(seed, number, lie=kind), policy), true) for number, true in enumerate(honest))
        for kind in LIES
    }

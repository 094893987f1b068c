"""Each assumption of the invented world a half down and a half up: how far the figures are not the engine's doing.

It draws the same applicants anew each time, by the same chance; the policy stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from selfproof.credit.policy import Policy
from selfproof.population import population
from selfproof.population.chance import assuming, table
from selfproof.study import figures, methods
from selfproof.study.flow import Visit, at_the_end, quick
from selfproof.study.reviewer import reviewed
from selfproof.study.sensitivity import FACTORS, Number, moved, numbers, single
from selfproof.study.trial import Trial

SHOWN = ("mean_uplift", "honest_over_credit", "agreement", "reviewer_uplift")


def assumptions() -> tuple[Number, ...]:
    """The table of ``tables/sensitivity_world.yaml``."""
    return numbers("sensitivity_world")


def run(count: int, seed: int, policy: Policy, which: Sequence[Number]) -> Iterator[Mapping[str, Any]]:
    """For each assumption the figures in a world with half of it and in one with half more, beside the usual one."""
    written = table()
    usual = _figures(count, seed, policy)
    for number in which:
        row: dict[str, Any] = {"name": number.name, "value": single(written, number), "usual": usual}
        for side, factor in zip(("low", "high"), FACTORS, strict=True):
            other = moved(written, number, factor)
            with assuming(other):
                row[side] = {"value": single(other, number), **_figures(count, seed, policy)}
        yield row


def _figures(count: int, seed: int, policy: Policy) -> Mapping[str, float]:
    rows = [_row(at_the_end(item, policy), policy) for item in population(count, seed)]
    found = figures.core(rows, policy) | {"reviewer_uplift": figures.reviewers_uplift(rows, policy)["mean"]}
    return {name: found[name] for name in SHOWN}


def _row(visit: Visit, policy: Policy) -> Trial:
    item = visit.simulated
    limits = {
        "ours": methods.limit_of(visit.decision, item.facts, policy),
        "third_party_only": methods.third_party_only(item, quick(policy)),
    }
    base = float(item.application.existing_limit)
    return Trial(item.application.trade, item.truth, base, limits, reviewed(item))

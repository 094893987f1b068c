"""Numbers that the study chose together (``tables/choice.yaml``): what putting each back would do, on several seeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import fmean
from typing import Any

import yaml

from selfproof.credit.policy import Policy
from selfproof.population import Simulated, one, population
from selfproof.population.lies import LIES
from selfproof.study import figures, loss, methods
from selfproof.study.flow import at_the_end, quick
from selfproof.study.reviewer import reviewed
from selfproof.study.trial import Trial

SHOWN = ("mean_uplift", "agreement", "honest_over_credit", "liar_uplift", "told_uplift", "equal_lent", "liars_loss")
_SEEDS = 3  # the one that was searched, and the next ones, which were not
_EACH = 3  # of each kind of lie


@dataclass(frozen=True, slots=True)
class Chosen:
    """One number. at: its path in the policy; before: what stood there; why: in words."""

    name: str
    at: str
    before: Any
    why: str


@cache
def chosen() -> tuple[Chosen, ...]:
    """The table's."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "choice.yaml").read_text("utf-8"))
    return tuple(Chosen(name, **row) for name, row in table.items())


def put_back(policy: Policy, numbers: Sequence[Chosen]) -> Policy:
    """The policy with what stood there before."""
    tree = policy.model_dump(mode="json")
    for number in numbers:
        node = tree
        *path, last = number.at.split(".")
        for part in path:
            node = node[part]
        node[last] = number.before
    return Policy.model_validate(tree)


def run(count: int, seed: int, policy: Policy) -> Iterator[Mapping[str, Any]]:
    """The policy as it is and with each number put back, on the seed; as it is and with all put back, on all seeds."""
    known = chosen()
    cases = [("as chosen", ()), *((f"{one.name} put back", (one,)) for one in known), ("all put back", known)]
    for name, back in cases:
        for place in range(_SEEDS if len(back) in (0, len(known)) else 1):
            yield {"name": name, "seed": seed + place, **_figures(count, seed + place, policy, put_back(policy, back))}


def _figures(count: int, seed: int, usual: Policy, other: Policy) -> Mapping[str, float]:
    """told_uplift: of the same few businesses with each lie; equal_lent, liars_loss: million CNY, CNY a year."""
    tempted = [one(seed, place, lie=kind) for place, kind in enumerate(_EACH * list(LIES))]
    rows, told = ([_row(item, usual, other) for item in part] for part in (population(count, seed), tempted))
    found = figures.core(rows, usual)
    liars = [row for row in rows if not row.truth.honest]
    limits, truths = [row.ours.amount for row in rows], [row.truth for row in rows]
    scale = loss.scale_for(limits, truths, loss.total([row.third.amount for row in rows], truths))
    lost = loss.total([scale * row.ours.amount for row in liars], [row.truth for row in liars])
    return {name: found[name] for name in SHOWN if name in found} | {
        "liar_uplift": _uplift(liars, usual),
        "told_uplift": _uplift(told, usual),
        "equal_lent": scale * sum(limits) / 1e6,
        "liars_loss": lost,
    }


def _uplift(rows: Sequence[Trial], usual: Policy) -> float:
    return fmean(figures.uplift(row, usual.limit.entry) for row in rows) if rows else 0.0


def _row(item: Simulated, usual: Policy, other: Policy) -> Trial:
    """After advice; third-party data alone stays under the policy as it is, for uplift to be over one measure."""
    visit = at_the_end(item, other)
    mine = visit.simulated
    limits = {
        "ours": methods.limit_of(visit.decision, mine.facts, other),
        "third_party_only": methods.third_party_only(mine, quick(usual)),
    }
    return Trial(mine.application.trade, mine.truth, float(mine.application.existing_limit), limits, reviewed(mine))

"""The whole study as one record: population, lies in pairs, sensitivity, and the policy that it was made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from selfproof.credit.decide import ENGINE
from selfproof.credit.policy import Policy
from selfproof.population import one, population
from selfproof.population.chance import table
from selfproof.population.lies import LIES
from selfproof.study import causes, ceilings, choice, figures, road, sensitivity, trial, world
from selfproof.study.flow import at_the_end
from selfproof.tagged import content_id

SYNTHETIC = (
    "The world is synthetic: businesses, papers, mistakes and lies are drawn by assumptions (tables/population.yaml). "
    "The figures tell how the method behaves, not what a portfolio will do."
)
_FEWEST = 100
_EACH = 3  # of each kind of lie for which every number is moved
_CHOSEN = 2  # times as many applicants as for each number
_SECTIONS = ("levels", "photo_credibility", "sigma", "fusion", "limit", "scorecard", "industries", "trades")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is drawn.

    pairs: businesses that tell each lie, and are honest beside; sensitivity: applicants for which each number is moved;
    road: applicants whose papers become files and are read.
    """

    applicants: int
    pairs: int
    sensitivity: int
    road: int
    seed: int


def sizes(applicants: int, seed: int) -> Sizes:
    """The usual parts of a population; under a hundred no number is moved, for the grain would be too coarse."""
    moved = applicants // 12 if applicants >= _FEWEST else 0
    return Sizes(applicants, max(1, applicants // 33), moved, max(1, applicants // 100), seed)


def numbers_of(policy: Policy) -> str:
    """A hash of the numbers that the study tries; rows of checks may come and go without it."""
    return content_id(policy.model_dump(mode="json", include=set(_SECTIONS)))


def world_of() -> str:
    """A hash of the assumptions by which the world is drawn."""
    return content_id(dict(table()))


def study(policy: Policy, size: Sizes, *, tell: Callable[[str], None] = lambda _step: None) -> dict[str, Any]:
    """All figures by name, as JSON would hold them."""
    tell(f"population of {size.applicants}")
    seen = trial.drawn(size.applicants, size.seed, policy)
    rows = seen.advised
    tell(f"lies, {size.pairs} pairs each")
    told, reviewed = trial.pairs(size.pairs, size.seed, policy)
    tell(f"the whole road, {size.road} applicants")
    unseen = size.seed + 1
    tell(f"the same of seed {unseen}")
    others = trial.drawn(size.applicants, unseen, policy)
    tell("the numbers that were chosen together")
    chosen = list(choice.run(_CHOSEN * size.sensitivity, size.seed, policy)) if size.sensitivity else []
    asked = _asked(size, policy, tell)
    journeys = list(road.travelled(size.road, size.seed, policy))
    found = figures.every(rows, policy)
    return {
        **found,
        "marks": figures.MARKS,
        "met": met(found),
        "after_review": _after(seen, policy),
        "lies": figures.lies(told),
        "lies_after_review": figures.lies(reviewed),
        **asked,
        "causes": [[asdict(row) for row in causes.table(stage, policy)] for stage in (rows, seen.reviewed)],
        "ceilings": [ceilings.table(stage, policy) for stage in (seen.reviewed, others.reviewed)],
        "road": road.summary(journeys),
        "visits": figures.visits(seen.stages, policy),
        "unseen": _unseen(others, unseen, policy),
        "choice": chosen,
        "sensitivity": _sensitivity(policy, size, tell),
        "world": _worlds(policy, size, tell),
        "values": {item.name: sensitivity.value(policy, item) for item in sensitivity.numbers()},
        "samples": _samples(rows, policy),
        "synthetic": SYNTHETIC,
        "policy": {"name": policy.name, "version": policy.version, "numbers": numbers_of(policy)},
        "engine": ENGINE,
        "world_hash": world_of(),
        "sizes": asdict(size),
    }


def _after(seen: trial.Drawn, policy: Policy) -> dict[str, Any]:
    """The figures of the house, reviewers and all; which of the marks hold then, and how often they had to look."""
    found = figures.house(seen.reviewed, policy)
    looked = [before.ours.looked_at for before in seen.advised]
    return found | {"met": met(found), "looked_at": sum(looked) / len(looked)}


def _asked(size: Sizes, policy: Policy, tell: Callable[[str], None]) -> dict[str, Any]:
    """The last two moments of the population, and the lies after review, where the tax bureau is asked."""
    tell("the same with the tax bureau asked about each invoice")
    drawn = trial.drawn(size.applicants, size.seed, policy, asked=True)
    _, reviewed = trial.pairs(size.pairs, size.seed, policy, asked=True)
    return {"asked_issuer": figures.visits(drawn.stages, policy)[-2:], "lies_asked": figures.lies(reviewed)}


def _unseen(others: trial.Drawn, seed: int, policy: Policy) -> dict[str, Any]:
    found = figures.core(others.advised, policy)
    return {
        "seed": seed,
        **found,
        "after_review": _after(others, policy),
        "met": met(found),
        "visits": figures.visits(others.stages, policy),
    }


def met(found: dict[str, Any]) -> dict[str, bool]:
    """Which of the product's marks hold in this world."""
    return {
        "mean_uplift": found["mean_uplift"] >= figures.MARKS["mean_uplift"],
        "honest_over_credit": found["honest_over_credit"] <= figures.MARKS["honest_over_credit"],
        "agreement": found["agreement"] >= figures.MARKS["agreement"],
    }


def _sensitivity(policy: Policy, size: Sizes, tell: Callable[[str], None]) -> list[Any]:
    """Of every number of the table; none where no applicants are given to it."""
    if not size.sensitivity:
        return []
    asked = population(size.sensitivity, size.seed)
    tempted = (one(size.seed, place, lie=kind) for place, kind in enumerate(_EACH * list(LIES)))
    everyone, liars = (tuple(at_the_end(item, policy).simulated for item in part) for part in (asked, tempted))
    known = sensitivity.sample((everyone, liars), policy)
    rows: list[Any] = []
    for row in sensitivity.run(known, policy, sensitivity.numbers()):
        tell(f"sensitivity over {size.sensitivity}: {row['name']}")
        rows.append(row)
    return rows


def _worlds(policy: Policy, size: Sizes, tell: Callable[[str], None]) -> list[Any]:
    """Of every assumption of the world that is moved; none where no applicants are given to it."""
    rows: list[Any] = []
    for row in world.run(size.sensitivity, size.seed, policy, world.assumptions() if size.sensitivity else ()):
        tell(f"worlds over {size.sensitivity}: {row['name']}")
        rows.append(row)
    return rows


def _samples(rows: tuple[trial.Trial, ...], policy: Policy) -> dict[str, list[float]]:
    """What the plots need of each honest applicant: credited over true turnover by method; and all uplifts."""
    honest = [row for row in rows if row.truth.honest and row.truth.turnover > 0]
    found = {
        name: [round(row.limits[name].turnover / row.truth.turnover, 4) for row in honest] for name in trial.METHODS
    }
    return found | {"uplift": [round(figures.uplift(row, policy.limit.entry), 4) for row in rows]}

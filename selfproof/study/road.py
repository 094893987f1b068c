"""The whole road: a sample as files, read, checked and decided by the pipeline, beside the same applicants' facts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from selfproof import pipeline
from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from selfproof.model import Decision, Fact
from selfproof.population import Simulated, applications
from selfproof.store import Store
from selfproof.study import methods

_CLOSE = 0.01


@dataclass(frozen=True, slots=True)
class Journey:
    """One applicant both ways.

    papers: files written; told, found: values of its facts, and how many of them the reader found.
    """

    simulated: Simulated
    direct: Decision
    read: Decision
    papers: int
    told: int
    found: int

    @property
    def close(self) -> bool:
        """Whether both credit the same turnover, to a hundredth."""
        one, two = self.direct.trace["v"], self.read.trace["v"]
        return abs(one - two) <= _CLOSE * max(one, two, 1.0)


def travelled(count: int, seed: int, policy: Policy) -> Iterator[Journey]:
    """A sample of a seed over the whole road, in a store of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        address = sa.URL.create("sqlite", database=str(folder / "selfproof.db"))
        with Store.open(address, folder / "home") as store:
            for simulated in applications.sample(count, seed):
                yield _journey(store, simulated, applications.write(simulated, folder), policy)


def _journey(store: Store, simulated: Simulated, folder: Path, policy: Policy) -> Journey:
    found = pipeline.assess(store, folder)
    direct = decide(simulated.application, simulated.facts, methods.findings(simulated, policy), policy)
    told, read = _values(simulated.facts), _values(found.facts)
    return Journey(
        simulated, direct, found.decision, len(found.uploads), len(told), sum(value in read for value in told)
    )


def _values(facts: tuple[Fact, ...]) -> set[tuple[str, str]]:
    """Names and values; signals are the carrier's, not the paper's."""
    return {(fact.name, str(fact.value)) for fact in facts if fact.kind != "document"}


def summary(journeys: list[Journey]) -> dict[str, Any]:
    """How far both ways agree."""
    told = sum(journey.told for journey in journeys)
    return {
        "applicants": len(journeys),
        "files": sum(journey.papers for journey in journeys),
        "values": told,
        "values_read": sum(journey.found for journey in journeys) / told if told else 0.0,
        "same_turnover": sum(journey.close for journey in journeys),
        "same_limit": sum(journey.direct.effective == journey.read.effective for journey in journeys),
        "different": [journey.simulated.application.id for journey in journeys if not journey.close],
    }

"""On the invented population the compiled policy decides what the scalar engine decides."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from selfproof.batch.row import row
from selfproof.batch.standing import side
from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from selfproof.verify import verify
from tests import batch_cases as batch
from tests.batch_cases import Filed
from tests.credit_cases import policy

population = pytest.importorskip("selfproof.population", reason="the invented population is not there")


@pytest.fixture(scope="module")
def everyone() -> list[Filed]:
    drawn = population.population(40, seed=8)
    return [(one.application, one.facts, verify(one.application, one.facts, one.lookup, thresholds=policy().thresholds))
            for one in drawn]  # fmt: skip


@settings(max_examples=2, deadline=None)
@given(batch.numbers())
def test_the_population_is_decided_alike_under_any_numbers(everyone: list[Filed], other: Policy) -> None:
    found = batch.scored(batch.frame([row(*case, policy()) for case in everyone], policy()), other)
    assert len(found) > len(everyone) / 2, "most have a shape"
    for case in everyone:
        truth = side(decide(*case, other))
        assert found.get(case[0].id, (None, truth))[1] == truth

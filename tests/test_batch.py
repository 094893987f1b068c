"""The compiled policy decides what the scalar engine decides."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import rescore, rescore_rows
from selfproof.batch.row import reading_key, row
from selfproof.batch.standing import side
from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from tests import batch_cases as batch
from tests.batch_cases import Filed
from tests.credit_cases import policy

BOOK = st.tuples(*(batch.filed(number) for number in range(7)))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(BOOK, batch.numbers())
def test_rows_read_under_one_policy_decide_under_any_numbers_as_the_scalar_engine(
    book: tuple[Filed, ...], other: Policy
) -> None:
    assert reading_key(other) == reading_key(policy()), "only numbers differ, so that the same rows serve"
    rows = batch.frame([row(*case, policy()) for case in book], policy())
    found = batch.scored(rows, other)
    for case in book:
        truth = decide(*case, other)
        if truth.application in found:
            mine, told = found[truth.application]
            assert told == side(truth), "limits, every reason with its effect to the cent, and why a person must look"
            steps = {name[8:]: value for name, value in truth.trace.items() if name.startswith("step.")}
            assert all(abs(mine[f"step.{name}"] - value) <= abs(value) * 1e-9 for name, value in steps.items())


def test_another_meaning_of_a_check_or_a_source_is_another_reading() -> None:
    def changed(part: str, name: str, value: object) -> Policy:
        found = policy().model_dump(mode="json")
        found[part][name] = value
        return Policy.model_validate(found)

    for other in (
        changed("checks", "balance_chain", {"cap_level": 1}),
        changed("top", "contract", 3),
        changed("thresholds", "matched_share", 0.7),
        changed("invoices", "new_days", 30),
        changed("fusion", "window_months", 18),
    ):
        assert reading_key(other) != reading_key(policy())
    assert reading_key(changed("limit", "turnover_cap", 0.1)) == reading_key(policy())


def test_the_benchmark_compares_three_that_decide_alike(tmp_path: Path) -> None:
    rescore_rows.write(tmp_path, 400, policy(), different=60)
    rescore._agree(tmp_path / "workshop=.0000.parquet", policy())

"""The plan for many machines says what its costs say."""

from __future__ import annotations

from benchmarks import scale


def test_the_plan_follows_from_its_costs() -> None:
    assert (scale.DOCS / "scale.md").read_text("utf-8") == scale.page(), "run python -m benchmarks.scale"

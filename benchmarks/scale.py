"""The plan for many machines, written anew from its costs: ``python -m benchmarks.scale``.

``docs/scale/costs.yaml`` holds what one thing costs, ``docs/scale/scale.in.md`` the words; ``docs/scale.md`` follows
from both and is never changed by hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import yaml

Costs: TypeAlias = dict[str, Any]
DOCS = Path(__file__).parent.parent / "docs"
_HOUR, _GB = 3600, 1e9
_SLOW = 0.8  # of the speed that was measured, from where on something is wrong


def page() -> str:
    """The plan."""
    costs = yaml.safe_load((DOCS / "scale/costs.yaml").read_text("utf-8"))
    words = (DOCS / "scale/scale.in.md").read_text("utf-8")
    return words.format(**costs, **_taken(costs), **_reading(costs), **_rescoring(costs))


def _taken(costs: Costs) -> dict[str, str]:
    least, most = costs["scalar_ms"]
    shares = {f"{name}_share": f"{100 * share:.0f}" for name, share in costs["shares"].items()}
    return shares | {"scalar_least": f"{least}", "scalar_most": f"{most}"}


def _reading(costs: Costs) -> dict[str, str]:
    """Pages: core hours, hours on the machines, and what lies on disk."""
    pages, workers = costs["pages"], costs["machines"] * costs["cores"]
    each = {name: pages * share * costs[f"{name}_s"] / _HOUR for name, share in costs["shares"].items()}
    hours = sum(each.values()) / costs["efficiency"]
    every = pages * costs["photographed_s"] / costs["efficiency"] / _HOUR
    return {
        **{f"{name}_hours": f"{round(value):,}" for name, value in each.items()},
        "photographed_pages": f"{pages * costs['shares']['photographed'] / 1e6:g}",
        "two_a_second": f"{2 * costs['efficiency'] / costs['photographed_s']:.1f}",
        "reading_hours": f"{_two(hours):,}",
        "reading_wall": f"{hours / workers:.0f}",
        "all_hours": f"{_two(every):,}",
        "all_wall": f"{every / workers:.0f}",
        "workers_gb": f"{costs['cores'] * costs['worker_gb']:.0f}",
        "originals_tb": f"{pages * costs['original_mb'] / 1e6:g}",
        "originals_mb_s": f"{pages * costs['original_mb'] / (hours / workers * _HOUR):.0f}",
        "facts_gb": f"{pages * costs['facts_kb'] / 1e6:.0f}",
        "pictures_tb": f"{pages * costs['picture_mb'] / 1e6:g}",
        "driver_workers": f"{costs['claims_s'] * costs['photographed_s']:.0f}",
        "slow_a_second": f"{_SLOW / costs['photographed_s']:.2f}",
    }


def _rescoring(costs: Costs) -> dict[str, str]:
    """Applications: hours, disk and memory."""
    count, workers = costs["applications"], costs["machines"] * costs["cores"]
    first = count * costs["verify_ms"] / 1e3 / _HOUR
    command = count * costs["command_us"] / 1e6
    return {
        "application_millions": f"{count / 1e6:.0f}",
        "first_hours": f"{first:.0f}",
        "first_wall": f"{first / workers:.1f}",
        "daily_hours": f"{first / 100:.1f}",
        "compiled_minutes": f"{count * costs['compiled_us'] / 1e6 / 60:.1f}",
        "command_hours": f"{command / _HOUR:.1f}",
        "snapshot_gb": f"{count * costs['row_bytes'] / _GB:.0f}",
        "results_gb": f"{count * costs['result_bytes'] / _GB:.1f}",
        "ledger_gb": f"{count * costs['ledger_bytes'] / _GB:.1f}",
        "ledger_ten_gb": f"{1e7 * costs['ledger_bytes'] / _GB:.1f}",
        "told_gb": f"{1e7 / 10 * costs['told_bytes'] / _GB:.1f}",
        "forget_ten_s": f"{10 * costs['forget_s']:.1f}",
        "compare_s": f"{1e6 * costs['compare_us'] / 1e6:.0f}",
    }


def _two(hours: float) -> int:
    """To the hundred: costs are not known better."""
    return round(hours / 100) * 100


if __name__ == "__main__":
    (DOCS / "scale.md").write_text(page(), "utf-8")

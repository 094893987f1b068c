"""How fast a policy decides on wide rows: ``python benchmarks/rescore.py --rows 1000000 [--json] [--plot FILE]``.

One run, interleaved: each part of workshops is scored by the compiled policy, by a query written by hand for the same
columns, and a few of its rows by zen-engine under the same rule; parts of other shapes by the compiled policy alone.
Before, both others are held against the compiled policy on some thousand rows. zen-engine is timed on a sample, by row.

Prints rows; seconds of the compiled policy over all rows, read from and written to Parquet; ratio_to_handwritten: its
time over that of the query on the same rows; ratio_to_zen: zen's time of a row over its own; peak_gb: the most memory
that this process ever held, with all three.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

sys.path.insert(0, str(Path(__file__).parent.parent))  # also where it is started as a file

from benchmarks import rescore_by_hand
from selfproof.batch.compiled import Compiled
from selfproof.credit.limit import annuity, cycle_days
from selfproof.credit.policy import Policy, load

_BY_HAND = "workshop/"
_SAMPLE = 300  # rows that zen-engine decides in all
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(slots=True)
class Clock:
    """Seconds and rows, by who worked."""

    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def time(self, who: str, rows: int, work: Callable[[], object]) -> None:
        """Do something and count its time."""
        start = time.perf_counter()
        work()
        self.seconds[who] = self.seconds.get(who, 0.0) + time.perf_counter() - start
        self.rows[who] = self.rows.get(who, 0) + rows

    def each(self, who: str) -> float:
        """Seconds a row."""
        return self.seconds[who] / self.rows[who]


def run(rows: int) -> dict[str, float]:
    """The measurement for so many rows."""
    policy = load("standard")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Rows are made in another process, whose memory is not this one's.
        process = multiprocessing.get_context("spawn").Process(target=_make, args=(name, rows))
        process.start()
        process.join()
        clock, parts = Clock(), sorted(folder.glob("*.parquet"))
        _agree(next(part for part in parts if _shape(part) == _BY_HAND), policy)
        sample = max(1, _SAMPLE // sum(_shape(part) == _BY_HAND for part in parts))
        for part in parts:
            _part(part, policy, clock, sample)
            part.unlink()
    return {
        "rows": clock.rows["compiled"],
        "seconds": round(clock.seconds["compiled"], 2),
        "ratio_to_handwritten": round(clock.seconds["compiled by hand's"] / clock.seconds["hand"], 3),
        "ratio_to_zen": round(clock.each("zen") / clock.each("compiled"), 1),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 3),
    }


def _make(folder: str, rows: int) -> None:
    from benchmarks import rescore_rows

    rescore_rows.write(Path(folder), rows, load("standard"))


def _shape(part: Path) -> str:
    return part.name.partition(".")[0].replace("=", "/")


@cache
def _compiled(policy: str, shape: str) -> Compiled:
    return Compiled(load(policy), shape)


def _part(part: Path, policy: Policy, clock: Clock, sample: int) -> None:
    frame, out = pl.scan_parquet(part), part.with_suffix(".out")
    rows = frame.select(pl.len()).collect().item()
    compiled = _compiled(policy.name, _shape(part))
    before = clock.seconds.get("compiled", 0.0)
    clock.time("compiled", rows, lambda: _sink(compiled.over(pl.scan_parquet(part), _industries(frame)), out))
    if _shape(part) == _BY_HAND:
        clock.seconds["compiled by hand's"] = (
            clock.seconds.get("compiled by hand's", 0.0) + clock.seconds["compiled"] - before
        )
        wanted = ["application", *compiled.outputs]
        query = rescore_by_hand.query
        clock.time(
            "hand", rows, lambda: _sink(query(pl.scan_parquet(part), policy, _industries(frame)).select(wanted), out)
        )
        inputs, engine = _inputs(frame.head(sample).collect(), policy), _zen()
        clock.time("zen", len(inputs), lambda: [engine.evaluate(item) for item in inputs])
    out.unlink()
    print(f"{clock.rows['compiled']:,} rows, {clock.seconds['compiled']:.1f} s", file=sys.stderr)


def _industries(frame: pl.LazyFrame) -> list[str]:
    return frame.select(pl.col("industry").unique()).collect(engine="streaming")["industry"].to_list()


def _sink(frame: pl.LazyFrame, out: Path) -> None:
    frame.sink_parquet(out, engine="streaming")


def _agree(part: Path, policy: Policy) -> None:
    """Raises SystemExit unless all three decide alike."""
    frame = pl.scan_parquet(part).head(5_000)
    names, compiled = _industries(frame), _compiled(policy.name, _BY_HAND)
    mine = compiled.over(frame, names).collect()
    hand = rescore_by_hand.query(frame, policy, names).select(mine.columns).collect()
    exact = [
        "recommended",
        "effective",
        "base",
        "binding",
        "stopped",
        "formula",
        "no_growth",
        "code.invoicing",
        "code.receipts",
    ]
    there = frame.select(pl.col("invoicing.0.level").is_not_null(), pl.col("receipts.0.level").is_not_null()).collect()
    for name in exact:
        known = (
            there[f"{name[5:]}.0.level"] if name.startswith("code.") else pl.repeat(value=True, n=len(mine), eager=True)
        )
        differ = (mine[name].ne_missing(hand[name]) & known).sum()
        if differ:
            raise SystemExit(f"by hand, {name} differs in {differ} rows")
    for name in (name for name in mine.columns if name.startswith("step.")):
        if ((mine[name] - hand[name]).abs() > 1e-6 * mine[name].abs() + 1e-6).any():
            raise SystemExit(f"by hand, {name} differs")
    for row, item in zip(mine.head(200).iter_rows(named=True), _inputs(frame.head(200).collect(), policy), strict=True):
        found = _zen().evaluate(item)["result"]
        if any(found[name] != row[name] for name in ("recommended", "effective", "binding", "stopped", "no_growth")):
            raise SystemExit(f"zen decides otherwise: {found} {row}")


@cache
def _zen() -> Any:  # noqa: ANN401  zen-engine ships no types
    """The rule as a decision that is made once: one function node, which is faster than as many expression nodes."""
    import zen

    source = Path(__file__).with_name("rescore_zen.js").read_text("utf-8")
    kinds = {"in": "inputNode", "rule": "functionNode", "out": "outputNode"}
    nodes = [{"id": name, "type": kind, "name": name, "position": {"x": 0, "y": 0}} for name, kind in kinds.items()]
    nodes[1]["content"] = {"source": source}
    edges = [
        {"id": f"{one}{two}", "sourceId": one, "targetId": two, "type": "edge"}
        for one, two in (("in", "rule"), ("rule", "out"))
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def _inputs(rows: pl.DataFrame, policy: Policy) -> list[dict[str, Any]]:
    """Rows as zen takes them, with the numbers of their industry and of the policy."""
    numbers = _numbers(policy)
    return [{"x": _row(row, policy), "p": numbers} for row in rows.iter_rows(named=True)]


def _row(row: dict[str, Any], policy: Policy) -> dict[str, Any]:
    industry = policy.industry(row["industry"])[1]
    known = {name: value for name, value in row.items() if value is not None}
    return known | {
        "share": [industry.season[(row["phase"] - back) % 12] for back in range(12)],
        "bands": [[band.up_to, band.median, band.p90] for band in industry.peer.bands],
        "all": [industry.peer.median, industry.peer.p90], "margin": industry.margin, "cap": industry.capacity,
        "days": cycle_days(industry.days, policy.trades["workshop"]),
    }  # fmt: skip


def _numbers(policy: Policy) -> dict[str, Any]:
    fusion, limit = policy.fusion, policy.limit
    return {
        "kinds": list(rescore_by_hand.KINDS), "dated": {"invoicing": True, "operations": True},
        "levels": list(policy.levels), "sigma": policy.sigma.kind, "image": policy.sigma.image,
        "third": policy.sigma.third_party, "cap": fusion.month_cap, "min_months": fusion.min_months,
        "min_coverage": fusion.min_coverage, "k": fusion.prior_months, "full_months": fusion.full_months,
        "multiple": fusion.peer_multiple, "rho": fusion.correlation, "strong": fusion.strong,
        "most": fusion.corroboration_max, "photo": policy.photo_credibility, "shows": policy.photo_shows,
        "review": fusion.review_contradiction, "ceilings": policy.trades["workshop"].ceilings,
        "growth_max": limit.growth_max, "growth_months": limit.growth_months, "days": limit.days,
        "own_share": limit.own_funds_share, "funds_least": limit.funds_least, "all_kinds": list(policy.kinds),
        "dscr": limit.dscr, "annuity": annuity(limit.annual_rate, limit.months),
        "psi": limit.turnover_cap, "order_share": limit.order_share, "entry": limit.entry, "ladder": limit.ladder,
        "policy_max": limit.policy_max, "exposure_max": limit.exposure_max, "rounding": limit.rounding,
        "cap_photo": limit.caps.photo, "cap_declared": limit.caps.declaration, "cap_invoicing": limit.caps.invoicing,
        "stops": {name: True for name, effect in policy.checks.items() if effect.stop},
    }  # fmt: skip


def plot(file: Path, most: int) -> None:
    """Microseconds an application from 10⁴ rows on, as a picture; each size in a process of its own."""
    import subprocess

    from matplotlib.figure import Figure

    found = []
    for rows in (size for size in _SIZES if size <= most):
        command = [sys.executable, __file__, "--rows", str(rows), "--json"]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        print(json.dumps(found[-1]), flush=True)
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.loglog([item["rows"] for item in found], [item["seconds"] / item["rows"] * 1e6 for item in found], "o-")
    axes.set(xlabel="applications", ylabel="microseconds an application", title="Re-scoring on one machine")
    axes.grid(which="both", alpha=0.3)
    figure.savefig(file)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument("--plot", type=Path, help="measure every power of ten from 10,000 up to --rows and draw them")
    given = parser.parse_args()
    if given.plot:
        plot(given.plot, given.rows)
        return
    found = run(given.rows)
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()

"""The command line's part for the population and the study."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from selfproof.credit import policy as policies
from selfproof.errors import PolicyError

Seed = Annotated[int, typer.Option(min=0, help="another seed is another world")]


def simulate(
    count: Annotated[int, typer.Argument(min=1, help="how many businesses")],
    *,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help="also write truth and facts to this folder, as Parquet")] = None,
    documents: Annotated[int, typer.Option(min=0, help="applicants also written to it as folders to assess")] = 0,
) -> None:
    """Draw invented small businesses with true books, papers, mistakes and labelled lies."""
    from selfproof.population import applications, folder, population

    if out is not None:
        applications.write_all(documents, seed, out / "applications")
    start, everyone = time.process_time(), population(count, seed)
    seen: Counter[tuple[str, str]] = Counter()
    for simulated in folder.write(everyone, out) if out else everyone:
        kinds = Counter(paper.kind for paper in simulated.file.papers)
        seen.update([("applicants", simulated.application.trade), ("lies", simulated.truth.lie or "none")])
        seen.update(("mistakes", name) for name in simulated.truth.mistakes)
        seen.update({("papers", kind): number for kind, number in kinds.items()})
        seen["facts", "all"] += len(simulated.facts) + len(simulated.application.facts)
    seconds = time.process_time() - start
    lines = [f"{group} {name}: {number:,}" for (group, name), number in sorted(seen.items())]
    told = "合成数据，不是真实企业 / synthetic: nobody here is real"
    sys.stdout.write("\n".join([told, *lines, f"{count / seconds:,.0f} a second of processor time"]) + "\n")


def study(
    *,
    applicants: Annotated[int, typer.Option(min=20, help="of the population; the standard takes five minutes")] = 2000,
    seed: Seed = 1,
    policy: Annotated[str, typer.Option(help="a shipped policy's name or a YAML file")] = "standard",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")] = False,
    report: Annotated[Path | None, typer.Option(help="also write study.md and its plots to this folder")] = None,
) -> None:
    """Try a policy on the invented population, beside third-party data alone and believing everything."""
    from selfproof.study import paper, run

    try:
        rules = policies.load(policy)
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
    found = run.study(rules, run.sizes(applicants, seed), tell=_tell)
    if report is not None:
        paper.write(found, report)
    told = {name: value for name, value in found.items() if name != "samples"}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n" if as_json else paper.brief(found))


def _tell(step: str) -> None:
    sys.stderr.write(f"{step}\n")

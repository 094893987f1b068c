"""The command line's part for calibration."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from selfproof.access.casework import table as casework
from selfproof.lifecycle import force
from selfproof.monitoring import calibrate
from selfproof.monitoring.calibrate import Belief, Spread
from selfproof.store import Store


def run(
    *,
    cases: Annotated[
        Path | None, typer.Option(help="CSV: kind,level,carrier,held,shown,true; besides the store")
    ] = None,
    policy: Annotated[str, typer.Option(help="whose numbers are held against the cases; the one in force")] = "",
    every: Annotated[bool, typer.Option("--every", help="also cases that were held for a reason: biased")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")] = False,
) -> None:
    """Fit credibilities and spreads from re-verified cases, with intervals, and say where there are too few."""
    with Store.open() as store:
        rules = force.chosen(store, policy, datetime.now().astimezone().date()).rules
        known = list(calibrate.from_store(store, sample=casework()["sample_share"], every=every))
        known += calibrate.from_file(cases) if cases else ()
    found, wide = calibrate.beliefs(known, rules), calibrate.spreads(known, rules)
    sys.stdout.write(_as_json(found, wide) if as_json else _as_text(found, wide))


def _as_json(found: Iterable[Belief], wide: Iterable[Spread]) -> str:
    told = {
        "r": [asdict(item) | {"contradicts": item.contradicts} for item in found],
        "sigma": [asdict(item) | {"contradicts": item.contradicts} for item in wide],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _as_text(found: Iterable[Belief], wide: Iterable[Spread]) -> str:
    lines = [
        f"r {item.kind} L{item.level} {item.carrier}: {item.held}/{item.cases} · {item.mean:.2f}"
        f" [{item.low:.2f}, {item.high:.2f}] · 政策 policy {item.policy:.2f} · {_verdict(item)}"
        for item in found
    ]
    lines += [
        f"σ {item.kind} {item.carrier}: {item.pairs} · {item.sigma:.3f} [{item.low:.3f}, {item.high:.3f}]"
        f" · 政策 policy {'—' if item.policy is None else format(item.policy, '.2f')} · {_verdict(item)}"
        for item in wide
    ]
    return "\n".join(lines or ["没有复核过的案例，无法校准 / no re-verified cases: nothing to calibrate from"]) + "\n"


def _verdict(item: Belief | Spread) -> str:
    if not item.enough:
        return "案例太少，不足以改动 / too few to change it"
    return "与政策不符 / contradicts the policy" if item.contradicts else "与政策相符 / agrees"

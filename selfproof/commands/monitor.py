"""The command line's part for figures to watch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from selfproof.access.casework import table as casework
from selfproof.monitoring.figures import Figures, figures, recent
from selfproof.store import Store
from selfproof.texts import say, table


def run(
    *,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="from when on a decision is recent, for drift")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")] = False,
) -> None:
    """Show straight-through, referral, overrides, drift and second looks, from stored decisions."""
    first = since.date() if since else recent(datetime.now().astimezone().date())
    with Store.open() as store:
        found = figures(store, first, sample=casework()["sample_share"])
        names = {account.id: account.name for account in store.people.accounts()}
    if as_json:
        told = asdict(found) | {"straight_share": found.straight_share, "referred": found.referred}
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in _lines(found, names))


def _lines(found: Figures, names: dict[str, str]) -> Iterator[str]:
    yield f"{found.decided} 份申请 / applications · 自动通过 straight through {_percent(found.straight_share)}"
    for key, times in found.why:
        yield f"  转人工 referred: {times} · {_short(key)}"
    yield f"平均提升 mean uplift: {'—' if found.uplift is None else f'{found.uplift:.2f}×'}"
    for item in found.overruled:
        who = names.get(item.reviewer, item.reviewer)
        yield f"人工改动 override: {who} {item.act} {_short(item.reason)} {item.times}"
    for drift in found.drift:
        yield f"漂移 drift since {found.since} {drift.name}: PSI {drift.index:.3f} · {drift.verdict}"
    again = found.second
    yield f"随机复核 second looks ({again.share:.0%}): {again.drawn} · closed {again.closed} · refuted {again.refuted}"


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _short(key: str) -> str:
    """The name of a reason; a reviewer's own words as they are."""
    return say(f"watch.why_{key.removeprefix('reasons.review_')}") if _known(key) else key


def _known(key: str) -> bool:
    return f"watch.why_{key.removeprefix('reasons.review_')}" in table()

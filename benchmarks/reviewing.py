"""How many keys a case takes a reviewer, and how long he waits for the screen and for the next case.

``python -m benchmarks.reviewing --applications 10000 --cases 12 --json``. A case is an invoice of ten fields of which
two are doubtful; all the other applications wait in the same queue. Times are milliseconds in Chromium: of a key until
the next picture is painted (the browser's own Event Timing), and of the last key of a case until the next case stands
there with its page, its first doubtful field focused.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Page

from benchmarks import seeding
from selfproof import pipeline
from selfproof.access import Role
from selfproof.store import Store
from tests import rescore_samples, serving, viewer_samples
from tests.people_samples import desk

_WATCH = """() => {
    window.painted = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (entry.name === 'keydown') window.painted.push(entry.duration);
    }).observe({type: 'event', durationThreshold: 16, buffered: true});
}"""
_READY = """name => {
    const root = [...document.querySelectorAll('*')].find(node => node.shadowRoot?.querySelector('.desk'))?.shadowRoot;
    const image = root?.querySelector('figure img');
    return document.querySelector('h1')?.innerText === name && image?.complete && image.naturalWidth > 0
        && root.activeElement?.matches('.field input');
}"""
_BELOW = 16  # milliseconds: what the browser does not report was faster


def _fill(store: Store, applications: int, cases: int) -> list[str]:
    """Copies of one decided workshop whose owner asks for a person, behind the cases that are measured."""
    owner = desk(store, "anna", Role.OWNER)
    names = [f"样例{number:02}号塑料厂" for number in range(cases)]
    for name in names:
        owner.ask_human(viewer_samples.case(store, owner, name), "请人看一下")
    rescore_samples.portfolio(store, 1)
    (asking,) = (name for name in store.applications() if name.startswith("A-0000"))
    store.people.give(asking, owner.session.account, owner.session.act("give", asking))
    owner.ask_human(asking, "请人看一下")
    pipeline.reassess(store, asking)
    seeding.fill(store, [asking], applications)
    return names


def _one(page: Page, total: str) -> int:
    """Work on a case: confirm one value, type the other, save and go on; returns the keys beside typing."""
    page.keyboard.press("Enter")
    page.keyboard.type(total)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    return 3


def _measured(page: Page, names: list[str]) -> dict[str, object]:
    nexts, keys = [], 0
    for name in names[1:]:
        page.wait_for_timeout(2500)  # a person looks at the page; meanwhile the next case is sought
        keys = _one(page, "11300.00")
        start = time.perf_counter()
        page.wait_for_function(_READY, arg=name, polling="raf")
        nexts.append(1000 * (time.perf_counter() - start))
    painted = page.evaluate("window.painted") or [_BELOW]
    return {
        "keys": keys,
        "key_to_screen": {"median": statistics.median(painted), "slowest": max(painted), "reported": len(painted)},
        "next_case": {"median": round(statistics.median(nexts)), "slowest": round(max(nexts)), "count": len(nexts)},
    }


def main(
    applications: Annotated[int, typer.Option(help="how many wait")] = 10_000,
    cases: Annotated[int, typer.Option(help="how many are worked on")] = 12,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, serving.started(Path(folder)) as server:
        with Store.open(home=server.home) as store:
            names = _fill(store, applications, cases)
            waiting = len(store.people.waiting())
        server.wait()
        with serving.chromium() as browser:
            page = serving.entered(browser, server, ("rui", Role.REVIEWER))
            page.goto(server.url)
            page.get_by_role("row").filter(has_text=names[0]).get_by_role("button").click()
            page.wait_for_function(_READY, arg=names[0])
            page.evaluate(_WATCH)
            found = {"waiting": waiting, **_measured(page, names)}
    print(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    typer.run(main)

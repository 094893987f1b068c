"""How soon pages can be used with many applications stored, and with many people at once.

``python -m benchmarks.interactive --applications 10000 --sessions 20 --json``. Times are seconds in Chromium, from the
navigation until the page's own content stands there and Streamlit is at rest.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from playwright.sync_api import Browser, Page

from benchmarks import seeding
from selfproof import pipeline
from selfproof.access import Role, people
from selfproof.credit import policy as policies
from selfproof.rescoring import runs
from selfproof.store import State, Store
from selfproof.store.engine import writing
from selfproof.store.schema import jobs, uploads
from selfproof.store.states import note
from tests import rescore_samples, serving
from tests.people_samples import desk

_DRAWN = "() => !document.querySelector('[data-test-script-state=running]')"
_ENGLISH = "() => [...document.querySelectorAll('button')].find(button => button.innerText === 'English').click()"
_WORDS = "我的资料不止这些"
_DECIDED, _OFTEN = 10, 11  # by the pipeline itself, of which the last one asks; how often the others come between


@dataclass(frozen=True, slots=True)
class Look:
    """A page. there: what stands on it when it can be used."""

    name: str
    who: tuple[str, Role]
    path: str
    there: str


LOOKS = (
    Look("owner", ("anna", Role.OWNER), "/", ".hero"),
    Look("queue", ("rui", Role.REVIEWER), "/", "tbody tr button"),
    Look("case", ("rui", Role.REVIEWER), "/?case=A-0009", ".limits"),
    Look("risk", ("rita", Role.RISK), "/", ".risk-counts"),
)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds."""

    median: float
    slowest: float
    count: int


def _times(found: list[float]) -> Times:
    return Times(round(statistics.median(found), 2), round(max(found), 2), len(found))


def _fill(store: Store, applications: int) -> None:
    """Invented workshops: a few come by the pipeline, the others are copies; one of a hundred asks for a person.

    The first of those that asks is anna's. All are re-scored once.
    """
    rescore_samples.portfolio(store, _DECIDED)
    names = store.applications()
    asking, anna = names[-1], desk(store, "anna", Role.OWNER)
    store.people.give(asking, anna.session.account, people.by_system("give", asking))
    anna.ask_human(asking, _WORDS)
    pipeline.reassess(store, asking)
    _at_rest(store)
    runs.carry_out(store, runs.begin(store, policies.text("standard"), "standard").id)
    seeding.fill(store, [*[name for name in names[:-1] for _ in range(_OFTEN)], asking], applications)


def _at_rest(store: Store) -> None:
    """As a worker leaves them: all is read, and nothing is to be done."""
    with writing(store.engine) as connection:
        connection.execute(sa.delete(jobs))
        for upload in connection.scalars(sa.select(uploads.c.id)).all():
            note(connection, upload, State.READ)


def _open(page: Page, url: str, look: Look) -> float:
    start = time.perf_counter()
    page.goto(url + look.path)
    page.locator(look.there).first.wait_for()
    page.wait_for_function(_DRAWN)
    return time.perf_counter() - start


def _alone(browser: Browser, server: serving.Server, rounds: int) -> Iterator[tuple[str, Times]]:
    """Each page by itself; the first look is not counted, for the server imports the page then."""
    for look in LOOKS:
        page = serving.entered(browser, server, look.who)
        _open(page, server.url, look)
        yield look.name, _times([_open(page, server.url, look) for _ in range(rounds)])
        page.context.close()


def _together(browser: Browser, server: serving.Server, sessions: int) -> Times:
    """So many people, each with a session and a socket, change the language at the same moment."""
    looks = [LOOKS[number % len(LOOKS)] for number in range(sessions)]
    pages = [serving.entered(browser, server, look.who) for look in looks]
    for page, look in zip(pages, looks, strict=True):
        _open(page, server.url, look)
    start = time.perf_counter()
    for page in pages:
        page.evaluate(_ENGLISH)
    found = []
    for page in pages:
        page.wait_for_function("() => document.documentElement.lang === 'en'")
        found.append(time.perf_counter() - start)
    return _times(found)


@contextmanager
def _served(applications: int) -> Iterator[serving.Server]:
    with tempfile.TemporaryDirectory() as name, serving.started(Path(name)) as server:
        start = time.perf_counter()
        with Store.open(home=server.home) as store:
            _fill(store, applications)
        typer.echo(f"filled in {time.perf_counter() - start:.0f} s", err=True)
        server.wait()
        yield server


def main(
    applications: Annotated[int, typer.Option(help="how many are stored")] = 10_000,
    sessions: Annotated[int, typer.Option(help="how many people at once")] = 20,
    rounds: Annotated[int, typer.Option(help="looks at each page")] = 5,
    *,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure and print, one line as soon as it is known."""
    with _served(applications) as server, serving.chromium() as browser:
        for name, times in _alone(browser, server, rounds):
            _say(name, times, as_json=as_json)
        _say(f"{sessions} sessions, one step each", _together(browser, server, sessions), as_json=as_json)


def _say(name: str, times: Times, *, as_json: bool) -> None:
    line = f"{name}: median {times.median} s, slowest {times.slowest} s of {times.count}"
    print(json.dumps({"look": name, **asdict(times)}) if as_json else line, flush=True)


if __name__ == "__main__":
    typer.run(main)

"""The risk staff's page in a real browser, on the real server, with runs in real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from selfproof.access import Role, people
from selfproof.credit import policy as policies
from selfproof.rescoring import runs
from selfproof.store import Store
from selfproof.store.rescores import Stage
from tests import rescore_samples as samples
from tests import serving
from tests.people_samples import PASSWORD
from tests.screens import TOO_WIDE, downloaded, shoot

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
COUNT = 6
PATIENCE = 240.0  # seconds: other tests may keep the machine busy


@dataclass(frozen=True)
class Site:
    url: str
    store: Store


@pytest.fixture(scope="module")
def chromium() -> str:
    return serving.program()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(until: object) -> None:
    assert callable(until)
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:  # noqa: ARG001  asked for first
    home, port = tmp_path_factory.mktemp("site"), serving.free_port()
    places = {"SELFPROOF_HOME": str(home), "PYTHONPATH": str(ROOT)}
    with Store.open(sa.URL.create("sqlite", database=str(home / "selfproof.db")), home) as store:
        people.add(store, "rita", Role.RISK, PASSWORD, act=people.by_system("add_account", "rita"))
        command = [sys.executable, "-m", "ui.server", "--port", str(port)]
        server = subprocess.Popen(command, env={**os.environ, **places}, cwd=ROOT, start_new_session=True)
        try:
            samples.portfolio(store, COUNT)  # while the server starts
            _wait(lambda: _answers(port))
            yield Site(f"http://localhost:{port}", store)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture
def page(site: Site, chromium: str) -> Iterator[Any]:
    """Signed in as Rita, in English, at a desk."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=chromium, args=options)
        context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}, accept_downloads=True)
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE * 1000)
        opened.goto(site.url)
        opened.get_by_role("link", name="English").click()
        opened.fill("input[name=name]", "rita")
        opened.fill("input[name=password]", PASSWORD)
        opened.press("input[name=password]", "Enter")
        yield opened
        browser.close()


def _send(page: Any, name: str, text: str) -> None:
    file = {"name": name, "mimeType": "application/yaml", "buffer": text.encode()}
    page.locator("input[type=file][data-way=policy]").set_input_files(files=[file])


def test_risk_staff_try_a_policy_see_who_changes_and_take_it_away(page: Any, site: Site, tmp_path: Path) -> None:
    page.get_by_text("The portfolio under another policy").wait_for()
    _send(page, "wrong.yaml", policies.text("standard").replace("turnover_cap: 0.25", "turnover_cap: 25"))
    refused = page.locator(".note.bad")
    refused.get_by_text(re.compile(r"line \d+: limit.turnover_cap")).wait_for()
    _send(page, "<img src=x onerror=alert(1)>.yaml", samples.stricter())
    page.locator(".note.good").get_by_text("<img src=x onerror=alert(1)>").wait_for()
    page.get_by_role("button", name="Start the re-score").click()
    page.get_by_text("What changes overall").wait_for()
    (run,) = site.store.rescores.newest()
    assert (run.stage, run.scored) == (Stage.DONE, COUNT)
    page.get_by_text(f"Limit falls{COUNT - 1}").first.wait_for()
    _one_applicant(page)
    shoot(page, "story-risk-one")
    page.get_by_role("button", name="Prepare downloads").click()
    for kind in ("CSV", "XLSX", "HTML"):
        downloaded(page, f"Download {kind}").save_as(tmp_path / kind)
    assert len((tmp_path / "CSV").read_text("utf-8-sig").splitlines()) == COUNT + 1
    assert (tmp_path / "XLSX").read_bytes().startswith(b"PK")
    page.reload()
    page.get_by_text("What changes overall").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("button", name="Discard “<img src=x").click()
    page.get_by_role("button", name="Discard").wait_for(state="detached")


def choose(page: Any, label: str | re.Pattern[str], option: str) -> None:
    """Open a list and choose; a page that is just drawn anew closes the list again."""
    api = pytest.importorskip("playwright.sync_api")
    for _ in range(10):
        page.get_by_role("combobox", name=label).click()
        with suppress(api.TimeoutError):
            page.get_by_role("option", name=option).click(timeout=2000)
            return
    pytest.fail(f"{label} cannot be opened")


def _one_applicant(page: Any) -> None:
    """Down to one applicant, whose name is masked until it is asked for."""
    page.get_by_role("button", name="Prepare downloads").wait_for()
    choose(page, "Look at one application", "A-0003")
    masked = page.get_by_text("Applicant: 试例＊＊＊")
    masked.wait_for()
    page.get_by_role("rowheader", name="The binding ceiling").wait_for()
    page.get_by_role("button", name="Show the name").click()
    page.get_by_text(re.compile("Applicant: 试例.*有限公司")).wait_for()


def test_a_run_is_watched_cancelled_and_taken_up_again(page: Any, site: Site) -> None:
    text = policies.text("standard").replace("feed_margin: 1.10", "feed_margin: 1.15")
    with site.store.present() as holder:  # a process that is at it, and as slow as one can be
        site.store.rescores.take(runs.begin(site.store, text, "slow").id, holder)
        _send(page, "slow.yaml", text)
        page.get_by_text("The policy “slow” holds together.").wait_for()
        page.get_by_role("button", name="Start the re-score").click()
        page.get_by_text("The policy “slow” holds together.").wait_for(state="hidden")  # it has been started
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("The re-score was cancelled").wait_for()
    with samples.damaged(site.store, "A-0002"):
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("Could not be verified and were set aside: 1").wait_for()
        page.get_by_text("ValidationError").wait_for()
    page.get_by_role("button", name="Try those again").click()
    page.get_by_text("set aside").first.wait_for(state="hidden")
    page.get_by_text("nobody's limit changes").wait_for()
    _wait(lambda: site.store.rescores.newest(1)[0].stage is Stage.DONE)  # the page shows it of the run before, too
    acts = [(entry.act, entry.detail.partition(" ")[0]) for entry in site.store.people.log() if entry.act == "rescore"]
    assert {("rescore", "slow"), ("rescore", "start"), ("rescore", "cancel")} <= set(acts)

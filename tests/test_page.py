"""The demo as an owner meets it: a real browser of a phone's width, a real worker, the shipped workshop."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from selfproof.store import State, Store

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
PHONE = {"width": 390, "height": 844}
HOSTILE = "<img src=x onerror=alert(1)>**发票**.pdf"
PATIENCE = 240  # seconds: reading 28 documents takes about 20 on an idle machine
_TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 120))"""


@dataclass(frozen=True)
class Demo:
    """A running demo. children: process ids of the page and the worker."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    children: tuple[int, ...]


@pytest.fixture
def chromium() -> str:
    """Asked for before the demo, which takes its time to start."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        reason = "chromium is not installed (see the README for the one apt line)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(until: object, seconds: float = 60) -> None:
    assert callable(until)
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def _children(pid: int) -> tuple[int, ...]:
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()))


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port = _free_port()
    environment = {**os.environ, "SELFPROOF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("SELFPROOF_DATABASE", None)
    command = [sys.executable, "-m", "selfproof.cli", "demo", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "log").read_text("utf-8")
        yield Demo(f"http://127.0.0.1:{port}", tmp_path / "demo", process, _children(process.pid))
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely first; what is left of the process groups goes by force."""
    groups = [process.pid, *(_children(process.pid) if process.poll() is None else ())]
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    process.wait(10)


def _amount(printed: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", printed))


def test_an_owner_sees_the_limit_rise_uploads_a_file_and_learns_what_became_of_it(chromium: str, demo: Demo) -> None:
    from playwright.sync_api import expect, sync_playwright

    flags = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=flags) as browser:
        page = browser.new_page(viewport=PHONE, locale="zh-CN")
        page.goto(demo.url)
        now = page.locator(".hero .now")
        expect(now).to_be_visible(timeout=PATIENCE * 1000)
        shown = _amount(now.inner_text())
        with Store.open(home=demo.home) as store:
            application = store.applications()[0]
            decision = store.decision(store.decisions(application)[-1])
            before = {upload.id for upload in store.uploads(application)}
            assert shown == decision.effective
        assert 550_000 <= shown <= 620_000
        expect(page.locator(".hero .before").first).to_contain_text("¥100,000")
        expect(page.locator("ol.steps")).to_contain_text("发票证明的销售")
        expect(page.locator("figure.page i b").first).to_be_attached(timeout=30_000)
        assert page.locator("img:not([alt])").count() == 0
        assert page.evaluate(_TOO_WIDE) == []

        invoice = ROOT / "fixtures" / "vat_invoice" / "einvoice.xml"
        page.locator("input[type=file]").set_input_files([
            {"name": invoice.name, "mimeType": "application/xml", "buffer": invoice.read_bytes()},
            {"name": HOSTILE, "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nno more than a beginning"},
        ])  # fmt: skip
        notes = page.locator(".note")
        expect(notes.filter(has_text=invoice.name).first).to_be_visible(timeout=30_000)
        expect(notes.filter(has_text="读完了").filter(has_text="发票")).to_contain_text("额度", timeout=60_000)
        expect(notes.filter(has_text="文件不完整或已损坏").first).to_contain_text(HOSTILE, timeout=60_000)
        assert page.locator("img[src=x]").count() == 0
        with Store.open(home=demo.home) as store:
            new = [upload for upload in store.uploads(application) if upload.id not in before]
            assert {upload.state for upload in new} == {State.READ, State.FAILED}

        page.get_by_text("English", exact=True).click()
        expect(page.locator(".hero")).to_contain_text("Your limit now", timeout=30_000)
        expect(notes.filter(has_text="incomplete or damaged").first).to_be_visible(timeout=30_000)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate(_TOO_WIDE) == []

    _reads_nothing_itself(demo)
    _ends_with_all_it_started(demo)


def _reads_nothing_itself(demo: Demo) -> None:
    """The page's process holds neither the OCR's runtime nor torch."""
    page = next(pid for pid in demo.children if b"streamlit" in Path(f"/proc/{pid}/cmdline").read_bytes())
    loaded = Path(f"/proc/{page}/maps").read_text("utf-8")
    assert not re.search(r"libtorch|onnxruntime", loaded)


def _ends_with_all_it_started(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(30) == 0
    _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in demo.children), 10)

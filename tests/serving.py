"""The real app for browser tests: a server in a process of its own, and a browser that waits patiently."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from selfproof.access import Role
from selfproof.store import Store
from tests.people_samples import token
from ui.gate import COOKIE
from ui.login import LANGUAGE

ROOT = Path(__file__).parent.parent
PATIENCE = 240_000  # milliseconds: other tests may keep the machine busy
_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """The app on a home of its own. process: the one that runs at the moment."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Whether it is ready."""
        try:
            with urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:  # noqa: S310  our own server
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait(self) -> None:
        """Until it is ready."""
        end = time.monotonic() + PATIENCE / 1000
        while not self.answers():
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL, and another takes its place."""
        self.process.kill()
        self.process.wait()
        self.process = _start(self.home, self.port)


def _start(home: Path, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {"SELFPROOF_HOME": str(home), "PYTHONPATH": str(ROOT)}
    for name in ("SELFPROOF_DATABASE", "SELFPROOF_OIDC"):
        environment.pop(name, None)
    return subprocess.Popen([sys.executable, "-m", "ui.server", "--port", str(port)], env=environment, cwd=home)


@contextmanager
def started(home: Path) -> Iterator[Server]:
    """Being started; `Server.wait` tells when it is ready."""
    port = free_port()
    server = Server(home, port, _start(home, port))
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()


def program() -> str:
    """Debian's Chromium, or the test is skipped where it is missing, but never where the whole suite must run."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        reason = "chromium is not installed (see the README for the one apt line)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(found)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Begun after all else: meanwhile a thread has an event loop, and signatures cannot be checked in it."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=_FLAGS)
        yield browser
        browser.close()


def window(browser: Browser, url: str, *, lang: str = "zh", session: str = "") -> Page:
    """A window of its own, with a session if one is given."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900}, accept_downloads=True)
    cookies = [{"name": LANGUAGE, "value": lang, "url": url}]
    if session:
        cookies.append({"name": COOKIE, "value": session, "url": url})
    context.add_cookies(cookies)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def entered(browser: Browser, server: Server, who: tuple[str, Role], *, lang: str = "zh") -> Page:
    """A window with a session of this person; the account is made if missing."""
    with Store.open(home=server.home) as store:
        given = token(store, *who)
    return window(browser, server.url, lang=lang, session=given)

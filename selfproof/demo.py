"""The demo: applications of the fixtures, an account for each role, a worker, and the app.

The accounts get a new password at each start. It is handed to the app in SELFPROOF_DEMO, which makes the sign-in page
offer them with one tap; the app does so only while it listens to this machine alone (`ui.server`).
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from selfproof import pipeline
from selfproof.access import Role, people
from selfproof.access.session import SYSTEM
from selfproof.errors import NotFound
from selfproof.home import home
from selfproof.sources import folder as file_drop
from selfproof.sources.settings import SETTING
from selfproof.store import Store
from selfproof.store.accounts import Account
from selfproof.store.audit import Act

SWITCH = "SELFPROOF_DEMO"
"""Holds the password of the demo's accounts; unset anywhere else."""

NAMES: Mapping[str, Role] = {
    "demo-owner": Role.OWNER, "demo-reviewer": Role.REVIEWER, "demo-second-reviewer": Role.REVIEWER,
    "demo-risk": Role.RISK, "demo-second-risk": Role.RISK, "demo-admin": Role.ADMIN,
}  # fmt: skip
"""The demo's accounts: two of those whose acts may take four eyes."""
HOST = "127.0.0.1"
_LOOK = 0.2  # seconds between two looks at the processes
_PATIENCE = 10.0  # seconds that a process gets to end by itself
_MOST_STARTS = 5  # of a worker that keeps failing: then something is wrong that starting again does not mend
_LETTERS = 16  # random bytes of a password


def run(folder: Path, port: int, *, beside: Sequence[Path] = (), others: bool = False) -> None:
    """Load the application of a folder without its documents read, start worker and page, and wait for the page to end.

    beside: further applications for reviewers and risk staff, loaded as soon as the first is decided on. others: the
    sandbox plays third parties, which may be asked once the owner agrees.
    The demo keeps its data apart from real ones, in ``demo/`` of the data directory; what is there already is found
    again and not read twice. Both processes end with the page, with Ctrl-C, and when this process is told to stop.
    """
    os.environ["SELFPROOF_HOME"] = str(home() / "demo")
    os.environ[SWITCH] = secrets.token_urlsafe(_LETTERS)
    played = [play_others(home())] if others else []
    with Store.open() as store:
        accounts = {name: _account(store, name, role, os.environ[SWITCH]) for name, role in NAMES.items()}
        first = _load(store, folder)
        _hand_over(store, first, accounts["demo-owner"])
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        _say(port, os.environ[SWITCH])
        page = ["ui.server", "--port", str(port), "--address", HOST]
        _watch(page, _afterwards(store, first, list(beside)), played)


def play_others(folder: Path) -> list[str]:
    """Write the settings that ask a sandbox on a free port, and set them; returns the command that starts it."""
    from selfproof.sandbox import serving
    from selfproof.sandbox.app import KEY

    with socket.create_server((HOST, 0)) as free:
        port = int(free.getsockname()[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.yaml").write_text(serving.settings(port), "utf-8")
    os.environ |= {SETTING: str(folder / "sources.yaml"), serving.KEY_ENV: KEY}
    return ["selfproof.cli", "sandbox", "--port", str(port)]


def _load(store: Store, folder: Path) -> str:
    """Take in a folder's application and return its id; of one that was decided on, what was said since stands."""
    known = file_drop.load(folder).id
    decided = known in store.applications() and store.decisions(known)
    return known if decided else pipeline.receive_folder(store, folder).id


def _afterwards(store: Store, first: str, beside: list[Path]) -> Callable[[], None]:
    """What to do while the page is open: load the other applications once the first is read and decided on."""

    def look() -> None:
        while beside and not store.open_jobs(first):
            _load(store, beside.pop(0))

    return look


def _account(store: Store, name: str, role: Role, password: str) -> Account:
    """One of the demo's accounts, with the password of this start."""
    act = people.by_system("demo_account", name)
    try:
        known = people.find(store, name)
    except NotFound:
        return people.add(store, name, role, password, act=act)
    people.set_password(store, name, password, act=act)
    return known


def _hand_over(store: Store, application: str, owner: Account) -> None:
    """Make the demo's owner the owner of its application."""
    if not store.people.owns(application, owner.id):
        store.people.give(application, owner.id, Act(SYSTEM, SYSTEM, "give", application))


def _say(port: int, password: str) -> None:
    names = " · ".join(NAMES)
    sys.stdout.write(
        f"打开 http://localhost:{port} · Open it in a browser · Ctrl-C 结束 / ends\n"
        f"账号 / accounts: {names} · 密码 / password: {password}\n"
    )
    sys.stdout.flush()


def _watch(page_command: list[str], meanwhile: Callable[[], None], played: Sequence[list[str]]) -> None:
    """Until the page ends; a worker that died is started again, and takes up what it left half read."""
    page, worker, starts = _start(page_command), _start(["selfproof.cli", "worker"]), 1
    others = [_start(command) for command in played]
    try:
        while page.poll() is None:
            if worker.poll() is not None and starts < _MOST_STARTS:
                worker, starts = _start(["selfproof.cli", "worker"]), starts + 1
            meanwhile()
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    finally:
        for process in (page, worker, *others):
            _end(process)


def _start(module: list[str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches only this process, which ends the others in order."""
    return subprocess.Popen([sys.executable, "-m", *module], start_new_session=True)  # noqa: S603  our own commands


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

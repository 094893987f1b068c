"""The demo: the workshop of the fixtures, a worker, and the page, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from selfproof import pipeline
from selfproof.home import home
from selfproof.store import Store

PAGE = Path(__file__).parent.parent / "ui" / "app.py"
_HOST = "127.0.0.1"
_LOOK = 0.2  # seconds between two looks at the processes
_PATIENCE = 10.0  # seconds that a process gets to end by itself
_MOST_STARTS = 5  # of a worker that keeps failing: then something is wrong that starting again does not mend


def run(folder: Path, port: int) -> None:
    """Load the application of a folder without its documents read, start worker and page, and wait for the page to end.

    The demo keeps its data apart from real ones, in ``demo/`` of the data directory; what is there already is found
    again and not read twice. Both processes end with the page, with Ctrl-C, and when this process is told to stop.
    """
    if not _is_free(port):
        sys.stderr.write(
            f"端口 {port} 已被占用，请换一个：selfproof demo --port {port + 1}\n"
            f"Port {port} is taken; choose another: selfproof demo --port {port + 1}\n"
        )
        raise SystemExit(1)
    os.environ["SELFPROOF_HOME"] = str(home() / "demo")
    with Store.open() as store:
        os.environ["SELFPROOF_DEMO_APPLICATION"] = pipeline.receive_folder(store, folder).id
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    sys.stdout.write(f"打开 http://localhost:{port} · Open it in a browser · Ctrl-C 结束 / ends\n")
    sys.stdout.flush()
    _watch(["streamlit", "run", str(PAGE), *_options(port)])


def _watch(page_command: list[str]) -> None:
    """Until the page ends; a worker that died is started again, and takes up what it left half read."""
    page, worker, starts = _start(page_command), _start(["selfproof.cli", "worker"]), 1
    try:
        while page.poll() is None:
            if worker.poll() is not None and starts < _MOST_STARTS:
                worker, starts = _start(["selfproof.cli", "worker"]), starts + 1
            time.sleep(_LOOK)
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    finally:
        _end(page)
        _end(worker)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True


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


def _options(port: int) -> list[str]:
    settings = {
        "server.port": port,
        "server.address": _HOST,
        "server.headless": "true",
        "server.maxUploadSize": 200,  # what is too large is refused by the intake, in the owner's language
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
        "theme.base": "light",
        "theme.primaryColor": "#0b6e4f",
        "theme.font": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif",
    }
    return [f"--{name}={value}" for name, value in settings.items()]

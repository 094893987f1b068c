"""The demo: the workshop of the fixtures, a worker, and the page, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from selfproof import pipeline
from selfproof.home import home
from selfproof.store import Store

PAGE = Path(__file__).parent.parent / "ui" / "app.py"


def run(folder: Path, port: int) -> None:
    """Load the application of a folder without its documents read, start worker and page, and wait for the page to end.

    The demo keeps its data apart from real ones, in ``demo/`` of the data directory.
    """
    os.environ["SELFPROOF_HOME"] = str(home() / "demo")
    with Store.open() as store:
        application = pipeline.receive_folder(store, folder)
    os.environ["SELFPROOF_DEMO_APPLICATION"] = application.id
    worker = subprocess.Popen([sys.executable, "-m", "selfproof.cli", "worker"])
    try:
        subprocess.run([sys.executable, "-m", "streamlit", "run", str(PAGE), *_options(port)], check=False)  # noqa: S603  the same
    finally:
        worker.terminate()
        worker.wait()


def _options(port: int) -> list[str]:
    settings = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "server.maxUploadSize": 50,
    }
    return [f"--{name}={value}" for name, value in settings.items()]

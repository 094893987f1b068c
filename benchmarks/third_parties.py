"""What each fault of third parties does to a limit, and how many calls an application costs.

    python -m benchmarks.third_parties [--folder FOLDER]

Reads an application folder once, then lets a sandbox on this machine misbehave in one way after the other, asks all
five sources each time, and prints how the questions ended, the calls, the time, the limit, and what was found.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import uvicorn

from selfproof import pipeline
from selfproof.cli import FIXTURES, trust_fixtures
from selfproof.model import Outcome
from selfproof.sandbox import serving, world
from selfproof.sandbox.app import KEY, SOURCES, make
from selfproof.sandbox.faults import Fault, Faults, Mode
from selfproof.sources.settings import SETTING
from selfproof.store import Store
from selfproof.store.audit import Act
from selfproof.store.consents import Consent

_FAULTS = (
    *(Fault(mode=mode, seconds=3600) for mode in Mode),
    Fault(mode=Mode.FAILING, times=1),
    Fault(mode=Mode.LYING, factor=Decimal(3)),
)


@contextmanager
def serve(path: Path) -> Iterator[Faults]:
    """The sandbox in a thread, with SELFPROOF_SOURCES naming it."""
    app = make(world.seeded(1, date.today()).beside(world.load(FIXTURES / "sandbox" / "world.yaml")))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="error", ws="none", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        path.write_text(serving.settings(port).replace("}\n", ", timeout: 1, wait: 0.1}\n"), "utf-8")
        os.environ |= {SETTING: str(path), serving.KEY_ENV: KEY}
        yield app.state.faults
        server.should_exit = True
        thread.join()


def read(folder: Path, work: Path) -> str:
    """Take in and read the folder, with consent to every source; returns the application's id."""
    with Store.open(f"sqlite:///{work}/read.db") as store:
        application = pipeline.receive_folder(store, folder).id
        for source in SOURCES:
            word = Consent(source, "benchmark", "owner", datetime.now(UTC))
            store.people.say_consent(application, word, Act("owner", "owner", "consent", application))
        pipeline.read_all(store, application)
    return application


def tried(application: str, work: Path) -> str:
    """One row of the table: asking and deciding from the same readings."""
    shutil.copy(work / "read.db", work / "try.db")
    with Store.open(f"sqlite:///{work}/try.db") as store:
        start = time.perf_counter()
        pipeline.ask_all(store, application)
        seconds = time.perf_counter() - start
        found = pipeline.reassess(store, application)
        asked = store.inquiries.of(application)
    ends = Counter(item.outcome for item in asked)
    confirmed = sum(fact.name == "document.confirmed" for fact in found.application.facts)
    failed = Counter(item.check for item in found.findings if item.outcome is Outcome.FAIL)
    told = ", ".join(f"{name} {count}" for name, count in sorted(ends.items())) or "nothing asked"
    complaints = ", ".join(f"{name} {count}" for name, count in sorted(failed.items())) or "-"
    decision = found.decision
    limit = f"{decision.recommended:,.0f} | {decision.effective:,.0f}"
    return f"{told} | {sum(item.calls for item in asked)} | {seconds:.1f} | {confirmed} | {limit} | {complaints}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FIXTURES / "applications" / "workshop")
    options = parser.parse_args()
    trust_fixtures()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        application = read(options.folder, work)
        print("fault | outcomes | calls | seconds | papers confirmed | recommended | effective | failed checks")
        print(f"nobody asked | {tried(application, work)}")
        with serve(work / "sources.yaml") as faults:
            for fault in _FAULTS:
                for source in SOURCES:
                    faults.set(source, fault)
                more = f" {fault.times}x" if fault.times else f" x{fault.factor}" if fault.mode is Mode.LYING else ""
                print(f"{fault.mode}{more} | {tried(application, work)}", flush=True)


if __name__ == "__main__":
    main()

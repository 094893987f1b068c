"""The processes that the kill tests kill, started as ``python -m tests.kill_actors ROLE ADDRESS HOME``.

``nursery`` has loaded what reading needs and forks a process for each line on its standard input, so that hundreds can
be killed in seconds, and in the middle of their work, not of their beginning: ``receive FILE SEED`` takes uploads in
and writes receipts to a file, as the app does; ``work`` is a reading process. ``supervise`` is the whole worker, with
reading processes of its own.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from selfproof import worker
from selfproof.store import Store
from selfproof.store.holders import new_name

APPLICATIONS = ("A-1", "A-2", "A-3")
_FIXTURES = Path(__file__).parent.parent / "fixtures"
_FILES = (  # what is read without recognising characters, and an ending that makes another file of each
    ("vat_invoice/einvoice.xml", b"<!-- %d -->"),
    ("bank_statement/gb18030.csv", b"\n%d"),
    ("unknown/letter.pdf", b"\n%% %d"),
)
_WEIGHTS = (5, 5, 1)
_PLAN = worker.Plan(
    tasks=25, tries=1_000_000, lease=3.0
)  # chance kills the reader of one document often: it is no poison


def receive(address: str, home: Path, receipts: Path, seed: int) -> None:
    """Take uploads in until killed; a line is written only after the store has given the receipt."""
    chance = random.Random(seed)  # noqa: S311  chance that can be repeated
    kept = os.open(receipts, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store.open(address, home) as store:
        while True:
            ((name, ending),) = chance.choices(_FILES, _WEIGHTS)
            data = (_FIXTURES / name).read_bytes() + ending % chance.getrandbits(60)
            application = chance.choice(APPLICATIONS)
            receipt = store.receive(application, data, Path(name).name)
            os.write(kept, f"{application} {receipt.upload} {receipt.document}\n".encode())
            time.sleep(chance.uniform(0, 0.04))


def nursery(address: str, home: Path) -> None:
    """Fork what each line asks for, and say its number."""
    _load()
    Store.open(address, home).close()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        role, *arguments = line.split()
        number = os.fork()
        if number == 0:
            if role == "receive":
                receive(address, home, Path(arguments[0]), int(arguments[1]))
            else:
                worker.work(address, home, new_name(), _PLAN)
            os._exit(0)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


def _load() -> None:
    """The libraries and tables of a reading process.

    No PDF is read: OpenCV begins threads then, and what is forked from several threads may wait for ever.
    """
    from selfproof import extract, pipeline

    modules = ("pikepdf", "pyhanko.sign.validation", "pypdfium2")
    assert all(import_module(name) for name in (*modules, pipeline.__name__))
    for name, _ in _FILES[:2]:
        assert extract.from_bytes((_FIXTURES / name).read_bytes(), Path(name).name)


def main(role: str, address: str, home: Path) -> None:
    """Play a role."""
    if role == "nursery":
        nursery(address, home)
    else:
        with Store.open(address, home) as store:
            worker.run(store, _PLAN)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

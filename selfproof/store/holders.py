"""Who holds jobs: a name for each working process, and a file that is locked as long as the process lives.

The kernel gives the lock back however a process ends, so that a dead one is known at once, with no clock and no doubt
about process numbers that are used again. Of other machines nothing is known but that their leases end.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import platform
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_ALIVE, _READER = "worker-alive", "worker-reader"


def new_name() -> str:
    """A name that nobody else has: this machine's, and chance."""
    return f"{platform.node()}.{secrets.token_hex(8)}"


def _path(home: Path, name: str) -> Path:
    return home / "workers" / name


@contextmanager
def present(home: Path, name: str) -> Iterator[None]:
    """Be alive under this name."""
    path = _path(home, name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(str(os.getpid()))  # for people: nothing here relies on it
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_gone(home: Path, name: str) -> bool:
    """Whether the process of this name is known to have ended; False where nobody here can know."""
    if name.rpartition(".")[0] != platform.node():
        return False
    try:
        with _path(home, name).open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def beat(home: Path) -> None:
    """Say that a worker lives, though it may have nothing to do: the time of a file of its own is the last such word.

    The holders' folder would not do, for one that dies as soon as it is there changes it, too. It is for people, on all
    machines that share the home; a full disk must not end a worker over it.
    """
    with suppress(OSError):
        (home / _ALIVE).touch(mode=0o600)


def tell(home: Path, reader: Mapping[str, str]) -> None:
    """Say what a worker reads with, by sort (`selfproof.extract.reader`)."""
    with suppress(OSError):
        (home / _READER).write_text(json.dumps(reader), "utf-8")


def reader(home: Path) -> dict[str, str]:
    """What the worker that began last reads with, by sort; empty where none has said."""
    try:
        return dict(json.loads((home / _READER).read_text("utf-8")))
    except (OSError, ValueError):  # none yet, or half written
        return {}


def quiet(home: Path) -> float:
    """Seconds since a worker last said that it lives; infinite where none ever did."""
    try:
        return time.time() - (home / _ALIVE).stat().st_mtime
    except FileNotFoundError:
        return math.inf


def forget(home: Path, name: str) -> None:
    """Remove what a dead process has left of itself."""
    _path(home, name).unlink(missing_ok=True)

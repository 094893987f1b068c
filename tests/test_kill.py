"""Nothing that has shown a receipt is lost, and nothing is done twice, whatever is killed, and when."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from selfproof import pipeline
from selfproof.store import State, Store, files
from selfproof.store.schema import extractions, upload_events, uploads
from tests import store_samples as samples
from tests.kill_actors import APPLICATIONS

_ROOT = Path(__file__).parent.parent
_KILLS = int(os.environ.get("SELFPROOF_KILLS", "28"))  # a longer run: SELFPROOF_KILLS=1000 pytest tests/test_kill.py
_ROLES = {"receiver": 10, "reader": 8, "reader of the worker": 1, "worker": 1}  # with how often each is killed
_IN_THE_ACT = 0.6  # of the kills come while the one who is killed is likely at work, the others at any moment
_ENOUGH = 30  # uploads waiting: then nothing new comes for a while, or the readers would never get to the end


def _command(role: str, store: Store) -> list[str]:
    return [sys.executable, "-m", "tests.kill_actors", role, store.address, str(store.home)]


@dataclass
class _Stage:
    """Who plays at the moment: process numbers by role."""

    store: Store
    chance: random.Random
    nursery: subprocess.Popen[str]
    worker: subprocess.Popen[bytes]
    forked: dict[str, int] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def fork(self, role: str) -> None:
        """Have the nursery make a new receiver or reader."""
        line = "work" if role == "reader" else f"receive {self.receipts} {self.chance.getrandbits(32)}"
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(line + "\n")
        self.nursery.stdin.flush()
        self.forked[role] = int(self.nursery.stdout.readline())

    @property
    def receipts(self) -> Path:
        """The lines that receivers wrote, each after a receipt was given."""
        return self.store.home / "receipts"

    def written(self) -> int:
        """Bytes of receipts."""
        return self.receipts.stat().st_size if self.receipts.exists() else 0

    def kill(self, role: str) -> None:
        """SIGKILL, and another takes the place."""
        if role in self.forked:
            _sigkill(self.forked.pop(role))
        elif role == "worker":
            self.worker.kill()
            self.worker.wait()
            self.worker = subprocess.Popen(_command("supervise", self.store), cwd=_ROOT)
        else:
            _sigkill(*_children(self.worker.pid))
        self.kills[role] += 1


def _sigkill(*numbers: int) -> None:
    for number in numbers:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _children(number: int) -> list[int]:
    with suppress(FileNotFoundError):
        found = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        return [int(child) for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return []


@contextmanager
def _stage(store: Store, seed: int) -> Iterator[_Stage]:
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(_command("nursery", store), stdin=pipe, stdout=pipe, text=True, cwd=_ROOT) as nursery,
        subprocess.Popen(_command("supervise", store), cwd=_ROOT) as worker,
    ):
        stage = _Stage(store, random.Random(seed), nursery, worker)  # noqa: S311  chance that can be repeated
        try:
            yield stage
        finally:
            _sigkill(*stage.forked.values())
            stage.worker.terminate()
            assert stage.worker.wait(300) == 0, "it ends in order"
            assert nursery.stdin is not None
            nursery.stdin.close()


def _await_act(stage: _Stage, role: str) -> None:
    """Until a receipt has just been written, or something is just being read, but not for long."""
    size, deadline = stage.written(), time.monotonic() + 2
    while time.monotonic() < deadline:
        if stage.written() > size if role == "receiver" else _is_something_held(stage.store):
            return
        time.sleep(0.005)


def _is_something_held(store: Store) -> bool:
    return any(job.holder for application in APPLICATIONS for job in store.open_jobs(application))


def _play(stage: _Stage) -> None:
    """Kill one after the other at random moments, and then let the rest be done in peace."""
    chance = stage.chance
    while stage.kills.total() < _KILLS:
        for role in {"receiver", "reader"} - stage.forked.keys():
            if role == "reader" or len(stage.store.waiting()) < _ENOUGH:
                stage.fork(role)
        role = chance.choices(list(_ROLES), list(_ROLES.values()))[0]
        is_there = role in stage.forked or role.endswith("worker")
        if chance.random() < _IN_THE_ACT and is_there:
            _await_act(stage, role)
        time.sleep(chance.uniform(0, 0.2))
        if is_there:
            stage.kill(role)
    if "receiver" in stage.forked:
        _sigkill(stage.forked.pop("receiver"))
    _come_to_the_end(stage)


def _come_to_the_end(stage: _Stage) -> None:
    """Let what waits be read; a reader that has done its number of tasks is followed by another."""
    deadline = time.monotonic() + 300 + _KILLS
    while any(stage.store.open_jobs(application) for application in APPLICATIONS):
        assert time.monotonic() < deadline, "the queue came to its end"
        if not Path("/proc", str(stage.forked.get("reader"))).exists():
            stage.fork("reader")
        time.sleep(0.1)


def _count(store: Store, query: sa.Select[tuple[int]]) -> int:
    with store.engine.begin() as connection:
        return connection.execute(query).scalar_one()


def _events(store: Store, state: State) -> dict[str, int]:
    """How often each upload came into a state."""
    query = sa.select(upload_events.c.upload, sa.func.count()).where(upload_events.c.state == state)
    with store.engine.begin() as connection:
        return {row[0]: row[1] for row in connection.execute(query.group_by(upload_events.c.upload))}


def test_what_has_a_receipt_is_read_once_and_decided_whatever_was_killed(store: Store) -> None:
    for application in APPLICATIONS:
        store.save_application(samples.application(application))
    with _stage(store, seed=20261121) as stage:
        _play(stage)
    receipts = [line.split() for line in stage.receipts.read_text().splitlines()]
    lost = [line for line in receipts if not _is_whole(store, *line)]
    read = _events(store, State.READ)
    doubled = [upload for upload, times in read.items() if times != 1]
    begun = sum(_events(store, State.READING).values())
    print(  # noqa: T201  counts for the report of a run, shown by pytest -rP
        f"\n{store.engine.dialect.name}: {stage.kills.total()} kills ({dict(stage.kills)}), {len(receipts)} receipts, "
        f"{len(lost)} lost, {len(doubled)} read twice; {begun - len(read)} readings were cut off"
    )
    versions = _count(store, sa.select(sa.func.count(extractions.c.version.distinct())))
    assert versions == 1, "the reader's code was changed while the test ran"
    assert (lost, doubled) == ([], [])
    assert stage.kills.total() == _KILLS
    assert begun > len(read), "some kills came in the middle of a reading"
    assert _count(store, sa.select(sa.func.count()).select_from(extractions)) == _count(
        store, sa.select(sa.func.count(uploads.c.document.distinct()))
    )
    for application in APPLICATIONS:
        _is_decided(store, application)


def _is_whole(store: Store, application: str, upload: str, document: str) -> bool:
    """There, byte for byte, and read."""
    kept = store.original(application, upload)
    return files.document_id(kept) == document and store.upload(application, upload).state is State.READ


def _is_decided(store: Store, application: str) -> None:
    """The last decision rests on everything that was read, and repeats; none was made twice."""
    decided = store.decisions(application)
    assert len(set(decided)) == len(decided)
    rests_on = {fact.id for fact in store.replay_inputs(decided[-1]).facts}
    assert rests_on == {fact.id for fact in pipeline.known_facts(store, application)}
    stored, anew = pipeline.replay(store, decided[-1])
    assert stored == anew

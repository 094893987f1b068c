"""The worker: takes jobs from the store and does them in child processes, each with a reader of its own.

Where third parties may be asked (`selfproof.sources.settings`), one more child does nothing but that: their silence
keeps no document waiting.

Pages never read documents: they put uploads into the store and show what the worker has done. This process reads
nothing itself. It lets the leases of its children run on, starts a child anew after some tasks (memory grows) or when
it died, and puts back what the dead held: a document that ends its reader twice is set aside and blocks nobody.
"""

from __future__ import annotations

import errno
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType

from selfproof.sources import settings
from selfproof.store import Job, Store, holders
from selfproof.store.holders import new_name
from selfproof.store.jobs import MOST_TRIES

_PAUSE = 0.3  # seconds between two looks at an empty queue
_LOOK = 0.2  # seconds between two looks at the children
_SLOWEST_START = 10.0  # seconds to wait at most before a child that keeps dying is started again
_SPAWN = multiprocessing.get_context("spawn")
_NOT_THE_DOCUMENT = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to work. tasks: of a child before it is started anew; tries: bad ends of a job before it is set aside.

    lease: seconds for which a job stays held without a sign of life; patience: seconds that one job may take;
    grace: seconds in which a child may end its task when the worker is told to stop.
    """

    processes: int = 1
    tasks: int = 50
    tries: int = MOST_TRIES
    lease: float = 60.0
    patience: float = 900.0
    grace: float = 6.0


@dataclass(slots=True)
class _Child:
    """A place for a child process: who sits in it now, and how often one has died in it in a row.

    asking: it asks third parties, and does nothing else.
    """

    asking: bool = False
    name: str = ""
    process: SpawnProcess | None = None
    deaths: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class _Beat:
    """When the leases were last prolonged, and those of the dead last looked for."""

    at: float = field(default=-1e9)


def run(store: Store, plan: Plan | None = None, *, until: Callable[[], bool] = lambda: False) -> None:
    """Work until SIGTERM or SIGINT, or until `until` says so.

    Then each child ends its task, or gives it back unharmed after some seconds.
    """
    plan = plan or Plan()
    _one_thread_each(plan)
    children, beat = [_Child() for _ in range(plan.processes)], _Beat()
    if settings.ready() is not None:
        children.append(_Child(asking=True))
    with _stopping() as stop:
        try:
            while not (stop.is_set() or until()):
                for child in children:
                    _keep_alive(store, plan, child)
                _keep_leases(store, plan, children, beat)
                stop.wait(_LOOK)
        finally:
            _end(store, plan, children)


def _one_thread_each(plan: Plan) -> None:
    """Two readers with two threads each take longer than one after the other; children inherit the environment."""
    if plan.processes > 1:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "SELFPROOF_THREADS"):
            os.environ[name] = "1"


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM or SIGINT sets; signals mean again afterwards what they meant before."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, ask) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _keep_alive(store: Store, plan: Plan, child: _Child) -> None:
    """Start a child where there is none; what a dead one held goes back at once."""
    if child.process is not None:
        if child.process.is_alive():
            return
        _bury(store, plan, child)
    if time.monotonic() >= child.not_before:
        child.name = new_name()
        arguments = (store.address, store.home, child.name, plan)
        child.process = _SPAWN.Process(target=work, args=arguments, kwargs={"asking": child.asking}, daemon=True)
        child.process.start()


def _bury(store: Store, plan: Plan, child: _Child) -> None:
    """One that ended by itself is followed at once; one that keeps dying (no database, no memory) ever later."""
    died = child.process is not None and child.process.exitcode != 0
    if died:
        _LOG.warning("a reader died with code %s", child.process and child.process.exitcode)
    store.put_back(child.name, most=plan.tries)
    store.forget(child.name)
    child.deaths = child.deaths + 1 if died else 0
    child.not_before = time.monotonic() + min(_LOOK * 2**child.deaths, _SLOWEST_START) * died
    child.process = None


def _keep_leases(store: Store, plan: Plan, children: list[_Child], beat: _Beat) -> None:
    if time.monotonic() < beat.at + plan.lease / 6:
        return
    for child in children:
        if child.process is not None and child.process.is_alive():
            _check(plan, child, store.prolong(child.name, lease=plan.lease))
            if not (child.deaths or child.asking):  # one that dies before it does anything is no help
                holders.beat(store.home)
    store.take_over(most=plan.tries)
    beat.at = time.monotonic()


def _check(plan: Plan, child: _Child, held: tuple[Job, ...]) -> None:
    """End a child that does not get on with its job; a child that does has not died in a row."""
    if any(time.time() - job.since > plan.patience for job in held) and child.process is not None:
        _LOG.warning("a reader takes too long and is ended")
        child.process.kill()
    elif held:
        child.deaths = 0


def _end(store: Store, plan: Plan, children: list[_Child]) -> None:
    """Tell all to stop, wait, kill who is in the middle of something long, and give back what these held."""
    running = [(child.name, child.process) for child in children if child.process is not None]
    for _, process in running:
        process.terminate()
    last = time.monotonic() + plan.grace
    for name, process in running:
        process.join(max(0.0, last - time.monotonic()))
        process.kill()
        process.join()
        store.put_back(name, most=None)
        store.forget(name)


def work(address: str, home: Path, name: str, plan: Plan, *, asking: bool = False) -> None:
    """A child's life: one job after the other, until told to stop or until it has done its number of tasks."""
    from selfproof import extract, pipeline

    threading.Thread(target=_die_with_parent, daemon=True).start()
    with Store.open(address, home) as store, store.present(name), _stopping() as stop:
        if not asking:
            holders.tell(store.home, extract.reader())
            store.reopen(extract.version())
        how = settings.configured() if asking else None
        drop, done = how.drop if how else None, 0
        while done < plan.tasks and not stop.is_set():
            job = store.claim(name, lease=plan.lease, asking=asking)
            if job is None:
                taken = pipeline.take_drop(store, drop) if drop else 0
                stop.wait(0 if taken else _PAUSE)
            else:
                _do(store, job, plan, pipeline.work)
                done += 1


def _die_with_parent() -> None:
    """Without the parent nobody lets the lease run on, so there is no use in going on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(store: Store, job: Job, plan: Plan, how: Callable[[Store, Job], bool]) -> None:
    """One job; an error that nobody foresaw counts against it like a death, unless the machine is to blame."""
    try:
        how(store, job)
    except OSError as error:
        machine = error.errno in _NOT_THE_DOCUMENT
        store.put_back(job.holder, most=None if machine else plan.tries)
        if machine:
            raise
        _LOG.exception("a job failed")
    except Exception:  # noqa: BLE001  the edge: whatever a hostile document makes a library raise must not stop the queue
        store.put_back(job.holder, most=plan.tries)
        _LOG.exception("a job failed")

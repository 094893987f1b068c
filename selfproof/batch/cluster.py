"""A crew of workers on a Ray cluster: the only module that knows Ray (the optional extra ``cluster``).

Each worker is a process with one thread and at most one call at a time, so that nothing piles up anywhere. One that
dies is replaced; what it was doing comes back as an answer without a value, and who asked decides about another try.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from selfproof.errors import StoreError

LOCAL = "local"  # an address: a cluster of its own on this machine
MOST_TRIES = 2  # of one call: what has ended two workers would end the next one, too
_LOOK = 0.5  # seconds after which a caller may look around while nothing is done
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "SELFPROOF_THREADS", "POLARS_MAX_THREADS"), "1")
Call: TypeAlias = tuple[str, tuple[Any, ...]]  # a worker's method and its arguments


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: a value, or the reason why there is none. died: it ended its worker."""

    value: Any = None
    reason: str = ""
    died: bool = False


@dataclass(frozen=True, slots=True)
class Deadly:
    """A call that ended two workers, for who asked to deal with."""

    call: Call
    reason: str


@dataclass(slots=True)
class Crew:
    """Workers of one kind. make: starts one; pids: of their processes, by place."""

    make: Callable[[], Any]
    size: int
    actors: list[Any] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start all workers and wait until each is there."""
        import ray

        self.actors = [self.make() for _ in range(self.size)]
        self.pids = ray.get([actor.pid.remote() for actor in self.actors])

    def events(self, feed: Callable[[int], Call | None]) -> Iterator[tuple[int, Answer | None]]:
        """Each answer with its worker's place, or a mere tick, until nothing is fed and nothing under way.

        feed: the next call for a worker; None where there is none for it now.
        """
        import ray

        busy: dict[Any, int] = {}
        while True:
            for place in set(range(self.size)) - set(busy.values()):
                call = feed(place)
                if call is not None:
                    busy[getattr(self.actors[place], call[0]).remote(*call[1])] = place
            if not busy:
                return
            ready, _ = ray.wait(list(busy), num_returns=1, timeout=_LOOK)
            for done in ready:
                place = busy.pop(done)
                yield place, self._answer(place, done)
            if not ready:
                yield -1, None

    def _answer(self, place: int, done: Any) -> Answer:  # noqa: ANN401  Ray ships no type for a worker's answer
        import ray

        try:
            return Answer(ray.get(done))
        except ray.exceptions.RayActorError as died:
            self.actors[place] = self.make()
            self.pids[place] = ray.get(self.actors[place].pid.remote())
            return Answer(reason=f"worker died: {died.__class__.__name__}", died=True)
        except ray.exceptions.RayTaskError as failed:
            return Answer(reason=f"{failed.cause.__class__.__name__}: {failed.cause}")

    def each(self, calls: Iterable[Call]) -> Iterator[Any]:
        """The value of every call as it is done, None for a tick; `Deadly` for one that ended two workers.

        Raises StoreError for a call that failed twice and left its worker alive; those before it are done.
        """
        waiting, again = iter(calls), deque[tuple[Call, int]]()
        doing: dict[int, tuple[Call, int]] = {}

        def feed(place: int) -> Call | None:
            found = again.popleft() if again else next(((call, 1) for call in waiting), None)
            if found is None:
                return None
            doing[place] = found
            return found[0]

        for place, answer in self.events(feed):
            if answer is None:
                yield None
            elif not answer.reason:
                yield answer.value
            elif doing[place][1] >= MOST_TRIES and answer.died:
                yield Deadly(doing[place][0], answer.reason)
            elif doing[place][1] >= MOST_TRIES:
                raise StoreError(f"{doing[place][0][0]} failed {MOST_TRIES} times: {answer.reason}")
            else:
                again.append((doing[place][0], doing[place][1] + 1))


@contextmanager
def joined(address: str, kind: type, arguments: tuple[Any, ...] = (), *, workers: int = 0) -> Iterator[Crew]:
    """A crew of a kind of worker on the cluster at an address; `LOCAL`: one of its own, on this machine.

    workers: how many; by default one for each processor of the cluster. Raises StoreError without the extra.
    """
    with connected(address, workers):
        import ray

        size = workers or int(ray.cluster_resources().get("CPU", 1))
        worker = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(kind)
        crew = Crew(lambda: worker.remote(*arguments), size)
        crew.start()
        try:
            yield crew
        finally:
            for actor in crew.actors:
                ray.kill(actor)


@contextmanager
def connected(address: str, workers: int = 0) -> Iterator[None]:
    """Be connected to a cluster, unless this process is connected to one already."""
    try:
        import ray
    except ImportError as missing:
        raise StoreError("a cluster needs the extra: pip install selfproof[cluster]") from missing
    if ray.is_initialized():
        yield
        return
    ray.init(address, log_to_driver=False, runtime_env={"env_vars": _environment(address)}, **_own(address, workers))
    try:
        yield
    finally:
        ray.shutdown()


def _environment(address: str) -> dict[str, str]:
    """Workers have one thread; on this machine they find the modules that this process finds."""
    local = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} if address == LOCAL else {}
    return {name: value for name, value in os.environ.items() if name.startswith("SELFPROOF_")} | local | _ONE_THREAD


def _own(address: str, workers: int) -> dict[str, Any]:
    """Settings of a cluster of our own."""
    memory = 200_000_000  # bytes that its workers hand answers through: one picture of a page is half a million
    own = {"num_cpus": workers or os.cpu_count(), "include_dashboard": False, "object_store_memory": memory}
    return own if address == LOCAL else {}

"""How well reading scales over workers: ``python -m benchmarks.cluster [--files N] [--workers 1 2] FILE…``.

Reads copies of the given files (another comment or ending makes each another document) on a cluster of its own with one
worker and with more, one thread each. Prints pages a second, efficiency (speed of n workers over n times that of one;
no better than the machine has idle processors), and the most memory that this process, the driver, held after a tenth
of the files and at the end. Starting the workers and loading their models is not counted: each reads one file first.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from selfproof.batch import cluster, rereading
from selfproof.store import Store
from tests import store_samples


def measure(files: Sequence[Path], count: int, workers: int) -> dict[str, float]:
    """One cluster of so many workers over so many documents, with nothing kept from before."""
    with tempfile.TemporaryDirectory() as name, _home(name), cluster.connected(cluster.LOCAL, workers):
        folder = Path(name)
        with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as store:
            _fill(store, files, count)
            seconds, early, seen, start = 0.0, 0.0, 0, time.perf_counter()
            warm = 2 * workers

            def tell(done: int) -> None:
                nonlocal seconds, early, seen, start
                seen = done
                if done == warm:
                    start = time.perf_counter()
                early = early if early or done < warm + count // 10 else _memory()
                seconds = time.perf_counter() - start

            for _ in rereading.reread(store, cluster.LOCAL, workers=workers, tell=tell):
                pass
            return {
                "workers": workers,
                "files": seen - warm,
                "seconds": round(seconds, 2),
                "a_second": round((seen - warm) / seconds, 3),
                "driver_gb_early": early,
                "driver_gb": _memory(),
            }


@contextmanager
def _home(name: str) -> Iterator[None]:
    """What is recognised is kept by content, and would be found again by the next cluster."""
    before = os.environ.get("SELFPROOF_HOME")
    os.environ["SELFPROOF_HOME"] = name
    yield
    os.environ.pop("SELFPROOF_HOME") if before is None else os.environ.update(SELFPROOF_HOME=before)


def _memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 3)


def _fill(store: Store, files: Sequence[Path], count: int) -> None:
    """Ten documents an application."""
    for number in range(count):
        application = f"A-{number // 10}"
        if number % 10 == 0:
            store.save_application(store_samples.application(application))
        path = files[number % len(files)]
        ending = f"<!-- {number} -->" if path.suffix == ".xml" else f"\n% {number}"
        store.receive(application, path.read_bytes() + ending.encode(), path.name)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=60, dest="count")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    given = parser.parse_args()
    found = [measure(given.files, given.count, workers) for workers in given.workers]
    for item in found:
        alone = found[0]["a_second"] / found[0]["workers"]
        print(json.dumps(item | {"efficiency": round(item["a_second"] / item["workers"] / alone, 3)}))


if __name__ == "__main__":
    main()

"""Stored applications a second of a re-score, invented ones: ``python -m benchmarks.rescore_stored``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from selfproof.batch import tally
from selfproof.rescoring import runs
from selfproof.store import Store
from tests import rescore_samples as samples


def main(count: int) -> None:
    """Fill a store in a temporary folder, re-score it twice, reading the snapshot first, and print the speed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as store:
            start = time.perf_counter()
            samples.portfolio(store, count)
            print(f"filled: {count} in {time.perf_counter() - start:.1f} s")
            for title in ("read and scored", "scored again"):
                run = runs.begin(store, f"# {title}\n{samples.stricter()}", "stricter").id
                start, used = time.perf_counter(), time.process_time()
                runs.carry_out(store, run)
                seconds, used = time.perf_counter() - start, time.process_time() - used
                print(f"{title}: {seconds:.1f} s, {used:.1f} s of CPU: {count / seconds:.0f} a second")
            start = time.perf_counter()
            total = tally.summary(store.rescores.results(run).ask)
            print(f"summed up in {time.perf_counter() - start:.2f} s: {total}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

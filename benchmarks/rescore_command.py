"""``selfproof rescore`` over many invented applications, killed in the middle and started again.

``python -m benchmarks.rescore_command --rows 1000000 [--json] [--folder DIR]``: the command itself, in processes of its
own, on a store whose snapshot is up to date, so that nothing has to be read. A store that a folder holds from the last
time is used again.

Prints rows; seconds and us_each (microseconds an application) of a whole run with its report, in one process, and
us_cpu_each, what of it were seconds of a core;
killed_after, killed_at: when another one was killed and how many results it left; resumed_in: seconds of a second
start that ended it; results, doubled, missing: what that run had in the end; peak_gb: the most memory that any of the
processes held.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import sqlalchemy as sa

from benchmarks import rescore_rows
from selfproof.batch import told
from selfproof.batch.compiled import Compiled
from selfproof.batch.row import reading_key
from selfproof.batch.scorer import shape_of
from selfproof.credit import policy as policies
from selfproof.store import Store, parts, schema
from selfproof.store.engine import writing
from selfproof.store.ledger import STATE
from selfproof.store.results import side_schema

_AT_ONCE = 50_000  # rows of one transaction
_LOOK = 0.2  # seconds between two looks at a run
_TIGHTER = policies.text("standard").replace("turnover_cap: 0.25", "turnover_cap: 0.10")


@contextmanager
def _store(folder: Path) -> Iterator[Store]:
    with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as opened:
        yield opened


def fill(folder: Path, rows: int) -> None:
    """A store with the rows of a snapshot and, of each application, what a run asks the database about."""
    rules = policies.load("standard")
    with _store(folder) as store, tempfile.TemporaryDirectory(dir=folder) as made:
        rescore_rows.write(Path(made), rows, rules)
        target = folder / "snapshots" / reading_key(rules)
        target.mkdir(parents=True)
        first = 1
        for path in parts.of(Path(made)):
            found = _stored(pl.read_parquet(path), Compiled(rules, shape_of(path)), first)
            parts.write(target / path.name, found)
            _known(store, found, first)
            first += len(found)


def _stored(rows: pl.DataFrame, compiled: Compiled, first: int) -> pl.DataFrame:
    """The rows as those of standing decisions under the policy, numbered from `first`."""
    number = pl.int_range(first, first + len(rows), dtype=pl.Int64)
    names = {"application": pl.format("B-{}", number), "decision": pl.format("{}-decision", number)}
    same = {"version": number, "words": pl.lit(0), "told": pl.lit(0), "evidence": pl.lit(value=False)}
    columns = {**names, "number": number, **same}
    columns = {name: value.cast(rows.schema[name]) for name, value in columns.items()}
    named = rows.drop(side_schema("before")).with_columns(**columns)
    empty = [pl.lit(None, dtype).alias(name) for name, dtype in side_schema("before").items()]
    done = []
    for start in range(0, len(named), parts.GROUP):
        part = named[start : start + parts.GROUP].with_columns(empty)
        found = compiled.over(part.lazy(), part["industry"].unique().to_list(), keep=told.KEPT).collect()
        after = told.results(found, compiled).select(
            pl.col(name.replace("before.", "after.")).alias(name) for name in side_schema("before")
        )
        done.append(part.with_columns(after))
    return pl.concat(done).select(rows.columns)


def _known(store: Store, rows: pl.DataFrame, first: int) -> None:
    """Applications, their newest versions and their standing decisions, as short as they can be."""
    with writing(store.engine) as connection:
        if first == 1:
            connection.execute(sa.insert(schema.policies).values(hash="p", content=policies.text("standard")))
    for part in rows.select("application", "decision", *STATE).iter_slices(_AT_ONCE):
        every = part.to_dicts()
        with writing(store.engine) as connection:
            connection.execute(sa.insert(schema.applications), [{"id": row["application"], "at": ""} for row in every])
            plain = {"applicant": "", "content": "", "at": ""}
            versions = [plain | {"number": row["version"], "application": row["application"]} for row in every]
            connection.execute(sa.insert(schema.application_versions), versions)
            plain = {"policy": "p", "engine": "", "facts": "", "findings": "", "content": '{"review":[]}', "at": ""}
            same = {"number": "number", "id": "decision", "application": "application", "version": "version"}
            made = [plain | {name: row[column] for name, column in same.items()} for row in every]
            connection.execute(sa.insert(schema.decisions), made)


@dataclass(slots=True)
class Command:
    """``selfproof rescore`` in a process; when it has ended, peak: bytes that it held at most, cpu: seconds it used."""

    process: subprocess.Popen[bytes]
    begun: float
    peak: int = 0
    cpu: float = 0.0

    def end(self) -> float:
        """Wait for it; returns the seconds it took."""
        _, _, used = os.wait4(self.process.pid, 0)
        self.peak, self.cpu = used.ru_maxrss * 1024, used.ru_utime + used.ru_stime
        return time.monotonic() - self.begun


def _command(folder: Path, *options: str) -> Command:
    policy = folder / "tighter.yaml"
    policy.write_text(_TIGHTER, "utf-8")
    places = {"SELFPROOF_DATABASE": f"sqlite:///{folder / 'selfproof.db'}", "SELFPROOF_HOME": str(folder)}
    command = [sys.executable, "-m", "selfproof.cli", "rescore", "--policy", str(policy), *options]
    process = subprocess.Popen(command, env=os.environ | places, stdout=subprocess.DEVNULL)
    return Command(process, time.monotonic())


def run(folder: Path, rows: int) -> dict[str, float]:
    """The measurement."""
    if not (folder / "selfproof.db").exists():
        # Rows are made in another process, whose memory is nobody's here.
        process = multiprocessing.get_context("spawn").Process(target=fill, args=(folder, rows))
        process.start()
        process.join()
    with _store(folder) as store:
        first = _command(folder)
        total = _half(store, first)
        first.process.send_signal(signal.SIGKILL)
        lost = first.end()
        killed_at = store.rescores.results(store.rescores.newest(1)[0].id).count()
        second = _command(folder)
        rest = second.end()
        name = store.rescores.newest(1)[0].id
        found = store.rescores.results(name)
        whole = _command(folder, "--report", str(folder / "report.html"))
        seconds = whole.end()
        names = found.ask(lambda every: every.select(pl.len(), pl.col("application").n_unique().alias("names"))).row(0)
    return {
        "rows": total,
        "seconds": round(seconds, 1),
        "us_each": round(seconds / total * 1e6, 1),
        "us_cpu_each": round(whole.cpu / total * 1e6, 1),
        "killed_after": round(lost, 1),
        "killed_at": killed_at,
        "resumed_in": round(rest, 1),
        "results": names[0],
        "doubled": names[0] - names[1],
        "missing": total - names[1],
        "peak_gb": round(max(first.peak, second.peak, whole.peak) / 1e9, 3),
    }


def _half(store: Store, command: Command) -> int:
    """Wait until half is scored; returns how many applications there are."""
    while command.process.poll() is None:
        runs = store.rescores.newest(1)
        if runs and runs[0].open and runs[0].scored >= runs[0].total / 2:
            return runs[0].total
        time.sleep(_LOOK)
    raise SystemExit("it ended before it could be killed: take more rows")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument("--folder", type=Path, help="where the store is kept; else it goes afterwards")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        found = run(folder, given.rows)
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()

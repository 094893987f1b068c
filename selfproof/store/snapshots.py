"""Snapshots of what decisions rest on, as wide rows in Parquet files beside the database (`selfproof.batch`).

A snapshot has a key: rows of one key were read under the same rules. Its files are replaced whole and never changed, so
that a reader sees an old one or a new one. They hold no names, and what is erased is taken out of them at once.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, select

from selfproof.store import files, portfolio
from selfproof.store.engine import reading
from selfproof.store.portfolio import Portfolio
from selfproof.store.queue import newest_decisions
from selfproof.store.schema import application_versions, applications, consents

if TYPE_CHECKING:
    import polars as pl

PART = 100_000  # rows of a file at most
_GROUP = 16_384  # rows that a query holds at once, times the number of threads


def forget(home: Path, application: str) -> None:
    """Take an application out of every snapshot; must run alone (`files.locked`)."""
    import polars as pl

    for path in sorted((home / "snapshots").glob("*/*.parquet")):
        mine = pl.col("application") == application
        if pl.scan_parquet(path).select(mine.any()).collect().item():
            _write(path, pl.read_parquet(path).filter(~mine))


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of a store."""

    engine: Engine
    home: Path

    def standing(self, known: Portfolio) -> pl.DataFrame:
        """application, decision and state of every application that was decided on, as they are now.

        state: tells whether anything that its checks may ask has changed since a row was read.
        """
        import polars as pl

        with reading(self.engine) as connection:
            pairs, versions = newest_decisions(connection), _versions(connection)
        told = portfolio.told(known)
        rows = [(one, two, f"{versions.get(one, '')} {told.get(one, '')}") for one, two in pairs]
        return pl.DataFrame(rows, schema=dict.fromkeys(("application", "decision", "state"), pl.String), orient="row")

    def parts(self, key: str) -> list[Path]:
        """The files of a snapshot."""
        return sorted((self.home / "snapshots" / key).glob("*.parquet"))

    def index(self, key: str) -> pl.DataFrame:
        """application, decision, state and shape of every row of a snapshot."""
        import polars as pl

        names = ("application", "decision", "state", "shape")
        with files.locked(self.home):
            found = [pl.read_parquet(path, columns=list(names)) for path in self.parts(key)]
        return pl.concat([pl.DataFrame(schema=dict.fromkeys(names, pl.String)), *found])

    def load(self, path: Path, columns: Sequence[str] = ()) -> pl.DataFrame | None:
        """The rows of a file; None where it was replaced since it was listed."""
        import polars as pl

        with files.locked(self.home):
            return pl.read_parquet(path, columns=list(columns) or None) if path.exists() else None

    def add(self, key: str, rows: pl.DataFrame) -> None:
        """Add rows in place of older ones of the same applications; those of erased applications are dropped."""
        import polars as pl

        folder = self.home / "snapshots" / key
        with files.locked(self.home, alone=True):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = rows.filter(pl.col("application").is_in(self._applications(rows["application"].to_list())))
            self._without(key, rows["application"])
            for (shape,), own in there.group_by("shape"):
                _append(folder, str(shape), own)

    def _applications(self, names: list[str]) -> list[str]:
        with reading(self.engine) as connection:
            return list(connection.scalars(select(applications.c.id).where(applications.c.id.in_(names))))

    def _without(self, key: str, names: pl.Series) -> None:
        import polars as pl

        for path in self.parts(key):
            old = pl.read_parquet(path, columns=["application"])["application"].is_in(names.implode())
            if old.any():
                _write(path, pl.read_parquet(path).filter(~old))


def _append(folder: Path, shape: str, rows: pl.DataFrame) -> None:
    """To the shape's last file while that is small, else in a new one."""
    import polars as pl

    name = shape.replace("/", "=") or "none"
    small = [path for path in folder.glob(f"{name}.*.parquet") if _length(path) + len(rows) <= PART]
    whole = pl.concat([*(pl.read_parquet(path) for path in small[:1]), rows])
    _write(folder / f"{name}.{secrets.token_hex(8)}.parquet", whole)
    for path in small[:1]:
        path.unlink()


def _length(path: Path) -> int:
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def _write(path: Path, rows: pl.DataFrame) -> None:
    """Whole or not at all; an empty file is none."""
    if rows.is_empty():
        path.unlink(missing_ok=True)
        return
    whole = io.BytesIO()
    rows.write_parquet(whole, row_group_size=_GROUP)
    files.write_whole(path, whole.getvalue())


def _versions(connection: Connection) -> dict[str, str]:
    """What tells that an application's file or a consent has changed."""
    table = application_versions
    newest = select(table.c.application, func.max(table.c.number)).group_by(table.c.application)
    said = select(consents.c.application, func.count()).group_by(consents.c.application)
    words = {str(name): int(count) for name, count in connection.execute(said)}
    return {str(name): f"{number}.{words.get(str(name), 0)}" for name, number in connection.execute(newest)}

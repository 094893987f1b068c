"""Snapshots of what decisions rest on, as wide rows in Parquet files beside the database (`selfproof.batch`).

A snapshot has a key: rows of one key were read under the same rules. Its files are replaced whole and never changed, so
that a reader sees an old one or a new one. They hold no names, and what is erased is taken out of them at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from selfproof.store import applications, files, parts
from selfproof.store.engine import reading

if TYPE_CHECKING:
    import polars as pl

PART = 100_000  # rows of a file at most


def forget(home: Path, application: str) -> None:
    """Take an application out of every snapshot; must run alone (`files.locked`)."""
    for folder in sorted((home / "snapshots").glob("*")):
        parts.forget(folder, application)


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of a store."""

    engine: Engine
    home: Path

    def parts(self, key: str) -> list[Path]:
        """The files of a snapshot."""
        return parts.of(self.home / "snapshots" / key)

    def load(self, path: Path, columns: Sequence[str] = (), *, start: int = 0, most: int | None = None) -> pl.DataFrame:
        """The rows of a file, or some from `start` on; none where it was replaced since it was listed."""
        import polars as pl

        with files.locked(self.home):
            if not path.exists():
                return pl.DataFrame(schema=dict.fromkeys(columns))
            rows = pl.scan_parquet(path).slice(start, most)
            return (rows.select(columns) if columns else rows).collect()

    def add(self, key: str, rows: pl.DataFrame) -> None:
        """Add rows in place of older ones of the same applications; those of erased applications are dropped."""
        import polars as pl

        folder, names = self.home / "snapshots" / key, rows["application"]
        with files.locked(self.home, alone=True):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with reading(self.engine) as connection:
                there = rows.filter(names.is_in(applications.present(connection, names.to_list())))
            for path in parts.of(folder):
                parts.keep(path, ~pl.col("application").is_in(names.implode()))
            for (shape,), own in there.group_by("shape"):
                _append(folder, str(shape), own)


def _append(folder: Path, shape: str, rows: pl.DataFrame) -> None:
    """To the shape's last file while that is small, else in a new one."""
    import polars as pl

    name = shape.replace("/", "=") or "none"
    small = [path for path in folder.glob(f"{name}.*.parquet") if parts.length(path) + len(rows) <= PART]
    whole = pl.concat([*(pl.read_parquet(path) for path in small[:1]), rows])
    parts.write(folder / f"{name}.{secrets.token_hex(8)}.parquet", whole)
    for path in small[:1]:
        path.unlink()

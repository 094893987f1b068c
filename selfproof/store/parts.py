"""Tables as folders of Parquet files beside the database: written whole, replaced whole, never changed in between.

A reader sees an old file or a new one; who reads several holds the folder beside others (`files.locked`), since a file
goes when its last row is erased.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from selfproof.store import files

if TYPE_CHECKING:
    import polars as pl

GROUP = 16_384  # rows that a query holds at once, times the number of threads


def of(folder: Path) -> list[Path]:
    """The files of a folder in their order."""
    return sorted(folder.glob("*.parquet"))


def aside(folder: Path) -> Path:
    """Where rows lie that a table's folder does not count among its own."""
    return folder / "aside"


def singly(folder: Path) -> Path:
    """The same for rows of what had to be computed one by one."""
    return folder / "singly"


def write(path: Path, rows: pl.DataFrame) -> None:
    """Whole or not at all; an empty file is none."""
    if rows.is_empty():
        path.unlink(missing_ok=True)
        return
    whole = io.BytesIO()
    rows.write_parquet(whole, row_group_size=GROUP)
    files.write_whole(path, whole.getvalue())


def append(folder: Path, rows: pl.DataFrame) -> None:
    """Add rows to the folder's last file while that is small, else in a new one; must hold the folder."""
    import polars as pl

    if rows.is_empty():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    last = of(folder)[-1:]
    number = int(last[0].stem) if last else 1
    if last and length(last[0]) + len(rows) <= GROUP:
        rows = pl.concat([pl.read_parquet(last[0]), rows])
    elif last:
        number += 1
    write(folder / f"{number:06}.parquet", rows)


def length(path: Path) -> int:
    """Rows of a file, from its foot."""
    import polars as pl

    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def keep(path: Path, condition: pl.Expr) -> None:
    """Take the rows out of a file for which a condition does not hold."""
    import polars as pl

    if not pl.scan_parquet(path).select(condition.all()).collect().item():
        write(path, pl.read_parquet(path).filter(condition))


def forget(folder: Path, application: str) -> None:
    """Take an application out of every file of a folder; must run alone (`files.locked`)."""
    import polars as pl

    for place in (folder, aside(folder), singly(folder)):
        for left in place.glob(f"{files.UNFINISHED}*"):  # by a writer that was killed
            left.unlink()
        for path in of(place):
            keep(path, pl.col("application") != application)

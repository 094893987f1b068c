"""Who changes in a re-score, the largest change first, however many: dealt out to files, then put in order one by one.

In memory are a dozen bytes of each who changes, and the rows of one file. The files have no names: whatever ends the
process, nothing of them stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import IO

import polars as pl
import pyarrow as pa

from selfproof.errors import StoreError
from selfproof.store.results import CHANGE, KEPT, MOVED, Results

_SORTED = 100_000  # rows of a file: they are put in order at once
_RANK = "rank"
_SMALL = pa.ipc.IpcWriteOptions(compression="zstd")
_LAYOUT = pl.DataFrame(schema=KEPT | {_RANK: pl.UInt32()}).to_arrow().schema


def changed(results: Results) -> Iterator[pl.DataFrame]:
    """All who change, the largest change of the effective limit first, then as they were kept; a table at a time.

    Raises StoreError when results come or go meanwhile: rows might be told twice, or not at all.
    """
    stamp = results.stamp
    sizes = results.ask(lambda rows: rows.filter(MOVED).select(CHANGE.abs().alias(_RANK))).to_series()
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(0, len(sizes), _SORTED)]
        _deal(results, sizes.rank("ordinal", descending=True) - 1, files)
        for file in files:
            if results.stamp != stamp:
                raise StoreError("the results changed while they were being written: write them again")
            yield _back(file)


def _deal(results: Results, ranks: pl.Series, files: Sequence[IO[bytes]]) -> None:
    """Write each row to the file in which its rank lies."""
    start = 0
    with ExitStack() as stack:
        into = [stack.enter_context(pa.ipc.new_stream(file, _LAYOUT, options=_SMALL)) for file in files]
        for found in results.frames():
            moved = found.filter(MOVED)
            ranked = moved.with_columns(ranks[start : start + len(moved)])
            start += len(moved)
            for (place,), rows in ranked.group_by(pl.col(_RANK) // _SORTED):
                into[place].write_table(rows.to_arrow())


def _back(file: IO[bytes]) -> pl.DataFrame:
    file.seek(0)
    return pl.DataFrame(pa.ipc.open_stream(file).read_all()).sort(_RANK).drop(_RANK)

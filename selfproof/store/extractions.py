"""What was found in a document by one version of the extractors, so that nothing is read twice.

Rows of a statement, and what they say moved, are one Parquet file each an extraction, on disk beside the originals.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, select

from selfproof.errors import StoreError
from selfproof.model import Extraction, Payment, Place
from selfproof.store.codec import canonical, dump, load
from selfproof.store.engine import add_missing
from selfproof.store.files import write_whole
from selfproof.store.schema import extractions as table
from selfproof.tagged import content_id

_Rows: TypeAlias = tuple[tuple[str, ...], ...]


def rows_path(home: Path, document: str, version: str, place: int) -> Path:
    """Where the rows of the extraction at one place of the list lie."""
    return home / "rows" / document[:2] / f"{document}.{content_id(version)}.{place}.parquet"


def _write_rows(path: Path, rows: _Rows) -> None:
    """One column of text a printed column; where a row is shorter than the longest, null."""
    import polars as pl

    width = max(map(len, rows))
    columns = {f"column_{place}": [row[place] if place < len(row) else None for row in rows] for place in range(width)}
    frame = pl.DataFrame(
        {"row": range(len(rows))} | columns, schema={"row": pl.Int64} | dict.fromkeys(columns, pl.String)
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    write_whole(path, buffer.getvalue())


def _read_rows(path: Path) -> _Rows:
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(path.read_bytes())).sort("row").drop("row")
    except (FileNotFoundError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"statement rows are missing or damaged: {path.name}") from error
    return tuple(tuple(cell for cell in row if cell is not None) for row in frame.rows())


def payments_path(home: Path, document: str, version: str, place: int) -> Path:
    """Where the payments of the extraction at one place of the list lie."""
    return rows_path(home, document, version, place).with_suffix(".payments.parquet")


def _write_payments(path: Path, payments: Sequence[Payment]) -> None:
    """One column a field; amounts as text, which keeps every digit."""
    import polars as pl

    columns = {
        "row": [one.row for one in payments], "day": [one.day for one in payments],
        "amount": [str(one.amount) for one in payments], "fee": [str(one.fee) for one in payments],
        "party": [one.party for one in payments], "note": [one.note for one in payments],
        "earned": [one.earned for one in payments], "page": [one.place.page for one in payments],
        "box": [one.place.box for one in payments], "path": [one.place.path for one in payments],
        "confidence": [one.confidence for one in payments],
    }  # fmt: skip
    types: dict[str, pl.DataType] = {"page": pl.Int64(), "box": pl.List(pl.Float64)}
    buffer = io.BytesIO()
    pl.DataFrame(columns, schema_overrides=types).write_parquet(buffer)
    write_whole(path, buffer.getvalue())


def _read_payments(path: Path) -> Iterator[Payment]:
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(path.read_bytes()))
    except (FileNotFoundError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"statement payments are missing or damaged: {path.name}") from error
    for row, day, amount, fee, party, note, earned, page, box, cell, confidence in frame.iter_rows():
        place = Place(page, tuple(box) if box else None, cell)
        yield Payment(row, day, Decimal(amount), Decimal(fee), party, note, earned, place, confidence)


def save(connection: Connection, home: Path, extracted: tuple[str, str, Sequence[Extraction]]) -> None:
    """Keep the extractions of a document by a version, as (document, version, extractions); the first kept stay."""
    document, version, extractions = extracted
    if _content(connection, document, version) is not None:
        return
    for place, extraction in enumerate(extractions):
        if extraction.rows:
            _write_rows(rows_path(home, document, version, place), extraction.rows)
        if extraction.payments:
            _write_payments(payments_path(home, document, version, place), extraction.payments)
    items = [[dump(replace(item, rows=(), payments=())), len(item.rows), len(item.payments)] for item in extractions]
    add_missing(connection, table, [{"document": document, "version": version, "content": canonical(items)}])


def _content(connection: Connection, document: str, version: str) -> str | None:
    return connection.scalar(select(table.c.content).where(table.c.document == document, table.c.version == version))


def get(connection: Connection, home: Path, document: str, version: str) -> tuple[Extraction, ...] | None:
    """What the version found in the document, without payments; None when it has not looked yet."""
    content = _content(connection, document, version)
    if content is None:
        return None
    return tuple(
        replace(
            load(Extraction, text),
            rows=_read_rows(rows_path(home, document, version, place)) if height else (),
        )
        for place, (text, height, _) in enumerate(json.loads(content))
    )


def payments(connection: Connection, home: Path, document: str, version: str) -> tuple[tuple[Payment, ...], ...]:
    """What the lines of each extraction moved, in the order of the list; empty when the version has not looked yet."""
    content = _content(connection, document, version)
    return tuple(
        tuple(_read_payments(payments_path(home, document, version, place))) if moved else ()
        for place, (_, _, moved) in enumerate(json.loads(content) if content else ())
    )

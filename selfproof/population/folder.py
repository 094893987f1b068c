"""A population in a folder: the truth and the facts as Parquet, for other programs to work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from selfproof.model import Fact
from selfproof.population.applicants import Simulated
from selfproof.tagged import dump_value

_LABELS = ("lie", "mistakes", "evidence", "best")
_CHUNK = 2000  # applicants in one file of facts


def write(everyone: Iterable[Simulated], folder: Path) -> Iterator[Simulated]:
    """Write each applicant as it passes: ``applicants.parquet`` and ``facts-0000.parquet`` and so on.

    Values of facts are tagged text (`selfproof.tagged`); amounts of applicants are CNY.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heads: list[dict[str, Any]] = []
    rows: list[tuple[str, ...]] = []
    for simulated in everyone:
        heads.append(_head(simulated))
        rows += _rows(simulated)
        if len(heads) % _CHUNK == 0:
            _facts(rows, folder, len(heads) // _CHUNK - 1)
            rows = []
        yield simulated
    if rows:
        _facts(rows, folder, len(heads) // _CHUNK)
    pl.DataFrame(heads).write_parquet(folder / "applicants.parquet")


def _facts(rows: Sequence[tuple[str, ...]], folder: Path, number: int) -> None:
    names = ("application", "ledger", "name", "value", "document", "method", "origin")
    pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").write_parquet(
        folder / f"facts-{number:04d}.parquet"
    )


def _rows(simulated: Simulated) -> Iterator[tuple[str, ...]]:
    for fact in (*simulated.application.facts, *simulated.facts):
        yield simulated.application.id, *_row(fact)


def _row(fact: Fact) -> tuple[str, ...]:
    where = fact.provenance
    return fact.ledger, fact.name, dump_value(fact.value), where.document, where.method, where.origin


def _head(simulated: Simulated) -> dict[str, Any]:
    application = simulated.application
    truth = {
        f"true_{name}" if name not in ("lie", "mistakes", "evidence") else name: value
        for name, value in asdict(simulated.truth).items()
    }
    return {
        "application": application.id, "name": application.applicant.name, "uscc": application.applicant.uscc,
        "as_of": application.as_of, "trade": application.trade, "industry": application.industry,
        "existing_limit": float(application.existing_limit), **truth,
    }  # fmt: skip

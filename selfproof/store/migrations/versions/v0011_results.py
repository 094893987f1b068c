"""What re-scores found moves into files beside the database; photos are compared once, when they come."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from alembic import context, op
from pydantic import TypeAdapter

from selfproof.model import Fact
from selfproof.store.codec import load
from selfproof.store.rescored import Rescored
from selfproof.store.results import Results, frame

revision = "v0011"
down_revision = "v0010"

_TOGETHER = 20_000  # results of one file
_NOUN = TypeAdapter(Rescored)


def upgrade() -> None:
    """Carry every result over, file by file, before its table goes; a second try after a crash begins anew."""
    _progress()
    connection = op.get_bind()
    home: Path = context.config.attributes["home"]
    about = _about(home)
    for run, total in connection.execute(sa.text("SELECT id, total FROM rescores ORDER BY number")).all():
        scored = _carry(connection, Results(home, home / "rescores" / run), about)
        row = {"run": run, "scored": scored, "total": total}
        connection.execute(
            sa.text(
                "INSERT INTO rescore_progress (rescore, scored, phase, done, total, first, since, at)"
                " VALUES (:run, :scored, 'scoring', :scored, :total, :scored, 0, 0)"
            ),
            row,
        )
    op.drop_table("rescore_results")
    shutil.rmtree(home / "snapshots", ignore_errors=True)  # of other columns: nobody would read them again
    _likeness(connection)


def _progress() -> None:
    key = sa.Column("rescore", sa.String(), sa.ForeignKey("rescores.id"), primary_key=True)
    counts = (sa.Column(name, sa.Integer(), nullable=False) for name in ("scored", "done", "total", "first"))
    instants = [sa.Column(name, sa.Double[float](), nullable=False) for name in ("since", "at")]
    op.create_table("rescore_progress", key, *counts, *instants, sa.Column("phase", sa.String(), nullable=False))


def _about(home: Path) -> pl.DataFrame:
    """Region and kinds of evidence of applications, which reports took from the snapshots."""
    found = [pl.LazyFrame(schema={"application": pl.String, "region": pl.String, "shown": pl.String})]
    for path in sorted((home / "snapshots").glob("*/*.parquet")):
        rows = pl.scan_parquet(path)
        found.append(
            rows.select("application", pl.col("region").replace("", None), _shown(rows.collect_schema().names()))
        )
    return pl.concat(found).collect().unique("application", keep="last")


def _shown(columns: list[str]) -> pl.Expr:
    """What was shown, with blanks between."""
    feeds = [pl.col(name).is_not_null() for name in columns if name.startswith("feed.") and name.endswith(".0")]
    orders = [pl.col(name).is_not_null() for name in columns if name.startswith("orders.total.")]
    there = {name.removesuffix(".0.level"): pl.col(name).is_not_null() for name in columns if name.endswith(".0.level")}
    there |= {"photos": pl.col("photos"), "feeds": pl.any_horizontal(*feeds), "orders": pl.any_horizontal(*orders)}
    there["declared"] = pl.col("declared") > 0
    told = [pl.when(condition).then(pl.lit(name)) for name, condition in there.items()]
    return pl.concat_list(*told).list.drop_nulls().list.join(" ").alias("shown")


def _carry(connection: sa.Connection, results: Results, about: pl.DataFrame) -> int:
    """The newest result of every application of a run, as before; returns how many there are."""
    shutil.rmtree(results.folder, ignore_errors=True)
    query = sa.text(
        "SELECT r.content, (SELECT max(d.number) FROM decisions d WHERE d.id = r.decision) AS decided"
        " FROM rescore_results r WHERE r.number IN"
        " (SELECT max(number) FROM rescore_results WHERE rescore = :run GROUP BY application) ORDER BY r.number"
    )
    return sum(_add(results, rows, about) for rows in _parts(connection, query, results.folder.name))


def _parts(connection: sa.Connection, query: sa.TextClause, run: str) -> Iterator[list[tuple[str, int | None]]]:
    answer = connection.execute(query, {"run": run}, execution_options={"yield_per": _TOGETHER})
    yield from ([(row.content, row.decided) for row in rows] for rows in answer.partitions())


def _add(results: Results, rows: list[tuple[str, int | None]], about: pl.DataFrame) -> int:
    found = frame((_NOUN.validate_json(content) for content, _ in rows), (decided for _, decided in rows))
    results.add(found.drop("region", "shown").join(about, on="application", how="left", maintain_order="left"))
    return len(rows)


def _likeness(connection: sa.Connection) -> None:
    """Tables of which photos are alike; whoever asks next compares those that are there."""
    application = sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), primary_key=True)
    names = [sa.Column(name, sa.String(), primary_key=True) for name in ("document", "pdq")]
    op.create_table("photo_turns", application, *names)
    application, other = (
        sa.Column(name, sa.String(), sa.ForeignKey("applications.id"), primary_key=True)
        for name in ("application", "other")
    )
    documents = [sa.Column(name, sa.String(), primary_key=True) for name in ("document", "other_document")]
    op.create_table("photo_likes", application, documents[0], other, documents[1])
    op.create_index("ix_photo_likes_other", "photo_likes", ["other"])
    found = connection.execute(
        sa.text(
            "SELECT DISTINCT f.application, f.document, f.content FROM facts f WHERE f.name = 'document.pdq.turned'"
            " AND EXISTS (SELECT 1 FROM photos p WHERE p.application = f.application AND p.document = f.document)"
        )
    ).all()
    rows = [(row.application, row.document, str(load(Fact, row.content).value)) for row in found]
    insert = sa.text("INSERT INTO photo_turns VALUES (:one, :two, :pdq) ON CONFLICT DO NOTHING")
    for one, two, pdq in rows:
        if pdq:
            connection.execute(insert, {"one": one, "two": two, "pdq": pdq})

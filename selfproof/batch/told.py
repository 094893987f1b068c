"""Compiled rows as decisions are compared: limits, every reason's code and effect, and why a person must look.

Written for whole tables: one table of reasons, a row each, in the order in which the scalar engine tells them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from selfproof.batch.compiled import Compiled
from selfproof.credit.decide import ENGINE
from selfproof.credit.policy import Policy
from selfproof.credit.reasons import BINDING, CODES, money
from selfproof.store.codec import canonical
from selfproof.store.results import ABOUT, SCHEMA, side_schema

KEPT = (
    *ABOUT, *side_schema("before"),
    "failed", "lowered", "void", "own", "owes", "own_funds", "existing", "adverse",
)  # fmt: skip
"""Columns of the snapshot that results are made of."""
_TIE = 1e-3  # of a cent: nearer to the half than that a float's product with 100 does not tell which way it rounds
_STOPPED = pl.col("stopped")


def results(found: pl.DataFrame, compiled: Compiled) -> pl.DataFrame:
    """What the scalar engine would say of these rows. found: the outputs of `compiled`, and `KEPT`."""
    limits = ("base", "recommended", "effective")
    whole = [cents(found[name]).alias(name) for name in (*limits, *(f"step.{name}" for name in compiled.steps))]
    kept = found["step.kept"].alias("kept")
    rows = found.with_row_index("row").with_columns(*whole, kept)
    rows = rows.join(_told(_steps(rows, compiled), "after.steps"), on="row", how="left", maintain_order="left")
    rows = rows.join(_told(_review(rows, compiled.policy), "after.review"), on="row", how="left", maintain_order="left")
    names = {"policy": compiled.version, "engine": ENGINE}
    return rows.with_columns(
        *(pl.col(name).alias(f"after.{name}") for name in (*limits, "binding")),
        *(pl.lit(value).alias(f"after.{name}") for name, value in names.items()),
        pl.col("after.steps", "after.review").fill_null([]),
        pl.lit("").alias("error"),
    ).select(list(SCHEMA))


def cents(amounts: pl.Series) -> pl.Series:
    """`reasons.money` of many amounts, in whole cents: half of a cent, as it is printed, to the even one."""
    scaled = amounts.to_numpy() * 100
    whole = np.rint(scaled)
    for place in np.flatnonzero(np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < _TIE):
        whole[place] = int(money(amounts[int(place)]).scaleb(2))
    return pl.Series(amounts.name, whole.astype(np.int64))


def _told(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """The lines of each row as one list."""
    return lines.group_by("row").agg(pl.struct(pl.exclude("row", "place")).alias(name))


def _table(pieces: Iterator[pl.DataFrame]) -> pl.DataFrame:
    """Lines in order: by row, then in the order of the pieces, then as they stand in them."""
    every = [piece.with_columns(pl.lit(place, pl.Int32).alias("place")) for place, piece in enumerate(pieces)]
    return pl.concat(every).sort("row", "place", maintain_order=True)


def _steps(rows: pl.DataFrame, compiled: Compiled) -> pl.DataFrame:
    checks = compiled.policy.checks
    stops = {name: one.stop for name, one in checks.items() if one.stop}
    contradictions = {name: one.contradiction for name, one in checks.items() if one.contradiction}
    caps = {name: "E8" for name, one in checks.items() if one.cap_level is not None and not one.contradiction}

    def pieces() -> Iterator[pl.DataFrame]:
        stopped, free = rows.filter(_STOPPED), rows.filter(~_STOPPED)
        yield from (_checks(stopped, "failed", stops), _void(stopped))
        yield _step(stopped, "P1", "adverse", pl.col("recommended") - pl.col("base"))
        yield from _chain(free, compiled)
        yield from _assumed(free)
        yield from (_checks(free, "failed", contradictions), _checks(free, "lowered", caps))

    return _table(pieces())


def _step(rows: pl.DataFrame, code: str | pl.Expr, step: str, effect: pl.Expr) -> pl.DataFrame:
    """A reason for each row where it has an effect."""
    code = pl.lit(code) if isinstance(code, str) else code
    told = rows.select("row", code.alias("code"), pl.lit(step).alias("step"), effect.alias("effect"))
    return told.filter(pl.col("effect") != 0)


def _said(rows: pl.DataFrame, code: str, step: str) -> pl.DataFrame:
    """A reason without an effect for each row."""
    said = {"code": pl.lit(code), "step": pl.lit(step), "effect": pl.lit(0, pl.Int64)}
    return rows.select("row", **said)


def _chain(rows: pl.DataFrame, compiled: Compiled) -> Iterator[pl.DataFrame]:
    """The links with an effect, as `reasons.reasons` tells them."""
    for before, name in zip(compiled.steps, compiled.steps[1:], strict=False):
        yield _step(rows, _code(name, rows), name, pl.col(f"step.{name}") - pl.col(f"step.{before}"))


def _code(name: str, rows: pl.DataFrame) -> str | pl.Expr:
    if f"code.{name}" in rows.columns:
        return pl.col(f"code.{name}")
    return pl.col("formula").replace_strict(BINDING) if name == "binding" else CODES[name]


def _assumed(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    yield _said(rows, "E8", "days")
    yield _said(rows.filter(pl.col("own_funds").is_null()), "E8", "own_funds")
    yield _said(rows.filter("own"), "E8", "related")
    yield _said(rows.filter("owes"), "E8", "debts")
    yield _said(rows.filter("no_growth"), "E8", "growth")


def _void(rows: pl.DataFrame) -> pl.DataFrame:
    return _said(
        rows.select(pl.col("row").repeat_by("void")).explode("row", empty_as_null=False), "S3", "invoice_status"
    )


def _checks(rows: pl.DataFrame, column: str, codes: Mapping[str, str]) -> pl.DataFrame:
    """A reason for each check that failed and has a code here; the checks stand in a column with blanks between."""
    names = rows.select("row", pl.col(column).str.split(" ").alias("step")).explode("step")
    table = pl.DataFrame(
        {"step": list(codes), "code": list(codes.values())}, schema={"step": pl.String, "code": pl.String}
    )
    known = names.join(table, on="step", how="inner", maintain_order="left")
    return known.select("row", "code", "step", pl.lit(0, pl.Int64).alias("effect"))


def _review(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """As `decide` says it; the scalar engine divides where this one divided already."""
    contradictions = {name: "X" for name, one in policy.checks.items() if one.contradiction}
    star = pl.max_horizontal("existing", pl.lit(float(policy.limit.entry)))

    def pieces() -> Iterator[pl.DataFrame]:
        free = rows.filter(~_STOPPED)
        yield _message(rows.filter(_STOPPED), "stop")
        yield _message(rows.filter(pl.lit(policy.kill_switch)), "kill_switch")
        held = rows.filter(pl.col("b") > policy.fusion.review_contradiction)
        yield _message(held, "contradiction", "b", held["b"])
        yield _message(_checks(free, "failed", contradictions).unique("row", maintain_order=True), "facts")
        large = free.filter(pl.col("kept") >= policy.limit.review_uplift * star)
        yield _message(large, "uplift", "times", large.select(pl.col("kept") / star).to_series())
        yield _message(rows.filter("adverse"), "adverse")

    return _table(pieces())


def _message(rows: pl.DataFrame, key: str, name: str = "", values: pl.Series | None = None) -> pl.DataFrame:
    """A sentence for each row, with a number that fills it."""
    filled = ["{}"] * len(rows) if values is None else [canonical({name: f"{value:.1f}"}) for value in values]
    return rows.select("row", pl.lit(f"reasons.review_{key}").alias("key"), pl.Series("values", filled, pl.String))

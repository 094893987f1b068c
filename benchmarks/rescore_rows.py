"""Wide rows for the benchmark of re-scoring: invented applications, drawn again and again at other sizes."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from selfproof.batch import columns, row
from selfproof.credit.policy import Policy
from tests import credit_cases as cases

DIFFERENT = 2_000  # applications that are read by the scalar engine
PART = 100_000  # rows of a file
GROUP = 16_384  # rows that are in memory at once, times the number of threads
_FACTS = {
    "platform.annual_receipts": (0.4, 3e6), "tax.annual_sales": (0.15, 6e6), "bureau.total_exposure": (0.2, 3e6),
    "bureau.working_capital_loans": (0.2, 2e5), "lender.lowest_base_12m": (0.2, 2e5), "registry.headcount": (0.2, 30),
    "tax.arrears": (0.1, 2),
}  # fmt: skip
_DECLARED = {"own_funds": (0.6, 3e5), "annual_turnover": (0.3, 6e6), "cycle_days": (0.2, 200), "deposits": (0.1, 5e4)}


def write(folder: Path, count: int, policy: Policy, *, seed: int = 1, different: int = DIFFERENT) -> int:
    """Write about `count` rows as parts named after their shape; returns how many. Rows without a shape are left out.

    different: applications that the rows are drawn from, each at 0.4 to 2.5 of its own size: no two rows are alike.
    """
    chance, found = random.Random(seed), []  # noqa: S311  seeded chance is the point
    for number in range(different):
        case, papers = _case(chance, number)
        facts = [fact for paper in papers for fact in paper.facts]
        found.append(row.row(case, facts, [item for paper in papers for item in paper.findings], policy))
    table = pl.from_dicts(found, schema=columns.schema(policy)).filter(pl.col("shape") != "")
    written = 0
    for (shape,), own in sorted(table.group_by("shape"), key=lambda item: str(item[0])):
        rows = max(1, round(count * len(own) / len(table)))
        for place, start in enumerate(range(0, rows, PART)):
            name = f"{str(shape).replace('/', '=')}.{place:04}.parquet"
            part = _drawn(own, min(PART, rows - start), seed + place)
            part.write_parquet(folder / name, row_group_size=GROUP)
        written += rows
    return written


def _drawn(own: pl.DataFrame, rows: int, seed: int) -> pl.DataFrame:
    drawn = own.sample(rows, with_replacement=True, shuffle=True, seed=seed)
    factor = pl.Series(np.random.default_rng(seed).uniform(0.4, 2.5, rows))
    amounts = [
        name for name, dtype in drawn.schema.items()
        if dtype == pl.Float64 and len(name.split(".")) == 3 and name.split(".")[1].isdecimal()  # noqa: PLR2004
    ]  # fmt: skip
    named = pl.format("{}-{}", pl.lit(str(seed)), pl.int_range(rows)).alias("application")
    return drawn.with_columns(named, *(pl.col(name) * factor for name in amounts))


def _case(chance: random.Random, number: int) -> tuple[cases.Application, list[cases.Paper]]:
    stated = [
        cases.third(name, round(chance.uniform(0, top))) for name, (p, top) in _FACTS.items() if chance.random() < p
    ]
    stated += [
        cases.declared(name, round(chance.uniform(0, top)))
        for name, (p, top) in _DECLARED.items()
        if chance.random() < p
    ]
    stated += cases.STANDING if chance.random() < 0.7 else ()  # noqa: PLR2004
    trade = chance.choices(("workshop", "truck", "shop", "startup"), (5, 2, 2, 1))[0]
    industry = {"workshop": "plastics", "truck": "freight", "shop": "零售业", "startup": "general"}[trade]
    existing = chance.choice((0, 30_000, 100_000, 250_000))
    case = cases.application(*stated, existing=existing, trade=trade, industry=industry)
    return replace(case, id=f"A-{number}"), cases.flat(_papers(chance))


def _papers(chance: random.Random) -> list[cases.Paper | list[cases.Paper]]:
    year = 10 ** chance.uniform(5, 7)
    months, some = (lambda: chance.randint(1, 13)), (lambda: year * chance.uniform(0.3, 1.6))
    every = [
        (0.45, cases.invoices(year, months(), signed=chance.random() < 0.6)),  # noqa: PLR2004
        (0.15, cases.photographed(some(), months(), tag="p")),
        (0.45, cases.statement(some(), months(), carrier=chance.choice(("pdf_text", "ocr", "table")))),
        (0.10, cases.statement(some(), months(), account="9988", carrier="ocr", tag="x")),
        (0.30, cases.photo()),
        (0.15, cases.contract(round(some()), signed=chance.random() < 0.6)),  # noqa: PLR2004
    ]
    return [paper for share, paper in every if chance.random() < share]

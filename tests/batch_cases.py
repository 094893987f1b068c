"""Random applications and random numbers of a policy for the tests of re-scoring in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import strategies as st

from selfproof.batch import columns, row, told
from selfproof.batch.compiled import Compiled
from selfproof.credit.policy import Policy
from selfproof.model import Application, Fact, Finding
from selfproof.store import results
from selfproof.store.rescored import Side
from tests import credit_cases as cases

TRADES = ("workshop", "truck", "shop", "startup")
Filed = tuple[Application, tuple[Fact, ...], tuple[Finding, ...]]
_money = st.integers(10_000, 9_000_000)
_months = st.integers(1, 14)
_shares = st.floats(0.3, 1.7).map(lambda value: round(value, 3))
_STATED = {
    "platform.annual_receipts": _money, "bank.annual_receipts": _money, "tax.annual_sales": _money,
    "bureau.total_exposure": _money,
    "bureau.working_capital_loans": st.integers(0, 200_000), "lender.lowest_base_12m": st.integers(0, 200_000),
    "tax.arrears": st.integers(0, 2), "registry.headcount": st.integers(1, 30),
    "bureau.band": st.sampled_from("ABCDE"), "registry.status": st.sampled_from(["存续", "吊销"]),
}  # fmt: skip
_DECLARED = {
    "annual_turnover": _money, "own_funds": st.integers(0, 300_000), "cycle_days": st.integers(0, 200),
    "margin": st.sampled_from([0.05, 0.2, 0.6]), "deposits": st.integers(0, 50_000),
}  # fmt: skip
_CHECKS = ("balance_chain", "same_invoice_elsewhere", "edited_in_software", "not_a_screenshot", "editable_file")


@st.composite
def filed(draw: st.DrawFn, number: int = 0) -> Filed:
    """An application with some of everything, and the findings of its checks."""
    stated = [
        cases.third(name, draw(_STATED[name])) for name in draw(st.sets(st.sampled_from(sorted(_STATED)), max_size=4))
    ]
    stated += [
        cases.declared(name, draw(_DECLARED[name])) for name in draw(st.sets(st.sampled_from(sorted(_DECLARED))))
    ]
    industry = draw(st.sampled_from(["plastics", "零售业", "freight", "agriculture", "unknown"]))
    existing = draw(st.sampled_from([0, 30_000, 100_000, 250_000.5]))
    case = cases.application(*stated, existing=existing, trade=draw(st.sampled_from(TRADES)), industry=industry)
    papers = cases.flat(draw(_papers()))
    facts, findings = (
        [item for paper in papers for item in paper.facts],
        [item for paper in papers for item in paper.findings],
    )
    if papers and draw(st.integers(0, 4)) == 0:
        findings.append(cases.failed(papers[-1].facts[0].provenance.document, draw(st.sampled_from(_CHECKS))))
    return replace(case, id=f"A-{number}"), tuple(facts), tuple(findings)


@st.composite
def _papers(draw: st.DrawFn) -> list[Any]:
    year = float(draw(_money))
    signed, carrier = draw(st.booleans()), draw(st.sampled_from(["pdf_text", "ocr", "table"]))
    every = [
        cases.invoices(year, draw(_months), signed=signed, carrier="xml"),
        cases.photographed(year * draw(_shares), draw(_months), tag="p"),
        cases.statement(year * draw(_shares), draw(_months), carrier=carrier),
        cases.statement(year * draw(_shares), draw(_months), account="9988", carrier="ocr", tag="x"),
        cases.photo(),
        cases.contract(draw(_money), signed=signed),
        cases.loan(
            months=(1, 2, 3, 14), paid=draw(st.integers(500, 90_000)), title="流动资金借款合同", principal=60_000
        ),
    ]
    return [paper for paper in every if draw(st.booleans())]


@st.composite
def numbers(draw: st.DrawFn) -> Policy:
    """The standard policy with other numbers; the names of kinds, checks and sources stay."""
    found = cases.policy().model_dump(mode="json")
    scale = st.floats(0.5, 2.0).map(lambda value: round(value, 4))
    found["levels"] = [0.0, *sorted(draw(st.sets(st.floats(0.02, 0.98), min_size=5, max_size=5)))]
    found["sigma"]["kind"] = {name: value * draw(scale) for name, value in found["sigma"]["kind"].items()}
    found["photo_credibility"] = draw(st.floats(0, 1))
    fusion, limit = found["fusion"], found["limit"]
    for name in ("prior_months", "correlation", "strong", "corroboration_max"):
        fusion[name] = min(1.0, fusion[name] * draw(scale)) if name != "prior_months" else fusion[name] * draw(scale)
    fusion |= {"min_months": draw(st.integers(1, 5)), "full_months": draw(st.integers(5, 12))}
    fusion |= {"month_cap": 1 + draw(st.floats(0, 2)), "min_coverage": draw(st.floats(0, 1))}
    fusion["review_contradiction"] = 1 + draw(st.floats(0, 2))
    limit |= {"funds_least": draw(st.sampled_from([None, 0.0, 0.5, 1.0])), "stop_lowers": draw(st.booleans())}
    for name in ("turnover_cap", "own_funds_share", "growth_max", "order_share"):
        limit[name] = min(1.0, limit[name] * draw(scale))
    limit |= {
        "dscr": 1 + draw(st.floats(0, 1)),
        "ladder": 1 + draw(st.floats(0, 9)),
        "rounding": draw(st.sampled_from([100, 1000])),
    }
    limit |= {
        "entry": draw(st.sampled_from([20_000, 50_000])),
        "policy_max": draw(st.sampled_from([300_000, 3_000_000])),
    }
    limit["four_eyes"] = min(limit["four_eyes"], limit["policy_max"])
    found["kill_switch"] = draw(st.integers(0, 9)) == 0
    found["trades"]["truck"]["needs"] = draw(st.sampled_from([["cycle"], ["order", "cycle"]]))
    found["industries"]["general"]["peer"]["median"] = draw(st.integers(100_000, 1_000_000))
    found["scorecard"]["start"] = draw(st.integers(50, 100))
    return Policy.model_validate(found)


def frame(rows: Sequence[row.Row], policy: Policy) -> pl.DataFrame:
    """Wide rows as a table; the columns that a snapshot adds are empty."""
    return pl.from_dicts(list(rows), schema=columns.schema(policy))


def scored(rows: pl.DataFrame, policy: Policy) -> dict[str, tuple[dict[str, Any], Side]]:
    """What the compiled policy decides, by application, as a row and as told; rows without a shape are left out."""
    found: dict[str, tuple[dict[str, Any], Side]] = {}
    for (shape,), part in rows.filter(pl.col("shape") != "").group_by("shape"):
        compiled = Compiled(policy, str(shape))
        result = compiled.over(part.lazy(), part["industry"].unique().to_list(), told.KEPT).collect(engine="streaming")
        sides = told.results(result, compiled).iter_rows(named=True)
        for item, told_of in zip(result.iter_rows(named=True), sides, strict=True):
            found[item["application"]] = item, results.side_of("after", told_of)
    return found

"""The wide row: what a policy's numbers act on, one row an application (`selfproof.batch.row` fills it).

Amounts are CNY as float64, null where nothing was shown. A kind's papers stand in at most two slots, one a level, the
stronger first; months count back from the last complete one (0). Names are ``<kind>.<slot>.<column>``.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from selfproof.credit.policy import Policy
from selfproof.store.ledger import STATE
from selfproof.store.results import side_schema

LAYOUT = 3  # raised with every change of the columns: older snapshots are not read any more
WINDOW = 12  # months that a slot holds
FRESH = 4  # of these the newest, in which invoices may be too new to count in full
SLOTS = 2  # levels of one kind
FEEDS = 2  # third-party records of one source
LEVELS = range(1, 6)  # of orders

_ROW: dict[str, pl.DataType] = {
    "application": pl.String(), "decision": pl.String(), "trade": pl.String(),
    "shape": pl.String(), "region": pl.String(), "shown": pl.String(), "industry": pl.String(),
    "last": pl.Int32(), "phase": pl.Int8(), "older": pl.Int8(), "declared": pl.Float64(),
    "photos": pl.Boolean(), "own": pl.Boolean(), "owes": pl.Boolean(), "void": pl.Int32(),
    "failed": pl.String(), "lowered": pl.String(), "covered_none": pl.Boolean(),
    "existing": pl.Float64(), "lowest_base": pl.Float64(), "exposure": pl.Float64(), "adverse": pl.Boolean(),
    "settled": pl.Boolean(), "own_funds": pl.Float64(), "loans": pl.Float64(), "debt_service": pl.Float64(),
    "margin.declared": pl.Float64(), "cycle.declared": pl.Float64(), "deposits": pl.Float64(),
    "margin.months": pl.Int8(), "margin.sales": pl.Float64(), "margin.costs": pl.Float64(),
    "volatility.0": pl.Float64(), "volatility.1": pl.Float64(), "volatility.0.months": pl.Int8(),
    "volatility.1.months": pl.Int8(), "concentration": pl.Float64(),
    "tenure_years": pl.Float64(), "bureau_band": pl.String(), "arrears": pl.String(),
}  # fmt: skip
_BEFORE: dict[str, pl.DataType] = {**STATE, **side_schema("before"), "evidence": pl.Boolean()}
_SLOT: dict[str, pl.DataType] = {
    "level": pl.Int8(), "weight": pl.Float64(), "total": pl.Float64(), "missing": pl.Float64(),
    "picture": pl.Boolean(), "lifted": pl.Boolean(), "channel": pl.Boolean(), "rank": pl.Int8(),
}  # fmt: skip


def slots(kind: str) -> Iterator[tuple[str, pl.DataType]]:
    """Columns of one kind of evidence."""
    for slot in range(SLOTS):
        yield from ((f"{kind}.{slot}.{name}", dtype) for name, dtype in _SLOT.items())
        yield from ((f"{kind}.{slot}.m{month}", pl.Float64()) for month in range(WINDOW))
        yield from ((f"{kind}.{slot}.f{month}", pl.Float64()) for month in range(FRESH))


def schema(policy: Policy) -> dict[str, pl.DataType]:
    """Every column of a snapshot that was read under a policy's kinds, sources and trades."""
    found = dict(_ROW)
    for kind in policy.kinds:
        found |= dict(slots(kind))
    for kind in ("invoicing", "receipts"):
        found |= {f"growth.{kind}.months": pl.Int8()}
        found |= {f"growth.{kind}.{name}": pl.Float64() for name in ("now", "before")}
    for source in policy.third_party:
        found |= {f"feed.{source}.{number}": pl.Float64() for number in range(FEEDS)}
    found |= {f"orders.{name}.{level}": pl.Float64() for name in ("unpaid", "total", "paid") for level in LEVELS}
    found |= {f"capacity.{name}": pl.Float64() for name in capacities(policy)}
    found |= {f"seen.{name}": pl.Float64() for name in counted(policy)}
    return found | _BEFORE


def capacities(policy: Policy) -> list[str]:
    """The facts that tell a capacity in any trade."""
    return sorted({name for trade in policy.trades.values() for name in trade.ceilings})


def counted(policy: Policy) -> list[str]:
    """What photos count in any trade."""
    return sorted({name for trade in policy.trades.values() for name in trade.seen})

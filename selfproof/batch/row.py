"""One application as a wide row: its evidence as the scalar engine gathers it, before any number of a policy acts.

What is read here depends on a policy only through `reading_key`: names of kinds, sources and checks, what a failed
check does to a document's level, and how long windows are. A policy that changes one of these has a snapshot of its
own; one that changes any other number uses the same.

A row has a ``shape``: its trade, and the kinds that were shown at two levels, which have to be tried in combination.
A few applications have none ("") and stay with the scalar engine: more than two levels in one kind, withdrawn papers,
refused statements, more than two records of one source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

from selfproof.batch.columns import FEEDS, FRESH, LAYOUT, LEVELS, SLOTS, WINDOW, capacities, counted
from selfproof.credit import evidence, readings, series, terms
from selfproof.credit.decide import ENGINE, account, void
from selfproof.credit.evidence import Evidence
from selfproof.credit.policy import Policy
from selfproof.credit.series import Entry
from selfproof.model import Application, Fact, Finding, Outcome
from selfproof.tagged import content_id

Row: TypeAlias = dict[str, Any]
_NAME = re.compile(r"\w+")  # of a trade or a kind, since a shape is the name of a file
_PICTURES = ("", "ocr")
_MOST_AT_TWO_LEVELS = 2  # kinds, so that at most nine combinations are tried
_LEVELS_RULES = ("consistency", "trusted_signature", "match", "top", "thresholds", "kinds", "third_party", "adverse",
                 "photo_scenes", "invoices", "withdrawn_days")  # fmt: skip


def reading_key(policy: Policy) -> str:
    """A hash of all of a policy that a row depends on; rows of equal keys are the same."""
    rules = {name: value for name, value in policy.model_dump(mode="json").items() if name in _LEVELS_RULES}
    checks = {
        name: (bool(effect.stop), effect.cap_level, bool(effect.every))
        for name, effect in sorted(policy.checks.items())
    }
    names = {"trades": sorted(policy.trades), "capacities": capacities(policy), "counted": counted(policy)}
    limit = (policy.limit.order_days, policy.limit.order_level, policy.fusion.window_months)
    return content_id(rules | names | {"checks": checks, "limit": limit, "engine": ENGINE, "layout": LAYOUT})[:24]


def row(application: Application, facts: Sequence[Fact], findings: Sequence[Finding], policy: Policy) -> Row:
    """The wide row of an application (`selfproof.batch.columns.schema`), without its standing decision.

    Raises PolicyError for a trade that the policy does not know.
    """
    found = evidence.gather(application, facts, findings, policy)
    slots = {kind: _slots(kind, found) for kind in policy.kinds}
    feeds, orders = _feeds(found), _orders(found)
    shown = [kind for kind in policy.kinds if slots[kind]]
    others = {"photos": found.photos, "feeds": any(feeds.values()), "orders": orders, "declared": _declared(found)}
    return (
        _about(found, findings)
        | {name: value for kind, columns in slots.items() for name, value in _columns(kind, columns, found).items()}
        | {
            f"feed.{source}.{place}": amount
            for source, own in feeds.items()
            for place, amount in enumerate(own[:FEEDS])
        }
        | _terms(found)
        | orders
        | {
            "shape": _shape(found, slots, feeds),
            "shown": " ".join([*shown, *(name for name in others if others[name])]),
        }
    )


def _shape(found: Evidence, slots: dict[str, list[list[Entry]]], feeds: dict[str, list[float]]) -> str:
    mine = [kind for kind in found.book.policy.kinds if len(slots[kind]) > 1]
    entries = readings.within(found.sold, found.book)
    asked = found.book.application.trade
    odd = (
        not all(_NAME.fullmatch(name) for name in (asked, *mine))
        or found.book.policy.fusion.window_months > WINDOW
        or len(mine) > _MOST_AT_TWO_LEVELS
        or any(len(levels) > SLOTS for levels in slots.values())
        or any(len(own) > FEEDS for own in feeds.values())
        or any(paper.withdrawn for paper in found.papers)
        or any(_lifted_in_part(slots[kind]) for kind in mine)
        or any(entry.level == 0 and entry.kind == "receipts" for entry in entries)
        or any(back >= FRESH for entry in entries if _fresh(entry, found) for back in [found.book.last - entry.month])
    )
    return "" if odd else f"{asked}/{'+'.join(mine)}"


def _lifted_in_part(slots: Sequence[Sequence[Entry]]) -> bool:
    """Whether some of papers at several levels are that strong by a match alone, and not just all of the strongest."""
    strongest, weaker = {entry.lifted for entry in slots[0]}, {entry.lifted for own in slots[1:] for entry in own}
    return len(strongest) > 1 or (True not in strongest and True in weaker)


def _slots(kind: str, found: Evidence) -> list[list[Entry]]:
    """The kind's entries by level, the strongest first."""
    counts = [entry for entry in readings.counted(found.sold, found.book) if entry.kind == kind]
    return [
        [entry for entry in counts if entry.level == level]
        for level in sorted({entry.level for entry in counts}, reverse=True)
    ]


def _columns(kind: str, slots: Sequence[Sequence[Entry]], found: Evidence) -> Row:
    """What a kind's papers say, by slot."""
    covered = evidence.covered(found)
    carriers = {paper.document: paper.signal("carrier") for paper in found.papers}
    row: Row = {}
    for place, entries in enumerate(slots[:SLOTS]):
        own = {
            "level": entries[0].level,
            "lifted": all(entry.lifted for entry in entries),
            "weight": sum(abs(entry.amount) for entry in entries),
            "total": sum(entry.amount for entry in entries),
            "missing": sum(entry.amount for entry in entries if covered.misses(entry)),
            "picture": any(carriers[entry.document] in _PICTURES for entry in entries),
            "channel": all(readings.of_channel(entry, found.book) for entry in entries),
            "rank": max(entry.belief.carrier for entry in entries),
        }
        row |= {f"{kind}.{place}.{name}": value for name, value in (own | _months(entries, found)).items()}
    return row


def _months(entries: Sequence[Entry], found: Evidence) -> Row:
    """Sums by month; a month with new amounts only is there, with 0."""
    row: Row = {}
    for entry in entries:
        back, fresh = found.book.last - entry.month, _fresh(entry, found)
        row[f"m{back}"] = row.get(f"m{back}", 0.0) + (0.0 if fresh else entry.amount)
        if fresh:
            row[f"f{back}"] = row.get(f"f{back}", 0.0) + entry.amount
    return {name: value for name, value in row.items() if int(name[1:]) < WINDOW}


def _fresh(entry: Entry, found: Evidence) -> bool:
    return readings.fresh(entry, found.book)


def _about(found: Evidence, findings: Sequence[Finding]) -> Row:
    """Who asks, what else was shown, and which checks failed."""
    book, told, asked = found.book, found.stated, found.book.application
    cutoff = asked.as_of - timedelta(days=book.policy.invoices.new_days)
    older = next(back for back in range(10_000) if series.first_day(book.last - back + 1) <= cutoff)
    bound = account(found)
    return {
        "application": asked.id, "region": region(asked), "trade": asked.trade, "industry": asked.industry,
        "last": book.last, "phase": book.last % 12, "older": min(older, WINDOW),
        "declared": told.declared("annual_turnover"),
        "photos": bool(found.photos), "own": bool(found.own), "owes": bool(found.loans),
        "void": sum(1 for _ in void(found)),
        "failed": _failed(findings), "lowered": _failed(item for item in findings if item.document in found.levels),
        "covered_none": evidence.covered(found).none, "existing": bound.existing,
        "lowest_base": told.confirmed("lender.lowest_base_12m"), "exposure": bound.exposure,
        "adverse": bound.adverse, "settled": bound.settled,
        **{f"capacity.{name}": evidence.capacity(name, found) for name in capacities(book.policy)},
        **{f"seen.{name}": evidence.counted(name, found) for name in counted(book.policy)},
    }  # fmt: skip


def _declared(found: Evidence) -> bool:
    return (found.stated.declared("annual_turnover") or 0.0) > 0


def region(application: Application) -> str | None:
    """The province's number, if any, by the unified social credit code (GB 32100: digits 3 to 8 are a division)."""
    digits = application.applicant.uscc[2:4]
    return digits if digits.isdecimal() else None


def _failed(findings: Iterable[Finding]) -> str:
    """The failed checks in order, one for each document."""
    return " ".join(sorted(item.check for item in findings if item.outcome is Outcome.FAIL))


def _terms(found: Evidence) -> Row:
    """What the limit's formulas and the scorecard take."""
    told, book = found.stated, found.book
    needed, judged = terms.terms(found), terms.attributes(found)
    invoiced = [entry for entry in found.sold if entry.kind == "invoicing"]
    received = [entry for entry in found.sold if entry.kind == "receipts"]
    sales = readings.trading(terms.sales(found), found.bought, book)
    grown = {kind: readings.periods(own, book) for kind, own in (("invoicing", invoiced), ("receipts", received))}
    swings = readings.swings(received, book)
    return {
        "own_funds": needed.own_funds, "loans": needed.loans, "debt_service": needed.debt_service,
        "deposits": needed.deposits, "margin.declared": told.declared("margin"),
        "cycle.declared": told.declared("cycle_days"),
        **dict(zip(("margin.months", "margin.sales", "margin.costs"), sales, strict=True)),
        **{f"volatility.{place}": swing for place, (_, swing) in enumerate(swings[:SLOTS])},
        **{f"volatility.{place}.months": months for place, (months, _) in enumerate(swings[:SLOTS])},
        **{name: judged[name] for name in ("concentration", "tenure_years", "bureau_band", "arrears")},
        **{f"growth.{kind}.{name}": value for kind, own in grown.items()
           for name, value in zip(("months", "now", "before"), own, strict=True)},
    }  # fmt: skip


def _orders(found: Evidence) -> Row:
    row: Row = {}
    for order in found.orders:
        for name in ("unpaid", "total", "paid") if order.level in LEVELS else ():
            column = f"orders.{name}.{order.level}"
            row[column] = row.get(column, 0.0) + getattr(order, name)
    return row


def _feeds(found: Evidence) -> dict[str, list[float]]:
    feeds = evidence.feeds(found.stated, found.book.policy)
    names = found.book.policy.third_party
    return {source: [feed.amount for feed in feeds if feed.source == source] for source in names}

"""What the limit's formulas need besides turnover, from the same evidence (credit-method, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from selfproof.credit import debts, limit, orders, readings
from selfproof.credit.credibility import SEEN
from selfproof.credit.evidence import Evidence, capacity
from selfproof.credit.limit import Terms
from selfproof.credit.papers import Paper, day
from selfproof.credit.series import Entry
from selfproof.model import Ledger

_YEAR = 365.25
_SALES = ("invoicing", "receipts")


def terms(evidence: Evidence) -> Terms:
    """Margin, days, growth, own funds, debts and grade of an application."""
    told, book = evidence.stated, evidence.book
    rules = book.policy.limit
    invoiced = [entry for entry in evidence.sold if entry.kind == "invoicing"]
    received = [entry for entry in evidence.sold if entry.kind == "receipts"]
    return Terms(
        margin=_margin(evidence),
        cycle=_cycle(evidence),
        growth=max(readings.growth(invoiced, book), readings.growth(received, book)),
        orders=orders.worth(evidence.orders, book.policy, least=rules.order_level),
        own_funds=told.declared("own_funds"),
        turnover=told.declared("annual_turnover") if readings.counted(evidence.sold, book) else None,
        loans=max(told_of(evidence, "working_capital_loans"), debts.working(evidence.loans)),
        debt_service=max(told_of(evidence, "debt_service_annual"), debts.service(evidence.loans)),
        grade=_grade(evidence),
        need_order=orders.worth(evidence.orders, book.policy, least=0),
        need_season=_season(evidence),
        deposits=told.declared("deposits") or 0.0,
        peak=evidence.trade.peak,
    )


def _grade(evidence: Evidence) -> float:
    """The lower of the grades with and without what was withdrawn lately."""
    card, now, before = evidence.book.policy.scorecard, evidence.standing, evidence.remembered
    grade = limit.grade(attributes(evidence), card)
    return grade if now == before else min(grade, limit.grade(attributes(evidence, before), card))


def attributes(evidence: Evidence, among: Sequence[Paper] | None = None) -> dict[str, float | str | None]:
    """What the scorecard judges; None where nothing is on record. among: the papers to judge by, else what stands."""
    told, book = evidence.stated, evidence.book
    papers = evidence.standing if among is None else among
    documents = {paper.document for paper in papers}
    sold = [entry for entry in evidence.sold if entry.document in documents]
    arrears = told.confirmed("tax.arrears")
    return {
        "tenure_years": _tenure(evidence, papers),
        "receipts_volatility": readings.volatility([e for e in sold if e.kind == "receipts"], book),
        "concentration": readings.concentration([e for e in sold if e.kind == "invoicing"], book),
        "bureau_band": max(told.said("bureau.band").split(), default=None),
        "arrears": None if arrears is None else ("yes" if arrears > 0 else "no"),
    }


def licensed(evidence: Evidence, years: float) -> float | None:
    """The grade if a licence told that the business is so many years old; None where its age is known."""
    known = attributes(evidence)
    if known["tenure_years"] is not None:
        return None
    return limit.grade(known | {"tenure_years": years}, evidence.book.policy.scorecard)


def _margin(evidence: Evidence) -> float:
    """The lowest of declared, observed and the industry's median, clamped to [0, 1]."""
    book = evidence.book
    observed = readings.margin(sales(evidence), evidence.bought, book)
    known = [book.industry.margin, evidence.stated.declared("margin"), observed]
    return min(1.0, max(0.0, min(value for value in known if value is not None)))


def sales(evidence: Evidence) -> list[Entry]:
    """What purchases are measured against: the invoices, or the receipts where these show more in months of both.

    Of invoices as many are shown as an owner likes; against a few of them all purchases would leave no margin at all.
    """
    book, least = evidence.book, evidence.book.policy.fusion.min_months
    invoiced, received = ([entry for entry in evidence.sold if entry.kind == kind] for kind in _SALES)
    billed, came = (readings.trading(mine, evidence.bought, book) for mine in (invoiced, received))
    return received if min(billed[0], came[0]) >= least and came[1] > billed[1] else invoiced


def _cycle(evidence: Evidence) -> float:
    """The industry's lower-quartile cycle without the days foreign to the trade; a shorter declared one is taken."""
    usual = limit.cycle_days(evidence.book.industry.days, evidence.trade)
    declared = evidence.stated.declared("cycle_days")
    return usual if declared is None else min(usual, max(0.0, declared))


def _season(evidence: Evidence) -> float:
    """Inputs of the coming harvests that are still to be bought, for land and other units that set a ceiling, CNY."""
    industry, rows = evidence.book.industry, evidence.trade.ceilings.items()
    share = industry.unspent(evidence.book.application.as_of.month - 1)
    return sum(
        capacity(name, evidence) * industry.inputs[unit] * share for name, unit in rows if unit in industry.inputs
    )


def told_of(evidence: Evidence, field: str) -> float:
    """The larger of what the bureau and the applicant tell of debts, CNY; papers are not asked."""
    told = evidence.stated
    return max(told.confirmed(f"bureau.{field}") or 0.0, told.declared(field) or 0.0, 0.0)


def established(evidence: Evidence) -> date | None:
    """When the business was founded: the register's day, else the licence's."""
    return _born(evidence, evidence.standing)


def _born(evidence: Evidence, papers: Sequence[Paper]) -> date | None:
    facts = evidence.stated.all("registry.established_date", Ledger.THIRD_PARTY)
    days = [found for fact in facts if (found := day(fact))] or _licensed(evidence, papers)
    return max(days, default=None)


def _tenure(evidence: Evidence, papers: Sequence[Paper]) -> float | None:
    """Years since establishment."""
    born = _born(evidence, papers)
    return None if born is None else (evidence.book.application.as_of - born).days / _YEAR


def _licensed(evidence: Evidence, papers: Sequence[Paper]) -> list[date]:
    return [
        found
        for paper in papers
        if paper.kind == "business_license" and evidence.levels[paper.document] >= SEEN
        if (found := paper.day("established_date"))
    ]

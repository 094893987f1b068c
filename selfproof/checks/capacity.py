"""Turnover against what it takes: people, power, floor and vehicles. Bounds beyond which it cannot be, no estimates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from selfproof.graph.flows import amount, network
from selfproof.model import Fact, Outcome
from selfproof.verify import UNKNOWN, Case, Verdict, check, fail

_YEAR: Final = timedelta(days=365)
_MONTH: Final = re.compile(r"months\[(\d{4}-\d{2})\]\.receipts")
_STATEMENTS: Final = ("bank_statement", "wallet_statement", "acquirer_statement", "platform_statement")
_MOST: Final = 12  # facts that a finding cites


def _sold(case: Case) -> tuple[Decimal, list[Fact]]:
    """The most that any kind of paper tells for the year before the application, CNY, with facts that say it.

    Of several statements of a kind a month counts once, with the largest: too little is claimed rather than too much.
    """
    since = case.as_of - _YEAR
    flows = [flow for flow in network(case).sales if flow.day is not None and since < flow.day <= case.as_of]
    found = [(amount(flows), [flow.told[0] for flow in flows])]
    found += [_received(case, kind, f"{since:%Y-%m}") for kind in _STATEMENTS]
    return max(found, key=lambda item: item[0])


def _received(case: Case, kind: str, since: str) -> tuple[Decimal, list[Fact]]:
    """A year's receipts by the statements of one kind."""
    months: dict[str, Fact] = {}
    for view in case.of(kind):
        for name, fact in view.facts.items():
            match = _MONTH.fullmatch(name)
            if match and since < match[1] <= f"{case.as_of:%Y-%m}" and isinstance(fact.value, Decimal):
                months[match[1]] = max(months.get(match[1], fact), fact, key=_number_of)
    return _sum(list(months.values())), list(months.values())


def _number_of(fact: Fact) -> Decimal:
    return _number(fact) or Decimal(0)


def _against(case: Case, told: Sequence[Fact], units: Decimal, uses: str, key: str) -> Verdict:
    """One verdict: the year's turnover beside so many units."""
    sold, saying = _sold(case)
    if not saying or units <= 0:
        return UNKNOWN
    if sold <= units * case.threshold(uses):
        return Verdict(Outcome.PASS, facts=tuple(fact.id for fact in told))
    facts = (*(fact.id for fact in told), *(fact.id for fact in saying[:_MOST]))
    return fail(key, facts, sold=sold.quantize(Decimal(1)), units=f"{units.normalize():f}")


def _all(case: Case, kind: str, field: str) -> list[Fact]:
    """A number on every paper of a kind, and what a registry states under the same name."""
    printed = [view.facts[field] for view in case.of(kind) if field in view.facts]
    stated = [fact for name, fact in case.stated.items() if name == f"registry.{field}"]
    return [fact for fact in (*printed, *stated) if _number(fact) is not None]


def _number(fact: Fact) -> Decimal | None:
    if isinstance(fact.value, bool) or not isinstance(fact.value, Decimal | int):
        return None
    return Decimal(fact.value)


def _most(facts: Sequence[Fact]) -> Decimal:
    return max((number for fact in facts if (number := _number(fact)) is not None), default=Decimal(0))


def _sum(facts: Sequence[Fact]) -> Decimal:
    return sum((number for fact in facts if (number := _number(fact)) is not None), Decimal(0))


@check(per="application", uses=("most_per_head",))
def turnover_fits_headcount(case: Case) -> Iterator[Verdict]:
    """A year's turnover is not more than so many people can turn over."""
    told = _all(case, "social_insurance", "headcount")
    yield _against(case, told, _most(told), "most_per_head", "turnover_fits_headcount_fail")


@check(per="application", uses=("most_per_kwh",))
def turnover_fits_power(case: Case) -> Iterator[Verdict]:
    """A workshop's year of turnover is not more than its power could make."""
    if case.application.trade != "workshop":
        return
    told = _all(case, "utility_bill", "annual_kwh")
    yield _against(case, told, _sum(told), "most_per_kwh", "turnover_fits_power_fail")


@check(per="application", uses=("most_per_square_metre",))
def turnover_fits_floor(case: Case) -> Iterator[Verdict]:
    """A shop's or workshop's year of turnover is not more than its floor can hold."""
    if case.application.trade not in ("shop", "workshop"):
        return
    told = [*_all(case, "lease", "area"), *_all(case, "property_certificate", "area")]
    yield _against(case, told, _sum(told), "most_per_square_metre", "turnover_fits_floor_fail")


@check(per="application", uses=("most_per_truck",))
def turnover_fits_fleet(case: Case) -> Iterator[Verdict]:
    """A haulier's year of turnover is not more than its trucks can carry."""
    if case.application.trade != "truck":
        return
    told = [_named(case, "vehicle_license", "number"), _named(case, "road_transport_permit", "number")]
    registered = _all(case, "registry", "trucks")
    units = max(*(Decimal(len(facts)) for facts in told), _most(registered))
    yield _against(case, [*told[0], *told[1], *registered], units, "most_per_truck", "turnover_fits_fleet_fail")


def _named(case: Case, kind: str, field: str) -> list[Fact]:
    """One fact for each different text of a field: a paper that was sent twice is one thing."""
    return list({view.text(field): view.facts[field] for view in case.of(kind) if view.text(field)}.values())

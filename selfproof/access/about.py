"""What an owner says about the business, and whether it can be so: raises UnfitError before anything is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import yaml

from selfproof import values
from selfproof.credit import policy as policies
from selfproof.errors import UnfitError
from selfproof.model import Applicant, Application, Fact, Value

_ABSURD = Decimal(10) ** 15  # CNY: no business states so much
_LONGEST = 200  # characters of a name, an address or an industry
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class About:
    """What an owner says about the business. trade: a row of the standard policy; industry: as it is registered.

    declared: fields of ``declaration.*`` (``tables/declared.yaml`` lists them). taken_back: fields that were declared
    before and are no more.
    """

    applicant: Applicant
    trade: str
    industry: str
    declared: Mapping[str, Value]
    taken_back: frozenset[str] = frozenset()


def check(about: About) -> None:
    """Raise UnfitError for the first value that cannot be."""
    applicant = about.applicant
    if not applicant.name.strip() or not all(map(_is_line, (applicant.name, applicant.legal_representative))):
        raise UnfitError("applicant_unfit")
    if not _is_line(applicant.address) or not _is_line(about.industry) or not about.industry.strip():
        raise UnfitError("applicant_unfit")
    if applicant.uscc and values.tax_id(applicant.uscc) != applicant.uscc:
        raise UnfitError("uscc_unfit")
    if about.trade not in _trades():
        raise UnfitError("trade_unknown")
    if not all(_can_be(name, value) for name, value in about.declared.items()) or about.taken_back - set(_sorts()):
        raise UnfitError("declared_unfit")


def opened(name: str, day: date, about: About, said: tuple[Fact, ...]) -> Application:
    """A new application as of a day, without an existing limit. said: the declarations."""
    return Application(name, about.applicant, day, about.trade, about.industry, Decimal(0), said)


def described(kept: Application, about: About, said: Sequence[Fact]) -> Application:
    """The application as it is said to be now. said: the declarations, in the place of those of the same fields."""
    names = {f"declaration.{name}" for name in (*about.declared, *about.taken_back)}
    facts = (*(fact for fact in kept.facts if fact.name not in names), *said)
    return replace(kept, applicant=about.applicant, trade=about.trade, industry=about.industry, facts=facts)


def check_source(source: str, purpose: str) -> None:
    """Raise UnfitError unless it is the name of a kind of record, with a purpose of one line."""
    if not source.isidentifier() or len(source) > _LONGEST or not _is_line(purpose):
        raise UnfitError("source_unfit")


@cache
def _trades() -> frozenset[str]:
    return frozenset(policies.load("standard").trades)


@cache
def _sorts() -> Mapping[str, str]:
    """The sort of value of each field that can be declared."""
    table: Mapping[str, Sequence[str]] = yaml.safe_load(
        files("selfproof").joinpath("tables", "declared.yaml").read_text("utf-8")
    )
    return {name: sort for sort, names in table.items() for name in names}


def _can_be(name: str, value: Value) -> bool:
    fits: Mapping[str, Callable[[Value], bool]] = {
        "amount": lambda said: _within(said, _ABSURD),
        "share": lambda said: _within(said, Decimal(1)),
        "days": lambda said: _within(said, Decimal(_MOST_DAYS)),
        "text": lambda said: isinstance(said, str) and _is_line(said),
    }
    return name in _sorts() and fits[_sorts()[name]](value)


def _within(value: Value, most: Decimal) -> bool:
    """Whether it is a number from 0 on, up to the most there can be."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return False
    number = Decimal(value)
    return number.is_finite() and 0 <= number <= most


def _is_line(text: str) -> bool:
    return len(text) <= _LONGEST and (not text or text.isprintable())

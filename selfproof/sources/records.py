"""Third-party records: a data holder's word, with licence and authorisation, and the facts in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from selfproof.errors import SourceError
from selfproof.model import Applicant, Fact, Ledger, Method, Place, Provenance, Value
from selfproof.names import same_firm
from selfproof.tagged import content_id

ABSURD: Final = Decimal(10) ** 13
"""CNY, or any other figure of a small business: nothing is as large."""


class Strict(BaseModel):
    """A file's part that holds what is named here and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Record(Strict):
    """One third-party record: whose, under which licence and authorisation, from which day, and its content."""

    source: str
    licence: str = ""
    authorisation: str = ""
    retrieved: date
    record: dict[str, Any]


def facts_of(record: Record) -> Iterator[Fact]:
    """A record's values as third-party facts ``source.field``; refused without licence or authorisation."""
    if not record.licence.strip() or not record.authorisation.strip():
        raise SourceError(f"{record.source}: a third-party record needs the source's licence and an authorisation")
    version = content_id(record.model_dump(mode="json"))
    for name, value in leaves(record.record):
        where = Provenance(Method.SOURCE, record.source, place=Place(path=name), version=version)
        yield Fact(f"{record.source}.{name}", value, str(value), Ledger.THIRD_PARTY, where)


def refuse_strangers(record: Record, applicant: Applicant, as_of: date) -> None:
    """Raise SourceError for a record about somebody else, or from after the day of the application."""
    name, code = str(record.record.get("name") or ""), str(record.record.get("uscc") or "")
    other = code != applicant.uscc if code and applicant.uscc else not same_firm(name, applicant.name)
    if (name or code) and other:
        raise SourceError(f"{record.source}: the record is about {name or code}, not about {applicant.name}")
    if record.retrieved > as_of:
        raise SourceError(f"{record.source}: the record was retrieved after the day of the application")


def leaves(node: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Value]]:
    """Names and values of a record, nested ones spelt out, absent ones left out; raises SourceError for no value.

    ``{"months": {"2026-03": {"receipts": 1}}}`` → ``months[2026-03].receipts``; numbers become Decimal.
    """
    for key, value in node.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            for inner, content in value.items():
                held = content if isinstance(content, Mapping) else {"": content}
                yield from ((leaf.rstrip("."), item) for leaf, item in leaves(held, f"{name}[{inner}]."))
        elif value is not None:
            yield name, _value(name, value)


def _value(name: str, value: Any) -> Value:  # noqa: ANN401  whatever the YAML holds
    if isinstance(value, bool | str | date):
        return value
    number = Decimal(str(value)) if isinstance(value, int | float | Decimal) else Decimal("NaN")
    if not number.is_finite() or abs(number) >= ABSURD:
        raise SourceError(f"{name}: {value} is no value")
    return number

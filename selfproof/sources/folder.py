"""File drop: an application as a folder with ``application.yaml`` and ``documents/``.

The YAML holds the applicant, the declarations, and third-party records by source. A record is used only with the
source's licence and the applicant's authorisation on it (credit-method, section 1); it is kept verbatim by its version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from selfproof.errors import SourceError
from selfproof.model import Applicant, Application, Fact, Ledger, Method, Place, Provenance
from selfproof.sources.records import ABSURD, Record, Strict, facts_of, leaves, refuse_strangers


class ApplicantEntry(Strict):
    """The applicant as the folder names it."""

    name: str
    uscc: str = ""
    legal_representative: str = ""
    address: str = ""


class ApplicationFile(Strict):
    """The whole of ``application.yaml``; amounts in CNY."""

    id: str
    applicant: ApplicantEntry
    trade: str
    industry: str
    as_of: date = Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))
    existing_limit: Decimal = Field(default=Decimal(0), ge=0, lt=ABSURD, allow_inf_nan=False)
    declared: dict[str, Any] = Field(default_factory=dict)
    third_party: list[Record] = Field(default_factory=list)


def load(folder: Path) -> Application:
    """The application of a folder with its declarations and third-party facts.

    Raises SourceError when the file does not hold together or a record lacks licence or authorisation.
    """
    entry = _entry(folder)
    applicant = Applicant(**entry.applicant.model_dump())
    for record in entry.third_party:
        refuse_strangers(record, applicant, entry.as_of)
    facts = [*_declarations(entry), *(fact for record in entry.third_party for fact in facts_of(record))]
    return Application(
        id=entry.id,
        applicant=applicant,
        as_of=entry.as_of,
        trade=entry.trade,
        industry=entry.industry,
        existing_limit=entry.existing_limit,
        facts=tuple(facts),
    )


def _entry(folder: Path) -> ApplicationFile:
    path = folder / "application.yaml"
    try:
        return ApplicationFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, OSError, UnicodeError) as error:
        raise SourceError(f"{path}: {error}") from error


def records(folder: Path) -> list[Record]:
    """The folder's third-party records, to be kept verbatim with their licence and authorisation."""
    return _entry(folder).third_party


def authorisations(folder: Path) -> dict[str, str]:
    """By which words the applicant allowed each source of the folder's third-party records; raises SourceError."""
    return {record.source: record.authorisation for record in _entry(folder).third_party}


def documents(folder: Path) -> list[Path]:
    """The uploads of a folder in the order of their names."""
    return sorted(path for path in (folder / "documents").glob("*") if path.is_file() and not path.name.startswith("."))


def _declarations(entry: ApplicationFile) -> Iterator[Fact]:
    where = Provenance(Method.HUMAN, "declaration", place=Place(path="application.yaml"))
    for name, value in leaves(entry.declared):
        yield Fact(f"declaration.{name}", value, str(value), Ledger.SELF, where)

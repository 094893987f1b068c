"""What connectors share that ask about the applicant as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from selfproof.errors import SourceError
from selfproof.model import Application, Fact
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record, facts_of

CALLS_A_DAY: int | None = None


def about(application: Application, source: str, **more: str) -> Iterator[Question]:
    """One question by social-credit code and name; none without a code: names are not unique."""
    firm = application.applicant
    if firm.uscc and firm.name:
        yield Question(source, "", {"uscc": firm.uscc, "name": firm.name, **more})


def last_month(application: Application) -> str:
    """The last complete month before the application, as ``2026-09``."""
    first = application.as_of.replace(day=1)
    year, month = (first.year - 1, 12) if first.month == 1 else (first.year, first.month - 1)
    return f"{year:04}-{month:02}"


def at_once(_question: Question, today: date) -> date | None:
    """It may be asked on any day."""
    return today


def told(question: Question, uscc: str, record: Record) -> Iterator[Fact]:
    """The record's facts, once it is about whom we asked; raises SourceError otherwise."""
    if uscc != question.asked["uscc"]:
        raise SourceError(f"{question.source}: the answer is about somebody else")
    yield from facts_of(record)


def within(months: Mapping[str, object], until: str) -> bool:
    """Whether no month lies after the one that was asked for."""
    return all(month <= until for month in months)

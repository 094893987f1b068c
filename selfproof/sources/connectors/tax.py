"""The tax bureau: reported sales by month, and arrears.

Bank-tax sharing (银税互动) gives them with the firm's authorisation only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfproof.errors import SourceError
from selfproof.model import Application, Fact
from selfproof.sources.connectors._firm import CALLS_A_DAY as CALLS_A_DAY  # noqa: PLC0414  as `Connector` wants it
from selfproof.sources.connectors._firm import about, at_once, last_month, told, within
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record
from selfproof.sources.way import posted
from selfproof.sources.wire import TaxAnswer

PATH = "/v1/tax"
request = posted(PATH)
ABSENT = False
ANSWER = TaxAnswer
earliest = at_once


def questions(application: Application, _facts: Sequence[Fact], source: str) -> Iterator[Question]:
    """One, about the applicant."""
    yield from about(application, source, until=last_month(application))


def facts(question: Question, answer: TaxAnswer, record: Record) -> Iterator[Fact]:
    """What the record holds, as ``tax.*``; raises SourceError when it is about somebody else."""
    if not within(answer.months, question.asked["until"]):
        raise SourceError(f"{question.source}: the answer goes beyond the month that was asked for")
    yield from told(question, answer.uscc, record)

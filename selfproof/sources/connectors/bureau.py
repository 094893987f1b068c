"""The credit bureau: band, debt service, loans.

《征信业管理条例》 Art. 18 and 29: only with the written authorisation of the person or firm asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfproof.model import Application, Fact
from selfproof.sources.connectors._firm import CALLS_A_DAY as CALLS_A_DAY  # noqa: PLC0414  as `Connector` wants it
from selfproof.sources.connectors._firm import about, at_once, told
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record
from selfproof.sources.way import posted
from selfproof.sources.wire import BureauAnswer

PATH = "/v1/bureau"
request = posted(PATH)
ABSENT = False
ANSWER = BureauAnswer
earliest = at_once


def questions(application: Application, _facts: Sequence[Fact], source: str) -> Iterator[Question]:
    """One, about the applicant."""
    yield from about(application, source)


def facts(question: Question, answer: BureauAnswer, record: Record) -> Iterator[Fact]:
    """What the record holds, as ``bureau.*``; raises SourceError when it is about somebody else."""
    yield from told(question, answer.uscc, record)

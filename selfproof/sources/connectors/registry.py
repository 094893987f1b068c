"""The business register: does the firm exist, since when, who represents it.

《企业信息公示暂行条例》 makes these particulars public; the agreement with the provider is still needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfproof.model import Application, Fact
from selfproof.sources.connectors._firm import CALLS_A_DAY as CALLS_A_DAY  # noqa: PLC0414  as `Connector` wants it
from selfproof.sources.connectors._firm import about, at_once, told
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record
from selfproof.sources.way import posted
from selfproof.sources.wire import RegistryAnswer

PATH = "/v1/registry"
request = posted(PATH)
ABSENT = True  # every firm is registered
ANSWER = RegistryAnswer
earliest = at_once


def questions(application: Application, _facts: Sequence[Fact], source: str) -> Iterator[Question]:
    """One, about the applicant."""
    yield from about(application, source)


def facts(question: Question, answer: RegistryAnswer, record: Record) -> Iterator[Fact]:
    """What the record holds, as ``registry.*``; raises SourceError when it is about somebody else."""
    yield from told(question, answer.uscc, record)

"""One module = one vendor's way of being asked. A real vendor is one more module here, named by `connector:`.

A connector goes by its module's name and needs nothing else: a docstring (what it asks, under which rules), and

- ``request(way, question)``: what to send; ``posted(PATH)`` of `selfproof.sources.way` for a POST with a JSON body;
- ``ANSWER``: the model of `selfproof.sources.wire` that an answer must be (or one of the vendor's own);
- ``ABSENT``: whether it says something that the source does not know whom we ask about (``listed``: no);
- ``CALLS_A_DAY``: how often one subject may be asked a day, None for no such rule;
- ``questions(application, facts, source)``: what to ask of an application, nothing where something needed is missing;
- ``earliest(question, today)``: the first day on which it may be asked, None for never;
- ``facts(question, answer, record)``: what the answer says, or raises SourceError when it is about somebody else.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Protocol, cast

import httpx2
from pydantic import BaseModel

from selfproof.model import Application, Fact
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record
from selfproof.sources.way import Way


class Connector(Protocol):
    """What a module of this package offers; see there."""

    ABSENT: bool
    ANSWER: type[BaseModel]
    CALLS_A_DAY: int | None

    def request(self, way: Way, question: Question) -> httpx2.Request:
        """How to ask it."""

    def questions(self, application: Application, facts: Sequence[Fact], source: str) -> Iterator[Question]:
        """What to ask."""

    def earliest(self, question: Question, today: date) -> date | None:
        """From when on."""

    def facts(self, question: Question, answer: Any, record: Record) -> Iterator[Fact]:  # noqa: ANN401  its own ANSWER
        """What the answer says."""


@cache
def known() -> Mapping[str, Connector]:
    """Every connector by the name of its module, found by walking the package."""
    names = sorted(item.name for item in pkgutil.iter_modules(__path__) if not item.name.startswith("_"))
    return {name: cast("Connector", importlib.import_module(f"{__name__}.{name}")) for name in names}

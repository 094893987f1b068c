"""What a reviewer did at a case, carried out at once: all of it, or nothing when something typed is not understood."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from selfproof.access import Blank, Desk, blanks
from selfproof.access.casework import Sheet, table
from selfproof.model import Fact, Value
from ui import review_part
from ui.mend import parsed

Act: TypeAlias = Callable[[], object]
_NEEDS_A_REASON = frozenset({"reject", "ask", "aside"})


@dataclass(frozen=True, slots=True)
class Work:
    """As the component sends it: what was typed, accepted and pointed at by field, and verdicts by upload.

    A field is a fact's id, or `review_part.blank_key` of one that was not read.
    """

    typed: Mapping[str, str]
    accepted: frozenset[str]
    places: Mapping[str, object]
    verdicts: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Work:
        """From the component's message; what is missing is empty."""
        typed = {str(key): str(text) for key, text in dict(said.get("drafts") or {}).items()}
        accepted = frozenset(key for key, on in dict(said.get("accepted") or {}).items() if on and key not in typed)
        return cls(typed, accepted, dict(said.get("places") or {}), dict(said.get("verdicts") or {}))


@dataclass(frozen=True, slots=True)
class Known:
    """The fields of a case by the component's keys. uploads: of each fact."""

    facts: Mapping[str, Fact]
    blanks: Mapping[str, Blank]
    application: str

    @classmethod
    def of(cls, sheets: Sequence[Sheet], application: str) -> Known:
        """All that the sheets show."""
        papers = [paper for sheet in sheets for paper in sheet.papers]
        opened = {review_part.blank_key(item): item for paper in papers for item in paper.blanks}
        return cls({entry.fact.id: entry.fact for paper in papers for entry in paper.entries}, opened, application)


def begun(draft: str) -> dict[str, Any]:
    """What was kept of a case that is not saved yet, for the component; what is none is nothing."""
    try:
        found = json.loads(draft or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def unclear(known: Known, work: Work) -> dict[str, str]:
    """What was typed and is no value of its field, by field."""
    return {key: text for key, text in work.typed.items() if not _fits(known, key, text)}


def _fits(known: Known, key: str, text: str) -> bool:
    if key in known.facts:
        return _value(known.facts[key], text) is not None and not blanks.unlike(known.facts[key], text)
    return key not in known.blanks or not text.strip() or blanks.fits(known.blanks[key], text)


def _value(fact: Fact, text: str) -> Value | None:
    return parsed(text, fact.value)


def acts(desk: Desk, known: Known, work: Work) -> Iterator[Act]:
    """Corrections and confirmations, then what was not read, then verdicts."""
    for key in (*work.typed, *sorted(work.accepted)):
        if key not in known.facts:
            continue
        fact = known.facts[key]
        value = _value(fact, work.typed[key]) if key in work.typed else fact.value
        if value is not None and (key in work.accepted or value != fact.value):
            yield partial(desk.correct, known.application, fact.id, value)
    for key, text in work.typed.items():
        if key in known.blanks and text.strip():
            place = review_part.pointed(work.places.get(key))
            yield partial(desk.fill, known.application, known.blanks[key], text, place=place)
    for upload, said in work.verdicts.items():
        yield from _verdict(desk, known.application, upload, said)


def _verdict(desk: Desk, application: str, upload: str, said: Mapping[str, str]) -> Iterator[Act]:
    act, reason = said.get("act", ""), str(said.get("reason", "")).strip()[: table()["reason_longest"]]
    if act == "accept":
        yield partial(desk.review.accept, application, upload)
    elif act in _NEEDS_A_REASON and reason:
        judges = {"reject": desk.review.reject, "ask": desk.review.ask_upload, "aside": desk.review.set_aside}
        yield partial(judges[act], application, upload, reason)

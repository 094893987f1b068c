"""What an owner sends in reply to something: a better copy of a file that was of no use, or a paper that answers.

A page names what it replies to as ``upload:<id>`` or ``question:<id>``; what is not there is denied like anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfproof.access import questions
from selfproof.access.facts import Voice
from selfproof.errors import Denied
from selfproof.findings.told import Told
from selfproof.lifecycle import withdrawals
from selfproof.lifecycle.tries import SENT_AGAIN
from selfproof.model import Fact
from selfproof.store import Store, Upload
from selfproof.store.queue import ASKED, RESTORED, WITHDRAWN

PUT_BY, TAKEN_UP = "request.put_by", "request.taken_up"
_UPLOAD, _QUESTION = "upload", "question"


@dataclass(frozen=True, slots=True)
class Spot:
    """What a file replies to: an earlier upload, the complaints that one question is about, or neither."""

    upload: Upload | None = None
    told: Sequence[Told] = ()


def to_upload(upload: str) -> str:
    """How a page names an upload that is sent again."""
    return f"{_UPLOAD}:{upload}"


def to_question(question: str) -> str:
    """How a page names a question that a paper answers."""
    return f"{_QUESTION}:{question}"


def place(store: Store, application: str, to: str) -> Spot:
    """What a page named; "" is nothing. Raises NotFound or Denied where there is no such thing."""
    sort, _, name = to.partition(":")
    if not to:
        return Spot()
    if sort == _UPLOAD:
        return Spot(upload=store.upload(application, name))
    told = questions.asking(questions.complained(store, application), name) if sort == _QUESTION else ()
    if not told:
        raise Denied("nothing here for you")
    return Spot(told=told)


def facts(voice: Voice, spot: Spot, upload: str) -> list[Fact]:
    """What the reply says, once it was kept as this upload."""
    if spot.upload is not None and spot.upload.id != upload:
        return [voice.say(SENT_AGAIN, upload, document=spot.upload.document)]
    if not spot.told:
        return []
    answers = [questions.by_paper(voice, told, upload) for told in spot.told]
    return [*answers, voice.say(ASKED, questions.for_reviewers(spot.told[0], answers[0]))]


def withdrawal(voice: Voice, document: str, said: Iterable[Fact], *, away: bool) -> list[Fact]:
    """That a file is to be used no more, or again; nothing where that is so already, as after a second tap."""
    if away == (document in withdrawals.standing(said)):
        return []
    return [voice.say(WITHDRAWN if away else RESTORED, voice.at.astimezone().date(), document=document)]


def put_by(said: Iterable[Fact]) -> frozenset[str]:
    """Documents that the owner will not send again, by the last word on each."""
    last = {fact.provenance.document: fact.name for fact in said if fact.name in {PUT_BY, TAKEN_UP}}
    return frozenset(document for document, name in last.items() if name == PUT_BY)


def replaced(said: Iterable[Fact]) -> frozenset[str]:
    """Documents in whose place something else was sent."""
    return frozenset(fact.provenance.document for fact in said if fact.name == SENT_AGAIN)

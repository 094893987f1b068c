"""What the system needs next from an owner, and why: one sentence each, what a person or a paper waits for first.

First what a reviewer has asked for, then what disagrees, then what could not be used, then what would help most by the
engine's own order (`selfproof.credit.advice`, credit-method section 5): a kind and a band of its gain, no promise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from selfproof.access import Desk, Question, shots
from selfproof.extract import UNKNOWN
from selfproof.model import Advice, Extraction, Message
from selfproof.pipeline import Assessment
from selfproof.store import State, Upload
from selfproof.texts import table

_PHOTOS, _FEED, _TAX = "photos", "tax_feed", "tax"


class Way(StrEnum):
    """How a need is met."""

    PAPERS = "papers"
    PHOTO = "photo"
    AGAIN = "again"
    ANSWER = "answer"
    ALLOW = "allow"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is needed. name: tells it from others, from one visit to the next; what, why: a sentence each.

    about: the source that is to be allowed, or the upload that is to be sent again. more: what else to know.
    gain: what it may do for the limit, where the engine has said.
    photo: whether a place is to be photographed, not a paper. put_by: whether the owner wants to hear no more of it.
    """

    name: str
    way: Way
    what: Message
    why: Message
    about: str = ""
    more: str = ""
    gain: Message | None = None
    photo: bool = False
    put_by: bool = False
    question: Question | None = field(default=None, compare=False)

    @property
    def waits(self) -> bool:
        """Whether something is to be done about it."""
        return not self.put_by and (self.question is None or self.question.answer is None)


def of(
    desk: Desk, application: str, *, found: Assessment | None, questions: Sequence[Question] = ()
) -> tuple[Need, ...]:
    """All that is needed now, the most urgent first; before anything came, where to begin.

    found, questions: of this desk, as the page has asked for them already: both cost a look at all that was read.
    """
    withdrawn, parts = desk.withdrawn(application), desk.extractions(application)
    uploads = [item for item in desk.uploads(application) if item.id not in withdrawn]
    asked, away = _questions(questions), desk.was_put_by(application)
    again = _again([item for item in uploads if item.document not in away], parts, desk.sent_again(application))
    gone = _again([item for item in uploads if item.document in away], parts, desk.sent_again(application))
    first = () if uploads or withdrawn else (Need("begin", Way.PAPERS, _say("begin"), _say("begin_why")),)
    return (
        *first,
        *_wanted(desk, application, uploads),
        *asked[False],
        *again[False],
        *(_advised(desk, application, found) if found else ()),
        *again[True],
        *asked[True],
        *(replace(need, put_by=True) for need in (*gone[False], *gone[True])),
    )


def _say(key: str, /, **values: str) -> Message:
    return Message(f"conversation.{key}", values)


def _wanted(desk: Desk, application: str, uploads: Sequence[Upload]) -> Iterator[Need]:
    """Better copies that a reviewer asks for, with the reviewer's own words."""
    files = {upload.document: upload for upload in uploads}
    for fact in desk.new_uploads(application):
        upload = files.get(fact.provenance.document.partition("#")[0])
        if upload is not None:
            what, why = _say("wanted", name=upload.name), _say("wanted_why")
            yield Need(f"wanted-{upload.id}", Way.AGAIN, what, why, upload.id, str(fact.value))


def _questions(questions: Sequence[Question]) -> Mapping[bool, Sequence[Need]]:
    """What is asked, by whether it was answered: an answer can be changed, but nobody waits for that."""
    found: dict[bool, list[Need]] = {False: [], True: []}
    for question in questions:
        if question.asks:
            done = question.answer is not None
            why = _say("answered_why" if done else "question_why")
            found[done].append(Need(f"question-{question.id}", Way.ANSWER, question.ask, why, question=question))
    return found


def _again(
    uploads: Sequence[Upload], parts: Mapping[str, Sequence[Extraction]], replaced: frozenset[str]
) -> Mapping[bool, Sequence[Need]]:
    """Files in whose place nothing was sent, the newest first: of no use (False), or of some but not clear (True)."""
    found: dict[bool, list[Need]] = {False: [], True: []}
    for upload in reversed(uploads):
        mine = parts.get(upload.id, ())
        said = [] if upload.document in replaced else trouble(upload, mine)
        if said:
            some = any(part.kind != UNKNOWN for part in mine)
            what = _say("clearer" if some else "again", name=upload.name)
            photo = any(part.kind == shots.PHOTO for part in mine)
            found[some].append(Need(f"again-{upload.id}", Way.AGAIN, what, said[0], upload.id, photo=photo))
    return found


def trouble(upload: Upload, parts: Sequence[Extraction]) -> list[Message]:
    """Why a file was of no use or of little, the first reason first; nothing where all is well."""
    if upload.state is State.FAILED:
        own = f"ui.failed_{upload.note}"
        return [Message(own if own in table() else "ui.failed")]
    poor = [message for part in parts for message in shots.complaints(part)]
    nothing = upload.state is State.READ and bool(parts) and all(part.kind == UNKNOWN for part in parts)
    return poor or ([Message("ui.unknown_help")] if nothing else [])


def _advised(desk: Desk, application: str, found: Assessment) -> Iterator[Need]:
    for item in found.decision.advice:
        yield _allow(desk, application, item) if item.kind == _FEED else _advice(item)


def _advice(item: Advice) -> Need:
    photo = item.kind == _PHOTOS
    way = Way.PHOTO if photo else Way.PAPERS
    what, why = _say(f"what_{item.kind}", **item.text.values), _say(f"why_{item.kind}")
    return Need(f"advice-{item.kind}", way, what, why, gain=_gain(item), photo=photo)


def _gain(item: Advice) -> Message:
    return _say("gain" if item.low else "gain_most", low=f"{item.low:,.0f}", high=f"{item.high:,.0f}")


def _allow(desk: Desk, application: str, item: Advice) -> Need:
    """A feed that a tap allows where it may be asked here; elsewhere the lender has to be asked."""
    if _TAX in desk.unspoken(application):
        return Need("allow", Way.ALLOW, _say("what_tax_feed"), _say("why_tax_feed"), _TAX, gain=_gain(item))
    return Need("allow", Way.ASK, _say("what_tax_feed_elsewhere"), _say("why_tax_feed"), gain=_gain(item))

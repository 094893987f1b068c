"""What an owner is asked: each contradiction as a plain question with both places, to be answered by a tap or in words.

The answer is a fact (method human, a declaration) beside the document that was complained of: it is kept with who and
when, decided on with all others, and shown to whoever judges the case. It clears nothing by itself, and it is no value
of the paper: which figure holds is put right where the paper is (`Desk.correct`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from selfproof import pipeline
from selfproof.access import plain
from selfproof.access.facts import Voice
from selfproof.errors import UnfitError
from selfproof.findings.catalogue import Severity
from selfproof.findings.told import ANSWER, Told, complaints, deciding
from selfproof.lifecycle import withdrawals
from selfproof.model import Fact, Finding, Message
from selfproof.store import Store
from selfproof.tagged import content_id
from selfproof.texts import say, table

LONGEST: Final = 500  # signs of an answer
_MOST: Final = 4  # places to choose from; more are no choice
THIS, TAP, PAPER, BOTH, NEITHER = "this", "tap", "paper", "both", "neither"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that came up. asks: whether an answer is wanted; else it is only told.

    text: what is complained of, in an owner's words; ask: what is asked; places: the facts that were compared, to
    choose from where there are several; files: what it is about; answer: the last one that was given.
    taps: likely answers to this very question, by what is kept when one is tapped.
    """

    id: str
    text: Message
    ask: Message
    clears: Message | None
    places: tuple[Fact, ...]
    files: tuple[str, ...]
    asks: bool
    answer: Fact | None = None
    taps: Mapping[str, Message] = field(default_factory=dict)

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be tapped: likely answers (``tap:<name>``), else a place (``this:<fact id>``) or BOTH."""
        if self.taps:
            return (*self.taps, NEITHER)
        places = [fact for fact in self.places if fact.kind != "document"]
        each = tuple(f"{THIS}:{fact.id}" for fact in places) if 1 < len(places) <= _MOST else ()
        return (*each, BOTH, NEITHER)


def complained(store: Store, application: str) -> tuple[Told, ...]:
    """What the last run of the checks complained of, by the policy that decided, and its owner can still answer.

    What concerns a file that was withdrawn is for reviewers alone.
    """
    found = pipeline.current(store, application)
    if found is None:
        return ()
    gone = {fact.provenance.document for fact in found.facts if fact.name == withdrawals.SIGNAL}
    told = complaints(found, deciding(store, found.decision_id))
    return tuple(item for item in told if not gone & {*item.documents}) if gone else told


def questions(told: Iterable[Told]) -> tuple[Question, ...]:
    """Everything that failed, as its owner may know it; what asks for an answer first, unanswered before answered.

    What the same words would be asked and answered of, as of twelve statements of one account, is one question.
    """
    found = [_question(same) for same in _alike(told)]
    return tuple(sorted(found, key=lambda question: (not question.asks, question.answer is not None)))


def _alike(every: Iterable[Told]) -> Iterable[Sequence[Told]]:
    """The complaints by the question that they are, in their order."""
    groups: dict[str, list[Told]] = {}
    for told in every:
        check = told.finding.check
        one = asks(told) and _taps(check)
        groups.setdefault(f"{check} {say(told.message)}" if one else _id(told.finding), []).append(told)
    return groups.values()


def _question(same: Sequence[Told]) -> Question:
    told = same[0]
    answers = [item.answer for item in same]
    return Question(
        id=_id(told.finding),
        text=plain.complaint(told.message),
        ask=_ask(told.finding.check),
        clears=told.clears,
        places=tuple(dict.fromkeys(fact for item in same for fact in item.compared)),
        files=tuple(dict.fromkeys(file for item in same for file in item.files)),
        asks=asks(told),
        answer=None if None in answers else answers[-1],
        taps=_taps(told.finding.check),
    )


def _id(finding: Finding) -> str:
    """Tells a question from others without naming the check."""
    return content_id("question", finding.check, finding.document, *finding.facts)


def asks(told: Told) -> bool:
    """Whether an owner is asked: of every contradiction, and where a check has a question of its own."""
    return told.severity is Severity.CONTRADICTION or _own(told.finding.check) in table()


def _own(check: str) -> str:
    return f"questions.ask_{check}"


def _ask(check: str) -> Message:
    """The check's own question where there is one."""
    return Message(_own(check) if _own(check) in table() else "questions.ask")


def _taps(check: str) -> dict[str, Message]:
    """The likely answers to a check's own question, in the order of the table."""
    begin = f"questions.tap_{check}__"
    return {f"{TAP}:{key.removeprefix(begin)}": Message(key) for key in table() if key.startswith(begin)}


def tapped(answer: Fact) -> Message | None:
    """What was tapped as the sentence that was shown; None for a place, or for words alone."""
    sort, _, name = str(answer.value).partition(":")
    if sort == TAP:
        return _taps(answer.name.removeprefix(ANSWER)).get(f"{TAP}:{name}")
    return Message(f"questions.{sort}") if sort in {PAPER, BOTH, NEITHER} else None


def asking(all_told: Iterable[Told], question: str) -> Sequence[Told]:
    """What a question is about, and what an answer is kept with; nothing where nobody asks it."""
    groups = (same for same in _alike(all_told) if asks(same[0]))
    return next((same for same in groups if question in {_id(item.finding) for item in same}), ())


def in_words(answer: Fact) -> str:
    """What was tapped and typed, as a reviewer reads it; of any other fact its printed text."""
    tap = tapped(answer) if answer.name.startswith(ANSWER) else None
    return " ".join(part for part in (say(tap) if tap else "", answer.original) if part)


def reply(voice: Voice, told: Told, *, choice: str, words: str) -> Fact | None:
    """The answer as a fact; None where there is no such choice.

    Its value is what was tapped, its printed text the owner's words, its place that of the value which is said to hold.
    Raises UnfitError for words that are too long, or where neither a choice nor words are given.
    """
    if choice not in {"", *_question([told]).choices}:
        return None
    if len(words) > LONGEST or not (choice or words.strip()):
        raise UnfitError("answer_empty" if len(words) <= LONGEST else "answer_long")
    chosen = next((fact for fact in told.compared if choice == f"{THIS}:{fact.id}"), None)
    place = chosen.provenance.place if chosen and chosen.provenance.document == told.finding.document else None
    name = f"{ANSWER}{told.finding.check}"
    return voice.say(name, choice or "words", document=told.finding.document, place=place, original=words.strip())


def by_paper(voice: Voice, told: Told, upload: str) -> Fact:
    """The answer that lies in a file which was sent for it."""
    return voice.say(f"{ANSWER}{told.finding.check}", f"{PAPER}:{upload}", document=told.finding.document)


def for_reviewers(told: Told, answer: Fact) -> str:
    """With which words an answer comes to a reviewer: the question, what was tapped, and what the owner wrote."""
    return f"{say(_ask(told.finding.check))} {in_words(answer)}".strip()

"""What an owner is asked: each contradiction as a plain question with both places, to be answered by a tap or in words.

The answer is a fact (method human, a declaration) beside the document that was complained of: it is kept with who and
when, decided on with all others, and shown to whoever judges the case. It clears nothing by itself, and it is no value
of the paper: which figure holds is put right where the paper is (`Desk.correct`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from selfproof.access import plain
from selfproof.access.facts import Voice
from selfproof.errors import UnfitError
from selfproof.findings.catalogue import Severity
from selfproof.findings.told import ANSWER, Told
from selfproof.model import Fact, Finding, Message
from selfproof.tagged import content_id
from selfproof.texts import say, table

LONGEST: Final = 500  # signs of an answer
_MOST: Final = 4  # places to choose from; more are no choice
THIS, BOTH, NEITHER = "this", "both", "neither"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that came up. asks: whether an answer is wanted; else it is only told.

    text: what is complained of, in an owner's words; ask: what is asked; places: the facts that were compared, to
    choose from where there are several; files: what it is about; answer: the last one that was given.
    """

    id: str
    text: Message
    ask: Message
    clears: Message | None
    places: tuple[Fact, ...]
    files: tuple[str, ...]
    asks: bool
    answer: Fact | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be tapped: one of the places (``this:<fact id>``), that all is right, or that something is not."""
        places = [fact for fact in self.places if fact.kind != "document"]
        each = tuple(f"{THIS}:{fact.id}" for fact in places) if 1 < len(places) <= _MOST else ()
        return (*each, BOTH, NEITHER)


def questions(complaints: Iterable[Told]) -> tuple[Question, ...]:
    """Everything that failed, as its owner may know it; what asks for an answer first, unanswered before answered."""
    found = [_question(told) for told in complaints]
    return tuple(sorted(found, key=lambda question: (not question.asks, question.answer is not None)))


def _question(told: Told) -> Question:
    return Question(
        id=_id(told.finding),
        text=plain.complaint(told.message),
        ask=_ask(told.finding.check),
        clears=told.clears,
        places=told.compared,
        files=told.files,
        asks=told.severity is Severity.CONTRADICTION,
        answer=told.answer,
    )


def _id(finding: Finding) -> str:
    """Tells a question from others without naming the check."""
    return content_id("question", finding.check, finding.document, *finding.facts)


def _ask(check: str) -> Message:
    """The check's own question where there is one."""
    own = f"questions.ask_{check}"
    return Message(own if own in table() else "questions.ask")


def reply(voice: Voice, complaints: Iterable[Told], question: str, *, choice: str, words: str) -> Fact | None:
    """The answer as a fact; None where there is no such question or choice.

    Its value is what was tapped, its printed text the owner's words, its place that of the value which is said to hold.
    Raises UnfitError for words that are too long, or where neither a choice nor words are given.
    """
    told = next((item for item in complaints if _id(item.finding) == question), None)
    if told is None or not _question(told).asks or choice not in {"", *_question(told).choices}:
        return None
    if len(words) > LONGEST or not (choice or words.strip()):
        raise UnfitError("answer_empty" if len(words) <= LONGEST else "answer_long")
    chosen = next((fact for fact in told.compared if choice == f"{THIS}:{fact.id}"), None)
    place = chosen.provenance.place if chosen and chosen.provenance.document == told.finding.document else None
    name = f"{ANSWER}{told.finding.check}"
    return voice.say(name, choice or "words", document=told.finding.document, place=place, original=words.strip())


def for_reviewers(complaints: Iterable[Told], question: str, answer: Fact) -> str:
    """With which words an answer comes to a reviewer: the question, and what the owner wrote."""
    asks = next(_ask(item.finding.check) for item in complaints if _id(item.finding) == question)
    return f"{say(asks)} {answer.original}".strip()

"""Asking third parties about an application: what is due, the calls, and what the answers make of the file.

Nobody waits for it: a decision is made with what is there, and an answer that comes later asks for another one. What is
kept of an answer is its very text; its facts are taken from it anew before each decision, only for questions that are
still asked the same way and only with consent, so that a corrected invoice is not confirmed by the answer on the wrong
one. A question without an answer leaves everything as it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import takewhile
from typing import Any, Final

from pydantic import ValidationError

from selfproof.errors import SourceError
from selfproof.model import Application, Fact
from selfproof.sources import calls, connectors, settings
from selfproof.sources.calls import Line
from selfproof.sources.connectors import Connector
from selfproof.sources.inquiry import Outcome, Question
from selfproof.sources.records import Record as Told
from selfproof.sources.records import facts_of
from selfproof.sources.settings import Settings, Source
from selfproof.store import Job, Store
from selfproof.store.audit import Act
from selfproof.store.inquiries import Inquiry

CHINA: Final = timezone(timedelta(hours=8))
"""The calendar of invoices and of the day's calls; China keeps no summer time."""
_HOPELESS: Final = frozenset(
    {Outcome.DOWN, Outcome.REFUSED, Outcome.CLOSED}
)  # what one question meets, the next would meet too
_ABSENT: Final = '{"listed": false}'  # what is kept where to be unknown says something; a 404 has no text of its own
_LONGEST: Final = timedelta(minutes=5)  # of one job: what is left then is the next one's, before patience ends
Clock = Callable[[], datetime]


def instant() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Asker:
    """One source, ready to be asked about one application. history: what it was asked before, the first first."""

    name: str
    source: Source
    connector: Connector
    history: Sequence[Inquiry]

    def last(self, question: Question) -> Inquiry | None:
        """How this very question ended last."""
        return next((item for item in reversed(self.history) if item.key == question.key), None)

    def due(self, question: Question, now: datetime) -> datetime | None:
        """From when on it may be asked (again); None for never."""
        first = self.connector.earliest(question, now.astimezone(CHINA).date())
        if first is None:
            return None
        opens = datetime(first.year, first.month, first.day, tzinfo=CHINA).astimezone(UTC)
        last = self.last(question)
        return max(opens, self._rested(), self._again(question, last)) if last else max(opens, self._rested())

    def _rested(self) -> datetime:
        """Until when a source that does not answer at all is left alone, whatever there is to ask."""
        silent = list(takewhile(lambda item: item.outcome in _HOPELESS, reversed(self.history)))
        if silent and silent[0].outcome == Outcome.CLOSED:
            return _tomorrow(silent[0].at)
        return silent[0].at + self._pause(len(silent)) if silent else datetime.min.replace(tzinfo=UTC)

    def _pause(self, failures: int) -> timedelta:
        waits = self.source.again_minutes
        return timedelta(minutes=waits[min(failures, len(waits)) - 1])

    def _again(self, question: Question, last: Inquiry) -> datetime:
        """When a question that was asked before comes up again: an answer grows old, a failure waits ever longer."""
        if last.outcome == Outcome.AGAIN:
            return last.at
        if last.outcome in (Outcome.ANSWERED, Outcome.UNKNOWN_THERE):
            return last.at + timedelta(days=self.source.cache_days)
        if last.outcome in (Outcome.SPENT, Outcome.CLOSED):
            return _tomorrow(last.at)
        return last.at + self._pause(self._failures(question))

    def _failures(self, question: Question) -> int:
        """How often in a row it got no answer."""
        mine = (item for item in reversed(self.history) if item.key == question.key)
        return len(list(takewhile(lambda item: item.outcome != Outcome.ANSWERED, mine)))


def _tomorrow(at: datetime) -> datetime:
    """When the next day of the calendar begins."""
    day = at.astimezone(CHINA).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)


def _asker(store: Store, application: str, name: str, how: Settings) -> Asker:
    history = [item for item in store.inquiries.of(application) if item.source == name]
    return Asker(name, how.sources[name], connectors.known()[how.connector(name)], history)


def open_due(store: Store, application: Application, facts: Sequence[Fact], clock: Clock = instant) -> None:
    """Open the jobs of asking: one a source with consent, due when the first of its questions is."""
    how = settings.configured()
    if how is None:
        return
    allowed = store.inquiries.allowed(application.id)
    for name in sorted(set(how.sources) & set(allowed)):
        asker = _asker(store, application.id, name, how)
        due = _next(asker, application, facts, clock())
        if due is not None:
            store.inquiries.open(application.id, name, due.timestamp())


def _next(asker: Asker, application: Application, facts: Sequence[Fact], now: datetime) -> datetime | None:
    """When the first question is due; None where nothing will ever be, or an answer only grows old some day."""
    times = [
        due
        for question in asker.connector.questions(application, facts, asker.name)
        if (due := asker.due(question, now)) is not None and not (_is_settled(asker.last(question)) and due > now)
    ]
    return min(times, default=None)


def _is_settled(last: Inquiry | None) -> bool:
    return last is not None and last.outcome in (Outcome.ANSWERED, Outcome.UNKNOWN_THERE)


def ask(store: Store, job: Job, facts: Sequence[Fact], clock: Clock = instant) -> bool:
    """Do one job of asking that this process holds; False when its lease was lost meanwhile.

    facts: what the application's documents say. A source that is no longer configured, or has no consent any more, is
    not asked.
    """
    how, name = settings.configured(), job.subject.rpartition("/")[2]
    authorisation = store.inquiries.allowed(job.application).get(name)
    if how is None or name not in how.sources or authorisation is None:
        return store.inquiries.end(job, None, news=False)
    application, asker = store.application(job.application), _asker(store, job.application, name, how)
    questions = tuple(asker.connector.questions(application, facts, name))
    now = clock()
    open_now = [item for item in questions if (due := asker.due(item, now)) is not None and due <= now]
    news = bool(open_now) and _ask_all(store, application, asker, authorisation, (open_now, clock))
    later = _next(_asker(store, job.application, name, how), application, facts, clock())
    return store.inquiries.end(job, later.timestamp() if later else None, news=news)


def ask_again(store: Store, application_id: str, source: str, act: Act, clock: Clock = instant) -> bool:
    """Have the answers of a source had anew, before money is paid out, say; False where there are none."""
    newest = {item.key: item for item in store.inquiries.of(application_id) if item.source == source}
    answered = [item for item in newest.values() if item.outcome == Outcome.ANSWERED]
    anew = [replace(item, at=clock(), outcome=Outcome.AGAIN, calls=0) for item in answered]
    if anew:
        store.inquiries.ask_again(application_id, anew, act)
    return bool(anew)


def _ask_all(
    store: Store, application: Application, asker: Asker, authorisation: str, what: tuple[Sequence[Question], Clock]
) -> bool:
    """Ask one after the other, until the source is found to be down; whether anything was learnt."""
    questions, clock = what
    limits = {"": asker.source.calls_a_day}

    def spend(question: Question) -> Outcome | None:
        each = asker.connector.CALLS_A_DAY
        own = {} if each is None else {question.subject: each}
        today = clock().astimezone(CHINA).date()
        used_up = store.inquiries.spend(application.id, asker.name, [*(limits | own).items()], today)
        return None if used_up is None else Outcome.SPENT if used_up else Outcome.CLOSED

    news, until = False, clock() + _LONGEST
    with calls.line(asker.source, spend) as line:
        for question in questions:
            found = _one(line, asker, question, authorisation, clock())
            store.inquiries.keep(application.id, found, on=found.at.astimezone(CHINA).date())
            before = asker.last(question)
            news = news or bool(found.content) or (before is not None and bool(before.content))
            if found.outcome in _HOPELESS or clock() > until:
                break
    return news


def _one(line: Line, asker: Asker, question: Question, authorisation: str, now: datetime) -> Inquiry:
    """Ask one question; an answer that cannot be, or is about somebody else, is no answer."""
    reply = line.ask(asker.connector.request, question, authorisation)
    made = Inquiry(
        asker.name, question.subject, question.key, now, reply.outcome, reply.content, reply.calls,
        asker.source.licence, authorisation,
    )  # fmt: skip
    if reply.outcome is Outcome.UNKNOWN_THERE and asker.connector.ABSENT:
        return replace(made, content=_ABSENT)
    if reply.outcome is not Outcome.ANSWERED:
        return made
    try:
        answer = asker.connector.ANSWER.model_validate_json(reply.content)
        list(_facts(asker.connector, question, made))
    except (ValidationError, SourceError):
        return replace(made, outcome=Outcome.GARBLED, content="")
    spent = getattr(answer, "result", "") == getattr(asker.connector, "SPENT", None)
    return replace(made, outcome=Outcome.SPENT, content="") if spent else made


def _facts(connector: Connector, question: Question, answered: Inquiry) -> Iterator[Fact]:
    """What a kept answer says. The day is that of China, as in the kept record."""
    absent = answered.outcome == Outcome.UNKNOWN_THERE
    answer: Any = None if absent else connector.ANSWER.model_validate_json(answered.content)
    day: date = answered.at.astimezone(CHINA).date()
    told = Told(
        source=answered.source,
        licence=answered.licence,
        authorisation=answered.authorisation,
        retrieved=day,
        record=json.loads(answered.content) if absent else answer.model_dump(exclude_none=True),
    )
    yield from facts_of(told) if absent else connector.facts(question, answer, told)


def settled(store: Store, application: Application, facts: Sequence[Fact]) -> Application:
    """The application's file with what third parties have said by now, and without what they no longer say of it."""
    history = store.inquiries.of(application.id)
    answered = sorted({item.source for item in history if item.content})
    answered = [name for name in answered if not _is_overtaken(store, application.id, name, history)]
    if not answered:
        return application
    allowed = store.inquiries.allowed(application.id)
    found = {
        name: tuple(_said([item for item in history if item.source == name], application, facts))
        for name in answered
        if name in allowed
    }
    return store.inquiries.settle(application.id, lambda newest: _with(newest, answered, found))


def _is_overtaken(store: Store, application: str, source: str, history: Sequence[Inquiry]) -> bool:
    """Whether the last that came of a source is no answer to us but a record that was dropped in since."""
    records = [record.content for record in store.records(application) if record.source == source]
    answers = {item.content for item in history if item.source == source}
    return bool(records) and records[-1] not in answers


def current(store: Store, application: Application, facts: Sequence[Fact]) -> frozenset[str]:
    """Keys of the questions that are asked today, of all sources that were ever asked."""
    names = {item.source for item in store.inquiries.of(application.id)}
    return frozenset(
        question.key
        for name in names
        if (connector := _connector(name)) is not None
        for question in connector.questions(application, facts, name)
    )


def _connector(name: str) -> Connector | None:
    """Of a source, which may not be configured any more."""
    how = settings.configured()
    return connectors.known().get(how.connector(name) if how and name in how.sources else name)


def _said(history: Sequence[Inquiry], application: Application, facts: Sequence[Fact]) -> Iterator[Fact]:
    """The facts of a source's newest answer to each question that is asked today.

    An answer that has grown old and could not be had anew still stands, with its day, but confirms no paper any more.
    """
    connector, name = _connector(history[0].source), history[0].source
    newest = {item.key: item for item in history if item.content}
    ended = {item.key: item.outcome for item in history}
    for question in connector.questions(application, facts, name) if connector else ():
        if connector and question.key in newest:
            fresh = ended[question.key] in (Outcome.ANSWERED, Outcome.AGAIN)
            told = _still_read(connector, question, newest[question.key])
            yield from (fact for fact in told if fresh or not fact.provenance.document)


def _still_read(connector: Connector, question: Question, answered: Inquiry) -> tuple[Fact, ...]:
    """The facts of a kept answer; none where the connector has changed since and takes it no more."""
    try:
        return tuple(_facts(connector, question, answered))
    except (ValidationError, SourceError):
        return ()


def _with(newest: Application, answered: Sequence[str], found: Mapping[str, Sequence[Fact]]) -> Application:
    """What a source answered when asked stands for all that it said before, in a file that was dropped in, say."""
    kept = (fact for fact in newest.facts if fact.provenance.origin not in answered)
    return replace(newest, facts=(*kept, *(fact for name in sorted(found) for fact in found[name])))

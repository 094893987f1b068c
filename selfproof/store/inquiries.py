"""What was asked of third parties and what came of it, the day's budget of calls, and the jobs of asking.

Inquiries are append-only and go with their application. Budgets are counters that pass: they hold keyed hashes, so that
a subject has its few calls a day whoever asks, and erasing an application gives none back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from selfproof.model import Application
from selfproof.store import applications, audit, consents, jobs, records
from selfproof.store.applications import keyed, require
from selfproof.store.audit import Act
from selfproof.store.engine import add_missing, reading, writing
from selfproof.store.jobs import Job
from selfproof.store.records import Record
from selfproof.store.schema import applications as heads
from selfproof.store.schema import call_counts as counts
from selfproof.store.schema import inquiries as table

_SYSTEM = "system"  # who asks, in the audit log


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question as it was asked. subject: "" for the applicant as a whole; key: a hash of what was asked.

    outcome: how it ended (`selfproof.sources.inquiry.Outcome`); content: the answer's very text, "" without one.
    calls: how often the source was called for it; licence, authorisation: under which it was asked.
    """

    source: str
    subject: str
    key: str
    at: datetime
    outcome: str
    content: str = field(default="", repr=False)
    calls: int = 0
    licence: str = ""
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class Inquiries:
    """The questions of a store's applications; reached as `Store.inquiries`."""

    engine: Engine
    key: bytes = field(repr=False)

    def of(self, application_id: str) -> tuple[Inquiry, ...]:
        """Everything that was asked about an application, the first first; raises NotFound."""
        with reading(self.engine) as connection:
            return of(connection, application_id)

    def allowed(self, application_id: str) -> dict[str, str]:
        """A reference of the consent to each source that may be asked: when it was given, and its number."""
        with reading(self.engine) as connection:
            words = {item.source: item for item in consents.of(connection, application_id)}
        given = {source: item for source, item in words.items() if item.given}
        return {
            source: f"{keyed(self.key, 'consent', application_id)[:16]} {item.at:%Y-%m-%dT%H:%M:%S%z}"
            for source, item in given.items()
        }

    def spend(self, application_id: str, source: str, limits: Sequence[tuple[str, int]], day: date) -> str | None:
        """Take one call from every budget, or from none and tell the first that has none left; None when it is taken.

        limits: (subject, most a day); "" for the source as a whole. A call that is taken is in the audit log.
        """
        marks = {subject: keyed(self.key, "budget", f"{source}/{subject}") for subject, _ in limits}
        with writing(self.engine) as connection:
            connection.execute(delete(counts).where(counts.c.day < (day - timedelta(days=1)).isoformat()))
            for subject, most in limits:
                if not _has_left(connection, marks[subject], most, day):
                    return subject
            for mark in marks.values():
                chosen = (counts.c.mark == mark) & (counts.c.day == day.isoformat())
                connection.execute(update(counts).where(chosen).values(calls=counts.c.calls + 1))
            audit.note(connection, Act(_SYSTEM, _SYSTEM, "ask_source", application_id, detail=source), self.key)
        return None

    def keep(self, application_id: str, inquiry: Inquiry, *, on: date) -> None:
        """Keep how a question ended; an answer is also kept as a record. on: the lender's calendar day."""
        detail = f"{inquiry.source} {inquiry.outcome}"
        with writing(self.engine) as connection:
            _add(connection, application_id, [inquiry])
            if inquiry.content:
                papers = (inquiry.licence, inquiry.authorisation, on, inquiry.content)
                records.save(connection, application_id, Record(inquiry.source, *papers))
            audit.note(connection, Act(_SYSTEM, _SYSTEM, "source_said", application_id, detail=detail), self.key)

    def ask_again(self, application_id: str, anew: Sequence[Inquiry], act: Act) -> None:
        """Keep that questions are to be asked anew, and have their sources asked at once."""
        with writing(self.engine) as connection:
            _add(connection, application_id, anew)
            for source in sorted({item.source for item in anew}):
                jobs.to_ask(connection, application_id, source, 0.0)
            audit.note(connection, act, self.key)

    def settle(self, application_id: str, change: Callable[[Application], Application]) -> Application:
        """Change an application's file in one piece: nobody's words that come meanwhile are lost. Returns it."""
        with writing(self.engine) as connection:
            connection.execute(select(heads.c.id).where(heads.c.id == application_id).with_for_update())
            newest = applications.get(connection, application_id)
            changed = change(newest)
            if changed != newest:
                applications.save(connection, changed, self.key)
        return changed

    def open(self, application_id: str, source: str, due: float) -> None:
        """Have a source asked from an instant (seconds since 1970) on; the earlier of two instants counts."""
        with writing(self.engine) as connection:
            jobs.to_ask(connection, application_id, source, due)

    def end(self, job: Job, due: float | None, *, news: bool) -> bool:
        """End a job of asking, or put it off; False when its lease was lost. news: something to decide upon anew."""
        with writing(self.engine) as connection:
            return jobs.end_asking(connection, job, due, news=news)

    def waiting(self, application_id: str) -> dict[str, datetime]:
        """Sources that are still to be asked, and from when on, in UTC."""
        with reading(self.engine) as connection:
            return jobs.asking(connection, application_id)


def _add(connection: Connection, application_id: str, new: Sequence[Inquiry]) -> None:
    require(connection, application_id)
    rows = [asdict(item) | {"application": application_id, "at": item.at.isoformat()} for item in new]
    connection.execute(insert(table), rows)


def of(connection: Connection, application_id: str) -> tuple[Inquiry, ...]:
    """Everything that was asked about an application, the first first; raises NotFound."""
    require(connection, application_id)
    rows = connection.execute(select(table).where(table.c.application == application_id).order_by(table.c.number))
    return tuple(
        Inquiry(
            row.source, row.subject, row.key, datetime.fromisoformat(row.at), row.outcome, row.content, row.calls,
            row.licence, row.authorisation,
        )
        for row in rows
    )  # fmt: skip


def _has_left(connection: Connection, mark: str, most: int, day: date) -> bool:
    """Whether a budget has a call left; its row is locked until the end of the transaction."""
    add_missing(connection, counts, [{"mark": mark, "day": day.isoformat(), "calls": 0}])
    chosen = select(counts.c.calls).where(counts.c.mark == mark, counts.c.day == day.isoformat())
    return int(connection.execute(chosen.with_for_update()).scalar_one()) < most

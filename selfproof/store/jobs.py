"""What is still to be done: a row for each open job, gone with it. So the queue is found without any history.

A job is held under a lease. Who lost it (the lease ended, or the process was known to be dead) can no longer finish it,
so nothing is done twice; what a dead holder had begun goes back, and is set aside after too many such ends.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from selfproof.store.engine import add_if_new
from selfproof.store.schema import extractions, second_looks, uploads
from selfproof.store.schema import jobs as table
from selfproof.store.schema import upload_events as events
from selfproof.store.states import State, note

MOST_TRIES = 2  # of one document: what has ended two workers would end the next one, too
SET_ASIDE = "set_aside"  # why such a document failed: a key of errors.yaml
_PARKED = "-"  # the holder of a decision that was set aside, until it is asked for again


class Task(StrEnum):
    """What a job is: read an upload, decide once all are read, ask a third party, or look at one place again."""

    READ = "read"
    DECIDE = "decide"
    ASK = "ask"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Job:
    """One open job. since: when it was taken, before that when it was opened, in seconds since 1970.

    subject: the upload to read, the application to decide on, application and source to ask about, or the second look.
    """

    number: int
    task: Task
    subject: str
    application: str
    asked: int
    tries: int
    holder: str
    since: float


def _job(row: Row[*tuple[object, ...]]) -> Job:
    values = row._mapping  # noqa: SLF001  the public name of a row's mapping begins so
    return Job(**{name: values[name] for name in Job.__dataclass_fields__} | {"task": Task(values["task"])})


def _new(task: Task, subject: str, application: str) -> dict[str, object]:
    fresh = {"asked": 1, "tries": 0, "holder": "", "since": time.time(), "until": 0.0, "due": 0.0}
    return {"task": task, "subject": subject, "application": application, **fresh}


def _insert(connection: Connection) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def to_read(connection: Connection, application: str, upload: str) -> bool:
    """Open the job of reading an upload; False when it is open already."""
    _hurry(connection, application)
    return add_if_new(connection, table, _new(Task.READ, upload, application))


def to_look(connection: Connection, application: str, look: str) -> None:
    """Open the job of looking at a place again."""
    add_if_new(connection, table, _new(Task.LOOK, look, application))


def to_decide(connection: Connection, application: str, after: datetime | None = None) -> None:
    """Ask for a decision; asked for while one is made, another one follows, for it may have come too late.

    after: not before this instant, unless one is asked for already: that one finds out the day.
    """
    if after is not None:
        add_if_new(connection, table, _new(Task.DECIDE, application, application) | {"due": after.timestamp()})
        return
    again = {
        "asked": table.c.asked + 1,
        "tries": 0,
        "since": case((or_(table.c.holder == _PARKED, table.c.due > time.time()), time.time()), else_=table.c.since),
        "holder": case((table.c.holder == _PARKED, ""), else_=table.c.holder),
        "due": 0.0,
    }
    new = _insert(connection).values(_new(Task.DECIDE, application, application))
    connection.execute(new.on_conflict_do_update(index_elements=["task", "subject"], set_=again))
    _hurry(connection, application)


def to_ask(connection: Connection, application: str, source: str, due: float) -> None:
    """Have a source asked from an instant on, the earlier of two; one that was set aside is taken up again."""
    row = _new(Task.ASK, f"{application}/{source}", application) | {"due": due}
    sooner = case((table.c.due < due, table.c.due), else_=due)
    again = {
        "asked": table.c.asked + 1,
        "tries": 0,
        "holder": case((table.c.holder == _PARKED, ""), else_=table.c.holder),
        "due": sooner,
    }
    new = _insert(connection).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["task", "subject"], set_=again))


def end_asking(connection: Connection, job: Job, due: float | None, *, news: bool) -> bool:
    """End a job of asking; due: when to go on with it, None for never; False when its lease was lost.

    What was asked for meanwhile is looked at at once. news: something was learnt that a decision must count in.
    """
    asked = connection.scalar(select(table.c.asked).where(_held(job)).with_for_update())
    if asked is None:
        return False
    if asked == job.asked and due is None:
        connection.execute(delete(table).where(table.c.number == job.number))
    else:
        values = {"holder": "", "tries": 0, "until": 0.0, "due": due if due and asked == job.asked else 0.0}
        connection.execute(update(table).where(table.c.number == job.number).values(values))
    if news:
        to_decide(connection, job.application)
    return True


def asking(connection: Connection, application: str) -> dict[str, datetime]:
    """The sources that are still to be asked about an application, and from when on, in UTC."""
    chosen = select(table.c.subject, table.c.due).where(table.c.application == application, table.c.task == Task.ASK)
    return {row.subject.rpartition("/")[2]: datetime.fromtimestamp(row.due, UTC) for row in connection.execute(chosen)}


def _hurry(connection: Connection, application: str) -> None:
    """What somebody waits for now must not stand behind all that a new version of the reader reads again."""
    unasked = and_(table.c.application == application, table.c.asked == 0, table.c.holder == "")
    connection.execute(update(table).where(unasked).values(asked=1, since=time.time()))


def reopen(connection: Connection, version: str, application: str = "") -> int:
    """Open the jobs of uploads that this version of the reader has not read; returns how many; "": of all applications.

    What was refused stays refused. Nobody asked for these, so they come after what somebody did ask for.
    """
    last = select(func.max(events.c.number)).where(events.c.upload == uploads.c.id).correlate(uploads).scalar_subquery()
    joined = uploads.join(events, and_(events.c.upload == uploads.c.id, events.c.number == last))
    known = exists().where(extractions.c.document == uploads.c.document, extractions.c.version == version)
    opened = exists().where(table.c.task == Task.READ, table.c.subject == uploads.c.id)
    job = {**_new(Task.READ, "", ""), "asked": 0, "subject": uploads.c.id, "application": uploads.c.application}
    values = [value if isinstance(value, ColumnElement) else literal(value) for value in job.values()]
    unread = select(*values).select_from(joined).where(~known, ~opened, events.c.state != State.FAILED)
    chosen = unread.where(uploads.c.application == application) if application else unread
    new = _insert(connection).from_select(list(job), chosen.order_by(uploads.c.number))
    done = connection.execute(new.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True})
    return done.rowcount


def of(connection: Connection, application: str) -> tuple[Job, ...]:
    """What is still to be read and decided of an application now; for others' answers (`asking`) nobody waits."""
    mine = and_(table.c.application == application, table.c.task != Task.ASK, table.c.due <= time.time())
    rows = connection.execute(select(table).where(mine).order_by(table.c.number))
    return tuple(_job(row) for row in rows)


def _free(application: str, *, asking: bool) -> ColumnElement[bool]:
    """Nobody's jobs; a decision only when nothing of its application is to be read any more."""
    other = table.alias()
    unread = exists().where(other.c.task == Task.READ, other.c.application == table.c.application)
    ready = and_(table.c.holder == "", or_(table.c.task != Task.DECIDE, ~unread))
    mine = table.c.task == Task.ASK if asking else table.c.task != Task.ASK
    ready = and_(ready, mine, table.c.due <= time.time())
    return and_(ready, table.c.application == application) if application else ready


def any_free(connection: Connection, application: str = "", *, asking: bool = False) -> bool:
    """Whether `claim` would find a job; looks without a lock."""
    return connection.scalar(select(literal(1)).where(exists().where(_free(application, asking=asking)))) is not None


def claim(
    connection: Connection, holder: str, *, until: float, application: str = "", asking: bool = False
) -> Job | None:
    """Take the oldest job, those that ended badly last; None when there is none. application: "" for any.

    A second look comes first: somebody sits there and waits for it, and it is short. asking: a job of asking that is
    due, and no other.
    """
    order = (table.c.tries, case((table.c.task == Task.LOOK, -1), (table.c.asked == 0, 1), else_=0), table.c.number)
    oldest = select(table).where(_free(application, asking=asking)).order_by(*order).limit(1)
    row = connection.execute(oldest.with_for_update(skip_locked=True, of=table)).one_or_none()
    if row is None:
        return None
    values = {"holder": holder, "since": time.time(), "until": until}
    held = update(table).where(table.c.number == row.number).values(values).returning(table)
    job = _job(connection.execute(held).one())
    if job.task is Task.READ:
        note(connection, job.subject, State.READING)
    return job


def _held(job: Job) -> ColumnElement[bool]:
    """The row of a job as long as its lease has not gone to another."""
    return and_(table.c.number == job.number, table.c.holder == job.holder, table.c.since == job.since)


def finish(connection: Connection, job: Job, state: State = State.READ, text: str = "") -> bool:
    """End a job: note how the reading ended, ask for a decision; False, and nothing done, when the lease was lost."""
    locked = select(table.c.asked).where(_held(job)).with_for_update()
    asked = connection.scalar(locked)
    if asked is None:
        return False
    if job.task is Task.READ:
        _end_reading(connection, job, state, text)
    elif asked == job.asked:
        connection.execute(delete(table).where(table.c.number == job.number))
    else:
        _release(connection, job, 0)
    return True


def _end_reading(connection: Connection, job: Job, state: State, text: str) -> None:
    note(connection, job.subject, state, text)
    connection.execute(delete(table).where(table.c.number == job.number))
    to_decide(connection, job.application)


def prolong(connection: Connection, holder: str, *, until: float) -> tuple[Job, ...]:
    """Let the leases of a holder run on; returns what it holds."""
    longer = update(table).where(table.c.holder == holder).values(until=until).returning(table)
    return tuple(_job(row) for row in connection.execute(longer))


def put_back(connection: Connection, holder: str, *, most: int | None = MOST_TRIES, before: float = math.inf) -> int:
    """Take what a holder has from it; returns how many jobs. None for `most`: it ended well, nobody is to blame.

    Else each has had one bad try more, and the one that reaches `most` is set aside. before: only what is held under a
    lease that ends before this instant.
    """
    held = select(table).where(table.c.holder == holder, table.c.until < before)
    rows = connection.execute(held.with_for_update(skip_locked=True)).all()
    for job in map(_job, rows):
        if most is not None and job.tries + 1 >= most:
            _set_aside(connection, job)
        else:
            _release(connection, job, 0 if most is None else 1)
    return len(rows)


def _release(connection: Connection, job: Job, tries: int) -> None:
    values = {"holder": "", "tries": table.c.tries + tries, "until": 0.0}
    connection.execute(update(table).where(table.c.number == job.number).values(values))
    if job.task is Task.READ:
        note(connection, job.subject, State.RECEIVED)


def _set_aside(connection: Connection, job: Job) -> None:
    if job.task is Task.READ:
        _end_reading(connection, job, State.FAILED, SET_ASIDE)
    elif job.task is Task.LOOK:
        connection.execute(update(second_looks).where(second_looks.c.id == job.subject).values(words=""))
        connection.execute(delete(table).where(table.c.number == job.number))
    else:
        connection.execute(update(table).where(table.c.number == job.number).values(holder=_PARKED))


def left(connection: Connection) -> int:
    """How many jobs of reading and deciding are open now, without those that were set aside."""
    mine = and_(table.c.holder != _PARKED, table.c.task != Task.ASK, table.c.due <= time.time())
    return connection.scalar(select(func.count()).where(mine)) or 0


@dataclass(frozen=True, slots=True)
class Unattended:
    """What nobody works on. count: of applications that wait; since: when the first of them began to, UTC."""

    count: int
    since: datetime


def unattended(connection: Connection, before: float) -> Unattended | None:
    """What somebody asked for before an instant and nobody works on; None while anybody reads or decides anything."""
    waits = case((table.c.due > table.c.since, table.c.due), else_=table.c.since)
    asked = and_(table.c.asked > 0, table.c.task.in_([Task.READ, Task.DECIDE]), table.c.holder != _PARKED)
    query = select(func.count(table.c.application.distinct()), func.min(waits))
    query = query.where(asked, table.c.since > 0, waits < before, ~_worked())
    count, since = connection.execute(query).one()
    return Unattended(count, datetime.fromtimestamp(since, UTC)) if count else None


def is_worked_on(connection: Connection) -> bool:
    """Whether anybody reads or decides anything."""
    return bool(connection.scalar(select(_worked())))


def _worked() -> Exists:
    held = table.c.holder.not_in(["", _PARKED])
    return exists().where(table.c.task != Task.ASK, held, table.c.until > time.time())


def holders(connection: Connection) -> tuple[str, ...]:
    """Everybody who holds a job."""
    return tuple(connection.scalars(select(table.c.holder).where(table.c.holder.not_in(["", _PARKED])).distinct()))

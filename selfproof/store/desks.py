"""What lies on a reviewer's desk: drafts, places to be read once more, and which case is whose for the time being.

It passes; what counts becomes a fact.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from selfproof.errors import NotFound
from selfproof.geometry import Box
from selfproof.store import jobs
from selfproof.store.engine import now
from selfproof.store.schema import accounts, claims, drafts
from selfproof.store.schema import second_looks as looks


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A place on a page (from 1) of an upload to be read again. words: what it says; None until somebody has looked."""

    id: str
    application: str
    upload: str
    page: int
    box: Box
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is at a case. at, until: seconds since 1970, now and when the lease ends; by_force: though another is."""

    application: str
    account: str
    at: float
    until: float
    by_force: bool = False


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def take(connection: Connection, claim: Claim) -> bool:
    """Take a case, or hold it longer; False, and nothing changed, while another has it. Of two at once one gets it."""
    row = {"application": claim.application, "account": claim.account, "until": claim.until}
    free = or_(claims.c.account == claim.account, claims.c.until < claim.at)
    new = (
        _insert(connection, claims)
        .values(row)
        .on_conflict_do_update(
            index_elements=["application"],
            set_={"account": claim.account, "until": claim.until},
            where=None if claim.by_force else free,
        )
    )
    return connection.execute(new.returning(claims.c.application)).first() is not None


def let_go(connection: Connection, application: str, account: str) -> None:
    """Whoever has the case is done with it."""
    connection.execute(delete(claims).where(claims.c.application == application, claims.c.account == account))


def claimed(connection: Connection, at: float) -> dict[str, tuple[str, float]]:
    """By application, the name of who is at it and until when."""
    query = select(claims.c.application, accounts.c.name, claims.c.until)
    joined = query.join_from(claims, accounts, accounts.c.id == claims.c.account).where(claims.c.until >= at)
    return {row.application: (row.name, row.until) for row in connection.execute(joined)}


def keep_draft(connection: Connection, application: str, account: str, content: str) -> None:
    """Keep what somebody has begun at a case, in place of what was kept before."""
    row = {"application": application, "account": account, "content": content, "at": now()}
    new = _insert(connection, drafts).values(row)
    again = {"content": content, "at": row["at"]}
    connection.execute(new.on_conflict_do_update(index_elements=["application", "account"], set_=again))


def draft(connection: Connection, application: str, account: str) -> str:
    """What somebody has begun at a case; "" for nothing."""
    mine = (drafts.c.application == application, drafts.c.account == account)
    return connection.scalar(select(drafts.c.content).where(*mine)) or ""


def drop_draft(connection: Connection, application: str, account: str) -> None:
    """It is saved, or no longer wanted."""
    mine = (drafts.c.application == application, drafts.c.account == account)
    connection.execute(delete(drafts).where(*mine))


def ask(connection: Connection, wanted: SecondLook) -> str:
    """Keep the question and open the worker's job; returns the question's id."""
    name = secrets.token_hex(12)
    row = {"id": name, "application": wanted.application, "upload": wanted.upload, "page": wanted.page}
    connection.execute(insert(looks).values(**row, box=json.dumps(wanted.box), words=None, at=now()))
    jobs.to_look(connection, wanted.application, name)
    return name


def get(connection: Connection, application: str, name: str) -> SecondLook:
    """One question with its answer; raises NotFound when it is another application's."""
    chosen = (looks.c.id == name, looks.c.application == application)
    row = connection.execute(select(looks).where(*chosen)).one_or_none()
    if row is None:
        raise NotFound(f"no second look {name}")
    left, top, right, bottom = json.loads(row.box)
    return SecondLook(row.id, row.application, row.upload, row.page, (left, top, right, bottom), row.words)


def answer(connection: Connection, name: str, words: str) -> None:
    """What stands at the place; "" for nothing that can be read."""
    connection.execute(update(looks).where(looks.c.id == name).values(words=words))

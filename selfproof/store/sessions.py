"""Open sessions and failed tries to sign in: passing state, the only rows besides jobs that are changed in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from selfproof.store.engine import add_missing
from selfproof.store.schema import accounts
from selfproof.store.schema import sessions as table
from selfproof.store.schema import sign_in_failures as failures


@dataclass(frozen=True, slots=True)
class Kept:
    """An open session as it is kept. id: the hash of its token; expires: whatever happens; seen: last use."""

    id: str
    account: str
    name: str
    role: str
    expires: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Patience:
    """How failed tries slow down further ones: free tries, then a wait that doubles from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, tries: int) -> timedelta:
        """How long after the last of so many tries the next one may come."""
        beyond = tries - self.free
        return timedelta() if beyond < 0 else min(self.longest, self.first * 2 ** min(beyond, 20))


def start(connection: Connection, kept: Kept, at: datetime) -> None:
    """Keep a new session, and forget those that have ended by themselves."""
    connection.execute(delete(table).where(table.c.expires <= at.isoformat()))
    row = {"id": kept.id, "account": kept.account, "role": kept.role, "created": at.isoformat()}
    add_missing(connection, table, [row | {"seen": kept.seen.isoformat(), "expires": kept.expires.isoformat()}])


def get(connection: Connection, key: str) -> Kept | None:
    """An open session by the hash of its token; whether it has expired is the caller's to judge."""
    joined = table.join(accounts, accounts.c.id == table.c.account)
    row = connection.execute(select(table, accounts.c.name).select_from(joined).where(table.c.id == key)).one_or_none()
    if row is None:
        return None
    expires, seen = datetime.fromisoformat(row.expires), datetime.fromisoformat(row.seen)
    return Kept(row.id, row.account, row.name, row.role, expires, seen)


def touch(connection: Connection, key: str, at: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(table).where(table.c.id == key).values(seen=at.isoformat()))


def end(connection: Connection, key: str) -> None:
    """End one session; none is no error."""
    connection.execute(delete(table).where(table.c.id == key))


def end_all(connection: Connection, account: str) -> int:
    """End all sessions of an account; returns how many."""
    return connection.execute(delete(table).where(table.c.account == account)).rowcount


def try_again(connection: Connection, mark: str, patience: Patience, at: datetime) -> timedelta:
    """Count a try before its outcome is known, so that many at once gain nothing; zero when it may go on.

    mark: keyed hash of the name; what was tried a day ago is forgotten. A try that must wait does not count.
    """
    day_ago = (at - timedelta(days=1)).isoformat()
    connection.execute(delete(failures).where(failures.c.at < day_ago, failures.c.until < at.isoformat()))
    add_missing(connection, failures, [{"mark": mark, "failures": 0, "until": "", "at": at.isoformat()}])
    row = connection.execute(select(failures).where(failures.c.mark == mark).with_for_update()).one()
    if row.until > at.isoformat():
        return datetime.fromisoformat(row.until) - at
    tries = row.failures + 1
    values = {"failures": tries, "until": (at + patience.wait(tries)).isoformat(), "at": at.isoformat()}
    connection.execute(update(failures).where(failures.c.mark == mark).values(values))
    return timedelta()


def forgive(connection: Connection, mark: str) -> None:
    """Forget the failed tries under a name: the right password came."""
    connection.execute(delete(failures).where(failures.c.mark == mark))

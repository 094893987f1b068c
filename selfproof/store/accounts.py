"""Accounts and who may do what: an account's role, password and standing are the last of its events."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, insert, select

from selfproof.errors import NotFound, StoreError
from selfproof.store.engine import add_if_new, now
from selfproof.store.schema import account_events as events
from selfproof.store.schema import accounts, sessions

LOCAL = "local"


class Change(StrEnum):
    """What an event of an account changes; `content` is the role, the password's hash, or "yes" and "no"."""

    ROLE = "role"
    PASSWORD = "password"  # noqa: S105  the name of a kind of event
    ENABLED = "enabled"


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. origin: "local", or the issuer that vouches; name: unique within it. secret: a hash, or ""."""

    id: str
    origin: str
    name: str
    role: str
    enabled: bool
    secret: str = field(default="", repr=False)


def new(name: str, role: str, *, origin: str = LOCAL, secret: str = "") -> Account:
    """An account that is not kept yet."""
    return Account(secrets.token_hex(8), origin, name, role, enabled=True, secret=secret)


def add(connection: Connection, account: Account, by: str) -> None:
    """Keep a new account with its first events; raises StoreError when the name is taken."""
    row = {"id": account.id, "origin": account.origin, "name": account.name, "at": now()}
    if not add_if_new(connection, accounts, row):
        raise StoreError(f"there is an account {account.name} already")
    first = {Change.ROLE: account.role, Change.PASSWORD: account.secret, Change.ENABLED: "yes"}
    for kind, content in first.items():
        _append(connection, account.id, kind, content=content, by=by)


def _append(connection: Connection, account: str, kind: Change, *, content: str, by: str) -> None:
    row = {"account": account, "kind": kind, "content": content, "by": by, "at": now()}
    connection.execute(insert(events).values(row))


def change(connection: Connection, account: str, kind: Change, *, content: str, by: str) -> None:
    """Change an account and end its sessions; raises NotFound."""
    get(connection, account)
    _append(connection, account, kind, content=content, by=by)
    connection.execute(delete(sessions).where(sessions.c.account == account))


def get(connection: Connection, account: str) -> Account:
    """An account by its id; raises NotFound."""
    row = connection.execute(select(accounts).where(accounts.c.id == account)).one_or_none()
    if row is None:
        raise NotFound(f"no account {account}")
    return _account(connection, row)


def named(connection: Connection, name: str, origin: str = LOCAL) -> Account | None:
    """An account by its name within an origin; None when there is none."""
    query = select(accounts).where(accounts.c.name == name, accounts.c.origin == origin)
    row = connection.execute(query).one_or_none()
    return None if row is None else _account(connection, row)


def every(connection: Connection) -> tuple[Account, ...]:
    """All accounts, the first made first."""
    return tuple(_account(connection, row) for row in connection.execute(select(accounts).order_by(accounts.c.number)))


def _account(connection: Connection, row: Row[*tuple[object, ...]]) -> Account:
    query = select(events.c.kind, events.c.content).where(events.c.account == row.id).order_by(events.c.number)
    last = {item.kind: item.content for item in connection.execute(query)}
    return Account(
        id=row.id,
        origin=row.origin,
        name=row.name,
        role=last[Change.ROLE],
        enabled=last[Change.ENABLED] == "yes",
        secret=last[Change.PASSWORD],
    )

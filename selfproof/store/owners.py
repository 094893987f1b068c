"""Whose an application is."""

from __future__ import annotations

from sqlalchemy import Connection, select

from selfproof.store.applications import require
from selfproof.store.engine import add_missing, now
from selfproof.store.schema import applications
from selfproof.store.schema import ownerships as table


def add(connection: Connection, application_id: str, account: str) -> None:
    """Make an account an owner of an application; raises NotFound for an unknown application."""
    require(connection, application_id)
    add_missing(connection, table, [{"application": application_id, "account": account, "at": now()}])


def of(connection: Connection, application_id: str) -> tuple[str, ...]:
    """The accounts that own an application."""
    query = select(table.c.account).where(table.c.application == application_id)
    return tuple(connection.scalars(query.order_by(table.c.at, table.c.account)))


def owned(connection: Connection, account: str) -> tuple[str, ...]:
    """The applications of an account, the first made first."""
    query = select(table.c.application).join(applications, applications.c.id == table.c.application)
    return tuple(
        connection.scalars(query.where(table.c.account == account).order_by(applications.c.at, applications.c.id))
    )


def owns(connection: Connection, application_id: str, account: str) -> bool:
    """Whether the account owns the application; False for one that does not exist."""
    query = select(table.c.account).where(table.c.application == application_id, table.c.account == account)
    return connection.scalar(query) is not None

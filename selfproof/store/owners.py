"""Whose an application is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from selfproof.model import Application
from selfproof.store.applications import require
from selfproof.store.codec import load
from selfproof.store.engine import add_missing, now
from selfproof.store.schema import accounts, applications
from selfproof.store.schema import application_versions as versions
from selfproof.store.schema import ownerships as table

_ASKED = 5_000  # values that one statement may name on any database


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


def known_as(connection: Connection, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """How people call applications: id, business, its code and representative, the accounts of its owners."""
    found: dict[str, tuple[str, ...]] = {}
    for start in range(0, len(names), _ASKED):
        part = names[start : start + _ASKED]
        newest = select(func.max(versions.c.number)).where(versions.c.application.in_(part))
        query = select(versions.c.content).where(versions.c.number.in_(newest.group_by(versions.c.application)))
        for content in connection.scalars(query):
            one = load(Application, content)
            who = one.applicant
            found[one.id] = (one.id, who.name, who.uscc, who.legal_representative)
        owners = select(table.c.application, accounts.c.name).join(accounts, accounts.c.id == table.c.account)
        for application, account in connection.execute(owners.where(table.c.application.in_(part))):
            found[application] = (*found.get(application, ()), account)
    return found


def owns(connection: Connection, application_id: str, account: str) -> bool:
    """Whether the account owns the application; False for one that does not exist."""
    query = select(table.c.account).where(table.c.application == application_id, table.c.account == account)
    return connection.scalar(query) is not None

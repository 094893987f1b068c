"""Accounts, sessions, ownership, consents, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0003"
down_revision = "v0002"

_ERASABLE = ("ownerships", "consents")
_FOR_EVER = ("accounts", "account_events", "audit")


def upgrade() -> None:
    """Make the tables; sessions and failed tries to sign in are passing state, all else is append-only."""
    _accounts()
    _passing()
    _of_applications()
    _audit()
    forbid = _forbid_in_postgresql if op.get_bind().dialect.name == "postgresql" else _forbid_in_sqlite
    forbid()


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _key(name: str, parent: str = "", *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    reference = [sa.ForeignKey(parent)] if parent else []
    return sa.Column(name, sa.String(), *reference, nullable=False, primary_key=primary_key, index=index)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _accounts() -> None:
    keys = (_key("id"), _key("origin"), _key("name"))
    unique = (sa.UniqueConstraint("id"), sa.UniqueConstraint("origin", "name"))
    op.create_table("accounts", _number(), *keys, _text("at"), *unique)
    account = _key("account", "accounts.id", index=True)
    op.create_table("account_events", _number(), account, _key("kind"), _text("content"), _key("by"), _text("at"))


def _passing() -> None:
    account = _key("account", "accounts.id", index=True)
    texts = (_text("created"), _text("seen"), _text("expires"))
    op.create_table("sessions", _key("id", primary_key=True), account, _key("role"), *texts)
    failures = sa.Column("failures", sa.Integer(), nullable=False)
    op.create_table("sign_in_failures", _key("mark", primary_key=True), failures, _text("until"), _text("at"))


def _of_applications() -> None:
    application = _key("application", "applications.id", primary_key=True)
    account = _key("account", "accounts.id", primary_key=True, index=True)
    op.create_table("ownerships", application, account, _text("at"))
    application = _key("application", "applications.id", index=True)
    given: sa.Column[bool] = sa.Column("given", sa.Boolean(), nullable=False)
    texts = (_text("purpose"), _key("by"), _text("at"))
    op.create_table("consents", _number(), application, _key("source"), given, *texts)


def _audit() -> None:
    number = sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False)
    keys = (_key("account"), _key("role"), _key("act"), _key("application", index=True), _key("upload"))
    op.create_table("audit", number, _text("at"), *keys, _text("detail"), _key("previous"), _key("mark"))


def _forbid_in_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
    for table in _ERASABLE + _FOR_EVER:
        op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}")
        unless = "WHEN NOT EXISTS (SELECT 1 FROM permits) " if table in _ERASABLE else ""
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {unless}{refuse}")


def _forbid_in_postgresql() -> None:
    for table in _ERASABLE + _FOR_EVER:
        kind = "erasable" if table in _ERASABLE else "for ever"
        call = f"EXECUTE FUNCTION refuse_change('{kind}')"
        op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")

"""Policies that live: versions, what was done with each, the kill switch, challengers, and how loans turned out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0007"
down_revision = "v0006"

_ERASABLE = ("shadow_results", "outcomes")
_FOR_EVER = ("policy_versions", "policy_events", "switch_events", "challengers")


def upgrade() -> None:
    """Make the tables; all are append-only."""
    _versions()
    _switches()
    _beside()
    forbid = _forbid_in_postgresql if op.get_bind().dialect.name == "postgresql" else _forbid_in_sqlite
    forbid()


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _key(name: str, parent: str = "", *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    reference = [sa.ForeignKey(parent)] if parent else []
    return sa.Column(name, sa.String(), *reference, nullable=False, primary_key=primary_key, index=index)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _versions() -> None:
    once = sa.UniqueConstraint("version")
    op.create_table("policy_versions", _number(), _key("version"), _text("name"), _key("policy", "policies.hash"), once)
    key = _key("version", "policy_versions.version", primary_key=True)
    number = sa.Column("number", sa.Integer(), primary_key=True)
    days = (_text("start"), _text("until"))
    op.create_table("policy_events", key, number, _key("move"), _key("by"), *days, _text("note"), _text("at"))


def _switches() -> None:
    on: sa.Column[bool] = sa.Column("on", sa.Boolean(), nullable=False)
    op.create_table("switch_events", _number(), on, _text("reason"), _key("by"), _text("at"))
    op.create_table("challengers", _number(), _key("version"), _key("by"), _text("at"))


def _beside() -> None:
    keys = (_key("application", "applications.id", index=True), _key("decision"), _key("version"))
    once = sa.UniqueConstraint("application", "decision", "version")
    op.create_table("shadow_results", _number(), *keys, _text("content"), _text("at"), once)
    application = _key("application", "applications.id", index=True)
    cells = (_text("day"), _key("state"), _text("loss"), _key("by"), _text("at"))
    op.create_table("outcomes", _number(), application, *cells)


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

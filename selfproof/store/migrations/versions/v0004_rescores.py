"""What other policies would decide: kept beside the standing decisions, which they never replace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"

_ERASABLE = ("rescore_results",)
_FOR_EVER = ("rescores", "rescore_events")


def upgrade() -> None:
    """Make the tables; all are append-only."""
    _runs()
    _results()
    forbid = _forbid_in_postgresql if op.get_bind().dialect.name == "postgresql" else _forbid_in_sqlite
    forbid()


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _key(name: str, parent: str = "", *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    reference = [sa.ForeignKey(parent)] if parent else []
    return sa.Column(name, sa.String(), *reference, nullable=False, primary_key=primary_key, index=index)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _runs() -> None:
    keys = (_key("id"), _text("name"), _key("policy", "policies.hash"), _key("engine"))
    total = sa.Column("total", sa.Integer(), nullable=False)
    op.create_table("rescores", _number(), *keys, total, _text("at"), sa.UniqueConstraint("id"))
    number = sa.Column("number", sa.Integer(), primary_key=True)
    rescore = _key("rescore", "rescores.id", primary_key=True)
    op.create_table("rescore_events", rescore, number, _key("state"), _text("note"), _text("at"))


def _results() -> None:
    keys = (_key("rescore", "rescores.id"), _key("application", "applications.id", index=True), _key("decision"))
    once = sa.UniqueConstraint("rescore", "application", "decision")
    op.create_table("rescore_results", _number(), *keys, _text("content"), once)


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

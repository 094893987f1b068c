"""What was asked of third parties, the day's calls, and when a job is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0006"
down_revision = "v0005"


def upgrade() -> None:
    """Inquiries are append-only and erasable; counters of calls pass."""
    op.add_column("jobs", sa.Column("due", sa.Double(), nullable=False, server_default="0"))
    _inquiries()
    _counts()
    forbid = _forbid_in_postgresql if op.get_bind().dialect.name == "postgresql" else _forbid_in_sqlite
    forbid()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _inquiries() -> None:
    number: sa.Column[int] = sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)
    of: sa.Column[str] = sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), nullable=False)
    calls: sa.Column[int] = sa.Column("calls", sa.Integer(), nullable=False)
    keys = (_key("source"), _text("subject"), _key("key"), _text("at"), _key("outcome"))
    texts = (_text("content"), calls, _text("licence"), _text("authorisation"))
    op.create_table("inquiries", number, of, *keys, *texts)
    op.create_index("ix_inquiries_application", "inquiries", ["application"])


def _counts() -> None:
    mark: sa.Column[str] = sa.Column("mark", sa.String(), primary_key=True)
    day: sa.Column[str] = sa.Column("day", sa.String(), primary_key=True)
    op.create_table("call_counts", mark, day, sa.Column("calls", sa.Integer(), nullable=False))


def _forbid_in_sqlite() -> None:
    refuse = "BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
    op.execute(f"CREATE TRIGGER inquiries_update BEFORE UPDATE ON inquiries {refuse}")
    unless = "WHEN NOT EXISTS (SELECT 1 FROM permits) "
    op.execute(f"CREATE TRIGGER inquiries_delete BEFORE DELETE ON inquiries {unless}{refuse}")


def _forbid_in_postgresql() -> None:
    call = "EXECUTE FUNCTION refuse_change('erasable')"
    op.execute(f"CREATE TRIGGER inquiries_change BEFORE UPDATE OR DELETE ON inquiries FOR EACH ROW {call}")
    op.execute(f"CREATE TRIGGER inquiries_truncate BEFORE TRUNCATE ON inquiries FOR EACH STATEMENT {call}")

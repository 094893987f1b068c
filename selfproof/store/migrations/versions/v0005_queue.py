"""Indexes for the reviewers' queue, which is looked at all the time and must not read every fact and decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0005"
down_revision = "v0004"

_ASKS = """content NOT LIKE '%"review":[]%'"""


def upgrade() -> None:
    """Facts by their name, and the decisions that ask for a person."""
    op.create_index("ix_facts_name", "facts", ["name"])
    asks = sa.text(_ASKS)
    op.create_index("ix_decisions_asking", "decisions", ["number"], sqlite_where=asks, postgresql_where=asks)

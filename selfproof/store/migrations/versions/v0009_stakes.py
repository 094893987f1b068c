"""What the queue is put in order and sieved by, beside each decision: what is at stake, and what was hard to read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0009"
down_revision = "v0008"


def upgrade() -> None:
    """Two columns; older rows stay as they are, for nothing that is decided changes."""
    op.add_column("decisions", sa.Column("stake", sa.Double(), nullable=True))
    op.add_column("decisions", sa.Column("marks", sa.Text(), nullable=False, server_default=""))
    marked = sa.text("marks <> ''")
    op.create_index("ix_decisions_marked", "decisions", ["number"], sqlite_where=marked, postgresql_where=marked)

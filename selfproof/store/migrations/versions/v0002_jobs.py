"""The worker's jobs: a working table without triggers, for its rows are promises to do something, not a past."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"

_OPEN = """
    INSERT INTO jobs (task, subject, application, asked, tries, holder, since, until)
    SELECT 'read', uploads.id, uploads.application, 1, 0, '', 0, 0 FROM uploads
    JOIN upload_events AS event ON event.upload = uploads.id
    WHERE event.state IN ('received', 'reading')
    AND event.number = (SELECT max(number) FROM upload_events WHERE upload = uploads.id)
    ORDER BY uploads.number"""
_DECIDE = """
    INSERT INTO jobs (task, subject, application, asked, tries, holder, since, until)
    SELECT 'decide', application, application, 1, 0, '', 0, 0 FROM uploads GROUP BY application"""


def upgrade() -> None:
    """Make the table, and open the jobs of what an older version left unread or undecided."""
    op.create_table(
        "jobs",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.UniqueConstraint("task", "subject"),
    )
    op.create_index("ix_jobs_queue", "jobs", ["holder", "tries", "number"])
    op.create_index("ix_jobs_application", "jobs", ["application"])
    op.execute(_OPEN)
    op.execute(_DECIDE)

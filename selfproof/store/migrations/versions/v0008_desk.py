"""What reviewers work with and what passes: drafts, second looks at a place, and who is at which case for how long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0008"
down_revision = "v0007"


def upgrade() -> None:
    """Three working tables without triggers: their rows are no past, and go when they have served."""
    op.create_table(
        "drafts",
        sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
    )
    op.create_table(
        "second_looks",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), nullable=False),
        sa.Column("upload", sa.String(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
    )
    op.create_index("ix_second_looks_application", "second_looks", ["application"])
    op.create_table(
        "claims",
        sa.Column("application", sa.String(), sa.ForeignKey("applications.id"), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
    )

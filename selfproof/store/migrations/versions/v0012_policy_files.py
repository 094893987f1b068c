"""Policies that risk staff have brought and not yet submitted: they outlive a refresh."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0012"
down_revision = "v0011"


def upgrade() -> None:
    """One working table without triggers: a row goes when its policy is submitted or discarded."""
    op.create_table(
        "policy_files",
        sa.Column("account", sa.String(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
    )

"""Who brought a file on its owner's behalf; what came before was brought by the owners themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0010"
down_revision = "v0009"


def upgrade() -> None:
    """One column; adding it touches no row, so that the triggers against updates stay silent."""
    op.add_column("uploads", sa.Column("brought_by", sa.String(), nullable=False, server_default=""))

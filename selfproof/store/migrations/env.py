"""Alembic's entry: migrates over the connection that `selfproof.store.engine` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from selfproof.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()

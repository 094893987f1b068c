"""Alembic's folder: `env.py` and the versions of the schema."""

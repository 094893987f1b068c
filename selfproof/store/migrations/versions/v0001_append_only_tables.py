"""The first tables, and the triggers that make them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

_ERASABLE = (
    "applications", "application_versions", "uploads", "upload_events", "extractions", "facts", "findings",
    "verifications", "decisions", "records", "fingerprints", "photos",
)  # fmt: skip
_FOR_EVER = ("policies", "erasures")


def upgrade() -> None:
    """Make all tables, parents first."""
    _applications()
    _uploads()
    _found()
    _third_parties()
    _decisions()
    _erasing()
    forbid = _forbid_in_postgresql if op.get_bind().dialect.name == "postgresql" else _forbid_in_sqlite
    forbid()


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _key(name: str, parent: str = "", *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    reference = [sa.ForeignKey(parent)] if parent else []
    return sa.Column(name, sa.String(), *reference, nullable=False, primary_key=primary_key, index=index)


def _owner(*, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    return _key("application", "applications.id", primary_key=primary_key, index=index)


def _text(name: str, *, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, index=index)


def _applications() -> None:
    op.create_table("applications", _key("id", primary_key=True), _text("at"))
    columns = (_text("applicant", index=True), _text("content"), _text("at"))
    op.create_table("application_versions", _number(), _owner(index=True), *columns)


def _uploads() -> None:
    op.create_table(
        "uploads",
        _number(),
        _key("id"),
        _owner(),
        _key("document", index=True),
        _text("name"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        _text("received"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("application", "document"),
    )
    op.create_table(
        "upload_events",
        _key("upload", "uploads.id", primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        _key("state"),
        _text("note"),
        _text("at"),
    )


def _found() -> None:
    pair = (_key("document", primary_key=True), _key("version", primary_key=True))
    op.create_table("extractions", *pair, _text("content"))
    columns = (_key("id"), _key("document"), _text("name"), _text("content"))
    op.create_table("facts", _number(), _owner(), *columns, sa.UniqueConstraint("application", "id"))
    op.create_table("findings", _owner(primary_key=True), _key("id", primary_key=True), _text("content"))
    op.create_table("verifications", _number(), _owner(index=True), _text("findings"), _text("at"))


def _third_parties() -> None:
    unique = sa.UniqueConstraint("application", "id")
    op.create_table("records", _number(), _owner(), _key("id"), _text("content"), unique)
    document, mark = _key("document", primary_key=True), _key("mark", primary_key=True, index=True)
    op.create_table("fingerprints", _owner(primary_key=True), document, mark)
    document, pdq = _key("document", primary_key=True), _key("pdq", primary_key=True)
    op.create_table("photos", _owner(primary_key=True), document, pdq)


def _decisions() -> None:
    op.create_table("policies", _key("hash", primary_key=True), _text("content"))
    version = sa.Column("version", sa.BigInteger(), sa.ForeignKey("application_versions.number"), nullable=False)
    texts = [_text(name) for name in ("engine", "facts", "findings", "content", "at")]
    keys = (_key("id", index=True), _owner(index=True), version, _key("policy", "policies.hash"))
    op.create_table("decisions", _number(), *keys, *texts)


def _erasing() -> None:
    op.create_table("erasures", _number(), _text("application"), _text("documents"), _text("at"))
    op.create_table("permits", _key("id", primary_key=True))


def _forbid_in_sqlite() -> None:
    """A permit, written and removed in the transaction that erases, is visible to no other."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the store is append-only'); END"
    for table in _ERASABLE + _FOR_EVER:
        op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}")
        unless = "WHEN NOT EXISTS (SELECT 1 FROM permits) " if table in _ERASABLE else ""
        op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {unless}{refuse}")


def _forbid_in_postgresql() -> None:
    op.execute("""
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND TG_ARGV[0] = 'erasable' AND EXISTS (SELECT 1 FROM permits) THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION 'the store is append-only';
        END $$""")
    for table in _ERASABLE + _FOR_EVER:
        kind = "erasable" if table in _ERASABLE else "for ever"
        call = f"EXECUTE FUNCTION refuse_change('{kind}')"
        op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}")

"""The tables. All but `permits` are append-only: triggers refuse every UPDATE, and every DELETE outside `erase`.

Nouns are kept whole as canonical JSON in `content`; the other columns are for finding them.
Instants are UTC in ISO 8601, since SQLite has no type for them.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> Column[int]:
    return Column("number", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def _application(*, primary_key: bool = False) -> Column[str]:
    return Column("application", String, ForeignKey("applications.id"), nullable=False, primary_key=primary_key)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


applications = Table("applications", metadata, Column("id", String, primary_key=True), _text("at"))

application_versions = Table(
    "application_versions",
    metadata,
    _number(),
    _application(),
    _text("applicant"),  # keyed hash of who asks: two applications of one applicant are no duplicates of each other
    _text("content"),
    _text("at"),
    Index(None, "application"),
    Index(None, "applicant"),
)

uploads = Table(
    "uploads",
    metadata,
    _number(),
    Column("id", String, nullable=False),
    _application(),
    Column("document", String, nullable=False),
    _text("name"),
    Column("size", BigInteger, nullable=False),
    _text("received"),
    UniqueConstraint("id"),
    UniqueConstraint("application", "document"),
    Index(None, "document"),
)

upload_events = Table(
    "upload_events",
    metadata,
    Column("upload", String, ForeignKey("uploads.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String, nullable=False),
    _text("note"),
    _text("at"),
)

extractions = Table(
    "extractions",
    metadata,
    Column("document", String, primary_key=True),
    Column("version", String, primary_key=True),
    _text("content"),
)

facts = Table(
    "facts",
    metadata,
    _number(),
    _application(),
    Column("id", String, nullable=False),
    Column("document", String, nullable=False),
    _text("name"),
    _text("content"),
    UniqueConstraint("application", "id"),
)

findings = Table(
    "findings",
    metadata,
    _application(primary_key=True),
    Column("id", String, primary_key=True),
    _text("content"),
)

verifications = Table(
    "verifications",
    metadata,
    _number(),
    _application(),
    _text("findings"),  # their ids in order, as JSON
    _text("at"),
    Index(None, "application"),
)

policies = Table("policies", metadata, Column("hash", String, primary_key=True), _text("content"))

decisions = Table(
    "decisions",
    metadata,
    _number(),
    Column("id", String, nullable=False),
    _application(),
    Column("version", BigInteger, ForeignKey("application_versions.number"), nullable=False),
    Column("policy", String, ForeignKey("policies.hash"), nullable=False),
    _text("engine"),
    _text("facts"),  # ids in the order in which they were used, as JSON
    _text("findings"),
    _text("content"),
    _text("at"),
    Index(None, "id"),
    Index(None, "application"),
)

records = Table(
    "records",
    metadata,
    _number(),
    _application(),
    Column("id", String, nullable=False),
    _text("content"),
    UniqueConstraint("application", "id"),
)

fingerprints = Table(
    "fingerprints",
    metadata,
    _application(primary_key=True),
    Column("document", String, primary_key=True),
    Column("mark", String, primary_key=True),
    Index(None, "mark"),
)

photos = Table(
    "photos",
    metadata,
    _application(primary_key=True),
    Column("document", String, primary_key=True),
    Column("pdq", String, primary_key=True),
)

erasures = Table("erasures", metadata, _number(), _text("application"), _text("documents"), _text("at"))

permits = Table("permits", metadata, Column("id", String, primary_key=True))

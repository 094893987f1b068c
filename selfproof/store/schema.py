"""The tables. All but what passes is append-only: triggers refuse every UPDATE, and every DELETE outside `erase`.

What passes: `permits`, `jobs`, `call_counts`, `sessions`, `sign_in_failures`, `drafts`, `second_looks`, `claims`,
`rescore_progress`, `photo_turns`, `photo_likes`, `policy_files`.
Nouns are kept whole as canonical JSON in `content`; the other columns are for finding them.
Instants are UTC in ISO 8601, since SQLite has no type for them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

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
    Column("brought_by", String, nullable=False, server_default=""),  # an account; "" for the owner
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

jobs = Table(
    "jobs",
    metadata,
    _number(),
    Column("task", String, nullable=False),
    Column("subject", String, nullable=False),  # of a reading the upload, of a decision the application
    _application(),
    Column(
        "asked", Integer, nullable=False
    ),  # how often, so that what is asked for meanwhile is not lost; 0: by nobody
    Column("tries", Integer, nullable=False),  # that ended badly
    Column("holder", String, nullable=False),  # who works on it; empty: nobody
    Column("since", Double, nullable=False),  # seconds since 1970, as is `until`: when the lease ends
    Column("until", Double, nullable=False),
    Column("due", Double, nullable=False, server_default="0"),  # not before; so many seconds since 1970
    UniqueConstraint("task", "subject"),
    Index("ix_jobs_queue", "holder", "tries", "number"),
    Index(None, "application"),
)

drafts = Table(
    "drafts",
    metadata,
    _application(primary_key=True),
    Column("account", String, ForeignKey("accounts.id"), primary_key=True),
    _text("content"),  # what a reviewer has begun, as the viewer sends it
    _text("at"),
)

second_looks = Table(
    "second_looks",
    metadata,
    Column("id", String, primary_key=True),
    _application(),
    Column("upload", String, nullable=False),
    Column("page", Integer, nullable=False),
    _text("box"),
    Column("words", Text),  # null until the worker has looked
    _text("at"),
    Index(None, "application"),
)

claims = Table(
    "claims",
    metadata,
    _application(primary_key=True),
    Column("account", String, ForeignKey("accounts.id"), nullable=False),
    Column("until", Double, nullable=False),  # seconds since 1970
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
    Index(None, "name"),
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

ASKS_FOR_A_PERSON = text("""content NOT LIKE '%"review":[]%'""")
"""Of a decision. Canonical JSON has one spelling, and within a text the quotes would be escaped."""

MARKED = text("marks <> ''")

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
    Column("stake", Double),  # the recommended limit, CNY, to put the queue in order; null in rows of older versions
    Column("marks", Text, nullable=False, server_default=""),  # why a person should look, beside what content says
    Index("ix_decisions_asking", "number", sqlite_where=ASKS_FOR_A_PERSON, postgresql_where=ASKS_FOR_A_PERSON),
    Index("ix_decisions_marked", "number", sqlite_where=MARKED, postgresql_where=MARKED),
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

inquiries = Table(
    "inquiries",
    metadata,
    _number(),
    _application(),
    Column("source", String, nullable=False),
    _text("subject"),
    Column("key", String, nullable=False),  # a hash of the question
    _text("at"),
    Column("outcome", String, nullable=False),
    _text("content"),  # the answer's very text
    Column("calls", Integer, nullable=False),
    _text("licence"),
    _text("authorisation"),
    Index(None, "application"),
)

call_counts = Table(
    "call_counts",
    metadata,
    Column("mark", String, primary_key=True),  # keyed hash of a source, or of a source and what it is asked about
    Column("day", String, primary_key=True),
    Column("calls", Integer, nullable=False),
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

photo_turns = Table(  # follows from the facts, as photo_likes does from both: passes
    "photo_turns",
    metadata,
    _application(primary_key=True),
    Column("document", String, primary_key=True),
    Column("pdq", String, primary_key=True),  # of the photo turned and mirrored, in a row
)

photo_likes = Table(
    "photo_likes",
    metadata,
    _application(primary_key=True),
    Column("document", String, primary_key=True),
    Column("other", String, ForeignKey("applications.id"), primary_key=True),
    Column("other_document", String, primary_key=True),
    Index(None, "other"),
)

erasures = Table("erasures", metadata, _number(), _text("application"), _text("documents"), _text("at"))

permits = Table("permits", metadata, Column("id", String, primary_key=True))

accounts = Table(
    "accounts",
    metadata,
    _number(),
    Column("id", String, nullable=False),
    Column("origin", String, nullable=False),  # "local", or the issuer of an identity provider
    Column("name", String, nullable=False),
    _text("at"),
    UniqueConstraint("id"),
    UniqueConstraint("origin", "name"),
)

account_events = Table(
    "account_events",
    metadata,
    _number(),
    Column("account", String, ForeignKey("accounts.id"), nullable=False),
    Column("kind", String, nullable=False),
    _text("content"),
    Column("by", String, nullable=False),
    _text("at"),
    Index(None, "account"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),  # the hash of the token, never the token
    Column("account", String, ForeignKey("accounts.id"), nullable=False),
    Column("role", String, nullable=False),
    _text("created"),
    _text("seen"),
    _text("expires"),
    Index(None, "account"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("mark", String, primary_key=True),  # keyed hash of the name that was tried
    Column("failures", Integer, nullable=False),
    _text("until"),
    _text("at"),
)

ownerships = Table(
    "ownerships",
    metadata,
    _application(primary_key=True),
    Column("account", String, ForeignKey("accounts.id"), primary_key=True),
    _text("at"),
    Index(None, "account"),
)

consents = Table(
    "consents",
    metadata,
    _number(),
    _application(),
    Column("source", String, nullable=False),
    Column("given", Boolean, nullable=False),
    _text("purpose"),
    Column("by", String, nullable=False),
    _text("at"),
    Index(None, "application"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # without a gap: a missing entry shows
    _text("at"),
    Column("account", String, nullable=False),
    Column("role", String, nullable=False),
    Column("act", String, nullable=False),
    Column("application", String, nullable=False),  # keyed hashes, so that the log may outlive what was erased
    Column("upload", String, nullable=False),
    _text("detail"),
    Column("previous", String, nullable=False),
    Column("mark", String, nullable=False),
    Index(None, "application"),
)

rescores = Table(
    "rescores",
    metadata,
    _number(),
    Column("id", String, nullable=False),
    _text("name"),  # what the policy was called when it was chosen
    Column("policy", String, ForeignKey("policies.hash"), nullable=False),
    Column("engine", String, nullable=False),
    Column("total", Integer, nullable=False),  # applications that had a decision when it began
    _text("at"),
    UniqueConstraint("id"),
)

rescore_events = Table(
    "rescore_events",
    metadata,
    Column("rescore", String, ForeignKey("rescores.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("state", String, nullable=False),
    _text("note"),  # of RUNNING who carries it out
    _text("at"),
)

rescore_progress = Table(  # passes: what was found lies in files (`selfproof.store.results`)
    "rescore_progress",
    metadata,
    Column("rescore", String, ForeignKey("rescores.id"), primary_key=True),
    Column("scored", Integer, nullable=False),  # applications with a result
    Column("phase", String, nullable=False),
    Column("done", Integer, nullable=False),  # of this phase
    Column("total", Integer, nullable=False),
    Column("first", Integer, nullable=False),  # done when it was taken up
    Column("since", Double, nullable=False),  # seconds since 1970, as is `at`
    Column("at", Double, nullable=False),
)

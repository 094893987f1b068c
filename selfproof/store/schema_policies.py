"""The tables of policies that live, beside those of `selfproof.store.schema`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from selfproof.store.schema import _application, _number, _text, metadata

policy_versions = Table(
    "policy_versions",
    metadata,
    _number(),
    Column("version", String, nullable=False),  # hash of the numbers: comments and layout make no other version
    _text("name"),
    Column("policy", String, ForeignKey("policies.hash"), nullable=False),
    UniqueConstraint("version"),
)

policy_events = Table(
    "policy_events",
    metadata,
    Column("version", String, ForeignKey("policy_versions.version"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("move", String, nullable=False),
    Column("by", String, nullable=False),
    _text("start"),  # of a publication its first day, of a retirement the first day without it; else empty
    _text("until"),  # of a publication the first day without it; empty: no end
    _text("note"),
    _text("at"),
)

policy_files = Table(  # passes: goes when its policy is submitted or discarded
    "policy_files",
    metadata,
    Column("account", String, ForeignKey("accounts.id"), primary_key=True),
    Column("name", String, primary_key=True),
    _text("content"),
    _text("at"),
)

switch_events = Table(
    "switch_events",
    metadata,
    _number(),
    Column("on", Boolean, nullable=False),
    _text("reason"),
    Column("by", String, nullable=False),
    _text("at"),
)

challengers = Table(
    "challengers",
    metadata,
    _number(),
    Column("version", String, nullable=False),  # empty: none any more
    Column("by", String, nullable=False),
    _text("at"),
)

shadow_results = Table(
    "shadow_results",
    metadata,
    _number(),
    _application(),
    Column("decision", String, nullable=False),  # the champion's
    Column("version", String, nullable=False),  # the challenger
    _text("content"),
    _text("at"),
    UniqueConstraint("application", "decision", "version"),
    Index(None, "application"),
)

outcomes = Table(
    "outcomes",
    metadata,
    _number(),
    _application(),
    _text("day"),
    Column("state", String, nullable=False),
    _text("loss"),  # CNY
    Column("by", String, nullable=False),
    _text("at"),
    Index(None, "application"),
)

"""Decisions with all that they rest on, so that each replays bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, select
from sqlalchemy.sql.expression import ColumnElement

from selfproof.errors import NotFound, StoreError
from selfproof.model import Application, Decision, Fact, Finding
from selfproof.store import applications, facts, findings
from selfproof.store.codec import canonical, decision_json, dump, load
from selfproof.store.engine import add_missing, ids_of, now
from selfproof.store.schema import decisions as table
from selfproof.store.schema import policies
from selfproof.tagged import content_id


class Replay(NamedTuple):
    """What a decision rests on, as it was then, and the decision itself as canonical JSON."""

    application: Application
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    policy_text: str
    decision: str


class Inputs(NamedTuple):
    """Ids of the facts and findings in the order in which they were used, and the policy file's text.

    marks: why a person should look although the decision itself asks for nobody; no part of what is replayed.
    """

    facts: Sequence[str]
    findings: Sequence[str]
    policy_text: str
    marks: Sequence[str] = ()


def keep_policy(connection: Connection, text: str) -> str:
    """Keep a policy file's text; returns its hash."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    add_missing(connection, policies, [{"hash": digest, "content": text}])
    return digest


def save(connection: Connection, decision: Decision, inputs: Inputs) -> str:
    """Keep a decision and return its id; made again from the same, it is the same decision.

    Raises:
        NotFound: an unknown application, fact or finding.
    """
    application = decision.application
    facts.chosen(connection, application, inputs.facts)
    findings.chosen(connection, application, inputs.findings)
    number = applications.newest_version(connection, application)
    row = {
        "application": application,
        "policy": keep_policy(connection, inputs.policy_text),
        "engine": decision.engine,
        "facts": canonical(list(inputs.facts)),
        "findings": canonical(list(inputs.findings)),
        "content": decision_json(decision),
    }
    key = content_id(row, dump(applications.version(connection, number)))
    if _newest(connection, table.c.application == application) != key:
        aside = {"stake": float(decision.recommended), "marks": " ".join(inputs.marks)}
        connection.execute(insert(table).values(row | aside | {"id": key, "version": number, "at": now()}))
    return key


def _newest(connection: Connection, condition: ColumnElement[bool]) -> str | None:
    return connection.scalar(select(table.c.id).where(condition).order_by(table.c.number.desc()).limit(1))


def get(connection: Connection, decision_id: str) -> Decision:
    """A decision by its id; raises NotFound."""
    content = connection.scalar(select(table.c.content).where(table.c.id == decision_id).limit(1))
    if content is None:
        raise NotFound(f"no decision {decision_id}")
    return load(Decision, content)


def of(connection: Connection, application_id: str) -> tuple[str, ...]:
    """Ids of the decisions on an application, the first made first; raises NotFound."""
    applications.require(connection, application_id)
    query = select(table.c.id).where(table.c.application == application_id).order_by(table.c.number)
    return tuple(connection.scalars(query))


def policy_text(connection: Connection, decision_id: str) -> str:
    """The text of the policy that a decision was made under; raises NotFound."""
    query = select(policies.c.content).join(table, table.c.policy == policies.c.hash).where(table.c.id == decision_id)
    text = connection.scalar(query.limit(1))
    if text is None:
        raise NotFound(f"no decision {decision_id}")
    return str(text)


def replay(connection: Connection, decision_id: str) -> Replay:
    """What a decision rests on; raises NotFound, and StoreError when the kept policy is not the one that was used."""
    query = select(table, policies.c.content.label("text")).join(policies, table.c.policy == policies.c.hash)
    row = connection.execute(query.where(table.c.id == decision_id).limit(1)).one_or_none()
    if row is None:
        raise NotFound(f"no decision {decision_id}")
    if hashlib.sha256(row.text.encode()).hexdigest() != row.policy:
        raise StoreError(f"the policy of decision {decision_id} is damaged")
    return Replay(
        applications.version(connection, row.version),
        facts.chosen(connection, row.application, ids_of(row.facts)),
        findings.chosen(connection, row.application, ids_of(row.findings)),
        row.text,
        row.content,
    )

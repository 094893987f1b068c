"""Versions of an applicant's file: the newest counts, older ones stay for the decisions that rest on them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, insert, select

from selfproof.errors import NotFound
from selfproof.model import Applicant, Application
from selfproof.store.codec import dump, load
from selfproof.store.engine import add_missing, now
from selfproof.store.schema import application_versions as versions
from selfproof.store.schema import applications

_ASKED = 5_000  # values that one statement may name on any database


def keyed(key: bytes, subject: str, text: str) -> str:
    """HMAC-SHA256 of a text, apart for each subject, so that a mark of one kind never equals one of another."""
    return hmac.new(key, f"{subject}\0{text}".encode(), hashlib.sha256).hexdigest()


def applicant_mark(key: bytes, applicant: Applicant) -> str:
    """The same for all applications of one applicant: by social-credit code, by name where there is none."""
    return keyed(key, "applicant", applicant.uscc or applicant.name)


def save(connection: Connection, application: Application, key: bytes) -> None:
    """Keep a new version, unless it equals the newest."""
    instant, content = now(), dump(application)
    add_missing(connection, applications, [{"id": application.id, "at": instant}])
    if _newest(connection, application.id) == content:
        return
    mark = applicant_mark(key, application.applicant)
    row = {"application": application.id, "applicant": mark, "content": content, "at": instant}
    connection.execute(insert(versions).values(row))


def _newest(connection: Connection, application_id: str) -> str | None:
    query = select(versions.c.content).where(versions.c.application == application_id)
    return connection.scalar(query.order_by(versions.c.number.desc()).limit(1))


def get(connection: Connection, application_id: str) -> Application:
    """The newest version; raises NotFound."""
    content = _newest(connection, application_id)
    if content is None:
        raise NotFound(f"no application {application_id}")
    return load(Application, content)


def require(connection: Connection, application_id: str) -> None:
    """Raise NotFound unless the application is there."""
    if connection.scalar(select(applications.c.id).where(applications.c.id == application_id)) is None:
        raise NotFound(f"no application {application_id}")


def present(connection: Connection, names: Sequence[str]) -> set[str]:
    """Those of many applications that are there."""
    starts = range(0, len(names), _ASKED)
    queries = (select(applications.c.id).where(applications.c.id.in_(names[at : at + _ASKED])) for at in starts)
    return {name for query in queries for name in connection.scalars(query)}


def newest_version(connection: Connection, application_id: str) -> int:
    """The number of the newest version; raises NotFound."""
    query = select(versions.c.number).where(versions.c.application == application_id)
    number: int | None = connection.scalar(query.order_by(versions.c.number.desc()).limit(1))
    if number is None:
        raise NotFound(f"no application {application_id}")
    return number


def version(connection: Connection, number: int) -> Application:
    """One version by its number, which must exist."""
    content = connection.execute(select(versions.c.content).where(versions.c.number == number)).scalar_one()
    return load(Application, content)


def ids(connection: Connection) -> tuple[str, ...]:
    """All application ids, oldest first."""
    return tuple(connection.scalars(select(applications.c.id).order_by(applications.c.at, applications.c.id)))


def history(connection: Connection, application_id: str) -> Iterator[Application]:
    """All versions of an application, the newest first."""
    query = select(versions.c.content).where(versions.c.application == application_id)
    for content in connection.scalars(query.order_by(versions.c.number.desc())).all():
        yield load(Application, content)

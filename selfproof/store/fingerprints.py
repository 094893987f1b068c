"""Marks by which the same invoice or photo is known again elsewhere, without showing whose it is.

Keys made of an invoice's fields are kept only as keyed hashes. A photo's PDQ hash is kept as it is, since likeness
is a distance; no picture can be made from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Engine, and_, select

from selfproof.store import likeness
from selfproof.store.applications import keyed, newest_version, require
from selfproof.store.engine import add_missing, reading
from selfproof.store.schema import application_versions as versions
from selfproof.store.schema import fingerprints, photo_likes, photos


def _mark(key: bytes, text: str) -> str:
    return keyed(key, "fingerprint", text)


def add_keys(connection: Connection, application_id: str, keys: Iterable[tuple[str, str]], *, key: bytes) -> None:
    """Keep (document id, key) pairs; the key's text itself is not kept."""
    require(connection, application_id)
    rows = [{"application": application_id, "document": document, "mark": _mark(key, text)} for document, text in keys]
    add_missing(connection, fingerprints, rows)


def _of_others(connection: Connection, application_id: str, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Rows of applications whose newest version is another applicant's: a renewal is no reuse."""
    own = select(versions.c.applicant).where(versions.c.number == newest_version(connection, application_id))
    whose = select(versions.c.applicant).where(versions.c.application == column).order_by(versions.c.number.desc())
    return whose.limit(1).scalar_subquery() != own.scalar_subquery()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What an application's checks may ask about other applicants: the `Lookup` of `selfproof.model`."""

    engine: Engine
    application: str
    key: bytes = field(repr=False)

    def others(self, key: str) -> tuple[str, ...]:
        """Ids of other applicants' documents that carry this key, given as text."""
        table = fingerprints
        with reading(self.engine) as connection:
            others = _of_others(connection, self.application, table.c.application)
            query = select(table.c.document).where(and_(table.c.mark == _mark(self.key, key), others))
            return tuple(connection.scalars(query.distinct().order_by(table.c.document)))

    def photos(self) -> tuple[tuple[str, str], ...]:
        """(document id, PDQ hashes in hexadecimal) of other applicants' photos that are like one of the application's.

        Of all photos as long as those of the application have not been compared (`Store.likeness`).
        """
        with reading(self.engine) as connection:
            others = _of_others(connection, self.application, photos.c.application)
            query = select(photos.c.document, photos.c.pdq).where(others).distinct()
            if likeness.compared(connection, self.application):
                mine = photo_likes.c.application == self.application
                query = query.join(photo_likes, likeness.THEIRS).where(mine)
            return tuple((row.document, row.pdq) for row in connection.execute(query.order_by(*query.selected_columns)))

"""What portfolio checks may ask, read once for a batch: asking the database for each invoice takes most of the time.

It knows the marks that more than one application shows, so it answers an application about its own marks only, and
holds what it found when it was read; `selfproof.store.fingerprints.Elsewhere` asks anew each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from selfproof.model import Application
from selfproof.store import likeness
from selfproof.store.applications import applicant_mark, keyed
from selfproof.store.schema import application_versions as versions
from selfproof.store.schema import fingerprints, photo_likes, photos
from selfproof.tagged import content_id

_AT_ONCE = 50_000  # rows of a query in memory
_ALIKE = (
    select(photo_likes.c.application, photo_likes.c.other, photos.c.document, photos.c.pdq)
    .join(photo_likes, likeness.THEIRS)
    .where(photo_likes.c.application != photo_likes.c.other)
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """applicants: application → mark of who asks, of those that show something that another one shows, too.

    marks: shared ones → (application, document) of all who show them. pictures: application → (application, document,
    hashes) of the photos that are like one of its own (`Store.likeness`).
    """

    key: bytes = field(repr=False)
    applicants: Mapping[str, str]
    marks: Mapping[str, tuple[tuple[str, str], ...]]
    pictures: Mapping[str, tuple[tuple[str, str, str], ...]]

    def beside(self, application: Application) -> Beside:
        """What the checks of one application may ask."""
        return Beside(self, application.id, applicant_mark(self.key, application.applicant))


@dataclass(frozen=True, slots=True)
class Beside:
    """The `Lookup` of `selfproof.model` for one application; another application of the same applicant is no other."""

    portfolio: Portfolio
    application: str
    applicant: str

    def others(self, key: str) -> tuple[str, ...]:
        """Ids of other applicants' documents that carry this key, given as text."""
        found = self.portfolio.marks.get(keyed(self.portfolio.key, "fingerprint", key), ())
        return tuple(sorted({document for application, document in found if self._other(application)}))

    def photos(self) -> tuple[tuple[str, str], ...]:
        """(document id, PDQ hashes in hexadecimal) of other applicants' photos that are like one of its own."""
        pictures = self.portfolio.pictures.get(self.application, ())
        return tuple(sorted({(document, pdq) for application, document, pdq in pictures if self._other(application)}))

    def _other(self, application: str) -> bool:
        return self.portfolio.applicants.get(application) != self.applicant


def told(known: Portfolio) -> dict[str, str]:
    """For each application a hash of all that its checks may learn of others: while it stays, so do their findings."""
    parts: dict[str, list[str]] = {}
    for mark, shown in sorted(known.marks.items()):
        whole = content_id(mark, sorted((one, two, known.applicants.get(one, "")) for one, two in shown))
        for application in sorted({one for one, _ in shown}):
            parts.setdefault(application, []).append(whole)
    for application, alike in known.pictures.items():
        parts.setdefault(application, []).append(
            content_id(sorted((one, two, pdq, known.applicants.get(one, "")) for one, two, pdq in alike))
        )
    return {application: content_id(found)[:16] for application, found in parts.items()}


def read(connection: Connection, key: bytes) -> Portfolio:
    """As it is now."""
    table = fingerprints
    shared = select(table.c.mark).group_by(table.c.mark).having(func.count(table.c.application.distinct()) > 1)
    marks: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(select(table).where(table.c.mark.in_(shared))):
        marks.setdefault(row.mark, []).append((row.application, row.document))
    pictures: dict[str, list[tuple[str, str, str]]] = {}
    for row in connection.execute(_ALIKE):
        pictures.setdefault(row.application, []).append((row.other, row.document, row.pdq))
    shown = {application for found in marks.values() for application, _ in found}
    return Portfolio(
        key,
        _applicants(connection, shown.union(pictures)),
        {mark: tuple(found) for mark, found in marks.items()},
        {application: tuple(found) for application, found in pictures.items()},
    )


def _applicants(connection: Connection, names: set[str]) -> dict[str, str]:
    newest = select(versions.c.application, versions.c.applicant).order_by(versions.c.number)
    rows = connection.execute(newest, execution_options={"yield_per": _AT_ONCE})
    return {row.application: row.applicant for row in rows if row.application in names}

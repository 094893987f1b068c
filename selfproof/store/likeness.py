"""Which photos of different applications are alike, found once, when a photo comes: what a check may complain about.

Alike are two photos of which one, in any orientation, whole or by a window, comes as near to the other as a cropped
photo does: at least all pairs that any check of photos names. A photo that was compared is alike to itself.
All of it follows from other tables and can be found again. Reached as `Store.likeness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from sqlalchemy import Connection, Engine, Select, and_, delete, exists, func, or_, select, union_all

from selfproof.matching.likeness import CROPPED, DIGITS, Prints, apart, prints
from selfproof.store import files
from selfproof.store.applications import require
from selfproof.store.engine import add_missing, reading, writing
from selfproof.store.schema import photo_likes, photo_turns, photos

Photo: TypeAlias = tuple[str, str]  # application and document
Pair: TypeAlias = tuple[str, str]  # document and hashes
_AT_ONCE = 5_000  # rows of a query in memory, each with up to sixteen hashes
_COLUMNS = ("application", "document", "other", "other_document")
_PLAIN = select(photos.c.application, photos.c.document, photos.c.pdq)
_SHOWN = _PLAIN.subquery("shown")  # whole and windows
_TURNED = union_all(
    _PLAIN.where(func.length(photos.c.pdq) == DIGITS),
    select(photo_turns.c.application, photo_turns.c.document, photo_turns.c.pdq),
).subquery("turned")  # whole, in all orientations
_ITSELF = and_(photo_likes.c.other == photo_likes.c.application, photo_likes.c.other_document == photo_likes.c.document)
_OWN = and_(_ITSELF, photo_likes.c.application == photos.c.application, photo_likes.c.document == photos.c.document)
NEW = ~exists().where(_OWN).correlate(photos)
"""Of a row of `photos`: nobody has compared the photo yet."""
THEIRS = and_(photo_likes.c.other == photos.c.application, photo_likes.c.other_document == photos.c.document)
"""Rows of `photos` that a pair leads to."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The photos of a store. home: its folder."""

    engine: Engine
    home: Path

    def waiting(self) -> tuple[str, ...]:
        """Applications with photos that nobody has compared: none but in stores of older versions."""
        with reading(self.engine) as connection:
            return tuple(connection.scalars(select(photos.c.application).where(NEW).distinct()))

    def add(self, application: str, pairs: Iterable[Pair], turned: Iterable[Pair] = ()) -> None:
        """Make photos findable for other applicants' checks, and find those that are like them.

        pairs: document id and PDQ hash in hexadecimal, or hashes of its windows in a row; turned: the same of the whole
        in its other orientations. A photo with a new hash is compared once more. Raises NotFound.
        """
        with writing(self.engine) as connection:
            require(connection, application)
            rows = [_row(application, *pair) for pair in pairs]
            _compare_again(connection, application, rows)
            add_missing(connection, photos, rows)
            add_missing(connection, photo_turns, [_row(application, *pair) for pair in turned if pair[1]])
        self.compare(application)

    def compare(self, application: str) -> None:
        """Find whose photos are like those of an application that nobody has compared yet."""
        with files.locked(self.home):  # so that nobody is erased meanwhile
            with reading(self.engine) as connection:
                query = select(photos.c.document).where(photos.c.application == application, NEW).distinct()
                mine = [(application, document) for document in connection.scalars(query)]
                found = [pair for photo in mine for pair in _pairs(connection, photo)]
            if found:
                with writing(self.engine) as connection:
                    add_missing(connection, photo_likes, found)


def _compare_again(connection: Connection, application: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Forget what photos are like of which there is another hash now."""
    mine = connection.execute(_PLAIN.where(photos.c.application == application))
    known = {(row.document, row.pdq) for row in mine}
    fresh = {row["document"] for row in rows if (row["document"], row["pdq"]) not in known}
    own = and_(photo_likes.c.application == application, photo_likes.c.document.in_(fresh))
    theirs = and_(photo_likes.c.other == application, photo_likes.c.other_document.in_(fresh))
    connection.execute(delete(photo_likes).where(or_(own, theirs)))


def _row(application: str, document: str, pdq: str) -> dict[str, str]:
    return {"application": application, "document": document, "pdq": pdq}


def compared(connection: Connection, application: str) -> bool:
    """Whether all photos of an application have been compared."""
    return connection.scalar(_PLAIN.where(photos.c.application == application, NEW).limit(1)) is None


def forget(connection: Connection, application: str) -> None:
    """Take out what an application's photos are like, and what is like them."""
    mine = or_(photo_likes.c.application == application, photo_likes.c.other == application)
    connection.execute(delete(photo_likes).where(mine))
    connection.execute(delete(photo_turns).where(photo_turns.c.application == application))


def _pairs(connection: Connection, photo: Photo) -> Iterator[dict[str, str]]:
    """What a photo is like, both ways, and itself."""
    found = {photo}
    for own, table in ((_SHOWN, _TURNED), (_TURNED, _SHOWN)):
        mine = and_(own.c.application == photo[0], own.c.document == photo[1])
        hashes = prints("".join(connection.scalars(select(own.c.pdq).where(mine))))
        for owners, theirs in _parts(connection, select(table).where(table.c.application != photo[0])):
            found.update(owners[place] for place in np.flatnonzero(apart(hashes, theirs) <= CROPPED))
    for one, two in ((photo, other) for other in sorted(found)):
        yield dict(zip(_COLUMNS, one + two, strict=True))
        yield dict(zip(_COLUMNS, two + one, strict=True))


def _parts(connection: Connection, query: Select[str, str, str]) -> Iterator[tuple[list[Photo], Prints]]:
    """Hashes with the photo that each is of, some at a time."""
    for rows in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).partitions():
        owners = [(row.application, row.document) for row in rows for _ in range(len(row.pdq) // DIGITS)]
        yield owners, prints("".join(row.pdq for row in rows))

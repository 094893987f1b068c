"""Many decided applications from a few: their rows once more under new ids, so that a store fills within minutes.

The pipeline itself decides about seven a second, which a benchmark of pages has no use for. SQLite only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, Row, Table, func, insert, select

from selfproof.store import Store
from selfproof.store import schema as kept
from selfproof.store.engine import writing
from selfproof.store.files import document_id
from selfproof.store.rescores import Run
from selfproof.store.results import KEPT
from selfproof.tagged import content_id

_AT_ONCE = 200  # applications in one transaction
_TABLES = (
    kept.applications, kept.application_versions, kept.uploads, kept.upload_events, kept.jobs, kept.extractions,
    kept.facts, kept.findings, kept.verifications, kept.decisions, kept.fingerprints, kept.consents,
)  # fmt: skip
_OWN = frozenset({"applicant", "mark"})  # keyed hashes: of no other application, or all would be duplicates
_REFERRED = {"application_versions": "number", "decisions": "version"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """An application's rows, and the ids in them that a copy replaces."""

    application: str
    rows: Mapping[str, Sequence[Mapping[str, object]]]
    ids: tuple[str, ...]

    def copy(self, name: str, first_version: int) -> Iterator[tuple[str, dict[str, object]]]:
        """(table, row) under another application's name. first_version: the number of its first version."""
        new = {old: self.renamed(old, name) for old in self.ids}
        oldest = min(int(str(row["number"])) for row in self.rows["application_versions"])
        for table, rows in self.rows.items():
            for row in rows:
                values = {column: _changed(column, value, new) for column, value in row.items() if column != "number"}
                if column := _REFERRED.get(table):
                    values[column] = int(str(row[column])) - oldest + first_version
                elif table == "upload_events":
                    values["number"] = row["number"]
                yield table, values

    def renamed(self, old: str, name: str) -> str:
        """What one of its ids is called in a copy."""
        if old == self.application:
            return name
        return document_id(f"{old} {name}".encode()) if len(old) == _HASH else content_id(old, name)


_HASH = 64  # signs of a document's id


def _changed(column: str, value: object, new: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    if column in _OWN:
        return content_id(value, *new.values())
    for old, other in new.items():
        value = value.replace(old, other)
    return value


def _pattern(connection: Connection, application: str) -> Pattern:
    uploads = [dict(row._mapping) for row in _of(connection, kept.uploads, "application", application)]  # noqa: SLF001
    decisions = [str(row.id) for row in _of(connection, kept.decisions, "application", application)]
    keys = {"upload_events": ("upload", "id"), "extractions": ("document", "document")}
    rows: dict[str, list[Mapping[str, object]]] = {}
    for table in _TABLES:
        if table.name in keys:
            column, key = keys[table.name]
            found = [row for upload in uploads for row in _of(connection, table, column, str(upload[key]))]
        else:
            column = "id" if table is kept.applications else "application"
            found = list(_of(connection, table, column, application))
        rows[table.name] = [dict(row._mapping) for row in found]  # noqa: SLF001  the public name of a row's mapping
    ids = (application, *(str(upload[key]) for upload in uploads for key in ("id", "document")), *decisions)
    return Pattern(application, rows, ids)


def _of(connection: Connection, table: Table, column: str, value: str) -> Sequence[Row[*tuple[object, ...]]]:
    query = select(table).where(table.c[column] == value)
    return connection.execute(query.order_by(table.c.number) if "number" in table.c else query).all()


def fill(store: Store, patterns: Sequence[str], count: int) -> None:
    """Add copies of the stored `patterns`, each in its turn, until so many applications are there: B-00000 and so on.

    The originals on disk stay as they are: what a copy's file holds nobody can read again.
    """
    with writing(store.engine) as connection:
        known = {name: _pattern(connection, name) for name in set(patterns)}
        version = (connection.scalar(select(func.max(kept.application_versions.c.number))) or 0) + 1
    wanted = count - len(store.applications())
    for first in range(0, wanted, _AT_ONCE):
        rows: dict[str, list[dict[str, object]]] = {table.name: [] for table in _TABLES}
        for number in range(first, min(first + _AT_ONCE, wanted)):
            pattern = known[patterns[number % len(patterns)]]
            for table, row in pattern.copy(f"B-{number:05}", version):
                rows[table].append(row)
            version += len(pattern.rows["application_versions"])
        _insert(store, rows)
    copies = [(f"B-{number:05}", known[patterns[number % len(patterns)]]) for number in range(wanted)]
    for run in store.rescores.newest():
        _rescored(store, run, copies)


def _rescored(store: Store, run: Run, copies: Sequence[tuple[str, Pattern]]) -> None:
    """What a run found of the patterns, of their copies too."""
    results = store.rescores.results(run.id)
    found = {row["application"]: row for rows in results.frames() for row in rows.iter_rows(named=True)}
    rows = [
        row | {"application": name, "decision": pattern.renamed(row["decision"], name), "number": None}
        for name, pattern in copies
        if (row := found.get(pattern.application)) is not None
    ]
    results.add(pl.DataFrame(rows, schema=KEPT, orient="row"))


def _insert(store: Store, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
    with writing(store.engine) as connection:
        for table in _TABLES:
            if rows[table.name]:
                connection.execute(insert(table), rows[table.name])

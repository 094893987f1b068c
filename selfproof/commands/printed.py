"""What the command line prints: records for machines, tables for people."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from rich.console import Console
from rich.table import Table

from selfproof.errors import IntakeError
from selfproof.model import Extraction, Fact, Message
from selfproof.texts import say

Record: TypeAlias = dict[str, Any]
_ITEM = re.compile(r"items\[(\d+)\]\.(.+)")


def plain(value: object) -> object:
    """A value as JSON holds it: numbers and days as text, so that no digit is lost."""
    return value if isinstance(value, bool | int | str) else str(value)


def cell(fact: Fact) -> Record:
    """One field: value, printed text, confidence and place."""
    where = fact.provenance
    return {
        "value": plain(fact.value),
        "original": fact.original,
        "confidence": round(where.confidence, 4),
        "page": where.place.page,
        "box": [round(edge, 5) for edge in where.place.box] if where.place.box else None,
        "path": where.place.path or None,
        "method": str(where.method),
        "repaired": where.repaired or None,
    }


def record(path: Path, extraction: Extraction, seconds: float) -> Record:
    """One document as a JSON object: file, kind, seconds, fields by name, items in printed order."""
    fields: Record = {}
    items: dict[int, Record] = {}
    for fact in extraction.facts:
        item = _ITEM.fullmatch(fact.field)
        if item:
            items.setdefault(int(item[1]), {})[item[2]] = cell(fact)
        elif fact.kind != "document":
            fields[fact.field] = cell(fact)
    return {
        "file": str(path),
        "kind": extraction.kind,
        "part": extraction.part,
        "score": round(extraction.score, 3),
        "seconds": round(seconds, 3),
        "fields": fields,
        "items": [items[number] for number in sorted(items)],
        "signals": {fact.field: fact.value for fact in extraction.facts if fact.kind == "document"},
    }


def failure(path: Path, error: IntakeError | OSError) -> Record:
    """A file that could not be used: the sentence in both languages."""
    if isinstance(error, IntakeError):
        message = Message(f"errors.{error.code}", {"name": path.name, **error.values})
        return {"file": str(path), "kind": None, "error": error.code, "message": [say(message), say(message, "en")]}
    return {"file": str(path), "kind": None, "error": "os", "message": [error.strerror or str(error)] * 2}


def table(record: Mapping[str, Any]) -> str:
    """A record as a table for a terminal."""
    if "error" in record:
        return f"{record['file']}: {' / '.join(dict.fromkeys(record['message']))}\n"
    grid = Table(title=f"{record['file']} · {record['kind']} ({record['score']}) · {record['seconds']} s")
    for heading in ("field", "value", "confidence", "place", "method"):
        grid.add_column(heading, overflow="fold")
    for name, entry in _entries(record):
        grid.add_row(name, str(entry["value"]), f"{entry['confidence']:.2f}", _where(entry), entry["method"])
    out = io.StringIO()
    Console(file=out, width=120).print(grid)
    return out.getvalue()


def _entries(record: Mapping[str, Any]) -> list[tuple[str, Record]]:
    items = [
        (f"items[{number}].{name}", entry)
        for number, item in enumerate(record["items"])
        for name, entry in item.items()
    ]
    return [*record["fields"].items(), *items]


def _where(entry: Mapping[str, Any]) -> str:
    if entry["path"]:
        return str(entry["path"])
    if not entry["box"]:
        return ""
    return f"p{entry['page']} " + ",".join(f"{edge:.3f}" for edge in entry["box"])

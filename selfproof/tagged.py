"""Values as tagged text that gives back the very same value, and ids that are hashes of content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

Value: TypeAlias = str | Decimal | date | datetime | int | bool


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
"""Made once: `json.dumps` would make one for every id, and a case has thousands."""


def dump_value(value: Value) -> str:
    """A value as tagged text that `load_value` turns back into the very same value.

    >>> dump_value(Decimal("12.50"))
    'decimal:12.50'
    """
    if isinstance(value, bool):
        return f"bool:{int(value)}"
    if isinstance(value, datetime):
        return f"datetime:{value.isoformat()}"
    if isinstance(value, date):
        return f"date:{value.isoformat()}"
    if isinstance(value, Decimal):
        return f"decimal:{value}"
    return f"int:{value}" if isinstance(value, int) else f"str:{value}"


def load_value(text: str) -> Value:
    """The inverse of `dump_value`.

    >>> load_value("date:2026-03-01")
    datetime.date(2026, 3, 1)
    """
    tag, _, body = text.partition(":")
    return _LOADERS[tag](body)


_LOADERS: Mapping[str, Callable[[str], Value]] = {
    "bool": lambda body: body == "1",
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "int": int,
    "str": str,
}


def content_id(*parts: object) -> str:
    """The first 32 hexadecimal digits of the SHA-256 of the parts as canonical JSON."""
    return hashlib.sha256(_CANONICAL.encode(parts).encode()).hexdigest()[:32]

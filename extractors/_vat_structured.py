"""Values of structured VAT invoices by their element names (selfproof/tables/vat_leaves.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

from selfproof.model import Document, Word

Spot: TypeAlias = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]
_INDEX = re.compile(r"\[\d+\]")
_ROW = re.compile(r"^(.*?/?)([^/\[]+)(?:\[(\d+)\])?/([^/]+)$")


@cache
def leaves() -> Mapping[str, Any]:
    """The table of element names."""
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "vat_leaves.yaml").read_text("utf-8")
    )
    return table


def locate(document: Document) -> Iterator[Spot]:
    """Header fields and items that stand in elements, attachments and custom data; printed words are left alone."""
    words = [word for word in document.words if word.path]
    for sources in _ranked(words):
        yield from _fields(sources)
    yield from _items([word for word in words if not word.path.startswith("CustomTag")])


def _ranked(words: Sequence[Word]) -> list[list[Word]]:
    """Attachments first, then custom data, then what custom tags point at: the farther from print, the safer."""
    ranks: list[list[Word]] = [[], [], []]
    for word in words:
        ranks[2 if word.path.startswith("CustomTag") else 1 if "/CustomData/" in word.path else 0].append(word)
    return ranks


def _fields(words: Sequence[Word]) -> Iterator[Spot]:
    by_path: dict[str, list[Word]] = {}
    for word in words:
        by_path.setdefault("/" + _INDEX.sub("", word.path), []).append(word)
    rows = tuple(f"/{name}/" for name in leaves()["items"]["rows"])
    for field, names in leaves()["fields"].items():
        for name in names:
            for path, found in by_path.items():
                if path.endswith(f"/{name}") and not any(row in path for row in rows):
                    yield field, found


def _items(words: Sequence[Word]) -> Iterator[Spot]:
    table = leaves()["items"]
    columns = {leaf: name for name, names in table.items() if name != "rows" for leaf in names}
    order: dict[tuple[str, str], int] = {}
    for word in words:
        match = _ROW.match(word.path)
        if match and match[2] in table["rows"] and match[4] in columns:
            row = order.setdefault((match[1] + match[2], match[3] or "1"), len(order))
            yield columns[match[4]], row, (word,)

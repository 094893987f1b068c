"""Facts beside the truth of a fixture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from selfproof.model import Extraction, Fact

NOT_READ = {"account_name"}  # printed, but no field of this kind


def _leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The truth by the names that facts carry: items[0].amount, months[2026-03].receipts."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _leaves(item, f"{name}[{number}]")
    elif isinstance(node, dict) and name == "months":
        for month, item in node.items():
            yield from _leaves(item, f"months[{month}]")
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _leaves(item, f"{name}.{key}" if name else key)
    elif name not in NOT_READ:
        yield name, node


def _same(printed: Any, fact: Fact | None) -> bool:
    if printed is None or fact is None:
        return printed is None and fact is None
    if isinstance(fact.value, Decimal):
        return fact.value == Decimal(str(printed))
    return _plain(str(fact.value)) == _plain(str(printed))


def _plain(text: str) -> str:
    return re.sub(r"[\s;；:：,，]", "", text).replace("（", "(").replace("）", ")")


def wrong(found: Extraction, truth: dict[str, Any]) -> dict[str, tuple[Any, str | None]]:
    """What was read otherwise than printed, by field: printed and read. Null in the truth must be absent."""
    facts = {fact.field: fact for fact in found.facts if fact.kind == found.kind}
    return {
        name: (printed, str(facts[name].value) if name in facts else None)
        for name, printed in _leaves(truth)
        if not _same(printed, facts.get(name))
    }

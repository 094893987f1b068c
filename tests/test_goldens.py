"""Every fixture is read as what was rendered: the expected values are the generator's truth, not the reader's output.

Values printed nowhere (null in the truth) must be absent: nothing is made up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from selfproof import extract
from selfproof.model import Extraction, Fact

ROOT = Path(__file__).parent.parent / "fixtures"
CASES = sorted(
    path
    for kind in (
        "vat_invoice",
        "business_license",
        "contract",
        "bank_statement",
        "wallet_statement",
        "platform_statement",
        "receipt",
        "photo",
        "unknown",
    )
    for path in (ROOT / kind).iterdir()
    if not path.name.endswith(".expected.json")
)
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


def _wrong(found: Extraction, truth: dict[str, Any]) -> dict[str, tuple[Any, str | None]]:
    facts = {fact.field: fact for fact in found.facts if fact.kind == found.kind}
    return {
        name: (printed, str(facts[name].value) if name in facts else None)
        for name, printed in _leaves(truth)
        if not _same(printed, facts.get(name))
    }


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fixture_is_read_as_it_was_rendered(path: Path) -> None:
    truth = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    (found,) = extract.from_bytes(path.read_bytes(), path.name)
    assert found.kind == path.parent.name
    assert _wrong(found, truth) == {}

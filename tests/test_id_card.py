"""The identity card: masked where it is kept, and what nobody may weigh is not read at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from selfproof import extract
from selfproof.model import Fact

ROOT = Path(__file__).parent.parent / "fixtures" / "id_card"
UNREAD = ("样族", "男", "1885", "0204", "演示街道", "样例路", "样例市")


def _facts(name: str) -> tuple[Fact, ...]:
    (found,) = extract.from_bytes((ROOT / name).read_bytes(), name)
    return found.facts


@pytest.mark.parametrize("name", ["both_sides.pdf", "both_sides.jpg"])
def test_ethnicity_sex_birth_and_address_are_in_no_fact(name: str) -> None:
    kept = json.dumps([(fact.value, fact.original) for fact in _facts(name)], ensure_ascii=False, default=str)
    assert [word for word in UNREAD if word in kept] == []


@pytest.mark.parametrize("name", ["both_sides.pdf", "both_sides.jpg"])
def test_the_number_is_kept_masked_in_value_and_print(name: str) -> None:
    (number,) = (fact for fact in _facts(name) if fact.name == "id_card.id_number")
    assert number.value == number.original == "999***********0011"
    assert number.provenance.place.box is not None

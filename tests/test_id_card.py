"""The identity card: masked where it is kept, and what nobody may weigh is not read at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from selfproof import extract, kept, pipeline
from selfproof.model import Fact
from tests.paper_samples import paper

ROOT = Path(__file__).parent.parent / "fixtures" / "id_card"
UNREAD = ("样族", "男", "1885", "0204", "演示街道", "样例路", "样例市")


def _facts(name: str) -> tuple[Fact, ...]:
    (found,) = extract.from_bytes((ROOT / name).read_bytes(), name)
    return found.facts


@pytest.mark.parametrize("name", ["both_sides.pdf", "both_sides.jpg"])
def test_ethnicity_sex_birth_and_address_are_in_no_fact(name: str) -> None:
    kept = json.dumps([(fact.value, fact.original) for fact in _facts(name)], ensure_ascii=False, default=str)
    assert [word for word in UNREAD if word in kept] == []


@pytest.mark.parametrize(
    ("lines", "remains"),
    [
        (("姓名样某某", "民族样", "证件"), False),
        (("模糊的一张", "999901198502040013"), False),
        (("送货单号", "20261122000000000013", "民族用品商店"), True),
    ],
)
def test_of_a_paper_that_may_be_a_card_nothing_recognised_is_kept(lines: tuple[str, ...], *, remains: bool) -> None:
    document = replace(paper([(line,) for line in lines], [0.1]), id=f"card {lines[0]}")
    found = extract.extract(document)
    assert [one.kind for one in found] == [extract.UNKNOWN]
    kept.once(document.id, "line", lambda: "样族")
    pipeline.forget_private(document, found)
    assert kept.once(document.id, "line", lambda: "") == ("样族" if remains else "")
    kept.forget(document.id)


@pytest.mark.parametrize("name", ["both_sides.pdf", "both_sides.jpg"])
def test_the_number_is_kept_masked_in_value_and_print(name: str) -> None:
    (number,) = (fact for fact in _facts(name) if fact.name == "id_card.id_number")
    assert number.value == number.original == "999***********0011"
    assert number.provenance.place.box is not None

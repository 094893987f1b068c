"""Lists of settled amounts, read as tables."""

from __future__ import annotations

from selfproof import extract
from selfproof.intake import take
from selfproof.model import Extraction, Value
from selfproof.read import read


def read_table(text: str) -> Extraction:
    """What is read of a file of comma-separated values."""
    (extraction,) = extract.extract(read(take(text.encode("gb18030"), "settlement.csv")))
    return extraction


def settled(text: str) -> dict[str, Value]:
    """The facts of a platform's settlement by their fields."""
    extraction = read_table(text)
    assert extraction.kind == "platform_statement"
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "platform_statement"}

"""Pages whose rows stand below each other, in memory, and what is read from them."""

from __future__ import annotations

from collections.abc import Sequence

from selfproof.extract import extract
from selfproof.model import Carrier, Document, Page, Table, Value, Word, box_quad

EM, HEIGHT = 0.016, 0.016


def at(x: float, y: float, text: str) -> Word:
    width = sum(EM if ord(char) > 0x2000 else EM / 2 for char in text)
    return Word(text, box_quad((x, y, x + width, y + HEIGHT)))


def paper(rows: Sequence[Sequence[str]], lefts: Sequence[float]) -> Document:
    """A page whose rows stand below each other; "" prints nothing."""
    words = tuple(
        at(left, 0.05 + 0.03 * line, text)
        for line, row in enumerate(rows)
        for left, text in zip(lefts, row, strict=False)
        if text
    )
    return Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 1000, 1000, words),))


def read(rows: Sequence[Sequence[str]], lefts: Sequence[float]) -> dict[str, Value]:
    (found,) = extract(paper(rows, lefts))
    return {fact.field: fact.value for fact in found.facts if fact.kind == found.kind}


def sheet(rows: Sequence[Sequence[str]], name: str = "Sheet1") -> Document:
    """A table file whose cells are shown in lines of equal height."""
    share = 0.9 / max(map(len, rows))
    words = tuple(
        Word(text, box_quad((x, y, x + share * 0.9, y + HEIGHT)), path=f"{name}!{chr(65 + column)}{line + 1}")
        for line, row in enumerate(rows)
        for column, text in enumerate(row)
        if text
        for x, y in [(0.05 + share * column, 0.02 * line)]
    )
    tables = (Table(name, tuple(map(tuple, rows))),)
    return Document("1" * 64, "text/csv", Carrier.TABLE, (Page(1, 1000, 1000, words),), tables)


def facts(document: Document) -> tuple[str, dict[str, Value]]:
    """The kind of a document and its facts by field."""
    (found,) = extract(document)
    return found.kind, {fact.field: fact.value for fact in found.facts if fact.kind == found.kind}

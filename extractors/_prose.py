"""Contracts of other kinds, read as prose: parties, day and number as in every contract, and clauses by a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from extractors import contract
from extractors._contract_names import whole
from extractors._contract_terms import clause, party, reference, title
from extractors._contract_totals import AMOUNT
from extractors._flow import flow
from extractors._form import PARSERS
from selfproof import layout, values
from selfproof.model import Carrier, Document, Value, Word

Parser = Callable[[str], Value | None]
_COMMON: Mapping[str, Parser] = {"title": title, "number": reference, "sign_date": values.day}
_OWN: Mapping[str, Parser] = {"party": party, "clause": clause}
_CARRIERS = (Carrier.DOCX, Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class Prose:
    """One kind of contract. titles, never: patterns over its title; parties, clauses: patterns by field."""

    titles: re.Pattern[str]
    never: re.Pattern[str]
    parties: Mapping[str, tuple[str, ...]]
    clauses: Mapping[str, tuple[re.Pattern[str], ...]]
    fields: Mapping[str, Parser]

    def identify(self, document: Document) -> float:
        """By its title and one of its parties."""
        if document.carrier not in _CARRIERS or not re.search(r"合\s*同|协\s*议|租\s*约", document.text):
            return 0.0
        text = flow(document).text
        heading = next((layout.squash(text[start:stop]) for start, stop in contract.titles(text)), "")
        if not self.titles.search(heading) or self.never.search(heading):
            return 0.0
        named = [any(re.search(names, text) for names in patterns) for patterns in self.parties.values()]
        return _SURE if any(named) else 0.0

    def locate(self, document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
        """Candidates in the order of their worth; the first that parses is taken."""
        prose = flow(document)
        text = prose.text
        finders = (("title", contract.titles), ("number", contract.numbers), ("sign_date", contract.sign_dates))
        for field, finder in finders:
            yield from ((field, prose.cut(*span)) for span in finder(text))
        for field, names in self.parties.items():
            for pattern in names:
                for span in contract.parties(text, pattern):
                    yield from ((field, words) for words in whole(document, prose, *span))
        for field, shapes in self.clauses.items():
            for match in (match for shape in shapes for match in shape.finditer(text)):
                yield field, prose.cut(*match.span("value"))
                for per in ("per", "per2"):
                    if match.groupdict().get(per):
                        yield f"{field}_per", prose.cut(*match.span(per))


@cache
def prose(kind: str) -> Prose:
    """The words of a kind, from ``tables/prose_words.yaml``."""
    tables: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "prose_words.yaml").read_text("utf-8")
    )
    rules = tables[kind]
    return Prose(
        titles=re.compile(rules["titles"]),
        never=re.compile(rules["never"]),
        parties={name: tuple(patterns) for name, patterns in rules["parties"].items()},
        clauses={name: tuple(map(_compiled, patterns)) for name, patterns in rules["clauses"].items()},
        fields={**_COMMON, **{name: {**PARSERS, **_OWN}[parser] for name, parser in rules["values"].items()}},
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{amount}", AMOUNT))

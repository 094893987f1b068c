"""Printed forms: labels with their values beside or below them, as certificates, slips and returns have them.

One table a kind in ``tables/forms/<kind>.yaml`` says what its official layout prints: titles, labels of every field,
labels that only end a neighbour's value, and papers that look alike and are none. A kind is then this table, its
docstring, and what only it knows (check digits, sums).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from extractors import _form_cells as cells
from extractors._form_cells import Sheet
from selfproof import layout, values
from selfproof.model import Carrier, Document, Value, Word

Parser = Callable[[str], Value | None]
PARSERS: Mapping[str, Parser] = {
    name: getattr(values, name)
    for name in (
        "text",
        "compact",
        "name",
        "number",
        "money",
        "day",
        "tax_id",
        "digits",
        "code",
        "rate",
        "count",
        "person",
    )
} | {"serial": lambda printed: values.code(re.sub(r"^\s*第|号\s*$", "", printed))}
PRINTED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD, Carrier.DOCX)
_PAGES = 3  # a form's title and labels stand on its first pages
_TITLED, _UNTITLED = 0.6, 0.45  # what a title of its own, and labels alone, are worth
_EACH = 0.06  # a label more
_MOST = 0.97
_TITLE_SLACK = 10  # characters that may stand beside a title: a region before, a copy's mark behind


@dataclass(frozen=True, slots=True)
class Form:
    """One kind's form. fields: parser by field; labels: patterns by field, over print without white space.

    shapes: by field, what its value alone looks like, wherever it stands.
    uprights: labels that may be set from top to bottom, with the field that each is.
    many: the lines that a field's value may take. fewest: labels that a paper must show beside its title;
    without a title it must show `alone` of them (0: never enough). never: what another paper says of itself.
    """

    titles: re.Pattern[str]
    never: re.Pattern[str] | None
    fields: Mapping[str, Parser]
    labels: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, re.Pattern[str]]
    others: tuple[str, ...]
    uprights: Mapping[str, str]
    many: Mapping[str, int]
    fewest: int
    alone: int

    def identify(self, document: Document) -> float:
        """By a title that stands alone and labels; by many labels where a seal or a fold hides the title."""
        if document.carrier not in PRINTED:
            return 0.0
        if self.never is not None and self.never.search(layout.squash(document.text)):
            return 0.0
        best = max((self._weight(sheet) for sheet in self.sheets(document, _PAGES)), default=0.0)
        return min(_MOST, best)

    def _weight(self, sheet: Sheet) -> float:
        shown = len({mark.field for mark in sheet.marks if mark.field})
        if any(self._titles(sheet)):
            return _TITLED + _EACH * (shown - self.fewest) if shown >= self.fewest else 0.0
        return _UNTITLED + _EACH * (1 + shown - self.alone) if self.alone and shown >= self.alone else 0.0

    def _titles(self, sheet: Sheet) -> Iterator[tuple[Word, ...]]:
        for line in sheet.lines:
            for match in self.titles.finditer(line.text):
                start, stop = cells.around(line, *match.span())
                if stop - start <= len(match[0]) + _TITLE_SLACK:
                    yield line.cut(*match.span())

    def locate(self, document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
        """Candidates, page by page: a title that is a field, shapes, what stands beside or below labels."""
        for sheet in self.sheets(document):
            if "title" in self.fields:
                yield from (("title", words) for words in self._titles(sheet))
            yield from self._shaped(sheet)
            for mark in sheet.marks:
                if mark.field:
                    found = cells.values(sheet, mark, self.many.get(mark.field, 1))
                    yield from ((mark.field, words) for words in found)

    def _shaped(self, sheet: Sheet) -> Iterator[tuple[str, tuple[Word, ...]]]:
        for field, shape in self.shapes.items():
            for line in sheet.lines:
                yield from ((field, line.cut(*match.span())) for match in shape.finditer(line.text))

    def sheets(self, document: Document, most: int | None = None) -> Iterator[Sheet]:
        """Its pages taken apart, the first `most` of them."""
        for page in document.pages[:most]:
            yield cells.sheet(page, self.labels, self.others, tuple(self.uprights))


@cache
def form(kind: str) -> Form:
    """The form of a kind, from its table."""
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "forms", f"{kind}.yaml").read_text("utf-8")
    )
    fields: Mapping[str, Mapping[str, Any]] = table["fields"]
    never = table.get("never")
    return Form(
        titles=re.compile("|".join(table["titles"])),
        never=re.compile("|".join(never)) if never else None,
        fields={name: PARSERS[row["is"]] for name, row in fields.items()},
        labels={name: tuple(row.get("labels", ())) for name, row in fields.items()},
        shapes={name: re.compile(row["shape"]) for name, row in fields.items() if "shape" in row},
        others=tuple(table.get("others", ())),
        uprights=table.get("uprights", {}),
        many={name: row["lines"] for name, row in fields.items() if "lines" in row},
        fewest=table.get("fewest", 2),
        alone=table.get("alone", 0),
    )

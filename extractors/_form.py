"""Printed forms: labels with their values beside or below them, as certificates, slips and returns have them.

One table a kind in ``tables/forms/<kind>.yaml`` says what its official layout prints: titles, labels of every field,
labels that only end a neighbour's value, and papers that look alike and are none. A kind is then this table, its
docstring, and what only it knows (check digits, sums).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from extractors import _form_cells as cells
from extractors import _periods, _report
from extractors._form_cells import Sheet
from selfproof import layout, values
from selfproof.model import Carrier, Document, Value, Word

Parser = Callable[[str], Value | None]
PARSERS: Mapping[str, Parser] = {
    name: getattr(values, name)
    for name in ("text", "compact", "name", "number", "money", "day", "tax_id", "digits", "code", "rate", "count")
} | {"serial": lambda printed: values.code(re.sub(r"^\s*第|号\s*$", "", printed)), "period": _periods.printed}
_PRINTED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD, Carrier.DOCX)
_PAGES = 3  # a form's title and labels stand on its first pages
_TITLED, _UNTITLED = 0.6, 0.45  # what a title of its own, and labels alone, are worth
_EACH = 0.06  # a label more
_MOST = 0.97
_TITLE_SLACK = 10  # characters that may stand beside a title: a region before, a copy's mark behind


@dataclass(frozen=True, slots=True)
class Form:
    """One kind's form. fields: parser by field; labels: patterns by field, over print without white space.

    many: the lines that a field's value may take. fewest: labels that a paper must show beside its title;
    without a title it must show `alone` of them (0: never enough). never: what another paper says of itself.
    slack: characters that may stand beside a title. carriers: what such a form comes in; table files where they count.
    columns: headings by column, for a form whose lines (those of `labels` without a parser) hold figures.
    """

    titles: re.Pattern[str]
    never: re.Pattern[str] | None
    fields: Mapping[str, Parser]
    labels: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    many: Mapping[str, int]
    fewest: int
    alone: int
    slack: int = _TITLE_SLACK
    carriers: tuple[Carrier, ...] = _PRINTED
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def identify(self, document: Document) -> float:
        """By a title that stands alone and labels; by many labels where a seal or a fold hides the title."""
        if document.carrier not in self.carriers:
            return 0.0
        if self.never is not None and self.never.search(layout.squash(document.text)):
            return 0.0
        best = max((self._weight(sheet) for sheet in self._sheets(document, _PAGES)), default=0.0)
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
                if stop - start <= len(match[0]) + self.slack:
                    yield line.cut(*match.span())

    def locate(self, document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
        """Candidates, page by page: the title where it is a field, then what stands beside or below each label."""
        for sheet in self._sheets(document, len(document.pages)):
            if "title" in self.fields:
                yield from (("title", words) for words in self._titles(sheet))
            for mark in sheet.marks:
                if mark.field in self.fields:
                    found = cells.values(sheet, mark, self.many.get(mark.field, 1))
                    yield from ((mark.field, words) for words in found)

    def figures(self, document: Document) -> Iterator[_report.Figure]:
        """What stands in the named lines under the named columns, page by page."""
        for sheet in self._sheets(document, len(document.pages)):
            yield from _report.figures(sheet, self.columns)

    def _sheets(self, document: Document, most: int) -> Iterator[Sheet]:
        for page in document.pages[:most]:
            yield cells.sheet(page, self.labels, self.others)


@cache
def form(kind: str) -> Form:
    """The form of a kind, from its table."""
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "forms", f"{kind}.yaml").read_text("utf-8")
    )
    fields: Mapping[str, Mapping[str, Any]] = table["fields"]
    lines: Mapping[str, Sequence[str]] = table.get("lines", {})
    never = table.get("never")
    return Form(
        titles=re.compile("|".join(table["titles"])),
        never=re.compile("|".join(never)) if never else None,
        fields={name: PARSERS[row["is"]] for name, row in fields.items()},
        labels={name: tuple(row.get("labels", ())) for name, row in fields.items()}
        | {name: tuple(labels) for name, labels in lines.items()},
        others=tuple(table.get("others", ())),
        many={name: row["lines"] for name, row in fields.items() if "lines" in row},
        fewest=table.get("fewest", 2),
        alone=table.get("alone", 0),
        slack=table.get("slack", _TITLE_SLACK),
        carriers=(*_PRINTED, Carrier.TABLE) if table.get("sheets") else _PRINTED,
        columns={name: tuple(heads) for name, heads in table.get("columns", {}).items()},
    )

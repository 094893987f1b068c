"""A kind that is a list with a head: how it is told from others, and what its head and its lines give."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice, takewhile
from math import inf

from extractors import _form, _list, _list_heads, _list_pages, _list_rows, _sums
from extractors._form import Form, Parser
from extractors._list import Table
from selfproof import layout, layout_table, units, values
from selfproof.identity import Same
from selfproof.model import Carrier, Document, Located, Word

_TITLED, _TOLD = 0.7, 0.62  # what a title over a list, and headings that no other list has, are worth
_EACH, _MOST = 0.05, 0.97
UNREAD = "_unread"  # evidence that lines of the list are printed and not told
_MOST_LINES = 200  # of which each becomes facts
_KEPT = 4  # documents whose lists are kept: each field and each sum asks for the same
_FIGURES = tuple(_form.PARSERS[name] for name in ("money", "number", "count", "quantity"))

FIRM = re.compile(
    r"(?<![:\u4e00-\u9fff()A-Za-z])"  # what follows a colon is the value of another label
    r"(?P<value>[\u4e00-\u9fff()A-Za-z]{2,40}?(?:公司|厂|店|部|中心|合作社|商行|车队))(?!门)"
    r"(?![\u4e00-\u9fff]*(?:公司|有限))"
)
_TIME = r"(?P<value>20\d\d[年./-][\d年月日./至到~—–份第一二三四季度-]{0,28})"
_OF_TITLES = {
    "period": re.compile(_TIME),
    "employer": FIRM,
    "shipper": FIRM,
}  # what stands in a title's line or below it

_YUAN, _ANY_UNIT = r"\(元\)", r"\((?:单位:?)?(?:人民币)?[百千]?[万亿千百]?元\)"  # behind a heading of amounts
Spot = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]
Found = Mapping[str, Located]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list's form. columns: parser by column; heads: patterns by column; needs: columns without which it is none.

    telling: columns that tell the kind where no title does. total: the field of the sum; of: the column it adds up.
    kept: whether each line becomes facts. loose: whether the head alone, as a form, is enough.
    """

    form: Form
    columns: Mapping[str, Parser]
    heads: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    telling: tuple[str, ...]
    total: str
    of: str
    kept: bool
    loose: bool

    @property
    def fields(self) -> dict[str, Parser]:
        """All that it gives: head and lines."""
        lines = {f"items.{name}": parser for name, parser in self.columns.items()} if self.kept else {}
        behind = dict.fromkeys(
            (f"_unit.{name}" for name, parser in self.columns.items() if parser is units.money), values.text
        )
        return {**self.form.fields, **lines, **behind, "_unit": values.text, UNREAD: values.text}

    def tables(self, document: Document) -> Sequence[Table]:
        """Its lists, but for those that nobody has filled in and further copies of one.

        Without a sum that tells a copy from one more of the same, nobody knows what the lines add up to.
        """
        return _tables(Same(self), Same(document))[0]

    def read(self, document: Document) -> tuple[Sequence[Table], Sequence[Table]]:
        """Its lists, and with them those that are empty or copies."""
        if document.carrier not in self.form.carriers or not self._may_be_headed(document):
            return (), ()
        own = (label for labels in self.form.labels.values() for label in labels)
        labels, others = (tuple(label.removeprefix("^") for label in each) for each in (own, self.form.others))
        figures = tuple(name for name, parser in self.columns.items() if parser in _FIGURES)
        every = _list.tables(document, _list_heads.Asked(self.heads, self.needs, figures, labels, others))
        return self._once([table for table in every if table.entries], figures), every

    def _once(self, filled: Sequence[Table], figures: Sequence[str]) -> Sequence[Table]:
        found: list[Table] = []
        for table in filled:
            same = (_list_pages.repeated(table.entries, other.entries, figures) for other in found)
            first = next((place for place, is_copy in enumerate(same) if is_copy), None)
            if first is None:
                found.append(table)
            elif self.of not in table.sums:
                found[first] = replace(found[first], whole=False)
        return found

    def _may_be_headed(self, document: Document) -> bool:
        """Whether a file's cells may head what is needed: most are other lists, and long ones."""
        plain = (row for sheet in document.tables for row in sheet.rows if not any(map(_list_rows.FIGURED.search, row)))
        heads = {layout.squash(cell) for row in plain for cell in row}
        shapes = ("|".join(f"(?:{shape})" for shape in self.heads[name]) for name in self.needs)
        return document.carrier is not Carrier.TABLE or all(any(map(re.compile(s).search, heads)) for s in shapes)

    def _may_be_told(self, document: Document) -> bool:
        """Whether what heads the telling columns is printed at all: to cut every page into cells takes its time."""
        if not self.telling or document.carrier is Carrier.TABLE:
            return bool(self.telling)
        printed = "\n".join(line.text for page in document.pages for line in layout_table.printed(page))
        shapes = ("|".join(f"(?:{shape.strip('^$')})" for shape in self.heads[name]) for name in self.telling)
        return all(re.search(shape, printed) for shape in shapes)

    def identify(self, document: Document) -> float:
        """By its title over a list, by headings that only it has, or as a form."""
        if document.carrier not in self.form.carriers or self.form.denied(document):
            return 0.0
        alone = self.form.identify(document) if self.loose else 0.0
        titled = self.form.titled(document)
        listed = self.tables(document) if titled or self._may_be_told(document) else ()
        if not listed:
            return alone
        shown = len({name for table in listed for name in table.heads})
        if titled:
            return max(alone, min(_MOST, _TITLED + _EACH * (shown - len(self.needs))))
        told = any(set(self.telling) <= set(table.heads) for table in listed)
        return max(alone, _TOLD if told else 0.0)

    def locate(self, document: Document) -> Iterator[Spot]:
        """The head around the list, the sum below it, then its lines."""
        listed = self.tables(document)
        head = _without(document, _tables(Same(self), Same(document))[1])
        yield from self._units(document, listed)
        yield from self._head(head, self.factor(document))
        for name, shape in _OF_TITLES.items():
            if name in self.form.fields:
                yield from ((name, words) for words in self.form.beside_title(head, shape))
        yield from ((UNREAD, table.heads[name]) for table in listed for name in table.heads if not table.whole)
        summed = [table for table in listed if self.of in table.sums and self.total in self.form.fields]
        for table in takewhile(lambda table: not self._of_its_own(table, listed), reversed(summed)):
            yield self.total, table.sums[self.of]
        lines = [entry for table in listed for entry in table.entries]
        for number, entry in enumerate(lines[:_MOST_LINES] if self.kept else ()):
            yield from ((name, number, words) for name, words in entry.items())

    def _of_its_own(self, table: Table, listed: Sequence[Table]) -> bool:
        """Whether a list's sum is its own alone, and not that of others, on other pages or with other sums."""
        others = [other for other in listed if _leaf(other) != _leaf(table) or self._summed(other, table)]
        lines = [entry for other in (*others, table) for entry in other.entries]
        return bool(others) and _list_pages.of_its_page(table.sums, table.entries, lines, (self.of,))

    def _summed(self, other: Table, table: Table) -> bool:
        """Whether another list on the same page has another sum."""
        return self.of in other.sums and _sums.text(other.sums, self.of) != _sums.text(table.sums, self.of)

    def _head(self, head: Document, factor: Decimal) -> Iterator[Spot]:
        """What the labels around a list tell; no amount without a unit of its own where the list is in another."""
        for name, words in self.form.locate(head):
            if factor == 1 or not self._is_plain_money(name, layout.join(words)):
                yield name, words

    def _units(self, document: Document, listed: Sequence[Table]) -> Iterator[tuple[str, tuple[Word, ...]]]:
        """The words that state a unit: nearest over the first list, and behind the headings of its amounts."""
        first = min(((row.leaf, row.middle) for table in listed for row in table.rows), default=(inf, 0.0))
        rows = takewhile(lambda row: (row.leaf, row.middle) < first, _list_rows.printed_rows(document))
        above = [tuple(row.words) for row in rows]
        over = (words for words in reversed(above) if units.stated(layout.join(words)))
        yield from (("_unit", words) for words in islice(over, 1))
        for name, words in (head for table in listed for head in table.heads.items()):
            if self.columns.get(name) is units.money and units.behind(layout.join(words)):
                yield f"_unit.{name}", words

    def factor(self, document: Document, column: str = "") -> Decimal:
        """What plain amounts of a column, unless said of that which is added up, are multiplied with to be in CNY."""
        said = {name: layout.join(words) for name, words in self._units(document, self.tables(document))}
        return _factor(said, column or self.of)

    def in_yuan(self, found: Found) -> Found:
        """Amounts in thousands or ten thousands told in CNY; one that says its own unit, or is in words, stays."""
        said = {name: item.text for name, item in found.items() if name.startswith("_unit")}
        factors = {name: _factor(said, self._column(name)) for name in found}
        return {
            name: replace(item, value=item.value * factors[name])
            for name, item in found.items()
            if factors[name] != 1 and isinstance(item.value, Decimal) and self._is_plain_money(name, item.text)
        }

    def _column(self, name: str) -> str:
        """The column of a field; the sum's is that which it adds up."""
        return self.of if name == self.total else name.partition("].")[2]

    def _is_plain_money(self, name: str, printed: str) -> bool:
        field = re.sub(r"^items\[\d+\]", "items", name)
        return self.fields.get(field) is units.money and not units.says_own(printed)

    def printed(self, document: Document, name: str) -> bool:
        """Whether a field is printed so that it can be read."""
        spots = (spot[-1] for spot in self.locate(document) if spot[0] == name)
        return any(self.fields[name](layout.join(words)) is not None for words in spots)

    def whole(self, document: Document) -> bool:
        """Whether all lines that are printed were found."""
        return all(table.whole for table in self.tables(document))

    def column(self, document: Document, name: str) -> list[tuple[Word, ...]]:
        """What stands in a column, line by line."""
        return [entry.get(name, ()) for table in self.tables(document) for entry in table.entries]

    def added(self, document: Document, name: str) -> Decimal | None:
        """The sum of a column in CNY; None when a line or its figure cannot be read or there is none."""
        factor = self.factor(document, name)
        printed = [layout.join(words) for words in self.column(document, name)]
        amounts = [
            amount * (1 if units.says_own(text) else factor)
            for text in printed
            if (amount := values.money(text)) is not None
        ]
        known = amounts and len(amounts) == len(printed) and self.whole(document)
        return sum(amounts, Decimal()) if known else None


@lru_cache(maxsize=_KEPT)
def _tables(kind: Same[Listing], document: Same[Document]) -> tuple[Sequence[Table], Sequence[Table]]:
    return kind.one.read(document.one)


def _leaf(table: Table) -> int:
    return table.rows[-1].leaf


def _factor(said: Mapping[str, str], column: str) -> Decimal:
    """By the unit behind the column's heading, else by the one over the list."""
    return units.behind(said.get(f"_unit.{column}", "")) or units.stated(said.get("_unit", "")) or Decimal(1)


def _without(document: Document, listed: Sequence[Table]) -> Document:
    """The document without its lists: their headings and cells are no labels of the head."""
    spans = [(row.leaf, row.middle) for table in listed for row in table.rows]
    sheets = {word.path for table in listed for row in table.rows for word in row.words if "!" in word.path}
    if sheets:
        return _kept(document, lambda word: word.path not in sheets)
    return _kept(document, lambda word: not _inside(word, spans))


def _inside(word: Word, spans: Sequence[tuple[int, float]]) -> bool:
    return any(word.page == page and abs(word.centre[1] - middle) < word.height / 2 for page, middle in spans)


def _kept(document: Document, wanted: Callable[[Word], bool]) -> Document:
    pages = (replace(page, words=tuple(word for word in page.words if wanted(word))) for page in document.pages)
    return replace(document, pages=tuple(pages))


def sum_of_lines(total: str, amount: str) -> Callable[[Found], Found]:
    """A total that is printed nowhere is the sum of the lines, if each has an amount."""

    def mend(found: Found) -> Found:
        if UNREAD in found or (total in found and found[total].value is not None):
            return {}
        lines = {name.partition(".")[0] for name in found if name.startswith("items[")}
        parts = [found.get(f"{line}.{amount}") for line in sorted(lines)]
        known = [part for part in parts if part is not None and isinstance(part.value, Decimal)]
        if not known or len(known) != len(parts) or len(lines) == _MOST_LINES:
            return {}
        value = sum((part.value for part in known if isinstance(part.value, Decimal)), Decimal())
        text = "+".join(part.text for part in known)
        return {total: Located(total, known[-1].words, text, value, "sum_of_lines")}

    return mend


def listing(kind: str) -> Listing:
    """The list of a kind, from its table."""
    table = _form.table(kind)
    columns: Mapping[str, Mapping[str, str]] = table["list"]["columns"]
    rules = table["list"]
    return Listing(
        form=_form.form(kind),
        columns={name: _form.PARSERS[row["is"]] for name, row in columns.items()},
        heads={name: tuple(head.replace(_YUAN, _ANY_UNIT) for head in row["heads"]) for name, row in columns.items()},
        needs=tuple(rules["needs"]),
        telling=tuple(rules.get("telling", ())),
        total=rules.get("total", ""),
        of=rules.get("of", ""),
        kept=rules.get("kept", True),
        loose=rules.get("loose", False),
    )

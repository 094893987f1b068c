"""Printed forms: labels with their values beside or below them, as certificates, slips and returns have them.

One table a kind in ``tables/forms/<kind>.yaml`` says what its official layout prints: titles, labels of every field,
labels that only end a neighbour's value, and papers that look alike and are none. A kind is then this table, its
docstring, and what only it knows (check digits, sums).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from extractors import _form_cells as cells
from extractors import _periods, _report
from extractors._form_cells import Mark, Sheet
from selfproof import layout, layout_table, read, units, values
from selfproof.identity import Same
from selfproof.layout_table import Line
from selfproof.model import Box, Carrier, Document, Value, Word

Parser = Callable[[str], Value | None]
_DAY = re.compile(r"(?:19|20)\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?")
_LONE_DAY = re.compile(rf"(?P<day>{_DAY.pattern})(?:第[\dA-Z-]{{1,20}}号)?")  # before a number
_SPELLED = re.compile("[零壹贰叁肆伍陆柒捌玖拾佰仟万亿貳陸一二三四五六七八九十].*[元圆角分整正]")
_NUMERALS = re.compile(
    "(?:(?<![\u4e00-\u9fff])|(?<=[币写]))[零壹贰叁肆伍陆柒捌玖拾貳陸][零壹贰叁肆伍陆柒捌玖拾佰仟万亿貳陸]*$"
)
_TIME = re.compile(r"(?:19|20)\d{2}|[〇零一二三四五六七八九十\d]年|长期|永久|无(?:固定)?期")
_SEALED = re.compile(r"\((?:盖章|签章|公章|签字|签名)\)")
_ASIDE = re.compile(r"\([^()]*\):?")  # what a label says of itself: 采购单位(章)
_NUMBERED = re.compile(
    r"(?<=[\u4e00-\u9fff)])(?:\d{8,}|[¥]?\d[\d,]*\.\d{2})$"
)  # an account or an amount on the line below
_SENTENCE = re.compile("[\u4e00-\u9fff],[\u4e00-\u9fff].*。")
_ADDRESSED = re.compile(
    r"(?:(?<=公司)|(?<=合作社)|(?<=[厂店行部]))[,:]?(?:[贵我][司方单公]|根据|截[止至]|现将|感谢|您好|\d{8,}$)"
)
_GOES_ON = re.compile(r"[:,、(~—–\-至到起自从于为]$")
_WHITE, _FEW = 1.0, 3  # ems between cells, and cells of a line that is no list's
_BELOW = 3  # lines under the name of who issued a paper, for its seal may lie between
_UNIT = re.compile(r"\s*(?:千瓦·?时|度|[kK][wW][·.]?[hH]|吨|立方米?|方|m3|[tT]|个?人|平方米?|平米|[㎡亩])\s*$")


def _percentage(printed: str) -> Value | None:
    """A yearly rate as printed with its sign: 4.35%; None without the sign, for it might be a monthly or daily one."""
    match = re.fullmatch(
        r"(?:年化?(?:利率)?)?:?(\d{1,2}(?:\.\d+)?)%(?:/年|\((?:年化?|单利)\))?", layout.squash(printed)
    )
    return f"{match[1]}%" if match else None


def _until(printed: str) -> Value | None:
    """A day or a stretch of time as printed, 长期 too; None for what says no time.

    >>> _until("至：2028年01月16日"), _until("长期"), _until("金安")
    ('2028年01月16日', '长期', None)
    """
    kept = re.sub(r"^至?[:：]", "", values.compact(printed) or "")
    return kept if _TIME.search(values.fold(kept)) else None


def _name(printed: str) -> Value | None:
    """A name without the word for its seal, and without what goes on below a firm's: a letter's sentence, a number.

    >>> _name("（章）"), _name("（样例）包装厂"), _name("请当面点清，过后不认。")
    (None, '（样例）包装厂', None)
    >>> _name("样例县教育局03019999212991"), _name("样例（中国）有限公司6,231.44")
    ('样例县教育局', '样例（中国）有限公司')
    >>> _name("样例包装厂（盖章）客户（盖章）"), _name("样例有限公司贵司与我司往来如下"), _name("样例厂319361000013")
    ('样例包装厂', '样例有限公司', '样例厂')
    """
    whole = values.fold(printed)
    if _ASIDE.fullmatch(layout.squash(whole)) or _SENTENCE.search(whole):
        return None
    cut = _SEALED.search(whole) or _ADDRESSED.search(whole) or _NUMBERED.search(whole)
    return values.name(printed[: cut.start()] if cut and cut.start() and len(whole) == len(printed) else printed)


def _spelled(printed: str) -> Value | None:
    """An amount in words; None where it begins with a unit: its figure stands on another line.

    >>> _spelled("人民币壹万贰仟元整"), _spelled("万贰仟元整"), _spelled("拾贰元整")
    ('人民币壹万贰仟元整', None, '拾贰元整')
    """
    found = _SPELLED.search(printed)
    return values.text(printed) if found and found[0][0] not in "佰仟万亿" else None


PARSERS: Mapping[str, Parser] = (
    {
        name: getattr(values, name)
        for name in (
            "text",
            "compact",
            "number",
            "day",
            "tax_id",
            "digits",
            "rate",
            "count",
            "person",
        )
    }
    | {
        "money": units.money,
        "code": lambda printed: values.numbered(re.sub(r"^[\s.:：。、]+", "", printed)),
        "name": _name,
        "until": _until,
        "serial": lambda printed: values.numbered(re.sub(r"^[\s第字.:：。]+|号\s*$", "", printed)),
        "period": _periods.printed,
    }
    | {
        "percentage": _percentage,
        "spelled": _spelled,
        "terms": lambda printed: values.count(re.sub(r"\s*(?:期|个?月)$", "", printed.strip())),
        "quantity": lambda printed: values.number(_UNIT.sub("", values.fold(printed))),
    }
)

PRINTED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD, Carrier.DOCX)
_KEPT = 2  # documents whose text is kept: every kind asks for the same
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
    many: the lines that a field's value may take. ranked: fields whose labels stand in the order of their worth.
    fewest: labels that a paper must show beside its title; without a title it must show `alone` of them (0: never
    enough), and one of `telling` among them. never: what another paper says of itself.
    slack: characters that may stand beside a title. carriers: what such a form comes in; table files where they count.
    columns: headings by column, for a form whose lines (those of `labels` without a parser) hold figures.
    lone_day: the field of a day without a label, of which there is one alone in its cell.
    authority: labels of `others` under whose value the day of issue stands without a label of its own.
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
    telling: frozenset[str] = frozenset()
    slack: int = _TITLE_SLACK
    carriers: tuple[Carrier, ...] = PRINTED
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranked: frozenset[str] = frozenset()
    authority: re.Pattern[str] | None = None
    lone_day: str = ""

    def identify(self, document: Document) -> float:
        """By a title that stands alone and labels; by many labels where a seal or a fold hides the title."""
        if document.carrier not in self.carriers or self.denied(document):
            return 0.0
        best = max((self._weight(sheet) for sheet in self.sheets(document, _PAGES)), default=0.0)
        return min(_MOST, best)

    def denied(self, document: Document) -> bool:
        """Whether the paper says of itself that it is another one."""
        return self.never is not None and bool(self.never.search(_said(Same(document))))

    def titled(self, document: Document) -> bool:
        """Whether a title stands alone on a line of the first pages, or names a sheet."""
        named = any(self.titles.search(layout.squash(sheet.name)) for sheet in document.tables)
        return named or any(any(self.title_words(sheet)) for sheet in self.sheets(document, _PAGES))

    def _weight(self, sheet: Sheet) -> float:
        titled = any(self.title_words(sheet))
        if not titled and not self.alone:
            return 0.0
        shown = len({mark.field for mark in sheet.marks if mark.field})
        if titled and shown < self.fewest:
            upright = {self.uprights[stack.text] for stack in sheet.stacks if stack.text in self.uprights}
            shown = min(shown + len(upright), self.fewest)
        if titled:
            return _TITLED + _EACH * (shown - self.fewest) if shown >= self.fewest else 0.0
        told = not self.telling or any(mark.field in self.telling for mark in sheet.marks)
        return _UNTITLED + _EACH * (1 + shown - self.alone) if told and shown >= self.alone else 0.0

    def title_words(self, sheet: Sheet) -> Iterator[tuple[Word, ...]]:
        """The titles that stand alone on a page."""
        for line in sheet.lines:
            for match in self.titles.finditer(line.text):
                start, stop = cells.around(line, *match.span())
                if stop - start <= len(match[0]) + self.slack and not _in_sentence(line, *match.span()):
                    yield line.cut(*match.span())

    def beside_title(self, document: Document, shape: re.Pattern[str]) -> Iterator[tuple[Word, ...]]:
        """What a pattern calls `value` in the lines of titles, in the line below each, and as all of the one above."""
        for sheet in self.sheets(document, _PAGES):
            for number, line in enumerate(sheet.lines):
                if self.titles.search(line.text):
                    above = (each for each in sheet.lines[max(number - 1, 0) : number] if shape.fullmatch(each.text))
                    for near in (*sheet.lines[number : number + 2], *above):
                        yield from (near.cut(*match.span("value")) for match in shape.finditer(near.text))

    def locate(self, document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
        """Candidates, page by page: a title that is a field, shapes, what stands beside or below labels."""
        first: dict[str, set[Box]] = {}  # the places of each field's first value
        for sheet in self.sheets(document):
            if "title" in self.fields:
                yield from (("title", words) for words in self.title_words(sheet))
            yield from self._shaped(sheet)
            for mark in sorted(sheet.marks, key=lambda item: item.rank if item.field in self.ranked else 0):
                if mark.field in self.fields:
                    unit, label = self._unit(sheet, mark)
                    for words in cells.values(sheet, label, self.many.get(mark.field, 1)):
                        yield from ((mark.field, closer) for closer in _closer(document, sheet, mark, words))
                        sought = self.lone_day and mark.field not in first
                        if sought and self.fields[mark.field](layout.join(words)) is not None:
                            first[mark.field] = {word.box for word in words}
                        yield mark.field, unit + words
            yield from (("issue_date", words) for words in self._issued(sheet))
        alone = [words for sheet in self.sheets(document) if self.lone_day for words in _lone_days(sheet)]
        if len(alone) == 1 and alone[0][0].box not in set().union(*first.values()):
            yield self.lone_day, alone[0]

    def _unit(self, sheet: Sheet, mark: Mark) -> tuple[tuple[Word, ...], Mark]:
        """The words of a unit in brackets behind the label of an amount, and the label up to their end."""
        line = sheet.lines[mark.line]
        bracketed = self.fields[mark.field] is units.money and line.text[mark.stop : mark.stop + 1] in ("(", "[")
        length = units.leading(line.text[mark.stop :])[1] if bracketed else 0
        return line.cut(mark.stop, mark.stop + length), replace(mark, stop=mark.stop + length)

    def figures(self, document: Document) -> Iterator[_report.Figure]:
        """What stands in the named lines under the named columns, page by page."""
        for sheet in self.sheets(document):
            yield from _report.figures(sheet, self.columns)

    def _issued(self, sheet: Sheet) -> Iterator[tuple[Word, ...]]:
        """A day that stands alone under the name of who issued the paper."""
        for mark in sheet.marks if self.authority else ():
            line = sheet.lines[mark.line]
            if mark.field or not re.fullmatch(self.authority or "", line.text[mark.start : mark.stop]):
                continue
            left, right = _reach(line.cut(*cells.around(line, mark.start, mark.stop)))
            for below in sheet.lines[mark.line + 1 : mark.line + 1 + _BELOW]:
                for day in _DAY.finditer(below.text):
                    words = below.cut(*day.span())
                    begin, end = _reach(words)
                    if cells.around(below, *day.span()) == day.span() and begin < right and end > left:
                        yield words

    def _shaped(self, sheet: Sheet) -> Iterator[tuple[str, tuple[Word, ...]]]:
        for name, shape in self.shapes.items():
            for number, line in enumerate(sheet.lines):
                for match in shape.finditer(line.text):
                    begun = _begun(sheet, number, match.start()) if self.fields[name] is PARSERS["spelled"] else ()
                    yield name, begun + line.cut(*match.span())

    def sheets(self, document: Document, most: int | None = None) -> Iterator[Sheet]:
        """Its pages taken apart, the first `most` of them."""
        for page in document.pages[:most]:
            yield cells.sheet(page, self.labels, self.others, tuple(self.uprights))


def _in_sentence(line: Line, start: int, stop: int) -> bool:
    """Whether a sentence only speaks of such a paper: 交货时须附送货单, 注明订单号."""
    return line.text[start - 1 : start] in ("附", "凭", "随") or line.text[stop : stop + 1] in tuple(",。;须应需请必")


def _lone_days(sheet: Sheet) -> Iterator[tuple[Word, ...]]:
    """Days that fill a cell, the first of its line or behind a label with its value: behind a bare label it is its.

    So it is below one that ends its line, and below a line that is none without it: 2026-01-01 至.
    """
    for number, line in enumerate(sheet.lines):
        above = sheet.lines[number - 1] if number else line
        if _GOES_ON.search(above.text) or any(mark.stop == len(above.text) for mark in sheet.inside(number - 1)):
            continue
        spans = list(layout_table.cells(line, _WHITE))
        for place, span in enumerate(spans if len(spans) <= _FEW else ()):
            before = line.text[slice(*spans[place - 1])] if place else "::"
            day = _LONE_DAY.fullmatch(line.text, *span)
            if day and ":" in before[:-1]:
                yield line.cut(*day.span("day"))


def _begun(sheet: Sheet, number: int, start: int) -> tuple[Word, ...]:
    """The numerals that end the cell above an amount in words: its cell was too narrow for one line."""
    line = sheet.lines[number]
    for above in sheet.lines[max(number - 1, 0) : number]:
        for begin, stop in layout_table.cells(above, _WHITE):
            under = above.left(begin) < line.right(start) and line.left(start) < above.right(stop - 1)
            numerals = _NUMERALS.search(above.text[begin:stop])
            if under and numerals and (start == 0 or line.gap(start) > _WHITE):
                return above.cut(begin + numerals.start(), begin + numerals.end())
    return ()


def _reach(words: Sequence[Word]) -> tuple[float, float]:
    """How far words go across the page."""
    return min(word.box[0] for word in words), max(word.box[2] for word in words)


@lru_cache(maxsize=_KEPT)
def _said(same: Same[Document]) -> str:
    return layout.squash(same.one.text)


def _closer(document: Document, sheet: Sheet, mark: Mark, words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """A second look at a value that was recognised in one run with its label: a rule between them hides a character."""
    if document.carrier is Carrier.OCR and len(words) == 1 and cells.fused(sheet, mark, words[0]):
        left, top, right, bottom = words[0].box
        seen = read.again(document, words[0].page, (left, top, min(1.0, right + words[0].height), bottom))
        first, second = layout.squash(words[0].text), layout.squash(layout.join(seen))
        if first != second and len(second) <= len(first) + 2 and second.endswith(first[1:]):
            yield seen


@cache
def table(kind: str) -> Mapping[str, Any]:
    """The table of a kind as it stands in the file."""
    text = files("selfproof").joinpath("tables", "forms", f"{kind}.yaml").read_text("utf-8")
    rows: Mapping[str, Any] = yaml.load(text, yaml.CSafeLoader)
    return rows


@cache
def form(kind: str) -> Form:
    """The form of a kind, from its table."""
    rules = table(kind)
    fields: Mapping[str, Mapping[str, Any]] = rules["fields"]
    lines: Mapping[str, Sequence[str]] = rules.get("lines", {})
    never = rules.get("never")
    return Form(
        titles=re.compile("|".join(rules["titles"])),
        never=re.compile("|".join(never)) if never else None,
        fields={name: PARSERS[row["is"]] for name, row in fields.items()},
        labels={name: tuple(row.get("labels", ())) for name, row in fields.items()}
        | {name: tuple(labels) for name, labels in lines.items()},
        shapes={name: re.compile(row["shape"]) for name, row in fields.items() if "shape" in row},
        others=tuple(rules.get("others", ())),
        uprights=rules.get("uprights", {}),
        many={name: row["lines"] for name, row in fields.items() if "lines" in row},
        fewest=rules.get("fewest", 2),
        alone=rules.get("alone", 0),
        telling=frozenset(rules.get("telling", ())),
        slack=rules.get("slack", _TITLE_SLACK),
        carriers=(*PRINTED, Carrier.TABLE) if rules.get("sheets") else PRINTED,
        columns={name: tuple(heads) for name, heads in rules.get("columns", {}).items()},
        authority=re.compile("|".join(rules["authority"])) if "authority" in rules else None,
        lone_day=rules.get("lone_day", ""),
        ranked=frozenset(name for name, row in fields.items() if row.get("ranked")),
    )

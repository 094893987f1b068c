"""Title, code, number, date, check code, totals and remarks of a printed VAT invoice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml
from rapidfuzz.distance import Levenshtein

from extractors._vat_sheet import Hit, Sheet, plain
from selfproof import layout
from selfproof.layout_table import Column, Line, Stack, cells, matches
from selfproof.model import Word

Span: TypeAlias = tuple[int, int]
Spot: TypeAlias = tuple[str, Sequence[Word]]

_DATE = re.compile(
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}(?!\d)|20\d{2}[01]\d[0-3]\d(?!\d)"
)
_WORDS = re.compile(
    r"(?:(?<![\u4e00-\u9fff])|(?<=[写币计]))(?:"  # what goes on from a sign that was not read is but its end
    r"(?:\(负数\)|负)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[圆元][零壹贰叁肆伍陆柒捌玖角分整正]*(?![\u4e00-\u9fff])"
    r"|[零壹贰叁肆伍陆柒捌玖]角[零壹贰叁肆伍陆柒捌玖分整正]*(?![\u4e00-\u9fff]))"
)
_YUAN = re.compile(r"-?(?<![A-Za-z])[¥YV]-?\d[\d,]*(?:[.、]\d{1,2})?(?![\d.、])")  # its last figure may be cut off
_MONEY = re.compile(_YUAN.pattern + r"|-?\d[\d,]*\.\d{2}(?!\d)|\*{2,}")
_DAMAGED = re.compile(r"[\u4e00-\u9fff()]{5,12}发票\)?")
_BROKEN = re.compile(r"电子发票?[\u4e00-\u9fff(]{2,7}发票\)?")  # a bracket or a sign between its parts was lost
_BARE_CODE = re.compile(r"(?<!\d)(?:0\d{11}|\d{10})(?!\d)")
_SIGN = re.compile(r"№|N")
_PART = re.compile(r"(?<!\d)\d{3,8}(?!\d)")
_BARE_NUMBER = re.compile(  # nor a part of the cipher; of the sign № before it an N may be left
    r"(?:(?<![0-9A-Za-z<>+*/-])|(?<=(?<![0-9A-Za-z<>+*/-])N))\d{8}(?![0-9A-Za-z<>+*/-])"
)
_NUMBER_AND_CODE = re.compile(  # the code's second print, close behind the number's first
    r"(?<!\d)(?P<number>\d{8})(?P<code>\d{12}|\d{10})(?!\d)"
)
_SHAPES = {
    "invoice_code": re.compile(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)"),
    "invoice_number": re.compile(r"(?<!\d)(?:\d{20}|\d{8})(?!\d)"),
    "issue_date": _DATE,
    "check_code": re.compile(r"(?<!\d)(?:\d{20}|\d{6})(?!\d)"),
}
_FOOT = re.compile(r"开票人:|复核:|销售方:?\(章|销货单位:?\(章")
_SEAL = re.compile(r"^[(]?[0-9A-Z]{15,20}.?$|专用章|\(章\)")  # a seller's seal shows the id and what it is for
_DIGITAL = "电子发票"
_DIGITAL_TITLE = "电子发票("  # of the older electronic forms none has the bracket
_DIGITAL_NUMBER = re.compile(r"(?<![0-9A-Za-z])2\d{19}(?![0-9A-Za-z])")
_FEW_SIGNS = 2  # by which a title is misread; as many as can be mended
_TITLE_ZONE = 0.35
_LONGEST_TITLE = 24  # characters
_SLIP = 1.3  # print may stand this many line heights above or below its label
_SLOPED = 2.0  # line heights that parts of one printed line may stand apart
_APART = 0.4  # ems: the second print of a number stands so close behind the first
_TOUCHING = 0.5  # ems between a title's signs at most
_BESIDE_TITLE = 0.6  # ems
_WIDE = 2.5  # ems: a date may be set with gaps
_LONELY = 1.0  # ems around a glyph that belongs to no text
_MACHINE = ("机器编号:", "机器编号", "器编号:")
_RIGHT_HALF = 0.5  # of the form's width: numbers stand there
_BETWEEN_SUMS = 0.82  # of the width: 金额 left of it, 税额 right of it, on every form


@cache
def titles() -> Mapping[str, Any]:
    """The table of regions and titles."""
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "vat_titles.yaml").read_text("utf-8")
    )
    return table


@cache
def title_pattern() -> re.Pattern[str]:
    """Any title, with the region before it where one is printed; no paper about invoices."""
    region = f"(?:{'|'.join(titles()['regions'])})(?:省|市|自治区)?"
    known = "|".join(title.replace("{region}", f"(?:{region})") for title in titles()["titles"])
    return re.compile(f"(?:{known})(?!{'|'.join(titles()['others'])})")


def locate(sheet: Sheet) -> Iterator[Spot]:
    """All fields outside the parties and the items, likeliest place first."""
    yield from _title(sheet)
    numbers = [spot for field in _SHAPES for spot in _labelled(sheet, field)] + [*_bare(sheet), *_unlabelled(sheet)]
    yield from (spot for spot in numbers if not (spot[0] == "invoice_number" and doubtful(sheet)))
    yield from _gross(sheet)
    yield from _sums(sheet)
    yield from _remarks(sheet)


def _title(sheet: Sheet) -> Iterator[Spot]:
    zone = max(_TITLE_ZONE, sheet.table_top)
    above = [(line, plain(line.text)) for line in sheet.lines if line.middle < zone]
    for line, text in above:
        for match in title_pattern().finditer(text):
            begin = text.find(_DIGITAL, 0, match.start())
            whole = begin < 0 or text[begin : match.start()] not in (_DIGITAL, f"{_DIGITAL}(")
            words = line.cut(match.start() if whole else begin, match.end())
            if not whole or not _bracketed(text, match):
                torn = _torn(line, match.start()) if whole else 0
                sound = whole and not _misread(words) and not torn
                cut = line.cut(match.start() - torn, match.end()) if torn else words
                yield "invoice_type" if sound else "_title", cut
    for line, text in above:
        for start, stop in (*(match.span() for match in _BROKEN.finditer(text)), *_damaged(line)):
            yield "_title", line.cut(start, stop)


def _bracketed(text: str, match: re.Match[str]) -> bool:
    """Whether a title is only what stands in the brackets of one whose first part was not read."""
    return text[: match.start()].endswith("(") or (text[match.end() :].startswith(")") and "(" not in match[0])


def _damaged(line: Line) -> Iterator[Span]:
    return matches(line, _DAMAGED, limit=_WIDE)


def _misread(words: Sequence[Word]) -> bool:
    """Whether recognised words say a known title but for some signs: that is not what is printed.

    Of a fully digital invoice the signs in the brackets may be any; of another it is two at most.
    """
    if not any(word.alternatives for word in words):
        return False
    text = plain(layout.squash(layout.join(words)))
    far = min(Levenshtein.distance(text, layout.squash(title)) for title in known_titles())
    return far > 0 and (far <= _FEW_SIGNS or text.startswith(f"{_DIGITAL}("))


def _torn(line: Line, start: int) -> int:
    """How many recognised signs touch a title from the left: it begins with them, and they are not what is printed."""
    begin, recognised = start, any(piece.word.alternatives for piece in line.pieces)
    while recognised and begin and "\u4e00" <= line.text[begin - 1] <= "\u9fff" and line.gap(begin) < _TOUCHING:
        begin -= 1
    return start - begin


def shorter(spot: Spot, printed: Sequence[Spot]) -> bool:
    """Whether a title is but the part in brackets of the damaged one that was read before."""
    if spot[0] != "invoice_type" or _DIGITAL in layout.join(spot[1]):
        return False
    return any(name == "_title" and _DIGITAL in layout.join(words) for name, words in printed)


def titled(sheet: Sheet) -> bool:
    """Whether a title stands by itself above the table: running text that speaks of invoices has none.

    What stands beside a title is set in smaller print, so that the gap between them is of few of the title's own ems.
    """
    zone = max(_TITLE_ZONE, sheet.table_top)
    return any(
        title_pattern().search(plain(line.text[start:stop])) and stop - start <= _LONGEST_TITLE
        for line in sheet.lines
        if line.middle < zone
        for gap in (_WIDE, _BESIDE_TITLE)
        for start, stop in cells(line, gap)
    )


def known_titles() -> list[str]:
    """Every title of a VAT invoice as it is printed, with and without the region before it."""
    kinds = ("专用", "普通", "电子专用", "电子普通")
    plain = [f"{region}增值税{kind}发票" for region in ("", *titles()["regions"]) for kind in kinds]
    return [*plain, *(f"{_DIGITAL}（{kind}）" for kind in titles()["digital"])]


def regions() -> list[str]:
    """The figures that stand for regions in numbers and codes."""
    return list(titles()["regions"].values())


def _labelled(sheet: Sheet, field: str) -> Iterator[Spot]:
    for hit in sheet.hits(field):
        line = sheet.lines[hit.line]
        start, stop = sheet.value(hit)
        alone = line.run(start, _APART, stop) if start < stop else stop
        glued = _NUMBER_AND_CODE.match(line.text[:stop], start) if field == "invoice_number" else None
        if glued and not _is_digital(sheet) and _is_known(sheet, line, glued.span("code")):
            yield field, line.cut(*glued.span("number"))
            continue
        match = _SHAPES[field].match(line.text[:stop], start) or _SHAPES[field].match(line.text[:alone], start)
        if match:
            yield field, line.cut(*match.span())
        elif start == stop:
            yield from ((field, words) for words in _near(sheet, hit, _SHAPES[field]))


def _is_known(sheet: Sheet, line: Line, span: Span) -> bool:
    """Whether figures are a code, or but for two of them the one that is printed elsewhere."""
    codes = (
        other.text[slice(*place)]
        for other in sheet.above
        for place in matches(other, _BARE_CODE)
        if _is_code(other, *place)
    )
    return _is_code(line, *span) or any(
        Levenshtein.distance(line.text[slice(*span)], code) <= _FEW_SIGNS for code in codes
    )


def _is_digital(sheet: Sheet) -> bool:
    return any(_DIGITAL_TITLE in line.text for line in sheet.above)


def doubtful(sheet: Sheet) -> bool:
    """Paper forms print the number twice: where the second print, even a part of it, says otherwise, none is taken."""
    return any(_contradicted(sheet, hit) for hit in sheet.hits("invoice_number"))


def _contradicted(sheet: Sheet, hit: Hit) -> bool:
    line = sheet.lines[hit.line]
    start, stop = sheet.value(hit)
    first = _SHAPES["invoice_number"].match(line.text[:stop], start)
    if first is None or not _SIGN.match(line.text, hit.start):
        return False
    known = (first[0], *(line.text[slice(*span)] for line in sheet.lines for span in matches(line, _BARE_CODE)))
    seconds = [
        other.text[start:stop]
        for other in sheet.lines[hit.line : hit.line + 4]
        for start, stop in matches(other, _PART, first.end() if other is line else 0)
        if other.left(start) > line.right(first.end() - 1) and not _DATE.search(other.text)
    ]
    return any(not any(second in text for text in known) for second in seconds)


def _near(sheet: Sheet, hit: Hit, shape: re.Pattern[str]) -> Iterator[tuple[Word, ...]]:
    """Print that slipped into a neighbouring line, right of its label."""
    line = sheet.lines[hit.line]
    for index in (hit.line - 1, hit.line + 1):
        other = sheet.lines[index] if 0 <= index < len(sheet.lines) else None
        if other and abs(other.middle - line.middle) < _SLIP * (line.bottom - line.top):
            for start, stop in matches(other, shape, limit=_WIDE):
                if other.left(start) > line.right(hit.stop - 1) - line.em:
                    yield _figures(other, start, stop)


def _below(sheet: Sheet, hit: Hit, shape: re.Pattern[str]) -> Iterator[tuple[Word, ...]]:
    """All that the next line prints, where a label ends its own, as on rolls."""
    line, *rest = sheet.lines[hit.line : hit.line + 2]
    if rest and hit.stop == len(line.text) and shape.fullmatch(rest[0].text):
        yield _figures(rest[0], 0, len(rest[0].text))


def _bare(sheet: Sheet) -> Iterator[Spot]:
    """On paper, code and number stand above the table without a label; the code begins with its region's digits.

    A number of eight digits comes with a code, so that without a code no eight digits are one.
    """
    codes = [line.cut(*span) for line in sheet.above for span in matches(line, _BARE_CODE) if _is_code(line, *span)]
    yield from (("invoice_code", words) for words in codes)
    for line in sheet.above:
        for span in matches(line, _DATE, limit=_WIDE):
            yield "issue_date", line.cut(*span)
        for start, stop in matches(line, _BARE_NUMBER) if codes else ():
            whole = line.spots[start][0] == line.spots[stop - 1][0]
            if whole and sheet.share(line.left(start)) > _RIGHT_HALF and not _DATE.match(line.text[start:stop]):
                yield "invoice_number", line.cut(start, stop)


def _unlabelled(sheet: Sheet) -> Iterator[Spot]:
    """On a fully digital form, whose title says so, a number of twenty digits whose label was lost.

    It begins with the year and the region; older forms print a check code as long, but under other titles.
    """
    provinces = {code[:2] for code in titles()["regions"].values()}
    for line in sheet.above if _is_digital(sheet) else ():
        for start, stop in matches(line, _DIGITAL_NUMBER):
            if line.text[start + 2 : start + 4] in provinces and sheet.share(line.left(start)) > _RIGHT_HALF:
                yield "invoice_number", line.cut(start, stop)


def _is_code(line: Line, start: int, stop: int) -> bool:
    code = line.text[start:stop]
    digits = code[1:5] if len(code) == 12 else code[:4]  # noqa: PLR2004  codes have 10 or 12 digits
    return digits in set(titles()["regions"].values()) and not line.text[:start].endswith(_MACHINE)


def _gross(sheet: Sheet) -> Iterator[Spot]:
    """The total in figures and in words; words stand in for figures that cannot be read.

    Where both are hidden, net and tax in the line above are no total that slipped.
    """
    sums = [words for _, words in _sums(sheet)]
    spelled: list[Sequence[Word]] = []
    for field in ("total_amount", "total_in_words"):
        for hit in sheet.hits(field):
            line = sheet.lines[hit.line]
            shape = _MONEY if field == "total_amount" else _WORDS
            match = shape.search(line.text, hit.stop)
            beside = (words for words in _near(sheet, hit, shape) if words not in sums)
            cuts = [_figures(line, *match.span())] if match else [*beside, *_below(sheet, hit, shape)]
            yield from ((field, words) for words in cuts)
            spelled += cuts if field == "total_in_words" else []
    if not spelled and sheet.gross is not None:
        line = sheet.lines[sheet.gross]
        spelled = [line.cut(*span) for span in matches(line, _WORDS)]
        yield from (("total_in_words", words) for words in spelled)
    for words in spelled:
        yield "total_amount", words


def _sums(sheet: Sheet) -> Iterator[Spot]:
    columns = {column.name: column for column in sheet.columns}
    if columns and "tax" not in columns:
        return  # without a column for tax, the sum is the total
    if not columns:
        yield from _cells(sheet)
    for hit in sheet.hits("sum"):
        line = sheet.lines[hit.line]
        yield from _summed(columns, line, matches(line, _MONEY, hit.stop))
    for line in sheet.lines[sheet.body]:
        yield from _summed(columns, line, matches(line, _YUAN))


def _cells(sheet: Sheet) -> Iterator[Spot]:
    """Net and tax of forms without a table (motor vehicles): each in its own labelled cell, or slipped out of it."""
    labelled = {hit.line for field in ("amount_excl_tax", "tax_amount") for hit in sheet.hits(field)}
    for field in ("amount_excl_tax", "tax_amount"):
        for hit in sheet.hits(field):
            own = sheet.lines[hit.line]
            others = (index for index in (hit.line - 1, hit.line + 1) if index not in labelled)
            yield from ((field, _figures(own, *span)) for span in matches(own, _YUAN, hit.stop))
            for line in (sheet.lines[index] for index in others if 0 <= index < len(sheet.lines)):
                if abs(line.middle - own.middle) < _SLIP * (own.bottom - own.top):
                    yield from ((field, _figures(line, *span)) for span in matches(line, _YUAN))


def _summed(columns: Mapping[str, Column], line: Line, spans: Iterator[Span]) -> Iterator[Spot]:
    for start, stop in spans:
        yield _nearest(columns, (line.left(start) + line.right(stop - 1)) / 2), _figures(line, start, stop)


def _figures(line: Line, start: int, stop: int) -> tuple[Word, ...]:
    """An amount without its currency sign, which recognition takes for a letter."""
    return line.cut(start + (line.text[start] in "¥YV"), stop)


def _nearest(columns: Mapping[str, Column], middle: float) -> str:
    """Whether a sum stands under 金额 or under 税额; without headings, by the half of the page's right end."""
    if "amount" not in columns:
        return "amount_excl_tax" if middle < _BETWEEN_SUMS else "tax_amount"
    centres = {name: (columns[name].left + columns[name].right) / 2 for name in ("amount", "tax")}
    name = min(centres, key=lambda item: abs(centres[item] - middle))
    return "amount_excl_tax" if name == "amount" else "tax_amount"


def _remarks(sheet: Sheet) -> Iterator[Spot]:
    stack = _remarks_label(sheet)
    if stack is None or sheet.gross is None:
        return
    words: list[Word] = []
    for line in _above_foot(sheet, sheet.gross + 1):
        start = next((at for at in range(len(line.text)) if line.left(at) >= stack.box[2]), len(line.text))
        words += _together(line, start)
    if len(layout.squash(layout.join(words))) > 1:  # an only glyph is a seal's
        yield "remarks", words


def _remarks_label(sheet: Sheet) -> Stack | None:
    """The label of the remarks; of fully digital forms, where it was lost, the buyer's that stands in its column."""
    known = {stack.text: stack for stack in sheet.stacks}
    return known.get("备注") or (known.get("购买方信息") if "销售方信息" in known else None)


def _together(line: Line, start: int) -> Iterator[Word]:
    """The words of a line from a character on, without a seal's: its id and purpose, and glyphs strewn around them."""
    for begin, end in cells(line, _LONELY):
        words = line.cut(max(begin, start), end) if end > start else ()
        own = [word for word in words if not _SEAL.search(layout.squash(word.text))]
        yield from own if any(len(word.text) > 1 for word in own) else ()


def _above_foot(sheet: Sheet, first: int) -> list[Line]:
    """The lines from `first` up to the foot; a foot that is not level is two lines, and none of them a remark."""
    foot = _foot(sheet)
    if foot >= len(sheet.lines):
        return list(sheet.lines[first:])
    last = sheet.lines[foot]
    near = _SLOPED * (last.bottom - last.top)
    return [line for line in sheet.lines[first:foot] if last.middle - line.middle > near or not _FOOT.search(line.text)]


def _foot(sheet: Sheet) -> int:
    """The line with the names of those who issued: the last one that says so, for remarks may say it too."""
    return max((index for index, line in enumerate(sheet.lines) if _FOOT.search(line.text)), default=len(sheet.lines))

"""Business licence (营业执照): who a business is, what it may do, who answers for it.

Old and new forms: companies, individual businesses, partnerships, sole proprietorships, cooperatives, branches.
Source: 市场主体登记管理条例 (State Council order 746, 2021), article 22, and the forms that the State Administration
for Market Regulation prescribes; the code is GB 32100-2015, on older licences the registration number 工商企注字.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise, takewhile

from rapidfuzz.distance import LCSseq
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from extractors import _license_again as again
from extractors import _license_stacked as stacked
from extractors import _license_table as table
from extractors._license_form import Column, Line, Sheet, sheet
from extractors._license_lines import bands, beside, glued, owned, runs, under
from extractors._license_marks import Mark, headed
from extractors._license_type import not_an_address, snapped
from selfproof import proofs, repair, repair_fields, values
from selfproof.layout import squash
from selfproof.model import Document, Located, Page, Value, Word

Spot = tuple[str, Sequence[Word]]
_SOCIAL = r"(?:[0-9A-Z]\s?){17}[0-9A-Z](?![0-9A-Z])"
_FREE = re.compile(_SOCIAL + r"|(?<!\d)\d{15}(?!\d)|(?<!\d)\d{15}(?=\d-\d)")
_CODE = re.compile(_SOCIAL + r"|\d{15}|(?<![0-9A-Z])[0-9A-Z]{17}(?![0-9A-Z])|(?<!\d)\d{13}(?!\d)")
_LENGTHS = (13, 15, 17, 18)  # 13 and 15: numbers of before 2015; 17: one sign short, which a check must complain of
_OLD = 15
_REGIONS = "123456"  # first figures of the regions that have registered under these numbers
_MANY_LINES = ("name", "type", "address", "business_scope")
_PARAGRAPH = 2.4  # glyph heights between lines of a running text at most
_LARGER = 1.3
_STEP = 0.25  # glyph heights by which the steps between lines of an address differ
_CLOSE = 2.2  # glyph heights between lines of an address whose first line is full
_LOOSE_LINES = 1.35  # glyph heights between lines of one value
_LESS = 0.7  # of the labels' pitch: from here on the glyphs' height decides
_WRAPPED = 0.8  # of the labels' pitch: lines of one value stand closer
_SURE = 0.8  # of a code whose check digit is wrong: less, and it is the reading that is wrong
_CAPITAL = re.compile(
    "[0-9.,()（）¥￥$零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億元圆圓整正角分人民币幣美金港欧日英镑澳加新台韩瑞士法郎卢布泰铢]+"
)
_LOOKALIKES = str.maketrans("IOZS", "1025")  # letters that GB 32100 leaves out because they look like figures
_MOST_WORDS = 400  # a licence is one page; more is a report or a table that cites one
_FEW, _MANY = 3, 6  # labels that make a licence with and without its title
_LONG_TITLE = 14
_NUMBER_OF_ONE = re.compile(r"执照(?:注册|登记)?[编号]")
_ONE = 1.3  # of a glyph's height: it is no wider, and the next one stands no further below
_FIRST = ("name", "registered_capital")  # heads of a column
_LARGE = 0.6  # of the tallest glyph


def _chinese(printed: str) -> str | None:
    """Without white space, brackets in the one form of Chinese print (a recogniser mixes both)."""
    kept = values.compact(printed)
    return kept.translate(table.BRACKETS) if kept else None


def _name(printed: str) -> str | None:
    kept = _chinese(values.name(printed) or "")
    return kept if kept and len(kept) > 1 else None


def _license_code(printed: str) -> str | None:
    squeezed = re.sub(r"[^0-9A-Z]", "", values.fold(printed).upper())
    return squeezed if len(squeezed) in _LENGTHS else None


def _person(printed: str) -> str | None:
    """A name in letters of either script; two or three Latin ones alone are a part of a watermark."""
    kept = _chinese(printed)
    if kept and re.fullmatch(r"[A-Za-z]{1,3}", kept):
        return None
    return kept if kept and re.fullmatch(r"[\u3400-\u9fff·•.()（）A-Za-z:：、,，]{2,60}", kept) else None


def _capital(printed: str) -> str | None:
    kept = _chinese(printed)
    return kept if kept and re.search(r"\d|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]", kept) else None


def _term(printed: str) -> str | None:
    kept = values.compact(printed)
    return kept if kept and re.search(r"\d|年|期|久", kept) else None


def _scope(printed: str) -> str | None:
    return _chinese(re.sub(r"[\s*＊■〓═=#&—-]+$", "", printed))


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "name": _name,
    "uscc": _license_code,
    "type": _chinese,
    "legal_representative": _person,
    "registered_capital": _capital,
    "established_date": values.day,
    "business_term": _term,
    "address": _chinese,
    "business_scope": _scope,
}
LABELS: Mapping[str, tuple[str, ...]] = {
    field: tuple(label for label, owner in table.labels().items() if owner.removeprefix(table.SPARE) == field)
    for field in FIELDS
}


def _valid(code: str) -> bool:
    """Whether a code's check digit is right: GB 32100, or ISO 7064 MOD 11,10 of a registration number.

    A registration number begins with its authority's region (GB/T 2260, 100000 for the State's own).
    """
    old = len(code) == _OLD and code.isdigit() and code[0] in _REGIONS
    return uscc.is_valid(code) or (old and mod_11_10.is_valid(code))


def _without_lookalikes(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised code with letters that no code has, read as the figures they look like where that makes it sound."""
    located = found.get("uscc")
    if located is None or not isinstance(located.value, str) or not any(word.alternatives for word in located.words):
        return {}
    code = located.value.translate(_LOOKALIKES)
    if code == located.value or not _valid(code):
        return {}
    return {"uscc": replace(located, value=code, repaired="check_digits")}


def _of_a_capitals_signs(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised capital with a sign that none has: as the next guess reads that leaves none, else null."""
    located = found.get("registered_capital")
    if located is None or not isinstance(located.value, str) or _CAPITAL.fullmatch(located.value):
        return {}
    fitting = repair.likeliest(located, _capital, lambda value: _CAPITAL.fullmatch(str(value)) is not None)
    if fitting is None and any(len(part) == 1 and part.isalnum() for part in _CAPITAL.split(located.value)):
        return {"registered_capital": replace(located, value=None)}  # and no part of what capitals are in is that
    return repair.mended(located, fitting, "vocabulary")


def _whole_currency(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised capital whose last sign, 币 of 人民币, lies under a watermark or a fold."""
    located = found.get("registered_capital")
    cut = located is not None and str(located.value).endswith("人民")
    if located is None or not cut or not any(word.alternatives for word in located.words):
        return {}
    return repair.mended(located, f"{located.value}币", "vocabulary")


CONSTRAINTS = (
    not_an_address,
    snapped,
    _without_lookalikes,
    _of_a_capitals_signs,
    _whole_currency,
    repair_fields.standard_signs("name"),
    repair_fields.likely_standard(re.compile("address|business_scope")),
    repair.check_digits("uscc", _valid, _license_code),
    repair_fields.place_of_its_code("name", "uscc"),
)
PROOFS = (proofs.check_digits("uscc", valid=_valid),)


def identify(document: Document) -> float:
    """By title and labels together: other certificates carry the same labels under another title."""
    return max((_score(page) for page in document.pages), default=0.0)


def _score(page: Page) -> float:
    texts = [squash(word.text) for word in page.words]
    if len(texts) > _MOST_WORDS or any(table.listed("translations").search(text) for text in texts):
        return 0.0
    titled = any(_is_title(text) for text in [*texts, _large(page)])
    if not titled and any(_is_foreign(text) for text in texts):
        return 0.0
    marks = sheet(page).marks if headed(page.words) else ()  # a code's label alone makes no licence
    fields = {mark.field.removeprefix(table.SPARE) for mark in marks} & set(FIELDS)
    if titled:
        return 0.98 if len(fields) >= _FEW else 0.4
    if any(table.listed("imprint").search(text) for text in texts) and len(fields) > _FEW:
        return 0.9
    return 0.7 if len(fields) >= _MANY else 0.0


def _large(page: Page) -> str:
    """The single glyphs of the largest print, as one word: a title that came glyph by glyph."""
    single = [word for word in page.words if len(word.text.strip()) == 1]
    tallest = max((word.height for word in single), default=0.0)
    row = [word for word in single if word.height > _LARGE * tallest]
    return "".join(word.text for word in sorted(row, key=lambda word: word.box[0]))


def _is_title(text: str) -> bool:
    """营业执照 with what the form puts around it, one glyph of it lost in the glare at most; 营业执照号 is none."""
    return len(text) <= _LONG_TITLE and not _NUMBER_OF_ONE.search(text) and LCSseq.similarity(text, "营业执照") >= _FEW


def _is_foreign(text: str) -> bool:
    found = table.listed("other_titles").fullmatch(text) or table.listed("other_labels").match(text)
    return found is not None


def locate(document: Document) -> Iterator[Spot]:
    """The values beside their labels, page by page; the code also without its label, by its check digit.

    A code that is not sound, a value that is missing and a scope with holes are looked for a second time.
    """
    for page in document.pages:
        form = sheet(page)
        if not form.columns:
            continue
        found = dict(_located(document, form))
        yield from found.items()
        yield from ((field, words) for field, words in stacked.values(page) if field in FIELDS)
        yield from _shaped(form, found)
        codes = list(_codes(form, form.lines))
        if not any(_sound(words) for words in codes):
            codes = [*again.code(document, form, partial(_sound_code, form)), *codes]
        yield from (("uscc", words) for words in codes if _credible(words))
        yield from again.values(document, form, found)


def _sound_code(form: Sheet, lines: Sequence[Line]) -> Sequence[Word] | None:
    return next((words for words in _codes(form, lines) if _sound(words)), None)


def _located(document: Document, form: Sheet) -> Iterator[Spot]:
    spare: dict[str, Sequence[Word]] = {}
    named = {mark.field for mark in form.marks}
    seen: set[str] = set()
    for column in form.columns:
        for mark, lines in _wrapped(bands(column, _values(form))):
            field = mark.field.removeprefix(table.SPARE)
            if field not in FIELDS or not lines or mark.field in seen:
                continue
            seen.add(mark.field)
            kept = _kept(field, lines, named, column.pitch)
            whole = _looked_at(document, form, field, kept)
            words = tuple(word for line in whole for word in line.words)
            if any(map(glued, words)):
                continue
            if mark.field == field:
                yield field, words
            else:
                spare[field] = words
    yield from ((field, words) for field, words in spare.items() if field not in named)


def _looked_at(document: Document, form: Sheet, field: str, lines: Sequence[Line]) -> Sequence[Line]:
    return (again.running if field == "business_scope" else again.surer)(document, form, lines)


def _values(form: Sheet) -> list[Line]:
    """Lines above the authority's block."""
    stops = [mark for mark in form.loose if mark.field == table.STOP]
    return [line for line in form.lines if not any(under(line, stop) for stop in stops)]


def _wrapped(found: Iterable[tuple[Mark, Sequence[Line]]]) -> Iterator[tuple[Mark, Sequence[Line]]]:
    """The bands; of a label that wrapped, its last glyphs are none of their own: 伙人 below 执行事务合, 所 below 住."""
    whole: tuple[Mark, Sequence[Line]] | None = None
    for mark, lines in found:
        if whole and whole[1] and lines and _ends_label(whole[0], mark):
            whole = whole[0], [*whole[1], *lines]
            continue
        yield from [whole] if whole else []
        whole = mark, lines
    yield from [whole] if whole else []


def _ends_label(above: Mark, mark: Mark) -> bool:
    """Whether a label is the end of the one above: its last glyphs, or both are a glyph of the same one."""
    single = all(each.right - each.left < _ONE * each.height for each in (above, mark))
    if mark.label == above.label and single:
        return mark.y - above.y < _ONE * above.height
    return mark.label != above.label and above.label.endswith(mark.label)


def _kept(field: str, lines: Sequence[Line], named: set[str], pitch: float) -> Sequence[Line]:
    """The lines that make the value: one, or those that a wrapped value goes on over.

    A line as far down as the next label would be, or shaped like a value whose label is missing, is that value.
    """
    if field == "business_scope":
        return lines
    if field not in _MANY_LINES:
        return lines[: 1 + (len(lines) > 1 and _goes_on(lines[0].text, lines[1].text))]
    missing = [name for name in table.shaped() if name not in named]
    lines = lines[1:] if len(lines) > 1 and _strewn(*lines[:2]) else lines
    count = 1
    for line, following in pairwise(lines):
        goes_on = _full(line, following) or _in_step(lines[:count], following)
        apart = _apart(line, following, pitch) and not (field == "address" and goes_on)
        if apart or any(table.shape(name).fullmatch(following.text) for name in missing):
            break
        if field == "type" and table.shape(field).fullmatch(line.text) and not following.text.startswith("("):
            break
        count += 1
    return lines[:count]


def _strewn(line: Line, following: Line) -> bool:
    """Whether a line is but single glyphs that are larger than the value below them: a watermark's."""
    return all(len(word.text) == 1 for word in line.words) and line.height > _LARGER * following.height


def _full(line: Line, following: Line) -> bool:
    """Whether a line reached its column's end, and the next one begins where it began, as close as lines are."""
    height = (line.height + following.height) / 2
    even = abs(line.left - following.left) < height / 2 and line.right > following.right - height
    return even and following.y - line.y < _CLOSE * height


def _in_step(above: Sequence[Line], following: Line) -> bool:
    """Whether a line stands below two of its column's as these stand below each other."""
    if len(above) < 2:  # noqa: PLR2004  one line has no step
        return False
    steps = above[-1].y - above[-2].y, following.y - above[-1].y
    even = abs(steps[0] - steps[1]) < _STEP * following.height
    return even and abs(above[-1].left - following.left) < following.height / 2


def _apart(line: Line, following: Line, pitch: float) -> bool:
    """Whether two lines stand apart like values of two labels, not like lines of one."""
    step, height = following.y - line.y, (line.height + following.height) / 2
    if math.isinf(pitch):
        return step > _PARAGRAPH * height
    return step > _WRAPPED * pitch or (step > _LOOSE_LINES * height and step > _LESS * pitch)


def _goes_on(text: str, following: str) -> bool:
    """Whether a value of one line (a term, a partnership with its delegate) was wrapped."""
    return text.count("(") > text.count(")") or text.endswith(("至", "到")) or following.startswith(("至", "到"))


def _codes(form: Sheet, lines: Sequence[Line]) -> Iterator[Sequence[Word]]:
    """Candidates for the code, best first: labelled and sound, sound anywhere, labelled though unsound."""
    owners = {line: mark.field for line, mark in _owners(form, lines)}
    labelled = [words for line, field in owners.items() if field == "uscc" for words in runs(line, _CODE)]
    free = [words for line in lines if line not in owners for words in runs(line, _FREE)]
    yield from (words for words in [*labelled, *free] if _sound(words))
    yield from (words for words in labelled if not _sound(words))


def _owners(form: Sheet, lines: Sequence[Line]) -> Iterator[tuple[Line, Mark]]:
    """Lines with the label of a number beside or above them; the nearest in height where there are several."""
    marks = [mark for mark in form.loose if mark.field in ("uscc", table.ASIDE)]
    near = [(line, mark) for mark in marks for line in beside(mark, lines)]
    yield from sorted(near, key=lambda pair: -abs(pair[0].y - pair[1].y))


def _sound(words: Sequence[Word]) -> bool:
    return _valid(_license_code("".join(word.text for word in words)) or "")


def _credible(words: Sequence[Word]) -> bool:
    """Whether a code may stand as it is: sound, or surely read, or unsound in a way that its check digit mends."""
    if _sound(words) or min(word.confidence for word in words) >= _SURE:
        return True
    text = "".join(word.text for word in words)
    found: Mapping[str, Located] = {"uscc": Located("uscc", tuple(words), text, _license_code(text))}
    return any(mend(found) for mend in CONSTRAINTS)


def _shaped(form: Sheet, found: Mapping[str, Sequence[Word]]) -> Iterator[Spot]:
    """Values by their shape where their label was not read: lines that are nobody's, where a column's values stand."""
    used = {word for words in found.values() for word in words}
    free = [line for line in _values(form) if not used & set(line.words)]
    missing = [name for name in table.shaped() if name not in {mark.field for mark in form.marks}]
    for column in form.columns:
        own = [line for line in free if owned(column, line)]
        for name in missing:
            starts = (place for place, line in enumerate(own) if _has_shape(name, line, column))
            first = next(starts, None)
            if first is not None:
                yield name, tuple(word for line in _connected(name, own[first:], column.pitch) for word in line.words)


def _has_shape(name: str, line: Line, column: Column) -> bool:
    """Whether a line looks like a field's value and stands where that field may: first in a column, scopes last."""
    step = min(column.pitch, 3 * column.height)
    top = column.marks[0].y - (2.2 * step if name in _FIRST else column.height)
    bottom = column.marks[-1].y + (2.2 * step if name == "business_scope" else column.height)
    return top < line.y < bottom and table.shape(name).fullmatch(line.text) is not None


def _connected(name: str, lines: Sequence[Line], pitch: float) -> list[Line]:
    """The first line, and those that a wrapped value goes on over."""
    far = math.inf if name == "business_scope" else pitch
    together = takewhile(lambda pair: not _apart(*pair, far), pairwise(lines if name in _MANY_LINES else lines[:1]))
    return [lines[0], *(following for _, following in together)]

"""Bill for power, water or gas (电费、水费、燃气费账单): how much a business used in a period, and what it cost.

`annual_kwh` is told only by a list that shows twelve months of power: one month's bill is no year.

Source: 供电营业规则 (国家发展改革委令2024年第14号); no layout is prescribed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractors import _periods
from extractors import _power_parts as parts
from extractors._listing import Spot, listing
from selfproof import layout
from selfproof.model import Derived, Document, Word

_LIST = listing("utility_bill")
_YEAR = 12
_LEVEL = 0.5  # of the lower word's height, on one line
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
identify = _LIST.identify
_WHOLE = {name: re.compile("|".join(LABELS[name])) for name in ("consumption", "amount")}
_PART = re.compile(r"尖峰?|高?峰|平段?|低?谷|[尖峰平谷]段?(?:电[量费])?|第?[一二三四]档|阶梯.{0,3}|.{0,2}无功.{0,2}")


def locate(document: Document) -> Iterator[Spot]:
    """As every list; what stands beside a part of the day, or a step of the price, is not the whole."""
    tables = parts.tables(document)
    for spot in _LIST.locate(document):
        if spot[0] not in _WHOLE or not _of_parts(document, spot[-1], _WHOLE[spot[0]], tables):
            yield spot
    yield from parts.wholes(document)


def _of_parts(document: Document, words: Sequence[Word], whole: re.Pattern[str], tables: Sequence[parts.Parts]) -> bool:
    if any(table.holds(word) for table in tables for word in words):
        return True
    return _of_a_part(document, words, whole) or _says_a_part(document, words)


def _says_a_part(document: Document, words: Sequence[Word]) -> bool:
    """Whether a value stands behind a part's name in its own word."""
    first = words[0]
    own = (word for word in document.words if word.page == first.page and _holds(word, first))
    return any(parts.is_part(word.text) for word in own)


def _holds(word: Word, part: Word) -> bool:
    wide = word.box[0] <= part.box[0] and part.box[2] <= word.box[2]
    return wide and part.text in word.text and layout.overlap(word, part) > _LEVEL


def _of_a_part(document: Document, words: Sequence[Word], whole: re.Pattern[str]) -> bool:
    """Whether of the parts and labels left of a value in its line a part is the nearest. whole: the field's labels."""
    same = (word for word in document.words if words and word.page == words[0].page and word.box[0] < words[0].box[0])
    beside = sorted((word for word in same if layout.overlap(word, words[0]) > _LEVEL), key=lambda word: -word.box[0])
    texts = (layout.squash(word.text) for word in beside)
    return next((part for text in texts if (part := bool(_PART.fullmatch(text))) or whole.match(text)), False)


def derive(document: Document) -> Iterator[Derived]:
    """The power of the latest twelve months of a list."""
    used: dict[str, tuple[Decimal, tuple[Word, ...]]] = {}
    for table in _LIST.tables(document) if "电" in document.text else ():
        for entry in table.entries:
            span = _periods.span(layout.join(entry.get("month", ())))
            amount = _LIST.columns["used"](layout.join(entry.get("used", ())))
            month = _periods.months(span) if span else []
            if len(month) == 1 and isinstance(amount, Decimal):
                used[month[0]] = amount, entry["used"]
    latest = sorted(used)[-_YEAR:]
    if latest and _follow(latest):
        words = tuple(word for month in latest for word in used[month][1])
        yield Derived("annual_kwh", sum((used[month][0] for month in latest), Decimal()), "+".join(latest), words)


def _follow(latest: list[str]) -> bool:
    """Whether these are twelve months in a row."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) for month in (latest[0], latest[-1]))
    return len(latest) == _YEAR == last - first + 1

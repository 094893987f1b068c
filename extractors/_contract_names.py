"""A party's name that its line had no room for: what stands below it, and goes on with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors._contract_terms import party, pattern
from extractors._flow import Flow
from selfproof import layout
from selfproof.model import Document, Word

_REST = re.compile(r"[\u4e00-\u9fff]{1,10}")
_LEAST = 4  # characters of what goes on
_REACH = 2.2  # heights of print from the middle of a line to that of the next
_FIRM = re.compile(r"(?:集团|控股)?(?:股份)?(?:有限)?(?:责任)?公司.{0,10}")  # how a firm's name ends
_TRADE = 4  # characters of what a name ends with, or of what stands in it before 有限公司
_LABEL = re.compile(
    rf"{pattern('name_end')}|场所|银行|部门|[签盖公]章|签字|[称职]$"
)  # of what else is told of the party


def whole(document: Document, prose: Flow, start: int, stop: int) -> Iterator[Sequence[Word]]:
    """The name with what goes on below it, if that makes a name of it; then the name as it stands on its line."""
    words = [word for word in prose.cut(start, stop) if word.text.strip()]
    begun = layout.join(words)
    named = party(begun)
    ends = prose.text[stop : stop + 1] in ("\n", "\t", " ")
    if ends and len(begun) >= _LEAST and not (named or "").endswith("公司"):
        for rest in _below(document, words):
            full = party(begun + rest.text)
            goes_on = _FIRM.fullmatch(rest.text) or (named is None and not _is_another(rest.text))
            if full is not None and goes_on and not _LABEL.search(rest.text):
                yield [*words, rest]
    yield words


def _is_another(rest: str) -> bool:
    """Whether what stands below is a name of its own, too long for the end of one: 样例食品厂."""
    return party(rest) is not None and len(rest.removesuffix("有限公司")) > _TRADE


def _below(document: Document, words: Sequence[Word]) -> Iterator[Word]:
    """Short words on the next line of the column that the name stands in, its label's left edge being the column's."""
    last = words[-1]
    page = next((page for page in document.pages if page.number == last.page), None)
    if page is None or not last.box[3] > last.box[1]:
        return
    row = [word for word in page.words if layout.overlap(word, words[0]) > 0.5]  # noqa: PLR2004  half its height
    holds = [word for word in row if word.box[0] <= words[0].centre[0] <= word.box[2]]
    em = last.height * page.height / (page.width or 1)
    left = min((word.box[0] for word in holds), default=words[0].box[0]) - em
    labels = [word for word in row if word.text.rstrip()[-1:] in (":", "：") and 0 <= left + em - word.box[2] < em]
    left = min([left, *(word.box[0] - em for word in labels)])
    for word in page.words:
        down = (word.centre[1] - last.centre[1]) / last.height
        under = left <= word.box[0] < last.box[2] and 0 < down < _REACH
        if under and _REST.fullmatch(word.text):
            yield word

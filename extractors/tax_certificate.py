"""Tax certificate (税收完税证明, 税收缴款书, 电子缴税付款凭证): how much tax the holder paid for which period.

Source: 税收票证管理办法 (国家税务总局令第28号). The period reaches from the first to the last day of the rows; the
total in words decides between readings of the figures. The certificate says nothing of arrears or of taxable sales.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors._form import form
from extractors._form_cells import Sheet
from selfproof import repair, values
from selfproof.model import Document, Word

_DAY = re.compile(r"(?:19|20)\d{2}(?:[-./年]\d{1,2}[-./月]\d{1,2}日?|\d{4}(?!\d))")
_PADDED, _SINGLE = re.compile(r"[-./年月]0\d"), re.compile(r"[-./月]\d日?$")
_AMOUNT = re.compile(r"\d[\d,]*\.\d{2}(?!\d)")
_TOTAL = re.compile(r"合计")


def _period(printed: str) -> str | None:
    """From the first to the last of at least two days; nothing where the last may be one that its line's end tore.

    >>> _period("2026-01-01至2026-01-31 2026-03-01至2026-03-31"), _period("2026-01-01")
    ('2026-01-01至2026-03-31', None)
    >>> _period("2026-01-01至2026-02-2 8 2026-01-01至2026-03-31"), _period("2026-01-01至2026-03-3 1")
    ('2026-01-01至2026-03-31', None)
    """
    texts = _DAY.findall(values.fold(printed))
    padded = any(_PADDED.search(text) for text in texts)
    known = [(day, padded and bool(_SINGLE.search(text))) for text in texts if (day := values.day(text))]
    whole = [day for day, torn in known if not torn]
    if len(whole) < 2 or any(torn and day.replace(day=28) > max(whole) for day, torn in known):  # noqa: PLR2004
        return None
    return f"{min(whole)}至{max(whole)}"


_FORM = form("tax_certificate")
FIELDS = {**_FORM.fields, "period": _period}
LABELS = _FORM.labels
CONSTRAINTS = (repair.words_equal_figures("total_in_words", "tax_paid"),)
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The column of periods and the row of the total before the labels."""
    for sheet in _FORM.sheets(document):
        yield "period", _column(sheet)
        for line in sheet.lines:
            if _TOTAL.search(line.text):
                yield from (("tax_paid", line.cut(*match.span())) for match in [*_AMOUNT.finditer(line.text)][-1:])
    yield from _FORM.locate(document)


def _column(sheet: Sheet) -> tuple[Word, ...]:
    """All days that stand nearer to the heading of the periods than to any other of its row."""
    head = next((mark for mark in sheet.marks if mark.field == "period"), None)
    if head is None:
        return ()
    line = sheet.lines[head.line]
    centres = {mark: (line.left(mark.start) + line.right(mark.stop - 1)) / 2 for mark in sheet.inside(head.line)}
    words: tuple[Word, ...] = ()
    for under in sheet.lines[head.line + 1 :]:
        if _TOTAL.search(under.text):
            break
        for match in _DAY.finditer(under.text):
            middle = (under.left(match.start()) + under.right(match.end() - 1)) / 2
            if min(centres, key=lambda mark: abs(centres[mark] - middle)) == head:
                words += under.cut(*match.span())
    return words

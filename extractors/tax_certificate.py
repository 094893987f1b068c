"""Tax certificate (税收完税证明, 税收缴款书, 电子缴税付款凭证): how much tax the holder paid for which period.

Source: 税收票证管理办法 (国家税务总局令第28号). The period reaches from the first to the last day of the rows; the
total in words decides between readings of the figures. The certificate says nothing of arrears or of taxable sales.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors._form import form
from extractors._form_cells import Sheet
from selfproof import repair, repair_fields, values
from selfproof.layout_table import Line
from selfproof.model import Document, Word

_PADDED = re.compile(r"(?:19|20)\d{2}[-./年]\d{2}[-./月]\d{2}日?")
# A day, or as much of one as a line holds.
_BEGUN = r"(?:19|20)\d{2}(?:\d{4}(?!\d)|[-./年](?:\d{1,2}(?:[-./月](?:\d{1,2}日?)?)?)?)"
_DAY, _PARTED = re.compile(_BEGUN), re.compile(rf"({_BEGUN}) ([\d./月日-]{{1,6}})(?= |$)")
_PITCH = 2.2  # heights that the rest of a day stands below its beginning at most
_WHITE = 0.3  # ems between columns at least
_FIGURES = 8  # of a whole day: year, month, day
_AMOUNT = re.compile(r"\d[\d,]*\.\d{2}(?!\d)")
_TOTAL = re.compile(r"合计")


def _period(printed: str) -> str | None:
    """From the first to the last of at least two days; nothing where one that its line's end tore may be either.

    >>> _period("2026-01-01至2026-01-31 2026-03-01至2026-03-31"), _period("2026-01-01")
    ('2026-01-01至2026-03-31', None)
    >>> _period("2026-01-01至2026-02-2 2026-01-01至2026-03-31"), _period("2026-01-01至2026-03-3 2026-03-0")
    ('2026-01-01至2026-03-31', None)
    >>> _period("2026-01-01至2026-02-2 8 2026-03-01至2026-03-3 1"), _period("2026-01-01至2026-01- 2026-02-01至2026-")
    ('2026-01-01至2026-03-31', None)
    """
    texts = _DAY.findall(_PARTED.sub(_joined, values.fold(printed)))
    padded = any(map(_PADDED.fullmatch, texts))
    known = {text: values.day(text) for text in texts}
    torn = {text for text, day in known.items() if day is None or (padded and len(_figures(text)) < _FIGURES)}
    whole = [day for text, day in known.items() if day and text not in torn]
    if len(whole) < 2:  # noqa: PLR2004  one day is no stretch
        return None
    first, last = (f"{day:%Y%m%d}" for day in (min(whole), max(whole)))
    within = all(first <= _filled(text, "0") and _filled(text, "9") <= last for text in torn)
    return f"{min(whole)}至{max(whole)}" if within else None


def _joined(parted: re.Match[str]) -> str:
    """A day whose figures a cell's edge parted, if both parts make a whole one."""
    return parted[1] + parted[2] if _PADDED.fullmatch(parted[1] + parted[2]) else parted[0]


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text)


def _filled(torn: str, figure: str) -> str:
    """A torn day with all that it lacks as one figure: the least or the most that it can be."""
    return _figures(torn).ljust(_FIGURES, figure)


_FORM = form("tax_certificate")
FIELDS = {**_FORM.fields, "period": _period}
LABELS = _FORM.labels
CONSTRAINTS = (
    repair.words_equal_figures("total_in_words", "tax_paid"),
    repair_fields.standard_signs("holder"),
    repair_fields.tax_code("taxpayer_id"),
)
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
    """All days that stand nearer to the heading of the periods than to any other of its row, torn ones whole."""
    head = next((mark for mark in sheet.marks if mark.field == "period"), None)
    if head is None:
        return ()
    line = sheet.lines[head.line]
    centres = {mark: (line.left(mark.start) + line.right(mark.stop - 1)) / 2 for mark in sheet.inside(head.line)}
    words: tuple[Word, ...] = ()
    for under in sheet.lines[head.line + 1 :]:
        if _TOTAL.search(under.text):
            break
        for start, stop in _days(under):
            middle = (under.left(start) + under.right(stop - 1)) / 2
            if min(centres, key=lambda mark: abs(centres[mark] - middle)) == head:
                words += under.cut(start, stop)
        words += _rest(under, words)
    return words


def _days(line: Line) -> Iterator[tuple[int, int]]:
    """Where days, or what a line holds of them, stand; the next column's figures are none of theirs."""
    place = 0
    while match := _DAY.search(line.text, place):
        start, stop = match.span()
        place = next((at for at in range(start + 1, stop) if line.gap(at) > _WHITE), stop)
        if _DAY.fullmatch(line.text[start:place]):
            yield start, place


def _rest(line: Line, words: Sequence[Word]) -> tuple[Word, ...]:
    """What a cell's edge left of a day for the next line, under the beginning of the line where the day begins."""
    level = [word for word in words if abs(word.centre[1] - words[-1].centre[1]) < word.height / 2]
    left = min((word.box[0] for word in level), default=-1.0)
    return tuple(
        piece.word
        for piece in line.pieces
        if abs(piece.word.box[0] - left) < line.em
        and _PADDED.fullmatch(words[-1].text + piece.word.text)
        and 0 < piece.word.centre[1] - words[-1].centre[1] < _PITCH * words[-1].height
    )

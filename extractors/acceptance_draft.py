"""Acceptance draft (银行承兑汇票, 商业承兑汇票): who pays whom how much on which day, and whether it may be passed on.

Sources: 票据法; 电子商业汇票业务管理办法 (中国人民银行令〔2009〕第2号). The number of an electronic draft has thirty
figures. The holder is the last endorsee; endorsements counts them. The amount in words decides between readings of the
figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from extractors import _form_cells as cells
from extractors import _form_parties as parties
from extractors._form import form
from selfproof import layout, repair, values
from selfproof.model import Derived, Document, Word

_HEADINGS = ("_drawer", "_payee", "_acceptor")
_PARTS = {"_name": "", "_account": "_account"}
_PLAIN = str.maketrans("零壹贰叁肆伍陆柒捌玖拾", "〇一二三四五六七八九十")


def _day(printed: str) -> date | None:
    """A day in figures, or in capital numerals as drafts on paper have it.

    >>> _day("贰零贰陆年零肆月壹拾伍日"), _day("2026-04-15")
    (datetime.date(2026, 4, 15), datetime.date(2026, 4, 15))
    """
    plain = re.sub(r"(?<=[年月])〇", "", re.sub(r"\s", "", printed).translate(_PLAIN))
    return values.day(printed) or values.day(plain)


def _number(printed: str) -> str | None:
    """The thirty figures of an electronic draft, or the eight of one on paper.

    >>> _number("1 999301000012 20260410 00118806 7"), _number("30600051/20118806")
    ('199930100001220260410001188067', '30600051/20118806')
    """
    kept = re.sub(r"\s", "", values.fold(printed))
    return kept if re.fullmatch(r"\d{30}|[\d/]{8,20}", kept) else None


_FORM = form("acceptance_draft")
FIELDS = {**_FORM.fields, "number": _number, "drawer_account": values.code, "payee_account": values.code}
FIELDS |= dict.fromkeys(("issue_date", "due_date", "acceptance_date"), _day) | {"acceptor_account": values.code}
LABELS = _FORM.labels
CONSTRAINTS = (repair.words_equal_figures("total_in_words", "amount"),)
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Labels that name their party, then rows under headings; the last endorsement first, words last."""
    found = list(_FORM.locate(document))
    yield from (spot for spot in reversed(found) if spot[0] == "holder")
    yield from (spot for spot in found if not spot[0].startswith("_"))
    for sheet in _FORM.sheets(document):
        heads = parties.headings(sheet, _HEADINGS, _FORM.uprights)
        yield from parties.spots(sheet, _PARTS, heads, _FORM.many)
    yield from (("amount", words) for name, words in found if name == "total_in_words")


def derive(document: Document) -> Iterator[Derived]:
    """How often the draft was passed on, where an endorsement is printed."""
    marks = [(sheet, mark) for sheet in _FORM.sheets(document) for mark in sheet.marks if mark.field == "holder"]
    named = [words for sheet, mark in marks for words in cells.beside(sheet, mark) if values.name(layout.join(words))]
    if named:
        yield Derived("endorsements", len(named), str(len(named)), named[-1])

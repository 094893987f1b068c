"""收据、小票、POS 签购单: a receipt of a till, a card terminal or a receipt book, and a taxi's ticket.

It shows that a purchase or a sale happened once, by name, day and amount. It supports other evidence and states no
turnover of its own. Only what is printed as money is a total: points that were redeemed are none.

Source: 会计基础工作规范 (MOF, 2019), article 48 on what a voucher must name; 银行卡业务管理办法 (PBC 1999/17) and
UnionPay's form of the 签购单.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from extractors import _receipt_day as days
from extractors import _receipt_head as head
from extractors import _receipt_seal as seal
from extractors import _receipt_total as sums
from extractors import _receipt_wrapped as wrapped
from extractors._flow import Flow, flow
from selfproof import values
from selfproof.model import Carrier, Document, Located, Value, Word


def _name(printed: str) -> str | None:
    """A name that may run over lines: a sign that stands free on its left stands free on its right.

    >>> _name("SAMPLE TRADING &HARDWARE"), _name("A&B"), _name("*样例粥铺(东门店)*")
    ('SAMPLE TRADING & HARDWARE', 'A&B', '样例粥铺(东门店)')
    """
    kept = values.text(re.sub(r"^[*＊\s]+(.*?)[*＊\s]+$", r"\1", printed))
    return re.sub(r"(?<=\s)&(?=\w)", "& ", kept) if kept else None


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "merchant": _name,
    "address": values.text,
    "date": days.plain,
    "total": sums.amount,
    "total_in_words": values.compact,
    **days.ORDERS,
}
LABELS: Mapping[str, tuple[str, ...]] = {
    "merchant": ("商户名称", "门店", "收款单位"),
    "date": ("交易日期", "日期", "时间", "Date"),
    "total": ("合计", "应收", "实付", "金额", "Total"),
}
_SURE, _LIKELY = 0.93, 0.8
_APART = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \u3000\t]+[\u4e00-\u9fff])+(?![\u4e00-\u9fff])"
)  # 送 货 单
_CARRIERS = (Carrier.OCR, Carrier.PDF_TEXT)
_AMOUNT = re.compile(r"\d\.\d{2}(?!\d)|[¥￥]\s*\d|\d\s*元")
_PLAIN = 2  # signs beyond those that a till's slip needs, of one that was sent as a file
_MOST_CHARACTERS = 2500
_MOST_PAGES = 2
_DATED = re.compile(r"(?i)日\s*期|时\s*间|\bdate\b")
_SPANNED = re.compile(r"(?:[自从至到~]|租期|期间|期限|有效期)\s*:?\s*$")  # of what is paid for, not when
_ORDER = ("paid", "said", "left", "issued", "", "printed", "used")  # of a day by its label; "" without one
_TOLD = ("used", "left", "printed", "issued", "paid", "said")  # the narrower label is asked for first


def identify(document: Document) -> float:
    """By the distinct signs of one of the forms on a paper that is no other one; they are sent as PDF, too."""
    text = document.text
    if document.carrier not in _CARRIERS or len(document.pages) > _MOST_PAGES or len(text) > _MOST_CHARACTERS:
        return 0.0
    folded = values.fold(text)
    told = head.words()["forms"].items()
    forms = {name: form for name, form in told if re.search(form["core"], folded, re.MULTILINE)}
    sent = document.carrier is Carrier.PDF_TEXT
    if not forms or (sent and not _AMOUNT.search(folded)):
        return 0.0  # also a form that nobody has filled in
    printed = head.words()["notice"].sub("", f"{folded}\n{_APART.sub(_together, flow(document).text)}")
    margins = {name: _margin(form, folded, printed) for name, form in forms.items()}
    if sent and margins.get("till", _PLAIN) < _PLAIN:
        del margins["till"]  # the last page of many a bill sums up what was paid, and how
    best = max(margins.values(), default=-1)
    return 0.0 if best < 0 else (_LIKELY if best == 0 else _SURE)


def _together(title: re.Match[str]) -> str:
    return "".join(title[0].split())


def _margin(form: Mapping[str, Any], text: str, printed: str) -> int:
    """How many signs of a form stand there beyond those it needs; negative on another paper.

    printed: the text and its lines, on which the signs of a title that are set apart stand together.
    """
    own = form.get("but", "(?!)")
    others = (
        head.words()["never"].search(re.sub(own, "", printed)),
        head.words()["never_english"].search(re.sub(own, "", text)),
    )
    if any(others):
        return -1
    found: int = sum(re.search(pattern, text, re.MULTILINE) is not None for pattern in form["signs"])
    return found - int(form["needs"])


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Merchant, address, day and total."""
    read = wrapped.unwrapped(flow(document))
    named = list(head.merchant(read, screen="screenshot" in document.signals)) or list(seal.owner(document))
    yield from (("merchant", place) for place in named)
    yield from (("address", place) for place in head.address(read))
    yield from _days(read)
    spelled = list(sums.in_words(read))
    yield from (("total", place) for place in spelled if sums.is_printed(read, place))
    yield from (("total", place) for place in sums.totals(read))
    for place in spelled:
        yield "total_in_words", place
        yield "total", place
    for words, figures in sums.said_twice(read):
        yield "total_in_words", words
        yield "total", figures


def _days(read: Flow) -> Iterator[tuple[str, Sequence[Word]]]:
    """Days by what their labels say; where day and month could change places, the order of the place decides."""
    told = [(span, _sort(read, span[0])) for span in days.found(read.text)]
    spans = [span for span, sort in sorted(told, key=lambda one: one[1]) if sort[0] >= 0]
    for span in spans:
        yield "date", read.cut(*span)
    order = _order(read.text)
    for span in spans if order else ():
        yield order, read.cut(*span)


def _sort(read: Flow, start: int) -> tuple[int, bool]:
    """Which days go before which; -1 for one that is never the receipt's."""
    label = _label(read.text, start)
    if head.days()["never"].search(label):
        return -1, False
    if _SPANNED.search(read.text[:start]):
        return len(_ORDER), False
    sort = next((name for name in _TOLD if head.days()[name].search(label)), "")
    if sort == "said" and not _on_line(read.text, start).strip():
        sort = ""  # a column of days: when each thing was bought or used
    return _ORDER.index(sort), _DATED.search(label) is None


def _label(text: str, start: int) -> str:
    """What stands before a day on its line, else above it: in its own column, where the line above has some."""
    before = _on_line(text, start)
    if re.search(r"[^\W\d_]", before):
        return before
    begin = start - len(before)
    above = text[text.rfind("\n", 0, max(begin - 1, 0)) + 1 : max(begin - 1, 0)].split("\t")
    return above[before.count("\t")] if len(above) > before.count("\t") else above[-1]


def _on_line(text: str, start: int) -> str:
    return text[text.rfind("\n", 0, start) + 1 : start]


def _order(text: str) -> str:
    if re.search(r"[\u4e00-\u9fff]{2}", text):
        return "_year_first"
    if head.words()["day_first"].search(text):
        return "_day_first"
    return "_month_first" if head.words()["month_first"].search(text) else ""


def _dated(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """The day in the order of the place, where it reads in more than one way."""
    if "date" in found and found["date"].value is not None:
        return {}
    ordered = next((found[order] for order in days.ORDERS if order in found), None)
    return {} if ordered is None else {"date": replace(ordered, name="date")}


CONSTRAINTS = (_dated,)

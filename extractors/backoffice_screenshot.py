"""后台截图: a picture of a screen on which a platform's back office or a bank's application shows a shop's figures.

It says what the page said, not who issued it, and its pixels are their owner's: it is read as what it shows (`shows`
names the kind), marked as not original, and believed as its owner's word. It moves no money of its own; the file that
the same page exports does. A screenshot of any other paper is read as that paper and marked alike
(`selfproof.screens`, signal ``screenshot``).

Source: no layout is prescribed; its names of figures are in ``tables/forms/backoffice_screenshot.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from extractors import _periods, acquirer_statement, bank_statement, platform_statement, wallet_statement
from extractors import _statement_head as head
from extractors._form import form
from selfproof import layout, screens, values
from selfproof.model import Carrier, Derived, Document, Value, Word

_FORM = form("backoffice_screenshot")


def _period(printed: str) -> str | None:
    """Two days or a month, as the first and the last day; a stretch without a day (近7天) is none.

    >>> _period("2026年9月"), _period("近30天")
    ('2026-09-01/2026-09-30', None)
    """
    span = _periods.span(printed)
    return head.period(printed) or (f"{span[0]}/{span[1]}" if span else None)


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    **_FORM.fields,
    "shows": values.text,
    "period": _period,
    "first_date": values.day,
    "last_date": values.day,
}
LABELS = _FORM.labels
_LISTS = {
    "bank_statement": bank_statement,
    "wallet_statement": wallet_statement,
    "platform_statement": platform_statement,
    "acquirer_statement": acquirer_statement,
}
_PAPERS = re.compile(r"价税合计|发票号码|发票代码|营业执照|甲方|乙方|居民身份证|完税证明|中华人民共和国")
_WALLET = re.compile(r"微信支付|支付宝|零钱|收钱码|收款小账本|云闪付")
_ACQUIRER = re.compile(r"收单|商户号|终端号|商户编号|收钱吧|拉卡拉|银联商务")
_MONTH = re.compile(r"20\d{2}[年./-]\d{1,2}月?(?![\d./-])")
_SURE, _LIKELY = 0.99, 0.9  # above what the statement alone would be called
_LISTED = 0.5  # from here a table on the page is a statement of its kind
_FEW = 3  # words that many pages of back offices say


def identify(document: Document) -> float:
    """By the mark of a screenshot and the words that only back offices and banks' applications say."""
    if "screenshot" not in document.signals or document.carrier is not Carrier.OCR:
        return 0.0
    text = "\n".join(layout.squash(word.text) for word in document.words)
    if _PAPERS.search(text):
        return 0.0
    named = any(screens.shape(f"offices.{group}").search(text) for group in ("shops", "accounts"))
    pages = len(set(screens.shape("offices.pages").findall(text)))
    figures = len({mark.field for sheet in _FORM.sheets(document) for mark in sheet.marks if mark.field in _FIGURES})
    if named and figures:
        return _SURE
    return _LIKELY if (named and pages) or (pages >= _FEW and figures > 1) else 0.0


_FIGURES = ("gross", "refunds", "n_transactions", "total_in", "total_out", "account_balance")


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The names of figures with what stands under or beside them; the span, which pages print in many ways."""
    yield from _FORM.locate(document)
    words = list(document.words)
    yield from (("period", place) for place in head.spans(words))
    for word in words:
        match = _MONTH.search(word.text)
        if match is not None:
            yield "period", [word.slice(*match.span())]


def derive(document: Document) -> Iterator[Derived]:
    """Which kind the page shows; of a table with headings, what its lines sum up to."""
    kind = _shown(document)
    if _LISTS[kind].identify(document) >= _LISTED:
        told = {name for name, words in _FORM.locate(document) if FIELDS[name](layout.join(words)) is not None}
        yield from (item for item in _LISTS[kind].derive(document) if item.name in {*FIELDS} - told)
    yield Derived("shows", kind, kind)


def _shown(document: Document) -> str:
    """The list that its lines are, else by whose words the page is full of."""
    scores = {kind: module.identify(document) for kind, module in _LISTS.items()}
    best = max(scores, key=lambda kind: (scores[kind], kind))
    if scores[best] >= _LISTED:
        return best
    text = "\n".join(layout.squash(word.text) for word in document.words)
    if screens.shape("offices.shops").search(text):
        return "platform_statement"
    if _ACQUIRER.search(text):
        return "acquirer_statement"
    return "wallet_statement" if _WALLET.search(text) else "bank_statement"

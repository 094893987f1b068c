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
from dataclasses import replace
from decimal import Decimal

from extractors import _moves, _settled_total, acquirer_statement, bank_statement, platform_statement, wallet_statement
from extractors import _statement_head as head
from extractors._form import form
from selfproof import layout, screens, values
from selfproof.model import Carrier, Derived, Document, Value, Word

_FORM = form("backoffice_screenshot")


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    **_FORM.fields,
    "store": platform_statement.shop,
    "shows": values.text,
    "period": head.covered,
    "fees": values.money,
    "net": values.money,
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
_WALLET = re.compile(
    r"微信支付|微信红包|支付宝|余额宝|花呗|零钱|收钱码|收款小账本|二维码收款|查找交易|云闪付|数字人民币|钱包编号|[一二三四]类钱包"
)
_NO_SHOPS = re.compile(  # others that take a commission
    r"工资|薪[资酬金水]|个税|所得税|社保|公积金|贷款|放款|借款|还款|购房|房屋|过户|二手车|基金|证券|保单|合同|甲方|乙方|中介"
)
_COSTS = re.compile(r"佣金|(?:平台|技术|软件|信息|配送|交易)服务费|信息费|交易手续费|抽成|扣点")  # a platform's
_SPAN = re.compile(r"20\d{2}[-./]\d{1,2}[-./]\d{1,2}[-~至—]{1,2}20\d{2}[-./]\d{1,2}[-./]\d{1,2}")
_FOOT = 0.1  # of the height: a row of tabs
_ACQUIRER = re.compile(r"收单|商户号|终端号|商户编号|收钱吧|拉卡拉|银联商务")
_BANK = re.compile(r"银行|信用社|借记卡|储蓄卡")
_MONTH = re.compile(r"20\d{2}[年./-]\d{1,2}月?(?![\d./月-])")
_FAIR = 0.6  # below any paper of a form of its own
_SURE, _LIKELY = 0.99, 0.9  # above what the statement alone would be called
_LISTED = 0.5  # from here a table on the page is a statement of its kind
_FEW = 3  # words that many pages of back offices say, and names of figures; movements of a list
_AMOUNT = re.compile(r"[¥￥+-]?\d[\d,]*(?:\.\d+)?元?")
_BALANCE = re.compile(r"余额[:：]?[¥￥]?\d")
_MENU = 30  # hundredths of the width that a menu at the left may take
_WHITE = 0.01  # of the width, between the menu and the page
_LINE = 0.02  # of the height: the name of a movement may stand so much above its amount
_HEAD = 0.1  # of the height: what stands above menu and page
_BESIDE = 0.5  # of its height, that a name shares with the figure behind it
_NEAR = 2.0  # heights of a figure to the next one of its column


def identify(document: Document) -> float:
    """By the mark of a screenshot and the words that only back offices and banks' applications say."""
    if "screenshot" not in document.signals or document.carrier is not Carrier.OCR:
        return 0.0
    text = _said(document.words)
    if _PAPERS.search(text):
        return 0.0
    if any(screens.says_done(page) or screens.lists_moves(page) for page in document.pages):
        return _LIKELY
    named = any(screens.shape(f"offices.{group}").search(text) for group in ("shops", "accounts"))
    pages = len(set(screens.shape("offices.pages").findall(text)))
    figures = len({mark.field for sheet in _FORM.sheets(document) for mark in sheet.marks if mark.field in _FIGURES})
    if named and figures:
        return _SURE
    summed = None if _NO_SHOPS.search(text) else _settled_total.total(document)
    if summed and any(_COSTS.search(fee.name) for fee in summed.fees):
        return max(_FAIR, _LIKELY if named or pages else 0.0)
    return _LIKELY if (named and pages) or (pages and figures and pages + figures >= _FEW) else 0.0


_FIGURES = ("gross", "refunds", "n_transactions", "total_in", "total_out", "account_balance")
_SUMS = (*_FIGURES, "fees", "net", "first_date", "last_date")


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The names of figures with what stands under or beside them; the span, which pages print in many ways.

    Of a table of lines the figures are its sums (`derive`), and no line's; so are those that add up by themselves.
    """
    words, listed = list(document.words), _listed(document) is not None or _settled_total.total(document) is not None
    top = _head_of_list(document)
    several = top is not None and len(_moves.heads(words)) > 1  # of months: no sum of one is the page's
    if not several:
        yield from (spot for word in words for spot in _month(word))
    for name, place in _FORM.locate(_without_tabs(document)):
        above = top is None or not place or place[0].centre[1] < top
        if above and (name not in _FIGURES or not (listed or several or _is_lines(place, words))):
            yield name, place
    if _settled_total.total(document):
        yield from (("store", [word]) for word in platform_statement.titled(words))
    yield from (("period", place) for place in head.spans(words))
    yield from (("period", [word.slice(*match.span())]) for word in words for match in _SPAN.finditer(word.text))
    for word in words:
        match = _MONTH.search(word.text)
        if match is not None and not several:
            yield "period", [word.slice(*match.span())]


def _month(word: Word) -> Iterator[tuple[str, Sequence[Word]]]:
    """A month's two sums; a line of a list says one of them, and without its currency."""
    found = {match[1]: match for match in _moves.SUMMED.finditer(word.text)}
    for said, match in found.items():
        if len(found) > 1 or re.search("[¥￥]", match[0]):
            yield "total_in" if said == "收入" else "total_out", [word.slice(*match.span(2))]


def derive(document: Document) -> Iterator[Derived]:
    """Which kind the page shows; of a table with headings, what its lines sum up to."""
    kind = _shown(document)
    if _listed(document):
        yield from (item for item in _LISTS[kind].derive(_beside_menu(document)) if item.name in _SUMS)
    else:
        yield from (item for item in _settled_total.derive(document) if item.name in _SUMS)
        yield from _moves.derive(document.words, _sums(document))
    yield Derived("shows", kind, kind)


def _sums(document: Document) -> Mapping[str, Decimal]:
    """What came in and went out as the page's head says, where both can be read."""
    places = [spot for spot in locate(document) if spot[0] in ("total_in", "total_out")]
    said = {name: values.money(layout.join(words)) for name, words in reversed(places)}
    return {name: amount for name, amount in said.items() if amount is not None} if len(said) > 1 else {}


def _head_of_list(document: Document) -> float | None:
    """Where the first of a list's movements stands: below it are names of others, and what single lines left."""
    (page, *_) = document.pages
    moves = [word.centre[1] for word in page.words if screens.shape("signed").search(layout.squash(word.text))]
    return min(moves) - _LINE if screens.lists_moves(page) else None


def _without_tabs(document: Document) -> Document:
    """The page without the row of tabs at its foot, whose words are names of pages."""
    page, *more = document.pages
    foot = [word for word in page.words if word.centre[1] > 1 - _FOOT]
    away = [word for row in layout.rows(foot) if screens.tabs(row) for word in row]
    return replace(document, pages=(replace(page, words=tuple(w for w in page.words if w not in away)), *more))


def _beside_menu(document: Document) -> Document:
    """The page without the menu at its left: entries without figures, and white between them and all the rest."""
    page, *more = document.pages
    body = [word for word in page.words if word.centre[1] > _HEAD]
    for step in range(_MENU):
        edge = step / 100
        left = [word for word in body if word.box[2] <= edge]
        split = len(left) > 1 and all(word.box[0] >= edge + _WHITE for word in body if word not in left)
        if split and not any(char.isdigit() for word in left for char in word.text):
            kept = tuple(word for word in page.words if word not in left)
            return replace(document, pages=(replace(page, words=kept), *more))
    return document


def _is_lines(place: Sequence[Word], words: Sequence[Word]) -> bool:
    """Whether a figure is a line's: the first of a column, with another one right under it, and no name between.

    So is what a line moved, with its sign, a balance where several lines say theirs, and a figure beside a name that
    stands there more than once; one beside a name of its own is none: 营业额 28,640.50 over 有效订单 812.
    """
    if not place:
        return False
    last = place[-1]
    if place[0].text[:1] in ("+", "＋") or _is_lines_balance(last, words):
        return True
    if times := _times_named(last, words):
        return times > 1
    under = layout.below(last, words, _NEAR)
    after = next((word for word in under if word.centre[1] > last.box[3]), None)
    return after is not None and _AMOUNT.fullmatch(layout.squash(after.text)) is not None


def _times_named(figure: Word, words: Sequence[Word]) -> int:
    """How often the name that a figure stands beside is printed; 0 for a figure beside none."""
    left = [word for word in words if word.box[2] <= figure.box[0] and layout.overlap(word, figure) > _BESIDE]
    name = layout.squash(max(left, key=lambda word: word.box[2]).text) if left else ""
    known = any(re.fullmatch(label, name) for field in _FIGURES for label in _FORM.labels[field])
    return sum(layout.squash(word.text) == name for word in words) if known else 0


def _is_lines_balance(figure: Word, words: Sequence[Word]) -> bool:
    across, down = figure.centre
    told = [word.box for word in words if _BALANCE.match(layout.squash(word.text))]
    return len(told) > 1 and any(box[0] < across < box[2] and box[1] < down < box[3] for box in told)


def _listed(document: Document) -> str | None:
    """The kind of the table of lines that the page shows, if it shows one."""
    document = _beside_menu(document)
    scores = {kind: module.identify(document) for kind, module in _LISTS.items()}
    best = max(scores, key=lambda kind: (scores[kind], kind))
    return best if scores[best] >= _LISTED else None


def _said(words: Sequence[Word]) -> str:
    return "\n".join(layout.squash(word.text) for word in words)


def _over_moves(document: Document) -> list[Word]:
    """What stands above a list of movements, which name others than whose page it is; all words where none is."""
    words = list(document.words)
    moves = [word.centre[1] for word in words if screens.shape("signed").search(layout.squash(word.text))]
    return [word for word in words if word.centre[1] < min(moves) - _LINE] if len(moves) >= _FEW else words


def _shown(document: Document) -> str:
    """The list that its lines are, else by whose words the page is full of."""
    found = _listed(document)
    if found is not None:
        return found
    text, over = _said(document.words), _said(_over_moves(document))
    if screens.shape("offices.shops").search(text) or _settled_total.total(document):
        return "platform_statement"
    if _ACQUIRER.search(over):
        return "acquirer_statement"
    if _WALLET.search(over) or (_WALLET.search(text) and not _BANK.search(over)):
        return "wallet_statement"
    sold = any(mark.field == "gross" for sheet in _FORM.sheets(document) for mark in sheet.marks)
    return "platform_statement" if sold else "bank_statement"

"""收单流水: what customers paid a merchant by card or code, as the acquirer lists it.

银联商务, 拉卡拉, 通联, 收钱吧, the merchants' bills of 微信支付 and 支付宝, and banks that acquire: a line for every
payment, or for every day or terminal with the number of payments; the fee that is kept and what is settled. `total` is
what was taken before fees and refunds. What was paid back is a refund however it is printed (a minus, a line of its
own kind, a state), and what failed is no payment. It is turnover net of refunds; what a bank's statement shows of the
same payments as paid out is not counted again (`selfproof.credit.payouts`).

Source: 银行卡收单业务管理办法 (PBC announcement 2013/9) on the acquirer's records of merchants' transactions and their
settlement; the acquirers' own export formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from extractors import _periods
from extractors import _statement_head as head
from selfproof import values
from selfproof.model import Carrier, Derived, Document, Payment, Value, Word
from selfproof.statements import settlement, sums
from selfproof.statements.headings import Row
from selfproof.statements.payments import of_settled
from selfproof.statements.settlement import ACQUIRER, Part


def _period(printed: str) -> str | None:
    """Two days, or a month.

    >>> _period("2026-01-01~2026-01-31") == _period("2026年1月") == "2026-01-01/2026-01-31"
    True
    """
    span = _periods.span(printed)
    return head.period(printed) or (f"{span[0]}/{span[1]}" if span else None)


def _serial(printed: str) -> str | None:
    """A number without the marks that exports put before it."""
    return values.code(printed.strip("`' "))


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "institution": values.compact,
    "merchant_id": values.code,
    "merchant_name": values.name,
    "terminal": _serial,
    "period": _period,
    "stated_transactions": values.count,
    "n_transactions": values.count,
    "total": values.money,
    "fees": values.money,
    "refunds": values.money,
    "net": values.money,
    "first_date": values.day,
    "last_date": values.day,
    "sum_breaks": values.count,
}
LABELS: Mapping[str, tuple[str, ...]] = {
    "merchant_id": (
        "商户编号", "商户号", "商户代码", "商户编码", "商户ID", "特约商户号", "特约商户编号", "受理商户编号",
        "商编", "商家编号", "商户账号", "Merchant ID", "Merchant No", "#账号",
    ),
    "merchant_name": (
        "商户名称", "商户全称", "商户简称", "商户名", "特约商户名称", "商家名称", "门店名称", "店铺名称",
        "Merchant Name",
    ),
    "terminal": ("终端编号", "终端号", "终端机号", "终端ID", "机具编号", "机具号", "设备号", "设备编号", "Terminal ID"),
    "month": ("账期", "对账月份", "账单月份", "月份", "清算月份", "交易月份"),
}  # fmt: skip
_ACQUIRER = re.compile(
    r"银联商务|拉卡拉|通联支付|收钱吧|汇付天下|随行付|乐刷|富友支付?|海科融通"
    r"|瑞银信|盛付通|易宝支付|快钱|合利宝|现代金控|嘉联支付|中付支付|国通星驿|星驿付"
    r"|杉德(?:支付)?|付临门|开店宝|扫呗|哆啦宝|新大陆|客如云|微信收款(?:商业版)?|微信支付|支付宝|云闪付|中国银联|银联|美团收单|度小满|翼支付|财付通"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,12}?银行"
)
WHOLE = {"institution": _ACQUIRER}
_TITLE = re.compile(
    r"收单|商户(?:交易|对账|流水|清算|结算|账单|收款|资金)"
    r"|pos(?:机)?(?:交易|流水|对账|刷卡|消费)|刷卡(?:交易|流水|明细)"
    r"|扫码(?:交易|收款|支付)|聚合(?:支付|收款)"
    r"|终端(?:交易|流水)|(?:收款|交易|清算)(?:明细|流水|对账单|日报|月报|汇总)|收款记录|业务明细|特约商户|merchant|acquir",
    re.IGNORECASE,
)
_MERCHANT = re.compile(r"(?:特约|受理)?商户(?:编?号|代码|编码|ID|名称)|终端编?号|商编|merchantid", re.IGNORECASE)
_HINT = re.compile(r"商户|终端|收单|手续费|服务费|merchant", re.IGNORECASE)
_CARRIERS = (Carrier.TABLE, Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
_SURE, _LIKELY = 0.97, 0.8


def identify(document: Document) -> float:
    """By payments of a merchant or terminal with their fees or what was settled, or an acquirer's title above them."""
    if document.carrier not in _CARRIERS or not _HINT.search(document.text):
        return 0.0
    parts = settlement.parse(document, ACQUIRER)
    return max((_score(part, _said(part)) for part in parts), default=0.0)


def _said(part: Part) -> str:
    rows = part.sheet.rows[: part.at.start]
    return "".join([part.sheet.name, *(cell for row in rows for cell in row)]).replace(" ", "")


def _score(part: Part, said: str) -> float:
    at = part.at.columns.at
    told = _MERCHANT.search(said) is not None
    own = sum(role in at for role in ("merchant", "terminal", "card")) + told
    taken = told or "merchant" in at or "terminal" in at  # a card's own bill shows what was settled as well
    kept = "fee" in at or (taken and ("net" in at or "received" in at))
    named = _TITLE.search(said) is not None or _ACQUIRER.search(said) is not None
    if part.ledger or "balance" in at or "direction" in at or "gross" not in at:
        return 0.0
    if own > 1 and (kept or named):
        return _SURE
    listed = own or "count" in at or "method" in at
    collected = told and {"method", "status"} <= at.keys()  # a code's own list says no fee
    return _LIKELY if named and listed and (kept or collected) else 0.0


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Acquirer, merchant, terminal and span above the table, else columns in which all lines agree."""
    parts = settlement.parse(document, ACQUIRER)
    if not parts:
        return
    above = head.over(parts[0].sheet, parts[0].at.start)
    yield from (("institution", place) for place in head.names(above, _ACQUIRER))
    for field, role in (("merchant_id", "merchant"), ("merchant_name", "store"), ("terminal", "terminal")):
        yield from ((field, place) for place in head.labelled(above, LABELS[field]))
        yield from ((field, [word]) for word in sums.alike(document, role, ACQUIRER))
    yield from (("period", place) for place in head.spans(above))
    yield from (("period", place) for place in head.labelled(above, LABELS["month"]))


def derive(document: Document) -> Iterator[Derived]:
    """The sums over all payments."""
    return sums.summary(document, ACQUIRER, sums.PAID)


def rows(document: Document) -> Iterator[Row]:
    """The headings and payments as printed."""
    for part in settlement.parse(document, ACQUIRER):
        yield part.at.columns.headings
        yield from (line.cells for line in part.lines)


def payments(document: Document) -> Iterator[Payment]:
    """What each line moved."""
    return of_settled(document, ACQUIRER)

"""微信、支付宝、消费平台账单: what went through a wallet or was bought on a platform, as its app exports it.

A line for every transaction with its time, its other party, whether it came in, went out or is neither, and its
amount. Lines that are neither (top-ups, withdrawals, refunds, transfers between own pockets) are transactions and move
no sum. A bill that is marked 仅供个人对账 shows its holder's spending, which is never turnover; on other forms only
what was paid to a merchant's code is a receipt.

Source: 非银行支付机构网络支付业务管理办法 (PBC announcement 2015/43), article 26 on records that customers may query;
the wallets' own export formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from extractors import _statement_head as head
from selfproof import layout, repair_fields, values
from selfproof.layout import squash
from selfproof.model import Carrier, Derived, Document, Payment, Value, Word
from selfproof.statements import statement
from selfproof.statements.headings import Dialect, Row
from selfproof.statements.payments import of_statement
from selfproof.statements.statement import Statement

WALLET = Dialect("statement_columns_wallet", neutral=True)
FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "institution": values.compact,
    "account": values.code,
    "account_name": values.spaced,
    "period": head.period,
    "stated_transactions": values.count,
    "n_transactions": values.count,
    "total_in": values.money,
    "total_out": values.money,
    "first_date": values.day,
    "last_date": values.day,
    "chain_breaks": values.count,
}
CONSTRAINTS = (
    repair_fields.standard_signs("account_name"),
    repair_fields.undoubted("account_name"),
    repair_fields.undoubted("account"),
)
LABELS: Mapping[str, tuple[str, ...]] = {
    "account": (
        "支付宝账户",
        "支付宝账号",
        "微信号",
        "账号名",
        "用户名",
        "登录名",
        "账户号",
        "账户名",
        "账号",
        "账户",
        "商户号",
    ),
}
_ISSUER = re.compile(
    r"微信支付|支付宝|抖音支付|京东|美团|拼多多|抖音|快手|云闪付|银联|财付通|度小满|翼支付|苏宁|唯品会|淘宝|饿了么|微信|数字人民币"
)
WHOLE = {"institution": _ISSUER}
_TITLE = re.compile(r"账单|明细|流水|回单|交易记录")
_PROOF = re.compile(  # a title of its own, with the wallet's name beside it or not: that the wallet itself gives
    r"(?m)^[^\u4e00-\u9fff]*(?:(?:微信支付|支付宝|财付通)\s+)?(?:微信支付|支付宝|财付通).{0,6}(?:明细|流水).{0,4}证明"
)
_LEDGER = re.compile(
    r"(?:微信支付|支付宝|财付通|云闪付|抖音支付)\D{0,20}(?:资金|账务|余额)(?:流水|收支|明细|账单)"
)  # a merchant's account with it
_ABROAD = {"timezone", "gross", "fee", "net", "status"}  # that only PayPal prints together, and no name of its own
_NAMED = re.compile(r"[\u4e00-\u9fff]{2}")  # what a label of an account's name is followed by
_HINTS = (
    re.compile(r"时间|日期|TimeZone"),
    re.compile(r"Status|状\s*态|方\s*式|渠\s*道|工\s*具|账\s*户|卡|证\s*明"),
)  # state or means of payment
_SURE, _LIKELY = 0.95, 0.7


def identify(document: Document) -> float:
    """By a heading with a direction, the other party and the means of payment, and the name of the wallet above it."""
    if document.carrier not in _CARRIERS or not all(hint.search(document.text) for hint in _HINTS):
        return 0.0
    found = statement.parse(document, WALLET)
    if found is None:
        return 0.0
    at = found.parts[0][1].columns.at
    named = bool(_ISSUER.search(found.preamble)) and bool(_TITLE.search(found.preamble))
    told = "direction" in at or ("income" in at and "expense" in at) or _signed(found)
    wallet = ("method" in at or "status" in at) and ("summary" in at or "counterparty" in at)
    ledger = "balance" in at and told and _LEDGER.search(found.preamble) is not None
    numbered = {"direction", "balance", "number"} <= at.keys() and any(_numbered(found))
    if not wallet and (ledger or numbered):
        return _SURE if ledger and numbered else _LIKELY
    named = named or {squash(heading).lower() for heading in found.parts[0][1].columns.headings} >= _ABROAD
    wallet = wallet or ("direction" in at and "counterparty" in at and _PROOF.search(found.preamble) is not None)
    if not told or not wallet or "acquirer" in at or (not named and not _own_columns(at)):
        return 0.0
    return _SURE if named else _LIKELY


_CARRIERS = (Carrier.TABLE, Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)


def _own_columns(at: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether the columns alone tell a wallet: no bank prints means of payment and state beside a direction."""
    return "direction" in at and "method" in at and "status" in at


def _numbered(found: Statement) -> Iterator[Word]:
    """The headings of a wallet's own numbers: a merchant's account with it is exported without a line above."""
    sheet, table = found.parts[0]
    for column in table.columns.at.get("number", ()):
        words = sheet.words.get((table.start, column), ())
        yield from (word for word in words if re.match(r"(?:微信支付|支付宝|财付通)", word.text))


def _signed(found: Statement) -> bool:
    entries = found.entries
    return any(entry.outflow for entry in entries) and any(entry.inflow for entry in entries)


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Issuer, account, holder and span above the table."""
    found = statement.parse(document, WALLET)
    if found is None:
        return
    above = head.above(found)
    yield from (("institution", place) for place in head.names([*above, *_numbered(found)], _ISSUER))
    accounts = head.labelled(above, LABELS["account"])
    yield from (("account", place) for place in accounts if not _NAMED.search(layout.join(place)))
    yield from (("account", place) for word in above for place in head.certified_account(word))
    yield from (("account_name", place) for place in head.holders(above))
    yield from (("period", place) for place in head.spans(above))
    yield from (("stated_transactions", place) for place in head.counted(above))


def derive(document: Document) -> Iterator[Derived]:
    """The sums over all printed transactions."""
    return statement.summary(document, WALLET)


def rows(document: Document) -> Iterator[Row]:
    """The headings and transactions as printed."""
    return statement.printed(document, WALLET)


def payments(document: Document) -> Iterator[Payment]:
    """What each line moved."""
    return of_statement(document, WALLET)

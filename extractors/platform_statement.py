"""平台结算账单: what a shop sold on a platform, what was returned, what the platform kept, and what it paid out.

淘宝/天猫, 京东, 拼多多, 抖音, 快手, 美团, 饿了么 and their like settle by order or by day: gross sales, refunds, fees
and commissions, and the amount settled. It gives the turnover on that platform, net of refunds, for the store it names.

Source: 网络交易监督管理办法 (SAMR order 37/2021), articles 20 and 31 on merchants' transaction records; the platforms'
own export formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from extractors import _settled_total
from extractors import _statement_head as head
from selfproof import values
from selfproof.carriers.table import sheet_of
from selfproof.model import Carrier, Derived, Document, Payment, Value, Word
from selfproof.statements import settlement, sums
from selfproof.statements.amounts import ZERO
from selfproof.statements.headings import Row, plain, role
from selfproof.statements.lines import explained
from selfproof.statements.payments import of_settled
from selfproof.statements.settlement import Part
from selfproof.statements.sheets import sheets

_NO_SHOP = re.compile(  # a time or a title, or the next label
    r"[\d年月日./~至-]+|.*(?:账单|结算单|明细|报表|清单|流水)|(?:门店|店铺|商[家户]|店|订单|卖家)(?:id|ID|编[号码]|数量?)|[\u4e00-\u9fff]{2,6}[:：].*"
)
_MENU = re.compile(  # its entries
    r"(?:财务|团购|商品|订单|评价|推广|首页|数据|消息|门店|店铺|客户|营销|资产|售后|资金)\W*$"
)
_TITLED = re.compile(  # a shop's name, and the bill's month
    r"\s*((?!我的|本月|.*(?:统计|概览|总览|汇总|分析))\S.{1,24}?)\s*[·|]\s*20\d{2}年\d{1,2}月\s*"
)
_SHOPS_NAME = re.compile(  # printed alone, maybe with what its platform calls it
    r"\s*((?!.*(?:我的|全部|所有|切换|选择|当前|管理|账单|收入))\S{2,20}(?:(?<!门)店|(?<!店)[铺馆坊]|[(（][^()（）]{1,12}店[)）]))(?:·\S{2,6})?\s*"
)


def shop(printed: str) -> str | None:
    """A shop's name; beside a label that was left empty, or that ends the title's first part, stands none.

    >>> shop("样例 客栈"), shop("2026年3月对账单"), shop("结算单"), shop("2026-03")
    ('样例客栈', None, None, None)
    """
    name = values.compact(printed)
    other = name is None or _MENU.match(name) or _NO_SHOP.fullmatch(name) or role(name, settlement.PLATFORM)
    return None if other else name


_STORES = (  # the shop before the firm that owns it, and what is a part of names last
    ("店铺名称", "门店名称", "小店名称", "店铺名", "店铺", "门店", "小铺"),
    ("商家名称", "商户名称", "商家昵称", "卖家会员名", "卖家名称", "卖家昵称", "卖家用户名", "商家"),
    ("酒店名称", "民宿名称", "影院名称", "供应商名称", "供应商", "药房", "影院", "民宿", "酒店"),
)


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "institution": values.compact,
    "store": shop,
    "account": values.code,
    "period": head.covered,
    "stated_transactions": values.count,
    "n_transactions": values.count,
    "gross": values.money,
    "refunds": values.money,
    "fees": values.money,
    "net": values.money,
    "first_date": values.day,
    "last_date": values.day,
    "sum_breaks": values.count,
}
LABELS: Mapping[str, tuple[str, ...]] = {
    "store": sum(_STORES, ()),
    "account": ("店铺ID", "店铺编号", "门店ID", "商家ID", "商家编号", "商家账号", "店铺账号", "卖家账号"),
}
_PLATFORM = re.compile(
    r"淘宝|天猫|京东|拼多多|抖店|抖音(?:电商|小店)?|快手(?:小店)?|美团(?:外卖|闪购)?|饿了么|小红书|视频号小店|微信小店|有赞|微店|唯品会|(?<!\d)1688(?!\d)|闲鱼|大众点评|亚马逊|货拉拉|滴滴|满帮|运满满|得物|携程|飞猪|去哪儿|同程|途家|爱彼迎|木鸟|小猪民宿|58到家|天鹅到家|猫眼|淘票票|转转|快团团|兴盛优选|苏宁易购|当当|叮当快药|运满满|闪送|口碑|微盟|阿里健康|多多买菜|鱼小铺"
    r"|速卖通|希音|虾皮|(?<![a-z])(?:amazon|aliexpress|shein|temu|shopee|lazada|shopify|tiktok ?shop|ebay)(?![a-z])",
    re.IGNORECASE,
)
WHOLE = {"institution": _PLATFORM}
_HINT = re.compile(r"结算|货款|佣金|服务费|实收|应收|退款|账务|动账|到账|商家|店铺|门店|\bfees?\b", re.IGNORECASE)
_PARTIES = re.compile(r"甲方|乙方")  # of a contract, where no platform is named
_NOT_SUMMED = re.compile(
    r"发票号码|价税合计|收单|终端号|商户号|账户余额|测算|预测|预计(?!到账)|(?<!体验提升)计划|供应商|客户签|购货|送货"
)
_LATIN = re.compile(r"[A-Za-z]")
_COLUMN = re.compile(  # of a shop's account on a platform, and of no bank's or wallet's
    r"动账(?:时间|流水号|方向|金额|账户|场景|类型|说明|摘要)|关联(?:订单|售后单?|提现单?|保单|礼物单|业务单)号|账务(?:方向|流水号)"
    r"|finalvaluefee.*|legacyorderid|(?:fba|selling)fees|grosstransactionamount"
    r"|应结金额|费用名称|售后服务单号|佣金比例|流水类型"
)
_PLATFORM_S = re.compile(r"佣金|(?:技术|平台|软件|信息|履约)服务费|抽[成佣]|扣点|达人|渠道费|鉴别费")  # costs
_STOCKS = re.compile(r"证券|股票|基金|保单|保费")  # whose brokers take a commission, too
_ENOUGH_LINES = 4
_TOP = 8  # words, among which a shop's name stands
_ENOUGH = 3  # such columns
_EXPLAINS = re.compile(r"说明|须知|规则|帮助|释义|口径")  # the name of a sheet that tells what 门店名称 means
_ORDERS, _KEPT = re.compile(r"订单"), re.compile(r"(?:手续|服务|技术)费|佣金")  # kinds of lines
_GOODS, _COMMISSION = re.compile(r"货款"), re.compile(r"佣金")
_ACCOUNT = re.compile(  # a bank's, a purse's, or a shop's own book
    r"银行|信用社|户名|开户|卡号|支付宝|微信支付|财付通|记账|日记账|台账|账本|流水账|序时账"
)
_SHOP = re.compile(r"(?:店铺|小店|商家|商户|卖家)(?:账户|资金|余额|账务|货款)")
_CASH = re.compile(r"现金(?:收款|支付|收入|实收|金额)?")  # a shop's own till has it, and no platform
_SURE, _TOTALLED, _LIKELY = 0.96, 0.85, 0.75
_SORTS = ("gross", "refund", "fee", "discount", "subsidy", "net")


def identify(document: Document) -> float:
    """By columns of what was sold, kept back and settled, or a ledger of such under a platform's name.

    Pictures of shops' own pages are another kind: a recognised settlement is one whose lines add up.
    """
    if document.carrier not in (Carrier.TABLE, Carrier.PDF_TEXT, Carrier.OCR) or not _HINT.search(document.text):
        return 0.0
    parts = settlement.parse(document)
    named = _names(document, parts)
    if not parts:
        return _summed_up(document, named=named)
    if any("acquirer" in part.at.columns.at for part in parts):
        return 0.0
    if sums.misread(document, parts):
        return _summed_up(document, named=named)
    shop = any(head.labelled(_above(parts[0]), LABELS["store"])) or bool(sums.alike(document, "store"))
    return max(_score(part, named=named or _tells(part, shop=shop)) for part in parts)


def _names(document: Document, parts: Sequence[Part]) -> bool:
    """Whether a platform is named, in a title whose signs are set apart too.

    Names of markets abroad stand in the lines of whoever buys there, too: they count beside the lines alone.
    """
    apart = head.set_wide(list(document.words), _PLATFORM) if document.carrier is not Carrier.TABLE else ()
    if _PLATFORM.search(document.text) is None:
        return any(apart)
    if any(_LATIN.match(match[0]) is None for match in _PLATFORM.finditer(document.text)):
        return True
    rows = [({line.row for line in part.lines}, part.sheet.words.items()) for part in parts]
    beside = [word for lines, words in rows for (row, _), cell in words if row not in lines for word in cell]
    beside = [*beside, *_cover(document, parts)] if parts else list(document.words)
    return any(_PLATFORM.search(word.text) for word in beside)


def _paid_on_top(part: Part) -> bool:
    """Whether fees are added to the price: it is the bill of whoever pays both."""
    costly = [line for line in part.lines if line.of("fee") and {"gross", "net"} <= line.amounts.keys()]
    on_top = sum(line.of("gross") - line.of("refund") + line.of("fee") == line.of("net") for line in costly)
    return 2 * on_top > len(costly)


def _summed_up(document: Document, *, named: bool) -> float:
    """Of a bill without lines: it names a platform or a shop and its time, and its sums add up; a plan does so too."""
    words = list(document.words)
    told = named or any(head.labelled(words, LABELS["store"]))
    if not told or _NOT_SUMMED.search(document.text) or (_PARTIES.search(document.text) and not named):
        return 0.0
    if not any(_settled_total.months(words)):
        return 0.0
    if _settled_total.total(document) is None:
        return 0.0
    return _TOTALLED if named else _LIKELY


def _proven(part: Part) -> bool:
    """Whether costs that platforms alone take explain on every line what is left of it."""
    told, held = explained(() if part.ledger else part.lines)
    headings = part.at.columns.headings
    shown = any(map(_PLATFORM_S.search, headings)) and not any(map(_STOCKS.search, headings))
    costly = sum(bool(line.of("fee")) for line in part.lines)
    return shown and told == held == len(part.lines) >= _ENOUGH_LINES and 2 * costly > told


def _tells(part: Part, *, shop: bool) -> bool:
    """Whether a ledger without a platform's name is one's: by its columns, or a shop's that tells of fees and refunds.

    No shop's own book does.
    """
    settled = all(any(sort in line.amounts for line in part.lines) for sort in ("fee", "refund", "gross"))
    return part.ledger and (_own_columns(part) or _sells(part) or (shop and settled))


def _sells(part: Part) -> bool:
    """Whether its lines say of themselves that they are orders, and what is kept of these; no bank's or purse's do."""
    kinds = [" ".join(part.at.columns.cells("kind", line.cells)) for line in part.lines]
    ways = ((_ORDERS, _KEPT), (_GOODS, _COMMISSION)) if "balance" not in part.at.columns.at else ((_ORDERS, _KEPT),)
    if any(_ACCOUNT.search(word.text) for word in _above(part)):
        return False
    counted = ([sum(shape.search(kind) is not None for kind in kinds) for shape in way] for way in ways)
    return any(min(5 * sold, 10 * kept) >= len(kinds) for sold, kept in counted)


def _own_columns(part: Part) -> bool:
    """Whether its columns are of a shop's account on a platform, and of no bank's."""
    return sum(_COLUMN.fullmatch(plain(heading)) is not None for heading in part.at.columns.headings) >= _ENOUGH


def _above(part: Part) -> list[Word]:
    return head.over(part.sheet, part.at.start)


def _cover(document: Document, parts: Sequence[Part]) -> list[Word]:
    """What a workbook's sheets without lines say, of which one tells whose bill it is and for which time."""
    if document.carrier is not Carrier.TABLE:
        return []
    listed = {part.sheet.name for part in parts}
    others = (sheet for sheet in sheets(document) if sheet.name not in listed)
    return [word for sheet in others for word in head.over(sheet, len(sheet.rows))]


def _score(part: Part, *, named: bool) -> float:
    at = part.at.columns.at
    wallet = "method" in at or ("direction" in at and "counterparty" in at)
    till = any(_CASH.fullmatch(plain(heading)) for heading in part.at.columns.headings)
    if wallet or till or ("balance" in at and not named):
        return 0.0
    if part.ledger:
        kept = any({"fee", "refund"} & set(line.amounts) for line in part.lines)
        kept = kept or any(_SHOP.search(word.text) for word in _above(part))
        if not (named and kept and "kind" in at):
            return 0.0
        return _SURE if _own_columns(part) or _sells(part) else _LIKELY
    sorts = sum(sort in at for sort in _SORTS)
    proven = _proven(part)
    if not proven and (sorts < 2 or not ("net" in at or ("fee" in at and "gross" in at))):  # noqa: PLR2004  an order list has prices alone
        return 0.0
    if _paid_on_top(part):
        return 0.0
    shop = "store" in at or "fee" in at
    headings = part.at.columns.headings
    said = {known[0]: heading for heading in headings if (known := role(heading, settlement.PLATFORM))}
    told = [said[sort] for sort in _SORTS if sort in said]  # sold, kept back, settled: by name
    enough = 3 if all(map(_LATIN.match, told)) else 2  # an English list of pay or of trades says as much
    whole = proven or len(told) > enough
    return _SURE if named and shop else (_LIKELY if named or whole or _own_columns(part) else 0.0)


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Platform, store, its account and the span above the table, else the store's column."""
    parts = settlement.parse(document)
    above = [*_above(parts[0]), *_cover(document, parts)] if parts else list(document.words)
    yield from (("institution", place) for place in head.names(above, _PLATFORM))
    above = [word for word in above if not _EXPLAINS.search(sheet_of(word.path))]
    yield from (("store", place) for labels in _STORES for place in head.labelled(above, labels))
    yield from (("store", [word]) for word in sums.alike(document, "store"))
    yield from (("store", [word]) for word in titled(above))
    yield from (("account", place) for place in head.labelled(above, LABELS["account"]))
    yield from (("period", place) for place in head.spans(above))
    if parts:
        yield from (("stated_transactions", place) for place in head.counted(above))
    yield from (("period", place) for place in _settled_total.months(above))


def titled(head: Sequence[Word]) -> Iterator[Word]:
    """A shop's name without a label: beside the bill's month, or alone among the first words."""
    yield from (word.slice(*match.span(1)) for word in head if (match := _TITLED.fullmatch(word.text)))
    alone = ((word, _SHOPS_NAME.fullmatch(word.text)) for word in head[:_TOP])
    yield from (word.slice(*match.span(1)) for word, match in alone if match)


def derive(document: Document) -> Iterator[Derived]:
    """The sums over all printed lines, or those that a bill without lines prints, or prints otherwise."""
    parts = settlement.parse(document)
    whole = parts and not _loses(document, parts) and not sums.misread(document, parts)
    return sums.summary(document) if whole else _settled_total.derive(document)


def _loses(document: Document, parts: Sequence[Part]) -> bool:
    """Whether lines of a page come to less than the sums that it prints, which add up: one is lost in its layout."""
    printed = _settled_total.stated(document) if document.carrier is Carrier.PDF_TEXT else None
    sold = sum((line.of("gross") for part in parts for line in part.lines), ZERO)
    return printed is not None and ZERO < sold < printed.gross.amount


def rows(document: Document) -> Iterator[Row]:
    """The headings and lines as printed."""
    for part in settlement.parse(document):
        yield part.at.columns.headings
        yield from (line.cells for line in part.lines)


def payments(document: Document) -> Iterator[Payment]:
    """What each line moved."""
    return of_settled(document, settlement.PLATFORM)

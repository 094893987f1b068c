"""What follows a label above a statement's table: banks print the label again in English, and brackets around it."""

from __future__ import annotations

import re

from selfproof.statements.entries import words

_TWIN = r"(?:account|a/c|card|customer|client|holder|name|number|no|inquirer)(?![a-z])"
_GLOSS = re.compile(rf"(?:[\s:：)）/.\[【\]】]|[(（](?=\s*(?:{_TWIN}|[)）]|$))|{_TWIN})*", re.IGNORECASE)
_OTHER = (
    r"(?:account|acct|a/c|card|customer|client|currency|ccy|date|period|page|branch|bank|type|id|no|number|name|of|"
    r"statement|print(?:ed)?|opening|closing|balance|start|end|from|to|time|query)"
)
_KEPT_IN = r"(?:CNY|RMB|USD|HKD|EUR|JPY|GBP|人民币|美元|港[币元]|欧元|日元|英镑)"
_LABELLED = rf"(?:{_OTHER}[.\s/]*)+(?:[:：\d\u4e00-\u9fff]|$|{_KEPT_IN}(?![a-z]))"  # the next label, in English
_FIRM = r"[\u4e00-\u9fff()（）]{2,30}(?:公司|厂|店|商行|中心|部)(?![\u4e00-\u9fff])"
_PLACE = r"[(（][a-z ]+[)）]\s+[a-z]"  # in the midst of a Latin name
_CURRENCY = re.compile(rf"[\s(（]*(?<![a-z]){_KEPT_IN}[)）]?$", re.IGNORECASE)  # behind a name
_BRAND = (
    rf"(?<=[\u4e00-\u9fff])(?<![厂店行部坊])(?<!公司|中心)\s+(?=[a-z0-9&]*[a-z]\s*{_FIRM})"  # 上海 ABC 贸易有限公司
)
_NAME = re.compile(
    r"[\u4e00-\u9fff]\s+[\u4e00-\u9fff]{1,2}(?![^\s()（）])|"  # a short name is set with white in it
    rf"(?:[^\s:：()（）\[\]【】]|[\[【][^\s\[\]【】]*[\]】](?=[\u4e00-\u9fff]{{0,12}}(?:公司|厂|店|商行|社|中心))|[(（][^()（）]*[)）]|[(（]|(?:(?<=[a-z.,&'])|(?<=[a-z][)）]))\s+(?=[a-z&]|{_PLACE}|{_FIRM})(?!{_LABELLED})(?!{_KEPT_IN}\s*(?:$|[^\sa-z&]))|{_BRAND}(?!{_LABELLED}))*",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?:账户?号|卡号|币[种别]|货币|开户[行机]构?|(?:打印|起止|对账|查询)?(?:日期|期间|时间))$")
_LABEL = re.compile(
    r"(?:账户?|卡)号码?|户名|账户名称|币[种别]|货币|(?:开户|对方|对手|收款|付款|发卡)(?:银行|行)|开户(?:机构|日期)"
    r"|(?:打印|起止|对账|查询)?(?:日期|期间|时间)"
)


def is_label(text: str) -> bool:
    """Whether a text is the label of what stands below or behind it, and no value.

    >>> is_label("账户号码"), is_label("币种 "), is_label("开户银行"), is_label("样例日期商行")
    (True, True, True, False)
    """
    return _LABEL.fullmatch(text.strip()) is not None


def said_from(text: str) -> int:
    """Where the text behind a label says more than the label's signs and its English twin.

    >>> said_from(" Account Name：样例作坊"), said_from("：No.1样例店")
    (14, 4)
    """
    match = _GLOSS.match(text)
    return match.end() if match else 0


def holder(text: str) -> int | None:
    """Where a text says whose account it is, behind the label in two languages; None where it has no such label.

    >>> holder("Account Name 户名：样例作坊"), holder("户 名"), holder("账号：1 户名：样例"), holder("对方户名：样例")
    (16, 3, 8, None)
    """
    match = words()["holder"].search(text)
    return match.end() + said_from(text[match.end() :]) if match else None


def name(text: str) -> str:
    """The first name of a text, with the brackets in it and without those around it; Latin words go on over a blank.

    >>> name("样例（北京）商行 账号：1"), name("样例作坊）"), name("SAMPLE Trading Co., Ltd. Account No. 账号：1")
    ('样例（北京）商行', '样例作坊', 'SAMPLE Trading Co., Ltd.')
    >>> name("上海 ABC 贸易有限公司 账号：1"), name("SAMPLE TRADING LTD CNY 账号：1"), name("样例作坊（人民币）")
    ('上海 ABC 贸易有限公司', 'SAMPLE TRADING LTD', '样例作坊')
    >>> name("SAMPLE ENTREPRENEUR 账号：1")
    'SAMPLE ENTREPRENEUR'
    >>> name("样例合作社账号：1")  # recognition lost the white before the next label
    '样例合作社'
    """
    match = _NAME.match(text)
    if match is None:
        return ""
    labelled = _NEXT.search(match[0]) if text[match.end() : match.end() + 1] in (":", "：") else None
    return _CURRENCY.sub("", match[0][: labelled.start()] if labelled else match[0])

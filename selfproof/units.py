"""In which unit a paper prints its amounts: 单位：万元 over a table, (千元) behind a heading."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from selfproof import values
from selfproof.layout import squash

_FACTORS = {"元": 1, "百元": 100, "千元": 1000, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8}
_SIZE = "|".join(sorted(_FACTORS, key=len, reverse=True))
_NAMED = r"[\u4e00-\u9fff]{0,20}(?:公司|集团|厂|店|商行|部|社|中心|所|院)"  # a firm whose name begins so
_VALUE = r"\s*\)\s*:?\s*[¥￥]?[\d,]+(?:\.\d+)?(?:\s|$)"  # then it is the unit of that value alone
_SPACED = "|".join(r"\s*".join(size) for size in _SIZE.split("|"))
_STATED = re.compile(
    rf"(?<![户款作名购销货供方])单\s*位[\s:]*\(?\s*(?:人民币|RMB|CNY)?\s*\(?\s*({_SPACED})(?!{_NAMED}|{_VALUE})",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"\(?(?:人民币|RMB|CNY):?({_SIZE})\)?", re.IGNORECASE)
_BEHIND = re.compile(rf"[(\[/](?:单位:?)?(?:人民币|RMB|CNY)?({_SIZE})(?:[)\]]|$)", re.IGNORECASE)
_LEADS = re.compile(
    rf"\s*(?:[(\[]\s*(?:单\s*位\s*:?)?\s*(?:人民币|RMB|CNY)?\s*({_SPACED})\s*[)\]]"
    rf"|单\s*位\s*:\s*(?:人民币|RMB|CNY)?\s*({_SPACED})(?![^\s¥\d]))[\s:]*",
    re.IGNORECASE,
)
_OWN = re.compile("[元圆万亿]")
_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")


def stated(said: str) -> Decimal | None:
    """What an amount is multiplied with to be in CNY, by the last unit that is stated; None where none is.

    >>> stated("单位：万元"), stated("（金额单位：人民币千元）"), stated("单 位:元"), stated("单位：万元商行")
    (Decimal('10000'), Decimal('1000'), Decimal('1'), None)
    >>> stated("单位：万元 样例公司交易明细"), stated("注册资本（单位：万元）：500")
    (Decimal('10000'), None)
    """
    found = _STATED.findall(unicodedata.normalize("NFKC", said))
    return Decimal(_FACTORS[squash(found[-1])]) if found else None


def over(said: str) -> Decimal:
    r"""The unit that is stated above a heading, but none that another table stands under.

    >>> over("账户流水 单位：万元\n期间 2026-01-01 至 2026-06-30")
    Decimal('10000')
    >>> over("单位：万元\n资产 1,600.00 1,200.00\n账户流水")
    Decimal('1')
    """
    for line in reversed(said.splitlines()):
        if unit := stated(line):
            return unit
        if len(_FIGURES.findall(line)) > 1:
            break
    return Decimal(1)


def alone(said: str) -> Decimal | None:
    """The same of a word that is nothing but a currency in a unit; None for any other word.

    >>> alone("（人民币万元）"), alone("人民币元"), alone("3万元")
    (Decimal('10000'), Decimal('1'), None)
    """
    found = _ALONE.fullmatch(squash(said))
    return Decimal(_FACTORS[found[1]]) if found else None


def behind(heading: str) -> Decimal | None:
    """The same of the unit behind a heading; None where none stands there.

    >>> behind("交易金额(万元)"), behind("余额/元"), behind("余额")
    (Decimal('10000'), Decimal('1'), None)
    """
    found = _BEHIND.search(squash(heading))
    return Decimal(_FACTORS[found[1]]) if found else None


def leading(said: str) -> tuple[Decimal, int]:
    """The same of a unit in brackets with which a text begins, behind a label, and where it ends; (1, 0) for none.

    >>> leading("（万元）：35.6"), leading("(单位:千元) 8"), leading("单位：万元 3"), leading("35.6万元")
    ((Decimal('10000'), 5), (Decimal('1000'), 8), (Decimal('10000'), 6), (Decimal('1'), 0))
    >>> leading("单 位：RMB万 元 3"), leading("（万 元）3")
    ((Decimal('10000'), 11), (Decimal('10000'), 5))
    """
    folded = "".join(unicodedata.normalize("NFKC", char)[:1] or char for char in said)
    found = _LEADS.match(folded)
    return (Decimal(_FACTORS[squash(found[1] or found[2])]), found.end()) if found else (Decimal(1), 0)


def money(printed: str) -> Decimal | None:
    """An amount in CNY to the 分, with the unit in brackets behind its label if one is printed there.

    >>> money("（万元）：35.6"), money("(元) 35.60"), money("（万元） 356,000元"), money("（万元）叁佰元整")
    (Decimal('356000.00'), Decimal('35.60'), Decimal('356000.00'), Decimal('300.00'))
    """
    factor, begin = leading(printed)
    amount = values.money(printed[begin:])
    return (
        amount
        if amount is None or factor == 1 or says_own(printed[begin:])
        else (amount * factor).quantize(values.CENT)
    )


def says_own(amount: str) -> bool:
    """Whether an amount says its unit itself, whatever stands over it.

    >>> says_own("5,000.00元"), says_own("1.2万"), says_own("￥0.50")
    (True, True, False)
    """
    return _OWN.search(amount) is not None

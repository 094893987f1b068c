"""The total of a contract: what a label of the total leads to over nothing that matters.

Penalties, advances, shares of the total and sub-items are not the total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors import _contract_units
from extractors._contract_terms import compiled, pattern, table
from extractors._flow import lines

_NUMERALS = "零〇壹贰叁肆伍陆柒捌玖拾佰仟一二三四五六七八九十百千两万萬亿"
_WORDS = (  # over the end of a line, too; what was written on a line to fill in stands free before its unit
    rf"[{_NUMERALS}]{{1,40}}(?:\n[{_NUMERALS}]{{1,40}})?[ ]{{0,3}}[元圆](?:[{_NUMERALS}角分])*[整正]?"
)
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d+(?:\.\d{1,6})?"
_UNIT = r"[万亿]?元|[万亿]"
AMOUNT = rf"(?:{_WORDS}|[¥￥]?\s*(?:{_FIGURES})\s*(?:{_UNIT}))"  # of which no doubt is left that it is one
_NO_AMOUNT = r"\d|[ ]*[,.][ ]*\d|\s*[%‰天日个月年]"  # what may not follow a figure: a broken number, a share, a time
_AMOUNT = re.compile(rf"(?P<words>{_WORDS})|(?P<figures>[¥￥]?\s*(?:{_FIGURES})\s*(?P<unit>{_UNIT})?)(?!{_NO_AMOUNT})")
_PER = r"\s*(?:/|每)\s*[^\s\d]"  # 5元/件: a price
_IF = re.compile(r"如(?![下上前实期])|若|倘|一旦|(?<![原规细守准])则|可(?:以|将|按)|有权|不得")
_LISTED = (
    r"按照?(?:如下|下列|以下)[^:：]{0,6}[:：]\s*[(（]?\d{1,2}[)）.、．]"  # what begins such a list says nothing of sums
)


def totals(text: str) -> Iterator[tuple[int, int]]:
    """Amounts that a label of the total leads to over nothing that matters, by the strongest label first."""
    yield from _changed(text)
    for label in table()["total"]:
        found = re.compile(rf"(?:{label})(?P<between>{pattern('between')}{{0,14}})(?={_AMOUNT.pattern})")
        for match in found.finditer(text):
            if not _disqualified(text, match.start()):
                yield from _amounts(text, match.end())
    spelled = re.compile(rf"(?:{pattern('total')})[^\n。;]{{0,50}}大写[^\n。;]{{0,12}}?(?P<amount>{_WORDS})")
    yield from (match.span("amount") for match in spelled.finditer(text) if not _disqualified(text, match.start()))
    yield from _sum_rows(text)
    yield from _only_spelled(text)


def _only_spelled(text: str) -> Iterator[tuple[int, int]]:
    """The one fee or price of the contract that is told in figures and in words; a deposit or an instalment is none."""
    fee = r"(?:[费价]|(?<![首尾余期度])款|[酬佣]金|(?<!金)金(?=额))(?:用|额)?\s*(?:[:为]|共计|计)?\s*(?:人民币)?"
    found = re.finditer(rf"{fee}(?P<amount>[¥￥]?(?:{_FIGURES})\s*{_UNIT})\s*\(\s*(?:人民币)?大写", text)
    told = {match["amount"]: match for match in found if not _disqualified(text, match.start() + 1)}
    if len(told) == 1:
        yield from (match.span("amount") for match in told.values())


def _changed(text: str) -> Iterator[tuple[int, int]]:
    """What a supplement makes of the total: 原合同总价…元变更为…元, 合同价款调整为…元; no condition."""
    change = r"(?:变更|调整|修改|更改|增加|减少|上调|下调)(?:为|至|到)"
    before = rf"(?:{pattern('total')})(?:[^\n。;]{{0,12}}?{AMOUNT}[^\n。;,]{{0,16}}?)?"
    found = re.compile(rf"{before}{change}(?:{pattern('between')}){{0,6}}(?={_AMOUNT.pattern})(?!{AMOUNT}{_PER})")
    for match in found.finditer(text):
        if not _IF.search(re.split(r"[\n。;]", text[: match.start()])[-1]):
            yield from _amounts(text, match.end())


def _disqualified(text: str, start: int) -> bool:
    """Whether the words just before a label, or another contract in its sentence, make it something else."""
    sentence = re.split(r"[\n。]", text[:start])[-1]
    if re.search(r"签[订署定](?:的|了)\s*《", sentence) and not re.search(r"本(?:合同|协议)", sentence):
        return True
    before = re.split(rf"[\n。;；,，\t]|{_LISTED}", text[max(0, start - 14) : start])[-1]
    return bool(compiled("not_total_before").search(before))


def _amounts(text: str, start: int) -> Iterator[tuple[int, int]]:
    match = _AMOUNT.match(text, start)
    plain = match is not None and not (match["words"] or match["unit"] or "¥" in match[0])
    same_line = "\n" not in text[max(0, start - 6) : start] and "." in text[start : start + 20]
    counted = plain and match is not None and _contract_units.is_first_of_sums(text, match.end())
    if match and not counted and (not plain or same_line or any(_contract_units.of(text, start))):
        yield match.span()


def _sum_rows(text: str) -> Iterator[tuple[int, int]]:
    """The last amount in the row of a table that begins with 合计; words may go on below it in a narrow cell."""
    said = rf"(?:(?:人民币)?(?:金额)?\s*\(\s*大写\s*\)\s*:?\s*[{_NUMERALS}]*)?"
    for start, line in lines(text):
        if re.match(rf"\s*(?:合\s*计|总\s*[计值]|共\s*计){said}[^\u4e00-\u9fff\t\d]{{0,16}}\t", line):
            amounts = [
                match for match in _AMOUNT.finditer(line) if "." in match[0] or "," in match[0] or match["words"]
            ]
            yield from ((start + match.start(), start + match.end()) for match in amounts[-1:])

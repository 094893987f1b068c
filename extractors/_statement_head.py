"""What stands above a statement's table: who issued it, whose account it is, which days it spans, how many lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from extractors import _periods
from selfproof import layout, values
from selfproof.model import Word
from selfproof.statements import labels
from selfproof.statements.sheets import Sheet
from selfproof.statements.statement import Statement
from selfproof.statements.words import words

_SPAN = re.compile(
    r"(?:起止|起始|开始|查询|统计|结算|清算|账单|对账|导出|交易|数据|日期|时间|明细对应)(?:日期|时间|区间|周期|范围|账期|段)+|账期|所属期|时间段"
)
_CLOCK = r"\d{2}:\d{2}"  # may touch its day
_DAY = rf"(?:19|20)\d{{2}}\s*[-年./]?\s*\d{{1,2}}\s*[-月./]?\s*(?:\d{{2}}(?={_CLOCK})|\d{{1,2}}(?!\d))"
_DAYS = re.compile(rf"({_DAY})\D?")
_OPENS = ":：[【(（\t"
_WRAPPED = " \t:：[]【】()（）\"'"
_NEXT = (
    r"(?=(?:结算|账单|统计|对账|查询|起止|开户|账号|卡号|币种|打印)[^\s:：]{0,4}[:：])"  # glued to it by recognition
)
_NUMBERED = r"[\u4e00-\u9fffA-Za-z]{2,8}[:：]|[\u4e00-\u9fff]{0,6}(?:编号|编码|代码|ID|号)\s*[\dA-Za-z]"  # in a bracket
_BREAK = r"(?<![A-Za-z.&])\s|\s(?![A-Za-z&])|\s(?=[A-Za-z ]{1,20}[:：])"  # a Latin name is of several words
_ENDS = re.compile(
    rf"{_BREAK}|[\]】,，;；)）]|[(（](?={_NUMBERED})|中的|(?<=[)）])(?=[\u4e00-\u9fff]{{2,8}}[:：])|{_NEXT}|$"
)
_ANYBODY = (  # who is greeted or certified without being named
    r"各位|所有|全体|[客用商储]户|会员|贵宾|合作(?:伙伴|商)|[持收付]卡人|[存收付借贷]款人|[业车店]主|投资[者人]|信用卡|银行"
    r"|(?<=[的明:：\s])[贵本我该][司行公店]"
)
SURNAME = r"(?:欧阳|上官|司马|司徒|诸葛|皇甫|慕容|令狐|夏侯|尉迟|公孙|东方|端木)\s*[先女小]"  # alone, it names nobody
_KNOWN_AS = r"(?:(?:[本我]行的?)?(?:[客用]户|存款人|持卡人|姓名|名称|户名)+[为是]?\s*)?"  # before the name itself
_CERTIFIED = re.compile(  # up to what is said of the holder: a line may as well certify what stands below it
    rf"兹证明\s*[:：]\s*{_KNOWN_AS}((?:(?!以下|下列|上述|如下|{_ANYBODY}|[在系]本|在我行|明细|交易|流水|属实)[^(（,，:：\s]){{2,30}})"
    r"(?=\s*(?:[(（,，]|[在系][本我]|$))"
)
_UNMARKED = re.compile(  # without a colon only before what proves the holder
    rf"兹证明\s*{_KNOWN_AS}((?:(?!以下|下列|上述|如下|{_ANYBODY}|[在系][本我])[\u4e00-\u9fff·]){{2,30}}?)(?:先生|女士|小姐)?\s*"
    r"(?=[(（]\s*(?:居民)?(?:身份证|证件|统一社会))"
)
_GREETED = re.compile(  # by a firm's or a person's own name: 尊敬的持卡人 is anybody
    rf"尊敬的\s*(?:[客商]户)?((?:(?!{_ANYBODY})[\u4e00-\u9fff()（）]){{2,30}}(?:公司|厂|店|商行|铺|坊|(?<!财务)部|中心|合作社|场)"
    r"(?=\s*(?:财务[部处科]|[:：,，!！]|客户|用户|$))"
    rf"|(?!{SURNAME})(?:(?!{_ANYBODY})[\u4e00-\u9fff·]){{2,6}}(?=\s*(?:先生|女士|小姐)))"
)
_CERTIFIED_ACCOUNT = re.compile(r"在其(?:支付宝|微信)[账帐]?[号户]\s*[:：]?\s*([\w.@*+-]{4,}?)(?=\s*中)", re.ASCII)
_LONGEST_RUN = 5  # words right of a label
_LONGEST_GAP = 40  # characters between the two days of a span


def above(statement: Statement) -> list[Word]:
    """The words over the first table, in printed order."""
    sheet, table = statement.parts[0]
    return over(sheet, table.start)


def over(sheet: Sheet, start: int) -> list[Word]:
    """The words over a row of a sheet, in printed order."""
    return [word for (row, _), cell in sorted(sheet.words.items()) if row < start for word in cell]


def names(head: Sequence[Word], known: re.Pattern[str]) -> Iterator[Sequence[Word]]:
    """Parts of words that are a known name, then such as stand in signs that are set wide."""
    for word in head:
        match = known.search(word.text)
        if match is not None:
            yield [word.slice(*match.span())]
    yield from set_wide(head, known)


def set_wide(head: Sequence[Word], known: re.Pattern[str]) -> Iterator[Sequence[Word]]:
    """A known name in a title whose signs are words of their own, so far are they set apart."""
    for single, group in groupby(head, key=lambda word: len(word.text) == 1):
        signs = list(group) if single else []
        match = known.search("".join(word.text for word in signs))
        yield from [signs[slice(*match.span())]] if match else []


def labelled(head: Sequence[Word], labels: Sequence[str]) -> Iterator[Sequence[Word]]:
    """What follows a label and a colon or bracket in its word, or stands right of a word that ends with the label."""
    for label, rest in layout.find(head, labels):
        if rest.text.strip() and rest.text.lstrip()[0] not in _OPENS:
            continue
        inner = rest.text.strip(_WRAPPED)
        if inner:
            start = rest.text.index(inner[0])
            yield [rest.slice(start, _end(rest.text, start))]
        else:
            yield layout.right_of(label, head)[:1]


def _end(text: str, start: int) -> int:
    """Where a value ends; a bracket that opened inside of it is a part of it: 小馆（湖滨店）."""
    stops = (match.start() for match in _ENDS.finditer(text, start))
    return next((stop for stop in stops if not _closes(text[start : stop + 1])), len(text))


def _closes(text: str) -> bool:
    """Whether a text ends with the bracket that closes one of its own."""
    return text[-1:] in (")", "）") and text.count("(") + text.count("（") >= text.count(")") + text.count("）")


def holders(head: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """The printed name of who holds the account."""
    for word in head:
        match, begin = words()["holder"].search(word.text), labels.holder(word.text)
        latin = labels.name(word.text[begin:]) if begin else ""
        if begin and re.match("[A-Za-z]", latin):
            yield [word.slice(begin, begin + len(latin))]
        elif match is not None:
            yield from labelled([word, *layout.right_of(word, head)[:1]], [match[0]])
        yield from certified(word, head)


def certified(word: Word, head: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Of whom a statement is certified in a sentence, or that it greets: 兹证明：样某（证件号码…）."""
    greeting = word.text + layout.join(layout.right_of(word, head)[:1]) if "尊敬的" in word.text else ""
    for shape, said in ((_CERTIFIED, word.text), (_UNMARKED, word.text), (_GREETED, greeting)):
        match = shape.search(said)
        yield from [[word.slice(*match.span(1))]] if match and match.end(1) <= len(word.text) else []


def certified_account(word: Word) -> Iterator[Sequence[Word]]:
    """Of which account: 在其支付宝账号138****0000中."""
    match = _CERTIFIED_ACCOUNT.search(word.text)
    yield from [[word.slice(*match.span(1))]] if match else []


def spans(head: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Two days in one word after a label, or in what stands right of the label."""
    for word in head:
        days = list(_DAYS.finditer(values.fold(word.text)))
        if len(days) > 1 and _SPAN.search(word.text) and days[1].start() - days[0].end() < _LONGEST_GAP:
            yield [word.slice(days[0].start(1), min(days[1].end(1), len(word.text)))]
    for word in head:
        run = [word, *layout.right_of(word, head)[:_LONGEST_RUN]] if _SPAN.search(word.text) else []
        whole = (run[:count] for count in range(2, len(run) + 1) if _spanned(run[:count]))
        yield from [next(whole, [])]


def _spanned(run: Sequence[Word]) -> bool:
    return len(_DAYS.findall(values.fold(layout.join(run)))) > 1


def counted(head: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """How many transactions the paper says that it lists."""
    for word in head:
        match = (
            words()["counted"].search(values.fold(word.text)) if len(values.fold(word.text)) == len(word.text) else None
        )
        if match is not None:
            yield [word.slice(*match.span(1))]


def period(printed: str) -> str | None:
    """The first and the last of the days in a text.

    >>> period("起始日期 2026-01-01 终止日期 2026-03-31"), period("2026年1月1日"), period("2026-03-31 至 2026-01-01")
    ('2026-01-01/2026-03-31', None, None)
    >>> period("2026-01-0100:00:00至2026-03-3123:59:59")
    '2026-01-01/2026-03-31'
    """
    found = [day for match in _DAYS.finditer(values.fold(printed)) if (day := values.day(match[1]))]
    return f"{found[0]}/{found[1]}" if len(found) > 1 and found[0] <= found[1] else None


def covered(printed: str) -> str | None:
    """Two days or the months that a paper is for, as the first and the last day; a stretch without a day is none.

    >>> covered("2026-03-01 至 2026-03-31"), covered("2026年9月"), covered("近30天")
    ('2026-03-01/2026-03-31', '2026-09-01/2026-09-30', None)
    """
    span = _periods.span(printed)
    return period(printed) or (f"{span[0]}/{span[1]}" if span else None)

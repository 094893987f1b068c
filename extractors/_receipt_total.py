"""The total of a receipt: by its labels in their rank, and by what was given less the change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from extractors._flow import Flow
from extractors._receipt_head import words
from selfproof import values
from selfproof.model import Word

_MONEY = (  # a point for the comma of thousands is recognition's, where two places follow
    r"-?\s*(?:\d{1,3}(?:[,.]\d{3})+\.\d{2}|(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\s?\d{1,2})?)(?![\d%]|\.\s?\d)"
)
_SIGN = r"(?:[¥$£€]|RM|RMB|CNY|MYR|SGD|USD|人民币)?"
_CODE = r"(?:USD|CNY|RMB|HKD|SGD|MYR|EUR|GBP|AUD|JPY|人民币)"
_AFTER = re.compile(
    rf"(?:[ \t]*\([^()\n]{{0,12}}\)(?=[\s:]*{_SIGN}[ \t]*\d))?"  # 合计(4点) says of what, not how much
    rf"[\s:()\[\]元]*(?:\([^)\n]*\)|[A-Za-z&/. ]*\))?[\s:]*"
    rf"(?:{_CODE}[ \t:]*(?=[¥$£€]|[\d,]+\.\d{{2}}))?({_SIGN}[\s:]*{_MONEY}(?:\s*(?:元|RM|CNY))?)"
)
_BEHIND = re.compile(
    rf"[ \t]*(?:件|个|份|项|种)?[ \t:]*({_SIGN}[ \t]*(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\.\d{{2}})(?![\d%]|\.\d)"
)
_CURRENCY = re.compile(r"(?i)RMB|CNY|RM|RH|MYR|SGD|USD|人民币|[$£€¥元:\s]")
_CHANGE = re.compile(rf"(?i)(?:找\s*零|找\s*赎|change(?:\s*due)?)[\s:]*(?:RM|[¥$])?\s*({_MONEY})")
_PAID = re.compile(
    r"(?i)(?:实\s*[收付]|收\s*款|现\s*金|付\s*款|cash|payment|accepted total|tender(?:ed)?)"
    rf"(?:金\s*额|款)?[\s:]*(?:RM|[¥$])?\s*({_MONEY})"
)
_SHARED = re.compile(rf"(?:医\s*保|统\s*筹|个人账户)[^\d\n]{{0,8}}(?!0(?:\.0+)?(?!\d)){_MONEY}")  # another one pays too
_DUE = re.compile(
    rf"(?m)(?:应\s*[收付]|合\s*计|总\s*[计额价]|原\s*价|消费|^\s*金(?=\s*额))(?:金\s*额|合\s*计|总?\s*额|款)?[\s:]*[¥$]?\s*({_MONEY})"
)
_OFF = re.compile(
    rf"(?:优\s*惠|减\s*免|折\s*扣|抵\s*扣|[立满]\s*减|抹\s*零)(?:金\s*额|合\s*计|券)?(?:\([^)\n]*\))?[\s:]*-?\s*[¥$]?\s*({_MONEY})"
)
_ADDED = re.compile(rf"(?:附\s*加\s*费|燃\s*油\s*费|燃油附加费|过路费)[\s:]*[¥$]?\s*({_MONEY})")  # to a ride's fare
_OVER = re.compile(rf"(?m)^[ \t]*-?[ ]*({_SIGN}[ ]*{_MONEY}(?:[ ]*元)?)[ \t]*\n[ \t]*$")  # large, above its label
_CELL = re.compile(rf"(?<![^\t ])({_SIGN}[ ]*{_MONEY})(?:[ ]*元)?(?=[\t ]|$)", re.MULTILINE)
_SPENT = re.compile(  # on a wallet's page of one payment
    r"(?m)^[ \t]*[-−][ ]*[¥￥]?[ ]*(\d{1,3}(?:,\d{3})+\.\d{2}|\d+\.\d{2})[ \t]*(?:元[ \t]*)?\n"
    r"[ \t]*(?:交易|支付|付款)(?:成功|完成)[ \t]*$"
)
_RECEIVED = re.compile(r"实\s*[收付](?:\s*金\s*额|款|合\s*计|总额)?")
_PRINTED = re.compile(r"\d\.\d{2}(?!\d)")
_NEXT = re.compile(rf"\s*({_SIGN}\s*{_MONEY})")
_MEANS = re.compile(
    rf"(?:微信|支付宝|扫码|云闪付|银联|银行卡|刷卡|现金|储值|会员卡?|数字人民币)(?:支付|收款|消费|付款)?[\s:]*[¥$]?\s*({_MONEY})"
)
_BOXES = re.compile(r"元\s*角\s*分")  # a column for each figure: what is written there has no point
_LEFT_OUT = re.compile(  # what was paid cannot be read
    r"(?m)(?:实\s*[收付]|应\s*收)(?:\s*金\s*额|款)?[ \t]*:[ \t]*$"
    rf"|^[ \t]*(?:实|应)\s*[收付](?:\s*金\s*额|款)?[ \t]*:?[ \t]*$(?!\s*{_SIGN}\s*{_MONEY})"
)
_FORMAL = "[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]"
_IN_WORDS = re.compile(rf"{_FORMAL}{{2,}}[元圆](?:{_FORMAL}|[角分])*[整正]?")
_UNLABELLED = re.compile(r"[人民币大写()（）:：⊗ⓧ¥ \t]*")  # but for what is left of a label that says no more than that
_TWO_PLACES = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}(?![\d%])")
_SEVERAL = 2  # amounts on a line: a row of a table
_BACK = ("退款", "退货", "撤销")
_MOST = Decimal(10) ** 8  # no slip of a till is larger


@dataclass(frozen=True, slots=True)
class Amount:
    """A labelled amount with its place in the running text."""

    value: Decimal
    start: int
    stop: int


def amount(printed: str) -> Decimal | None:
    """An amount in any currency as tills print it.

    >>> amount("¥ 1,130.00"), amount("1.50 RM"), amount("RMB:88"), amount("50000 积分"), amount("1.130.00")
    (Decimal('1130.00'), Decimal('1.50'), Decimal('88.00'), None, Decimal('1130.00'))
    >>> amount("1.130.000")  # a point for thousands, whose end is not known
    """
    text = re.sub(r"(?<=\d)\.(?=(?:\d{3}[.,])+\d{2}(?!\d))", ",", values.fold(printed))
    found = values.money(_CURRENCY.sub("", text)) or values.money(text)
    return found if found is not None and abs(found) < _MOST else None


@cache
def _labels() -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in words()["totals"]]


def totals(flow: Flow) -> Iterator[Sequence[Word]]:
    """Places of the total, likeliest first: what the change confirms, then the labels' rank, then the last on paper.

    Figures in boxes may be cents or yuan: there only the words tell.
    """
    if len(spent := list(_SPENT.finditer(flow.text))) == 1:
        yield flow.cut(*spent[0].span(1))
        return
    ranked = [list(_found(flow, label)) for label in _labels()]
    paid = {one - two for one in _amounts(_PAID, flow.text) for two in _amounts(_CHANGE, flow.text)}
    received = list(_found(flow, _RECEIVED))  # less what was let off; else what was given is called so
    confirmed = [found for places in [*ranked[:-1], received] for found in places if found.value in paid]
    confirmed = confirmed or list(_received(flow, {found.value for places in ranked[:-1] for found in places}))
    if any(_amounts(_OFF, flow.text)) and any(_over(flow.text, gap) is None for gap in _LEFT_OUT.finditer(flow.text)):
        ranked = []  # what else is printed was to be paid before something was let off
    boxed = _BOXES.search(flow.text) is not None
    for place in (*confirmed, *(found for places in ranked for found in _likeliest(places))):
        if "." in flow.text[place.start : place.stop] or not boxed:
            yield flow.cut(place.start, place.stop)


def _received(flow: Flow, said: set[Decimal]) -> Iterator[Amount]:
    """What was received or paid, where no change was given and the means of payment says the same: less 抹零.

    Or where it is one of the sums that are `said`, or what was due with what is added or less what was let off;
    nothing where an insurance paid a share of it.
    """
    text = flow.text
    means = {amount(match[1]) for match in _MEANS.finditer(text)}
    off = _amounts(_OFF, text)
    if _SHARED.search(text):
        return
    means |= said
    means |= {due - sum(off, Decimal(0)) for due in _amounts(_DUE, text)} if off else set()
    more = _amounts(_ADDED, text)
    means |= {due + sum(more, Decimal(0)) for due in _amounts(_DUE, text)} if more else set()
    if not any(_amounts(_CHANGE, text)):
        yield from (found for found in _found(flow, _RECEIVED) if found.value in means)


def _likeliest(places: Sequence[Amount]) -> Iterator[Amount]:
    """Of one rank the largest: parts and taxes are smaller."""
    yield from sorted(places, key=lambda found: -found.value)[:1]


def _amounts(pattern: re.Pattern[str], text: str) -> list[Decimal]:
    return [value for match in pattern.finditer(text) if (value := amount(match[1])) is not None]


def _found(flow: Flow, label: re.Pattern[str]) -> Iterator[Amount]:
    text = flow.text
    for match in label.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        after = text[match.end() : match.end() + 20]
        if words()["not_total"].search(before) or words()["label_ends"].search(after) or _glued(before, match[0]):
            continue
        read = _over(text, match) or _under(flow, match)
        if read is None or words()["points"].search(before + text[match.end() : max(match.end(), read.stop) + 4]):
            continue
        if read.value < 0 or (read.value > 0 and not (before.endswith(_BACK) or _returned(text, read.value))):
            yield read


def _over(text: str, label: re.Match[str]) -> Amount | None:
    """The amount alone on the line above a label alone on its own, as applications print it."""
    above = text.rfind("\n", 0, max(text.rfind("\n", 0, label.start()), 0)) + 1
    found = _OVER.fullmatch(text, above, label.start())
    alone = re.match(r"[ \t]*(?:\(元\))?[ \t]*(?:\n|$)", text[label.end() :])
    if found is None or alone is None or _NEXT.match(text, label.end()):
        return None
    return Amount(abs(amount(found[1]) or Decimal(0)), *found.span(1))


def _under(flow: Flow, label: re.Match[str]) -> Amount | None:
    """The amount behind a label; of a table's heading the one below it, and none where others stand there."""
    text, value = flow.text, _AFTER.match(flow.text, label.end())
    begin, end = text.rfind("\n", 0, label.start()) + 1, text.find("\n", label.start())
    below = text[end + 1 :].partition("\n")[0]
    cells = [(match.start(1) + end + 1, match.end(1) + end + 1) for match in _CELL.finditer(below)]
    heading = "\t" in text[begin:end] and not re.search(r"\d", text[begin:end])
    if value is None:
        return _summed(flow, label, cells) if heading else None
    if not heading or value.start(1) < end or len(cells) < _SEVERAL:
        return _column(text, *value.span(1))
    left, right = _reach(flow, *label.span())
    under = [cell for cell in cells if min(right, _reach(flow, *cell)[1]) > max(left, _reach(flow, *cell)[0])]
    return Amount(amount(text[slice(*under[0])]) or Decimal(0), *under[0]) if len(under) == 1 else None


def _summed(flow: Flow, label: re.Match[str], cells: Sequence[tuple[int, int]]) -> Amount | None:
    """The last amount of the row below a heading's last label, where all the others add up to it."""
    text = flow.text
    shares = [amount(text[slice(*cell)]) or Decimal(0) for cell in cells if _PRINTED.search(text[slice(*cell)])]
    ends = re.match(r"[ \t]*(?:\([^()\n]*\))?[ \t]*\n", text[label.end() :]) is not None
    proved = len(shares) > _SEVERAL and len(shares) == len(cells) and min(shares) > 0 and sum(shares[:-1]) == shares[-1]
    return Amount(shares[-1], *cells[-1]) if ends and proved else None


def _reach(flow: Flow, start: int, stop: int) -> tuple[float, float]:
    """From where to where on the page's width a place is printed."""
    boxes = [word.box for word in flow.cut(start, stop)]
    return min((box[0] for box in boxes), default=0.0), max((box[2] for box in boxes), default=0.0)


def _returned(text: str, total: Decimal) -> bool:
    """Whether a slip says that its money went back: as what it is, or as an amount below that is its whole."""
    if words()["returned"].search(text) is not None:
        return True
    for match in words()["returned_alone"].finditer(text):
        back = _NEXT.match(text, match.end())
        if not _PRINTED.search(text[: match.start()]) or (back and abs(amount(back[1]) or Decimal(0)) == total):
            return True
    return False


def _column(text: str, start: int, stop: int) -> Amount:
    """The amount of a row of sums: behind a number of pieces stands what they cost, with its two places."""
    first = Amount(amount(text[start:stop]) or Decimal(0), start, stop)
    behind = _BEHIND.match(text, stop)
    if "." in text[start:stop] or behind is None:
        return first
    return Amount(amount(behind[1]) or Decimal(0), *behind.span(1))


def _glued(before: str, label: str) -> bool:
    """Whether the label is only the end of a longer Latin word."""
    return bool(before[-1:].isascii() and before[-1:].isalpha() and label[:1].isascii() and label[:1].isalpha())


def in_words(flow: Flow) -> Iterator[Sequence[Word]]:
    """The amount in words after 人民币(大写) or 大写, or after 金额 or 人民币 where it is written as on cheques."""
    for match in re.finditer(
        r"大\s*写\s*[))]?\s*(?:金额)?\s*[:]?\s*([^\n¥A-Za-z\d]{2,40}?[整正元圆角分])(?=[\s¥\t\n(\d]|$)"
        rf"|(?:金\s*额|人民币)\s*:?\s*(?:人民币)?\s*({_FORMAL}+(?:\n{_FORMAL}+)?[元圆](?:{_FORMAL}|[角分])*[整正]?)",
        flow.text,
    ):
        if values.amount_in_words("".join(match[match.lastindex or 0].split())) is not None:
            yield flow.cut(*match.span(match.lastindex or 0))


def is_printed(flow: Flow, place: Sequence[Word]) -> bool:
    """Whether figures with two places say the amount that words do: no other label's amount is the total then."""
    told = values.amount_in_words("".join("".join(word.text for word in place).split()))
    return told is not None and any(amount(match[0]) == told for match in _TWO_PLACES.finditer(flow.text))


def said_twice(flow: Flow) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """The one amount in words that figures repeat, and these figures: what stood before both is covered or unread."""
    text = flow.text
    said = [match for match in _IN_WORDS.finditer(text) if values.amount_in_words(match[0]) is not None]
    if len(said) != 1 or not _UNLABELLED.fullmatch(text, text.rfind("\n", 0, said[0].start()) + 1, said[0].start()):
        return
    figures = [match for match in _TWO_PLACES.finditer(text) if amount(match[0]) == values.amount_in_words(said[0][0])]
    yield from [(flow.cut(*said[0].span()), flow.cut(*figures[0].span()))] if figures else []

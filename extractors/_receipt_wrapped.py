"""Names, days and amounts on receipts whose last signs stand on the next line: a narrow roll has no room for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors._flow import Flow
from selfproof.model import Word

HOUSE = "店|餐厅|酒家|饭庄|药房|诊所|事务所|管理处|坊|铺|公司|场|厂|商?行|部|中心|超市|馆|站|院|社|城|园|楼"
"""What names of shops, firms and public places end with; for an expression."""
_END = re.compile(rf"(?:{HOUSE})\)?$")
_TAIL = re.compile(rf"[ \t]*([\u4e00-\u9fff()]{{0,8}}(?:{HOUSE}|司|市)\)?)[ \t]*")
_NAME = re.compile(r"(?:^|[\t: ])([\u4e00-\u9fff()·\w&]*[\u4e00-\u9fff()])$")
_PART_OF_DAY = re.compile(r"(?<!\d)(20\d{2}(?:[-/.]\d{0,2}){1,2})$")
_DAY = re.compile(r"20\d{2}([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])")
_PART_OF_AMOUNT = re.compile(r"[¥￥:][ ]*(\d{1,6}(?:\.\d?)?)$")
_AMOUNT = re.compile(r"\d+\.\d{2}")
_REST = re.compile(r"([\d./-]+)(?=[ \t]*(?:$|\d{1,2}:\d{2}|[\u4e00-\u9fff]{1,4}:|元))")
_FORM = re.compile(r"(?:股份)?有限(?:责任)?公司")
_TITLE = re.compile(r"(?:[收票凭单]据|凭[证条]|小票|发票|单|联|光临|惠顾)$")
_SHORTEST = 6  # signs of a name that fills its line
_ROOM = 2.0  # signs


def unwrapped(flow: Flow) -> Flow:
    """The text without the breaks inside names, days and amounts.

    Those of names go where the first part fills its line, or was none without the rest; of figures, where the line is
    full and only both parts make one.
    """
    breaks, spots = set(), list(flow.spots)
    edge = max((spot[0].box[2] for spot in flow.spots if spot is not None), default=0.0)
    for start, newline, stop in _lines(flow.text):
        above, below = flow.text[start:newline], flow.text[newline + 1 : stop]
        full = _is_full(flow.cut(start, newline), edge)
        torn = _torn(above, below) if full else None
        if torn is not None:
            begin, end = newline - torn[0], newline + 1 + torn[1]
            whole = _joined([*flow.cut(begin, newline), *flow.cut(newline + 1, end)])
            spots[begin:newline] = [(whole, index) for index in range(torn[0])]
            spots[newline + 1 : end] = [(whole, torn[0] + index) for index in range(torn[1])]
            breaks.add(newline)
        elif (rest := _name(above, below, full=full)) is not None:
            breaks |= {*range(newline, newline + 1 + rest[0]), *range(newline + 1 + rest[1], stop)}
    kept = [index for index in range(len(flow.text)) if index not in breaks]
    return Flow("".join(flow.text[index] for index in kept), tuple(spots[index] for index in kept))


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Where each line but the last begins and ends, and where the next one ends."""
    ends = [match.start() for match in re.finditer("\n|$(?!\n)", text)]
    starts = [0, *(end + 1 for end in ends)]
    yield from zip(starts, ends, ends[1:], strict=False)


def _torn(above: str, below: str) -> tuple[int, int] | None:
    """How many signs of a day or an amount end a line and begin the next one; None where neither is torn."""
    for part, whole in ((_PART_OF_DAY, _DAY), (_PART_OF_AMOUNT, _AMOUNT)):
        begun, ended = part.search(above), _REST.match(below)
        if begun is not None and ended is not None and whole.fullmatch(begun[1] + ended[1]):
            return len(begun[1]), len(ended[1])
    return None


def _joined(words: Sequence[Word]) -> Word:
    """One word of the parts, where the first one stands."""
    signs = tuple(options for word in words for options in word.alternatives)
    text = "".join(word.text for word in words)
    sure = min(word.confidence for word in words)
    return replace(
        words[0], text=text, confidence=sure, alternatives=signs if len(signs) == len(text) else (), edges=()
    )


def _name(above: str, below: str, *, full: bool) -> tuple[int, int] | None:
    """From where to where the line below goes on with a name; None where it does not."""
    name, tail = _NAME.search(above), _TAIL.fullmatch(below)
    if name is None or tail is None:
        return None
    labelled = full and above[: name.start(1)][-1:] == ":"
    on = (full or _cut_short(name[1], tail[1])) and _goes_on(name[1], tail[1], labelled=labelled)
    return tail.span(1) if on else None


def _goes_on(above: str, below: str, *, labelled: bool) -> bool:
    """Whether two parts make a name that the first one alone is not; behind a label it may be two names in one."""
    whole = len(above) >= _SHORTEST and _END.search(above + below) is not None and _TITLE.search(above) is None
    return whole and (labelled or _END.search(above) is None)


def _cut_short(above: str, below: str) -> bool:
    """Whether the break parts a word: nothing of the kind stands on a line of its own."""
    torn = above[-1] in "公有限责任" and below.startswith(("司", "公司", "限", "任"))
    return torn or len(below) == 1 or _FORM.fullmatch(below) is not None


def _is_full(words: Sequence[Word], edge: float) -> bool:
    """Whether a line ends so near to the longest one's end that two more signs had no room."""
    if not words:
        return False
    left, _, right, _ = words[-1].box
    return right > edge - _ROOM * max(words[-1].height, (right - left) / len(words[-1].text))

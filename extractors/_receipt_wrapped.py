"""Names on receipts whose last signs stand on a line of their own: a narrow roll has no room for the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors._flow import Flow
from selfproof.model import Word

HOUSE = "店|公司|场|厂|商?行|部|中心|超市|馆|站|院|社|城|园|楼"
"""What names of shops, firms and public places end with; for an expression."""
_END = re.compile(rf"(?:{HOUSE})\)?$")
_TAIL = re.compile(rf"[ \t]*([\u4e00-\u9fff()]{{0,12}}(?:{HOUSE}|司|市)\)?)[ \t]*")
_NAME = re.compile(r"(?:^|[\t: ])([\u4e00-\u9fff()·\w&]*[\u4e00-\u9fff()])$")
_FORM = re.compile(r"(?:股份)?有限(?:责任)?公司")
_SHORTEST = 6  # signs of a name that fills its line
_ROOM = 2.0  # heights of print: a line that ends so near to the longest one's end had no room for more


def unwrapped(flow: Flow) -> Flow:
    """The text without the breaks inside names: where the first part fills its line, or was none without the rest."""
    breaks = set(_breaks(flow))
    kept = [index for index in range(len(flow.text)) if index not in breaks]
    return Flow("".join(flow.text[index] for index in kept), tuple(flow.spots[index] for index in kept))


def _breaks(flow: Flow) -> Iterator[int]:
    """Every character between the two parts of a name."""
    edge = max((spot[0].box[2] for spot in flow.spots if spot is not None), default=0.0)
    for newline in (match.start() for match in re.finditer("\n", flow.text)):
        start = flow.text.rfind("\n", 0, newline) + 1
        above = _NAME.search(flow.text[start:newline])
        stop = flow.text.find("\n", newline + 1)
        below = _TAIL.fullmatch(flow.text, newline + 1, stop if stop >= 0 else len(flow.text))
        if above is None or below is None or not _goes_on(above[1], below[1]):
            continue
        if _cut_short(above[1], below[1]) or _is_full(flow.cut(start + above.start(1), newline), edge):
            yield from range(newline, below.start(1))
            yield from range(below.end(1), below.end())


def _goes_on(above: str, below: str) -> bool:
    """Whether two parts make a name that the first one alone is not."""
    return len(above) >= _SHORTEST and _END.search(above) is None and _END.search(above + below) is not None


def _cut_short(above: str, below: str) -> bool:
    """Whether the break parts a word: nothing of the kind stands on a line of its own."""
    torn = above[-1] in "公有限责任" and below.startswith(("司", "公司", "限", "任"))
    return torn or len(below) == 1 or _FORM.fullmatch(below) is not None


def _is_full(words: Sequence[Word], edge: float) -> bool:
    return bool(words) and words[-1].box[2] > edge - _ROOM * words[-1].height

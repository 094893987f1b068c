"""The head of a receipt: who sold, and where, as far as the printed lines tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from extractors._flow import Flow
from selfproof.model import Word

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_BRANCH = re.compile(r"\s*\([\u4e00-\u9fff\w]{1,16}[店部处]\)\s*")  # below the name of the house
_MARKET = re.compile(r"(?:市场|商城|美食城|商业街)$")  # in which the one stands who is named below it
_STALL = re.compile(r"\s*[\u4e00-\u9fff]{2,12}(?:档口?|摊位?|店|行|铺|馆|坊|批发)\s*")
_PLACED = re.compile(  # a branch by its street alone: which house it is of stands above
    r"[^\t\n]*?[::]\s*([\u4e00-\u9fff\d]{2,12}(?:路|街|道|巷|广场|大厦|花园|小区|商城|车站|步行街)(?:分|门)?店)(?:\s*\(\w{1,16}\))?"
    r"\s*(?:[\u4e00-\u9fff]{2,4}:.*)?"
)
_SLIPS = re.compile(r"(?i:特约商户|商户名|merchant)")
_FORM = re.compile(r"\s*(?:POS\s*)?(?:签购单|存根|凭[条证]|小票)", re.IGNORECASE)  # 特约商户签购单 names nobody
_UNPARTED = re.compile(
    r"[ \t]*((?!编号|编码|代码|名称|[号与及和])[\u4e00-\u9fff][^\n\t:]{3,})$"
)  # without a colon between
_SOLD = re.compile(r"[\u4e00-\u9fff][^\n]*\d\.\d{2}\s*$")  # what was sold, with its price
_HOUSE = r"[\u4e00-\u9fff]{0,20}(?:店|公司|场|厂|商?行|部|中心|超市|馆|站|院|社|城|园|楼)\)?"
_END = re.compile(_HOUSE + "$")
_CELL = re.compile(rf"[ ]*\t[ ]*({_HOUSE})(?=\t|[ ]*$)")  # of a form whose label fills a cell of its own
_PLACE = re.compile(
    r"[^\n\t:]*[路街道巷弄村镇区]\s*(?:[\dA-Z甲乙丙-]+\s*号\S{0,12}|\d+\s*[号#])"
)  # where a shop is, not which
_PAYEE = re.compile(
    r"(?m)^[ ]*收款人[ ]*[:\t][ ]*([\u4e00-\u9fff()]{4,28}(?:公司|厂|店|商行|经营部|合作社|中心|医院|学校))[ ]*$"
)
_SEALED = re.compile(r"\s*(?:财务|收费|发票|票据|收款|业务)?专用章?\s*$")  # of the seal beside the name
_TALL = 2.0  # heights of its label
_ROOM = 2.0  # heights of print: a line that ends so near to the longest one's end had no room for more
_HEAD_LINES = 14
_LEGIBLE = 0.6  # a name that is read with less is likelier another
_NAME_LINES = 3
_ADDRESS_LINES = 4
_SHORTEST_NAME = 4  # before a form's name: 顾客结账单 names nobody


@cache
def words() -> dict[str, Any]:
    """The table of words; its expressions compiled."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "receipt_words.yaml").read_text("utf-8"))
    return {key: re.compile(value) if isinstance(value, str) else value for key, value in table.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line of the running text, from `start` up to `stop`."""

    text: str
    start: int

    @property
    def stop(self) -> int:
        """The end of the line."""
        return self.start + len(self.text)


def lines(text: str) -> list[Line]:
    """The lines that are not empty."""
    found, start = [], 0
    for part in text.split("\n"):
        if part.strip():
            found.append(Line(part, start))
        start += len(part) + 1
    return found


def merchant(flow: Flow) -> Iterator[Sequence[Word]]:
    """After its label, below it, or the first lines that can be a name.

    Where a slip's label stands and its name cannot be read, no other line names the merchant.
    """
    printed = lines(flow.text)
    for index, line in enumerate(printed):
        match = words()["merchant"].search(line.text)
        titled = match is not None and _FORM.match(line.text, match.end())
        if match is not None and not titled and not line.text[: match.start()].strip():
            yield from _branch_of(flow, printed, index)
            found = list(_labelled(flow, line, match, printed[index + 1 : index + 2]))
            yield from found
            if not found and _SLIPS.match(match[0]):
                return
    yield from (flow.cut(*match.span(1)) for match in words()["taxi_firm"].finditer(flow.text))
    yield from (flow.cut(*match.span(1)) for match in _PAYEE.finditer(flow.text))
    if not words()["ride"].search(flow.text):
        yield from _before_form(flow, printed)
        yield from _titled(flow, printed)


def _branch_of(flow: Flow, printed: Sequence[Line], index: int) -> Iterator[Sequence[Word]]:
    """The house in the first line with its branch, whose label gives a street only."""
    line, first = printed[index], _first_name(printed)
    branch = _PLACED.fullmatch(line.text)
    if branch is not None and first is not None and first < index and ":" not in printed[first].text:
        place = flow.cut(line.start + branch.start(1), line.start + branch.end(1))
        yield [*_whole(flow, printed[first]), *place]


def _labelled(flow: Flow, line: Line, match: re.Match[str], below: Sequence[Line]) -> Iterator[Sequence[Word]]:
    rest = re.match(r"\s*(?:[((][^))]*[))])?\s*[:]\s*([^\t]*\S)", line.text[match.end() :])
    rest = rest or re.match(
        rf"[ ]*\([^()]*章\)[ ]*(?!财务|会计|经办)(?=[\u4e00-\u9fff]{{4}})({_HOUSE})(?=[ \t]|$)",
        line.text[match.end() :],
    )
    rest = rest or _CELL.match(line.text[match.end() :])
    if rest is not None and _PLACE.fullmatch(rest[1].strip()):
        return
    if rest is not None:
        begin, end = line.start + match.end() + rest.start(1), line.start + match.end() + rest.end(1)
        if words()["other_label"].match(flow.text, begin, end):
            return  # nothing is written between the two
        other = words()["other_label"].search(flow.text, begin + 2, end)
        stop = other.start() if other else end
        seal = _SEALED.search(flow.text[begin + _SHORTEST_NAME : stop])
        name = flow.cut(begin, begin + _SHORTEST_NAME + seal.start() if seal else stop)
        if name and name[0].height > _TALL * flow.cut(line.start, line.start + 1)[0].height:
            return  # what a seal says beside the label stands upright
        yield [*name, *(() if other else _rest(flow, name, below))]
    elif _SLIPS.match(match[0]) and (beside := _UNPARTED.match(line.text, match.end())):
        yield flow.cut(line.start + beside.start(1), line.start + beside.end(1))
    elif not _LETTERS.search(re.sub(r"[((][^))]*[))]|编号|[&/A-Za-z]", "", line.text[match.end() :])):
        yield from (_whole(flow, next_) for next_ in below if _CHINESE.search(next_.text) and ":" not in next_.text)


def _rest(flow: Flow, name: Sequence[Word], below: Sequence[Line]) -> list[Word]:
    """The end of a name that had no room on its line: it begins under the label, and the name was none without it."""
    words = [word for line in below if _END.fullmatch(line.text.strip()) for word in _whole(flow, line)]
    if not words or not name or _END.search(name[-1].text):
        return []
    printed = [spot[0] for spot in flow.spots if spot is not None]
    edge = max(word.box[2] for word in printed) - _ROOM * words[0].height
    return words if name[-1].box[2] > edge else []


def _whole(flow: Flow, line: Line) -> list[Word]:
    return flow.cut(line.start, line.stop)


def _first_name(printed: Sequence[Line]) -> int | None:
    """Which line of the head, above the title of a form from a pad or the list of what was sold, names somebody."""
    ends = (words()["pad_title"], words()["items_begin"])
    form = (
        index
        for index, line in enumerate(printed[:_HEAD_LINES])
        if any(end.match(line.text) for end in ends) or _SOLD.search(line.text)
    )
    return next((index for index, line in enumerate(printed[: next(form, _HEAD_LINES)]) if _names(line)), None)


def _titled(flow: Flow, printed: Sequence[Line]) -> Iterator[Sequence[Word]]:
    first = _first_name(printed)
    if first is None or min(word.confidence for word in _whole(flow, printed[first])) < _LEGIBLE:
        return
    if _CHINESE.search(printed[first].text):
        cell = next((cell for cell in re.finditer(r"[^\t]+", printed[first].text) if _names(Line(cell[0], 0))), None)
        stall = cell is not None and _MARKET.search(cell[0]) is not None
        branch = [
            line
            for line in printed[first + 1 : first + 2]
            if _BRANCH.fullmatch(line.text) or (stall and _STALL.fullmatch(line.text) and _names(line))
        ]
        below = [word for line in branch for word in _whole(flow, line)]
        start = printed[first].start
        yield from ([[*flow.cut(start + cell.start(), start + cell.end()), *below]] if cell else [])
        return
    name = [printed[first]]
    for line in printed[first + 1 : first + _NAME_LINES]:
        if not _continues(name[-1], line):
            break
        name.append(line)
    yield [word for line in name for word in flow.cut(line.start, _unregistered(line))]


def _before_form(flow: Flow, printed: Sequence[Line]) -> Iterator[Sequence[Word]]:
    """The name in a title that also says what paper it is."""
    for line in printed[:1]:
        tail = words()["form_tail"].search(line.text)
        name = line.text[: tail.start()].strip() if tail is not None else ""
        named = len(name) >= _SHORTEST_NAME and _names(Line(name, 0)) and not words()["trade"].search(name)
        if tail is not None and named:
            yield flow.cut(line.start, line.start + tail.start())


def _unregistered(line: Line) -> int:
    match = words()["trailing_registration"].search(line.text)
    return line.start + match.start() if match else line.stop


def _names(line: Line) -> bool:
    """Whether a line can be a name: letters enough, and none of the things that tills print above it."""
    text = line.text.strip()
    letters = len(_LETTERS.findall(text))
    return letters > 1 and letters * 2 > len(text.replace(" ", "")) and not words()["no_name"].fullmatch(text)


def _continues(above: Line, line: Line) -> bool:
    """Whether a line goes on with an English name: the one above is no whole name, or this one ends it."""
    ended = re.search(r"(?i)\b(bhd|ltd|inc|llc|plt|shop|cafe|restaurant|co|store|mart)\b\.?\s*$", above.text)
    other = any(words()[sort].search(line.text) for sort in ("head_ends", "registered", "addressed"))
    return not (ended or other or _CHINESE.search(line.text))


def _addressed(line: Line) -> bool:
    return bool(words()["addressed"].search(line.text)) and not words()["registered"].search(line.text)


def address(flow: Flow) -> Iterator[Sequence[Word]]:
    """After its label, or below an English name as far as the head goes."""
    label = re.search(r"(?m)^\s*(?:店铺|门店|商户)?地\s*址\s*:\s*([^\t\n]*\S)", flow.text)
    if label is not None and "*" not in label[1] and "隐" not in label[1]:
        yield flow.cut(*label.span(1))
    printed = lines(flow.text)
    first = _first_name(printed)
    if first is None or _CHINESE.search(printed[first].text):
        return
    head = printed[first + 1 : first + 1 + _NAME_LINES + _ADDRESS_LINES]
    begin = next((index for index, line in enumerate(head) if _addressed(line)), None)
    found: list[Word] = []
    for line in head[begin:] if begin is not None else ():
        if words()["head_ends"].search(line.text) or words()["registered"].search(line.text):
            break
        found += flow.cut(line.start, line.stop)
    if found:
        yield found

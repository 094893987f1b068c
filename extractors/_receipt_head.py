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
from extractors._receipt_wrapped import HOUSE
from selfproof.model import Word

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_BRANCH = re.compile(r"\s*\([\u4e00-\u9fff\w]{1,16}[店部处]\)\s*")  # below the name of the house
_BRANCHED = re.compile(r"[\u4e00-\u9fff\w&·]{2,20}\([\u4e00-\u9fff\w·]{1,16}[店部处]\)")
_FULL = re.compile(
    rf"{_BRANCHED.pattern}|[\u4e00-\u9fff()]{{4,26}}有限(?:责任)?公司(?:[\u4e00-\u9fff]{{2,12}}(?:公司|[店站厅]))?"
)
_MARKET = re.compile(r"(?:市场|商城|美食城|商业街)$")  # in which the one stands who is named below it
_STALL = re.compile(r"\s*[\u4e00-\u9fff]{2,12}(?:档口?|摊位?|店|行|铺|馆|坊|批发)\s*")
_PLACED = re.compile(  # a branch by its street alone: which house it is of stands above
    r"[^\t\n]*?[::]\s*(?:[A-Z]?\d{2,6}[\s-]*)?([\u4e00-\u9fff\d]{2,12}(?:路|街|道|巷|广场|大厦|花园|小区|商城|车站|步行街)(?:分|门)?店)(?:\s*\(\w{1,16}\))?"
    r"\s*(?:[\u4e00-\u9fff]{2,4}:.*)?"
)
_SLIPS = re.compile(r"(?i:特约商户|商户名|merchant)")
_FORM = re.compile(r"\s*(?:POS\s*)?(?:签购单|存根|凭[条证]|小票)", re.IGNORECASE)  # 特约商户签购单 names nobody
_UNPARTED = re.compile(
    r"[ \t]*((?!编号|编码|代码|名称|[号与及和])[\u4e00-\u9fff][^\n\t:]{3,})$"
)  # without a colon between
_SOLD = re.compile(r"[\u4e00-\u9fff][^\n]*\d\.\d{2}\s*$")  # what was sold, with its price
_HOUSE = rf"[\u4e00-\u9fff]{{0,20}}(?:{HOUSE})\)?"
_END = re.compile(_HOUSE + "$")
_CELL = re.compile(rf"[ ]*\t[ ]*({_HOUSE})(?=\t|[ ]*$)")  # of a form whose label fills a cell of its own
_PLACE = re.compile(
    r"[^\n\t:]*[路街道巷弄村镇区]\s*(?:[\dA-Z甲乙丙-]+\s*号\S{0,12}|\d+\s*[号#])"
)  # where a shop is, not which
_PAYEE = re.compile(
    r"(?m)^[ ]*收款人[ ]*[:\t][ ]*([\u4e00-\u9fff()]{4,28}(?:公司|厂|店|商行|经营部|合作社|中心|医院|学校))[ ]*$"
)
_SEALED = re.compile(  # of the seal beside the name, or of where it goes
    r"\s*(?:(?:财务|收费|发票|票据|收款|业务)?专用章?|\((?:加?盖)?[公印签]?章\))?\s*$"
)
_TALL = 2.0  # heights of its label
_HEAD_LINES = 14
_LEGIBLE = 0.6  # a name that is read with less is likelier another
_NAME_LINES = 3
_TITLE_LINES = 4
_BODY = 2  # labelled lines, below which the head has ended
_LABELLED = re.compile(r"[ ]*[\u4e00-\u9fffA-Za-z/]{2,10}[ ]*:")
_FIELD = re.compile(  # another column's heading, or what another label's value would be
    r"^(?:编?号|代码|名称|地址|电话|日期|时间|金额|数量|单价|备注|会计|出纳|财务|收款|经[手办]|[盖签公]章|签[名字])"
    r"|(?:编号|代码|地址|电话|日期|时间|金额|数量|方式|状态|[盖签公]章|签[名字])$"
)
_CODE = re.compile(r"[\dA-Za-z\-*#]*\d[\dA-Za-z\-*#]*")  # of a counter, beside the label of its name
_NUMBERED = re.compile(r"^[A-Z]{0,2}\d{2,6}[\s-]+(?=[\u4e00-\u9fff])")  # of a branch, before its name
_FEWEST_LETTERS = 2
_ADDRESS_LINES = 4
_SHORTEST_NAME = 4  # before a form's name: 顾客结账单 names nobody


@cache
def words() -> dict[str, Any]:
    """The table of words; its expressions compiled."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "receipt_words.yaml").read_text("utf-8"))
    return {key: re.compile(value) if isinstance(value, str) else value for key, value in table.items()}


@cache
def days() -> dict[str, re.Pattern[str]]:
    """By what the label of a day says, the expression that finds it."""
    return {sort: re.compile(pattern) for sort, pattern in words()["days"].items()}


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


def merchant(flow: Flow, *, screen: bool = False) -> Iterator[Sequence[Word]]:
    """After its label, below it, or the first lines that can be a name; never who only carried the payment.

    screen: whether it is a picture of a screen, where most of what stands alone names parts of the page.
    """
    for place in _named(flow, screen=screen):
        if not words()["platform"].fullmatch(re.sub(r"\s", "", "".join(word.text for word in place))):
            yield place


def _named(flow: Flow, *, screen: bool) -> Iterator[Sequence[Word]]:
    """Where a slip's label stands and its name cannot be read, no other line names the merchant."""
    printed = lines(flow.text)
    for index, line in enumerate(printed):
        match = _label(line)
        if match is not None and not _FORM.match(line.text, match.end()):
            yield from _branch_of(flow, printed, index)
            below = () if line.text[: match.start()].strip() else printed[index + 1 : index + 2]
            found = list(_labelled(flow, line, match, below))
            yield from found
            if not found and _SLIPS.match(match[0]):
                return
    yield from (flow.cut(*match.span(1)) for match in words()["taxi_firm"].finditer(flow.text))
    yield from (flow.cut(*match.span(1)) for match in _PAYEE.finditer(flow.text))
    if words()["ride"].search(flow.text):
        yield from (flow.cut(*match.span(1)) for match in words()["ride_firm"].finditer(flow.text))
    else:
        yield from _before_form(flow, printed)
        yield from _titled(flow, printed, screen=screen)


def _label(line: Line) -> re.Match[str] | None:
    """The merchant's label where it begins the line or one of its columns."""
    found = words()["merchant"].finditer(line.text)
    return next((match for match in found if line.text[: match.start()].rstrip(" ")[-1:] in ("", "\t")), None)


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
    rest = rest or _beside(line, match)
    if rest is not None and (_PLACE.fullmatch(rest[1].strip()) or _CODE.fullmatch(rest[1].strip())):
        return
    if rest is not None:
        begin, end = line.start + match.end() + rest.start(1), line.start + match.end() + rest.end(1)
        begin += len(rest[1]) - len(_NUMBERED.sub("", rest[1]))
        if words()["other_label"].match(flow.text, begin, end):
            return  # nothing is written between the two
        other = words()["other_label"].search(flow.text, begin + 2, end)
        stop = other.start() if other else end
        seal = _SEALED.search(flow.text[begin + _SHORTEST_NAME : stop])
        name = flow.cut(begin, begin + _SHORTEST_NAME + seal.start() if seal else stop)
        if name and name[0].height > _TALL * flow.cut(line.start, line.start + 1)[0].height:
            return  # what a seal says beside the label stands upright
        yield name
    elif _SLIPS.match(match[0]) and (beside := _UNPARTED.match(line.text, match.end())):
        yield flow.cut(line.start + beside.start(1), line.start + beside.end(1))
    elif not _LETTERS.search(re.sub(r"[((][^))]*[))]|编号|[&/A-Za-z]", "", line.text[match.end() :])):
        yield from (_whole(flow, next_) for next_ in below if _CHINESE.search(next_.text) and ":" not in next_.text)


def _beside(line: Line, label: re.Match[str]) -> re.Match[str] | None:
    """What stands alone behind a label that stands alone: of two columns without colons."""
    value = re.match(r"[ \t]+([^\t:]*[^\t: ])[ ]*$", line.text[label.end() :])
    alone = value is not None and not line.text[: label.start()].strip() and not _FIELD.search(value[1])
    return value if value is not None and alone and _names(Line(value[1], 0)) else None


def _whole(flow: Flow, line: Line) -> list[Word]:
    return flow.cut(line.start, line.stop)


def _first_name(printed: Sequence[Line]) -> int | None:
    """Which line of the head, above the title of a form from a pad or the list of what was sold, names somebody.

    Below the first labelled lines only what ends like a firm's or a shop's name: the rest speaks to the customer.
    """
    ends = (words()["pad_title"], words()["items_begin"])
    labelled = 0
    for index, line in enumerate(printed[:_HEAD_LINES]):
        if any(end.match(line.text) for end in ends) or _SOLD.search(line.text):
            return None
        cell = _name_in(line)
        if cell is not None and (labelled < _BODY or _END.search(cell[0].strip())):
            return index
        labelled += _LABELLED.match(line.text) is not None
    return None


def _name_in(line: Line) -> re.Match[str] | None:
    """The cell of a line that can be a name: beside a form's name only the first."""
    cells = list(re.finditer(r"[^\t]+", line.text))
    if _names(line):
        return next((cell for cell in cells if _names(Line(cell[0], 0))), None)
    titled = all(words()["paper"].fullmatch(_bare(cell[0])) for cell in cells[1:])
    return cells[0] if len(cells) > 1 and titled and _names(Line(cells[0][0], 0)) else None


def _legible(place: Sequence[Word]) -> bool:
    """Whether every letter was read surely enough; a bracket or a point may be of either width."""
    read = [signs[0] for word in place for signs in word.alternatives if signs and signs[0][0].isalpha()]
    surest = [share for _, share in read] or [word.confidence for word in place]
    return min(surest, default=0.0) >= _LEGIBLE


def _titled(flow: Flow, printed: Sequence[Line], *, screen: bool) -> Iterator[Sequence[Word]]:
    first = _first_name(printed)
    cell = None if first is None else _name_in(printed[first])
    if first is None or cell is None:
        return
    first, cell = _below_a_logo(printed, first) or _fuller(printed, first) or (first, cell)
    if screen and not (_END.search(_bare(cell[0])) or _BRANCHED.fullmatch(_bare(cell[0]))):
        return
    start = printed[first].start
    if not _legible(flow.cut(start + cell.start(), start + cell.end())):
        return
    if _CHINESE.search(printed[first].text):
        stall = _MARKET.search(cell[0]) is not None
        branch = [
            line
            for line in printed[first + 1 : first + 2]
            if _BRANCH.fullmatch(line.text) or (stall and _STALL.fullmatch(line.text) and _names(line))
        ]
        below = [word for line in branch for word in _whole(flow, line)]
        begin = start + cell.start() + len(cell[0]) - len(re.sub(r"^[^\w(]+", "", cell[0]))
        yield [*flow.cut(begin, begin + len(_bare(cell[0]))), *below]
        return
    name = [printed[first]]
    for line in printed[first + 1 : first + _NAME_LINES]:
        if not _continues(name[-1], line):
            break
        name.append(line)
    yield [word for line in name for word in flow.cut(line.start, _unregistered(line))]


def _below_a_logo(printed: Sequence[Line], first: int) -> tuple[int, re.Match[str]] | None:
    """The house's name in Chinese below what its sign says in Latin letters."""
    below = printed[first + 1] if first + 1 < len(printed) and not _CHINESE.search(printed[first].text) else None
    cell = None if below is None else _name_in(below)
    return (first + 1, cell) if cell is not None and _END.search(cell[0].strip()) else None


def _fuller(printed: Sequence[Line], first: int) -> tuple[int, re.Match[str]] | None:
    """The one shop with its branch, or firm, alone on a line of the head below what may be a logo or a menu."""
    above = printed[first].text
    branched = any(_BRANCH.fullmatch(line.text) for line in printed[first + 1 : first + 2])
    if branched or _END.search(_bare(above)) or not _CHINESE.search(above):
        return None
    found = []
    for index, line in enumerate(printed[first + 1 : _HEAD_LINES], first + 1):
        if words()["items_begin"].match(line.text) or _SOLD.search(line.text):
            break
        if _FULL.fullmatch(line.text.strip()) and _names(line):
            found.append((index, line))
    cell = re.search(r"\S.*", found[0][1].text) if len(found) == 1 else None
    return None if cell is None else (found[0][0], cell)


def _before_form(flow: Flow, printed: Sequence[Line]) -> Iterator[Sequence[Word]]:
    """The name in a title that also says what paper it is, above which nobody is named."""
    for index, line in enumerate(printed[:_TITLE_LINES]):
        tail = words()["form_tail"].search(line.text)
        name = line.text[: tail.start()] if tail is not None and not index else ""
        house = words()["house_of_form"].fullmatch(line.text)
        name = house[1] if house is not None else name
        sure = len(name.strip()) >= _SHORTEST_NAME and "\t" not in name and not words()["trade"].search(name.strip())
        if sure and _names(Line(name, 0)):
            yield flow.cut(line.start, line.start + len(name))
        if _name_in(line) is not None:
            return


def _unregistered(line: Line) -> int:
    match = words()["trailing_registration"].search(line.text)
    firm = words()["firm_then_paper"].search(line.text)
    return line.start + (firm.end() if firm else match.start() if match else len(line.text))


def _names(line: Line) -> bool:
    """Whether a line can be a name: letters enough, and none of the things that tills print above it."""
    text, letters = _bare(line.text), len(_LETTERS.findall(line.text))
    if _BRANCH.fullmatch(text):
        return False
    if (
        letters < _FEWEST_LETTERS
        or letters * 2 <= len(text.replace(" ", ""))
        or words()["no_name"].fullmatch(line.text.strip())
    ):
        return False
    return not any(words()[sort].fullmatch(text) for sort in ("platform", "courtesy", "paper", "label", "state"))


def _bare(text: str) -> str:
    """Without the stars and dashes around it."""
    return re.sub(r"^[^\w(]+|[^\w)]+$", "", text)


def _continues(above: Line, line: Line) -> bool:
    """Whether a line goes on with an English name: the one above is no whole name, or this one ends it."""
    ended = re.search(r"(?i)\b(bhd|ltd|inc|llc|plt|shop|cafe|restaurant|co|store|mart)\b\.?\s*$", above.text)
    other = any(words()[sort].search(line.text) for sort in ("head_ends", "registered", "addressed"))
    ended = ended or words()["firm_then_paper"].search(above.text)
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

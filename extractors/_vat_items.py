"""Items of a printed VAT invoice: which piece of a line stands in which column, and which lines are one item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import TypeAlias

from extractors import _sums
from extractors._vat_sheet import Sheet, labels
from selfproof.layout_table import Column, Line, headings
from selfproof.model import Word

NUMERIC = ("quantity", "unit_price", "amount", "tax")
_SUMMED = ("amount", "tax")
_NUMBER = re.compile(r"[¥YV]?[-−(]?\d[\d,]*(?:\.\d*)?\)?|\.\d+")
_NO_RATE = "免税|不征税|零税率|出口零税率|普通零税率"
_RATE = re.compile(rf"\d{{1,2}}(?:\.\d+)?%|{_NO_RATE}")
_SIGNLESS = re.compile(r"\d{2,4}")  # a rate whose sign was taken for figures: 13% as 1396
_STARS = re.compile(r"\*{2,}|[—-]{2,}")
_CATEGORY = re.compile(r"\*[^*]+\*")
_GLUED = re.compile(rf"(?<=\.\d\d)(?=\d{{1,2}}(?:\.\d+)?%|{_NO_RATE})|(?<=%)(?=[-\d*])|(?<=税)(?=\*\*)")
_TWO_NUMBERS = re.compile(r"\d\.\d(\d*\d)\.\d")  # figures between two decimal points belong to two numbers
_SEALED = re.compile(r"9[123]\d{6}[0-9A-Z]{10}")  # the seller's code in its seal: no goods are called so
_STROKES = "|丨"  # a ruled line that was read as a sign beside what stands in its cell
_WRONG = 5.0  # what a number in a text column's place costs, against 1 per twentieth of the page's width of distance
_SCALE = 20.0
_TAIL = re.compile(r"\d{1,2}")
_SHORTEST = 5  # figures: two numbers glued to one have at least so many
_WIDE = 1.6  # times the usual pitch
_NAME_LEAST = 4.0  # ems that a name takes before the specification
_LEFT_OF_HEADING, _SLACK = 2.0, 0.8  # ems left and right of its heading's edge, where a specification begins

Span: TypeAlias = tuple[int, int]
Cells: TypeAlias = dict[str, tuple[Word, ...]]


def items(all_sheets: Sequence[Sheet]) -> list[Cells]:
    """The items of all pages in order, of a page that is there twice once.

    A line that only points at the list behind it is left out when there is one.
    """
    found: list[Cells] = []
    printed: list[list[dict[str, str]]] = []
    headed: Sheet | None = None
    for sheet in all_sheets:
        page = _page_items(_body(sheet, headed))
        headed = sheet if sheet.head is not None else headed
        summed = page and any(_sums.is_sum(page[-1], above, _SUMMED) for above in (page[:-1], [*found, *page[:-1]]))
        page = page[:-1] if summed else page
        texts = [{name: _sums.text(item, name) for name in item} for item in page]
        found += page if texts not in printed else []
        printed.append(texts)
    listed = [item for item in found if not re.search(labels()["list_notice"], _text(item))]
    return listed or found


def _page_items(rows: Iterable[Cells]) -> list[Cells]:
    found: list[Cells] = []
    waiting: Cells = {}
    for row in rows:
        if found and _is_tail(row):
            row = {name: words for name, words in row.items() if name not in NUMERIC}  # noqa: PLW2901  what is left of it
        if "amount" in row:
            lost = [waiting] if _begins(row, waiting) else []  # goods above whose own amount was not read
            found += [*lost, row if lost else _joined(waiting, row)]
            waiting = {}
        elif not found or _begins(row, found[-1]):
            waiting = _joined(waiting, row)
        else:
            found[-1] = _joined(found[-1], row)
    return found


def _is_tail(row: Cells) -> bool:
    """Whether a line holds but last figures that found no room in narrow columns: what stands as amount is none."""
    figures = ["".join(word.text for word in words) for name, words in row.items() if name in NUMERIC]
    whole = _CATEGORY.match(_text(row)) or "tax_rate" in row or "tax" in row
    return "amount" in row and not whole and all(_TAIL.fullmatch(text) for text in figures)


def _joined(above: Cells, row: Cells) -> Cells:
    return {name: (*above.get(name, ()), *row.get(name, ())) for name in {**above, **row}}


def _text(item: Cells) -> str:
    return "".join(word.text for word in item.get("name", ()))


def _begins(row: Cells, last: Cells) -> bool:
    """Whether a line without an amount opens the next item: a new category mark after a name that is there."""
    return bool(_CATEGORY.match(_text(row)) and _CATEGORY.match(_text(last)))


def _body(sheet: Sheet, headed: Sheet | None) -> Iterator[Cells]:
    """The lines under the headings; of a page without any, those that go on under the headings of the page before."""
    if sheet.head is None:
        yield from _rows(sheet.lines[_onward(sheet, headed.columns) :], headed.columns) if headed else ()
    else:
        yield from _rows(sheet.lines[sheet.head + 1 :], sheet.columns)


def _rows(lines: Sequence[Line], columns: Sequence[Column]) -> Iterator[Cells]:
    for line in lines:
        if any(re.search(end, line.text) for end in labels()["table_end"]):
            return
        if headings(line, labels()["columns"]) and not re.search(r"\d", line.text):
            continue  # a heading that wraps
        yield assign(line, columns)


def _onward(sheet: Sheet, columns: Sequence[Column]) -> int:
    """The first line of a page without headings that is an item in these columns, or how many lines there are.

    Where its name was too long for one line it begins above.
    """
    above: Cells = {}
    for index, row in enumerate(assign(line, columns) for line in sheet.lines):
        if _is_item(row):
            begun = _CATEGORY.match(_text(above)) and not _CATEGORY.match(_text(row))
            return index - 1 if begun else index
        above = row
    return len(sheet.lines)


def _is_item(row: Cells) -> bool:
    """Whether a line has goods, an amount, a rate, and a tax where one is due: stars stand in no cell."""
    amount, rate, tax = (_sums.text(row, name) for name in ("amount", "tax_rate", "tax"))
    taxed = _NUMBER.fullmatch(tax) if tax else re.fullmatch(_NO_RATE, rate)
    return bool("name" in row and _NUMBER.fullmatch(amount) and _RATE.fullmatch(rate) and taxed)


def assign(line: Line, columns: Sequence[Column]) -> Cells:
    """The line's words by column: the cheapest way that keeps both in order from left to right."""
    parts = list(_parts(line, columns))
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for span in parts:
        costs = [_cost(line, span, column) for column in columns]
        best = _extend(best, costs, columns)
    _, path = min(best, default=(0.0, ()))
    cells: Cells = {}
    for (start, stop), index in zip(parts, path, strict=True):
        name = columns[index].name
        cells[name] = (*cells.get(name, ()), *line.cut(start, stop))
    return {name: words for name, words in cells.items() if _plausible(name, words)}


def _extend(
    best: Sequence[tuple[float, tuple[int, ...]]], costs: Sequence[float], columns: Sequence[Column]
) -> list[tuple[float, tuple[int, ...]]]:
    """For each column the cheapest assignment that ends there with one piece more."""
    found = []
    for index, cost in enumerate(costs):
        earlier = [
            (total + (_WRONG if path and path[-1] == index and columns[index].name in NUMERIC else 0.0), path)
            for total, path in best
            if not path or path[-1] <= index
        ]
        if earlier:
            total, path = min(earlier)
            found.append((total + cost, (*path, index)))
    return found


def _cost(line: Line, span: Span, column: Column) -> float:
    left, right = line.left(span[0]), line.right(span[1] - 1)
    text = line.text[slice(*span)]
    return _SCALE * column.distance(left, right) + _misfit(column.name, text)


def _misfit(name: str, text: str) -> float:
    number, rate, stars = (bool(shape.fullmatch(text)) for shape in (_NUMBER, _RATE, _STARS))
    if name in NUMERIC:
        return 0.0 if number or (stars and name == "tax") else _WRONG
    if name == "tax_rate":
        return 0.0 if rate else 1.0 if stars or _SIGNLESS.fullmatch(text) else _WRONG
    if name == "unit":
        return _WRONG / 2 if number or rate else 0.0
    return 1.0 if number or rate or stars else 0.0


def _plausible(name: str, words: Sequence[Word]) -> bool:
    text = "".join(word.text for word in words)
    return bool(re.search(r"\d", text)) if name in NUMERIC else bool(text)


def _parts(line: Line, columns: Sequence[Column]) -> Iterator[Span]:
    """The line's pieces, cut further where a rate is glued to its neighbours or a piece lies across columns."""
    start = 0
    for index in range(1, len(line.text) + 1):
        if index < len(line.text) and line.gap(index) <= 0.0 and line.spots[index - 1][0] == line.spots[index][0]:
            continue
        text = line.text[start:index]
        first, last = len(text) - len(text.lstrip(_STROKES)), len(text.rstrip(_STROKES))
        if first < last and not _SEALED.fullmatch(text):
            yield from _split(line, (start + first, start + last), columns)
        start = index


def _split(line: Line, span: Span, columns: Sequence[Column]) -> Iterator[Span]:
    start, stop = span
    text = line.text[start:stop]
    cuts = [match.start() for match in _GLUED.finditer(text)]
    under = [column for column in columns if line.left(start) < column.left and column.right < line.right(stop - 1)]
    if len(under) > 1 or (under and re.search(r"\d$", text)):
        cuts += [match.start() for match in re.finditer(r"(?<=[\u4e00-\u9fff])(?=\d[\d.]*$)", text)]
    two = _TWO_NUMBERS.search(text)
    cuts += [_widest(line, start + two.start(1), start + two.end(1)) - start] if two else []
    cuts += _parted(line, span, columns) if not two and _NUMBER.fullmatch(text) else []
    cuts += _overrun(line, span, columns)
    for begin, end in zip([0, *sorted(set(cuts))], [*sorted(set(cuts)), len(text)], strict=True):
        yield start + begin, start + end


def _parted(line: Line, span: Span, columns: Sequence[Column]) -> list[int]:
    """Where figures that touch two numeric columns show a gap much wider than between their other characters."""
    start, stop = span
    touched = [c for c in columns if c.name in NUMERIC and c.distance(line.left(start), line.right(stop - 1)) <= 0.0]
    if len(touched) < 2 or stop - start < _SHORTEST:  # noqa: PLR2004  two columns
        return []
    place = _widest(line, start + 1, stop)
    usual = median(_pitch(line, index) for index in range(start + 1, stop))
    return [place - start] if _pitch(line, place) > _WIDE * usual else []


def _overrun(line: Line, span: Span, columns: Sequence[Column]) -> list[int]:
    """Where a recognised name runs on into the specification beside it: at a change of script near that column's edge.

    Specifications begin under their heading or up to two ems left of it; exact carriers keep cells apart.
    """
    start, stop = span
    edge = next((column.left for column in columns if column.name == "spec"), None)
    if edge is None or not line.pieces[line.spots[start][0]].word.alternatives:
        return []
    if line.left(start) > edge - _NAME_LEAST * line.em or line.right(stop - 1) < edge + line.em:
        return []
    near = [at for at in range(start + 1, stop) if -_LEFT_OF_HEADING <= (line.left(at) - edge) / line.em <= _SLACK]
    changes = [at for at in near if _script(line.text[at - 1]) != _script(line.text[at])]
    return [min(changes, key=lambda at: abs(line.left(at) - edge)) - start] if changes else []


def _script(char: str) -> bool:
    """Whether a sign is a letter or figure of another script than Chinese."""
    return char.isalnum() and char < "\u3000"


def _pitch(line: Line, index: int) -> float:
    """Twice the way from the middle of the character before to the middle of this one."""
    return (line.left(index) + line.right(index)) - (line.left(index - 1) + line.right(index - 1))


def _widest(line: Line, start: int, stop: int) -> int:
    """Where two numbers that were read as one part: the character before which the pitch is widest."""
    return max(range(start, stop), key=lambda index: _pitch(line, index))

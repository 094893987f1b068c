"""Statements printed on pages: rows of cells rebuilt from words by the columns that the headings span."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile, zip_longest
from typing import TypeAlias

from selfproof import layout, layout_table
from selfproof.geometry import even_edges
from selfproof.layout_table import Piece
from selfproof.model import Page, Word, box_quad
from selfproof.statements import headings, labels
from selfproof.statements.amounts import parse_amount
from selfproof.statements.headings import BANK, Dialect
from selfproof.statements.slots import FIGURED, Slot, closed, unglued, widened, without_over
from selfproof.statements.tall import grouped, text
from selfproof.statements.words import is_sum
from selfproof.statements.words import words as statement_words

_HEADING_LINES = 5  # in two languages, where a cell of three lines stands beside cells of two
_CELL = re.compile(
    r"[-+¥￥]?\d[\d,]*\.\d{2}(?=/|[\u4e00-\u9fff]{2}|\d{3,}$)|[^|]+"
)  # a line is read as |, a cell that is struck out as /; a balance touches the number of the teller
_GLUED = re.compile(  # an amount that touches what stands right of it
    r"^[-+]?[\d,]+\.\d{2}(?=[\u4e00-\u9fff]{2}|(?<=,\d{3}\.\d{2})\d{3})|[^|]+"
)
_TALL = 3.0  # times as high as wide: no line is
_COLUMN_SIGNS, _FLAGS = 3, 3  # signs in a column of flags at least, and different ones among them at most
_LINE_GAP = 2.2  # heights of a line: what stands further below is no continuation of a cell
_JOIN = 0.35  # of a line's height: nearer pieces of a heading are one heading
_DATED = re.compile(f"{headings.DAYS}|ate")
_RULE = re.compile(r"[-=_—─━~*+|]{5,}")  # drawn with signs, as printers of fixed width do
_SPACED = re.compile(r"(?<!\S)[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff])+(?=[:：\s]|$)")
_UNIT = re.compile(r"(?:人民币)?[百千万亿]*元")
_SAID = re.compile(
    r"[\d*]{8}|^(?:CNY|RMB|USD|HKD|EUR|JPY|GBP)$|^(?!.{0,4}单\s*位)[^()（）\[【:：]+[:：]\s*[^\s:：]"
)  # a unit may stand beside headings
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,}\s*[:：]")  # below a table, with its figure
_CAPTION = re.compile(r"(?:明细|清单|列表|汇总|记录|流水)$")  # alone on a line above a table
_HOUR = re.compile(r"\d{2}:\d{2}(?::\d{2})?")  # under its day
_SUMMED = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:汇总|合计|总计|共计|小计)\s*[:：]"
)  # what stands below a table, in a sentence
_SIGNS, _LONGEST = re.compile(r"[\u4e00-\u9fff]"), 16  # of a heading at most
_BESIDE = 0.3  # of a line's height, by which parts of one line overlap that its picture tilts
_ASPECT = 1.4  # of an upright page: what page sizes of unknown units are taken for


_Heading: TypeAlias = tuple[tuple[Slot, ...], list[Word]]  # the columns and the words that name them
_Span: TypeAlias = tuple[float, float]
_Found: TypeAlias = tuple[tuple[int, int], tuple[Slot, ...], int]  # roles and columns known, the columns, their height


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line with the words of each cell; outside a table every word is a cell.

    headings: the columns' names where the line is a heading in which recognition erred.
    """

    cells: tuple[tuple[Word, ...], ...]
    table: bool
    headings: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The cells as text; of a recognised heading as it was mended."""
        return self.headings or tuple(map(text, self.cells))


def lines(pages: Sequence[Page], dialect: Dialect = BANK) -> Iterator[Line]:
    """All lines of all pages; below a heading they have its columns, on following pages too until another comes.

    A page that is there twice to the letter is read once.
    """
    slots: tuple[Slot, ...] = ()
    for page in {tuple(word.text for word in page.words): page for page in pages}.values():
        for heading, body in _sections(_printed(page), dialect):
            if heading is not None:
                slots = heading[0]
                yield _headline(heading[1], slots)
            yield from _body(body, slots)


def _printed(page: Page) -> list[list[Word]]:
    """The page's printed lines without those that only rule it."""
    closed = layout_table.pieces(map(_closed, page.words))
    pieces = {id(piece.word): piece for piece in closed if not _RULE.fullmatch(piece.word.text)}
    level = (glyph for piece in pieces.values() for glyph in _upright(piece.word, page))
    rows = layout.rows(part for word in level for part in _apart(word))
    return [list(_with_names(row, pieces)) for row in rows]


def _with_names(row: Sequence[Word], pieces: Mapping[int, Piece]) -> Iterator[Word]:
    """A line's words, the holder's name of several words as one: 户名：SAMPLE TRADING LTD."""
    label = ""
    for _, group in groupby(row, key=lambda word: id(pieces[id(word)].source if id(word) in pieces else word)):
        words = list(group)
        parts = [pieces[id(word)] for word in words] if len(words) > 1 else []
        start, stop = _name_in(parts[0].source.text, label) if parts else (0, 0)
        name = [part for part in parts if part.start < stop and part.stop > start]
        for word, part in zip_longest(words, parts):
            if part not in name[:-1]:
                yield part.source.slice(name[0].start, part.stop) if part in name else word
        label = parts[0].source.text if parts else words[0].text


def _name_in(text: str, label: str) -> tuple[int, int]:
    """Where a text names the holder: behind its label, which may be the word before it; (0, 0) where it does not.

    A label of several words is taken along.
    """
    match, begin = statement_words()["holder"].search(text), labels.holder(text)
    if match is not None and begin is not None:
        start = match.start() if re.search(r"\S\s+\S", match[0]) else begin
    elif labels.holder(label) == len(label):
        start = begin = labels.said_from(text)
    else:
        return 0, 0
    return start, begin + len(labels.name(text[begin:]))


def _closed(word: Word) -> Word:
    """A word of an exact carrier without the white between glyphs that are set apart to fill a heading: 日 期."""
    white = [] if word.alternatives else [at for found in _SPACED.finditer(word.text) for at in range(*found.span())]
    white = [at for at in white if word.text[at].isspace()]
    edges = word.edges or even_edges(word.text)
    kept = [at for at in range(len(word.text) + 1) if at not in white]
    text = "".join(word.text[at] for at in kept[:-1])
    return replace(word, text=text, edges=tuple(edges[at] for at in kept)) if white else word


def _upright(word: Word, page: Page) -> list[Word]:
    """A recognised word; a column of single signs that was read as one upright word as a word for each line."""
    left, top, right, bottom = word.box
    tall = (bottom - top) * (page.height or 1.0) > _TALL * (right - left) * (page.width or 1.0)
    count = len(word.text)
    if not (word.alternatives and tall and count >= _COLUMN_SIGNS and len(set(word.text)) <= _FLAGS):
        return [word]
    step = (bottom - top) / count
    boxes = ((left, top + step * at, right, top + step * (at + 1)) for at in range(count))
    return [replace(word.slice(at, at + 1), quad=box_quad(box)) for at, box in enumerate(boxes)]


def _sections(printed: Sequence[list[Word]], dialect: Dialect) -> Iterator[tuple[_Heading | None, list[list[Word]]]]:
    """What stands above the first heading, then each heading with what stands below it."""
    heading: _Heading | None = None
    body: list[list[Word]] = []
    index = 0
    while index < len(printed):
        found = _heading(printed[index : index + _HEADING_LINES], dialect)
        if found is None:
            body.append(printed[index])
            index += 1
            continue
        yield heading, body
        slots, height = found
        heading, body = (slots, [word for line in printed[index : index + height] for word in line]), []
        index += height
    yield heading, body


def _body(printed: Sequence[Sequence[Word]], slots: Sequence[Slot]) -> Iterator[Line]:
    """The lines below a heading as rows of its table; above any heading as they are."""
    if not slots:
        yield from (Line(tuple((word,) for word in words), table=False) for words in printed)
        return
    rows = _rows(printed, slots)
    if any(_astray(row, slots) for row in rows):
        rows = min(rows, _rows(printed, widened(slots)), key=lambda found: sum(_astray(row, slots) for row in found))
    days = [index for index, slot in enumerate(slots) if slot.role == "date"]
    amounts = [index for index, slot in enumerate(slots) if slot.figured and index not in days]
    tall = grouped([row.cells for row in rows], amounts, days)
    whole = (Line(cells, table=True) for cells in tall) if tall else _continued(rows, slots)
    yield from (replace(line, cells=tuple(_without_stamps(line.cells, slots))) for line in whole)


def _rows(printed: Sequence[Sequence[Word]], slots: Sequence[Slot]) -> list[Line]:
    reach = _reach([word for words in printed for word in words], slots)
    return [_line(words, slots, reach) for words in printed]


def _astray(line: Line, slots: Sequence[Slot]) -> bool:
    """Whether amounts stand beside their columns: two in a cell, or one in a text right of an empty one of figures."""
    lacks = False
    for slot, cell in zip(slots, line.cells, strict=False):
        if not slot.figured and lacks and any(map(_is_amount, cell)):
            return True
        lacks = slot.figured and (lacks or not cell)
    return _crowded(line)


def _crowded(line: Line) -> bool:
    """Whether two amounts stand in one cell."""
    return any(sum(map(_is_amount, cell)) > 1 for cell in line.cells)


def _continued(rows: Sequence[Line], slots: Sequence[Slot]) -> Iterator[Line]:
    """Every row with the lines that only go on with its texts."""
    found: list[Line] = []
    for row in rows:
        if found and (_continues(found[-1], row, slots) or _completes(found[-1], row, slots)):
            joined = zip(found[-1].cells, row.cells, strict=True)
            found[-1] = Line(tuple((*above, *below) for above, below in joined), table=True)
        else:
            found.append(row)
    yield from found


def _apart(word: Word) -> list[Word]:
    """A recognised word cut where it runs over the ruled line between two cells, without a stroke in one of them."""
    parts = list((_CELL if word.alternatives else _GLUED).finditer(word.text))
    if len(parts) < 2 and "|" not in word.text:  # noqa: PLR2004  nothing to part
        return [word]
    return [word.slice(*part.span()) for part in parts if re.search(r"\w", part[0])] or [word]


def _heading(printed: Sequence[Sequence[Word]], dialect: Dialect) -> tuple[tuple[Slot, ...], int] | None:
    """The columns when a heading begins with the first line, over as many lines as make the most of it.

    Where the lines below know more columns without the first, or as many and it names none, it only stands above them;
    so it does where it says whose account it is. A line with an amount is none of them.
    """
    printed = list(takewhile(lambda line: not any(map(_is_amount, line)), printed))
    captioned = [_CAPTION.search(word.text) is not None for line in printed[:1] for word in line] == [True]
    if captioned or not any(_DATED.search(word.text) for line in printed for word in line):
        return None
    best = _richest(printed, dialect)
    later = (_richest(printed[start:], dialect) for start in _later(printed[: best[2] if best else 0], dialect))
    named = any(headings.role(word.text, dialect) for word in printed[0])
    told = _labelled(printed[0], dialect)
    known = best[0] if best else (0, 0)
    if best is None or any(
        other and (told or other[0][0] > known[0] or (other[0] >= known and not named)) for other in later
    ):
        return None
    return best[1], best[2]


def _later(printed: Sequence[Sequence[Word]], dialect: Dialect) -> range:
    """The lines with which a heading may begin instead of the first; none below one that they only translate."""
    said = [[word.text for word in line] for line in printed]
    whole = bool(printed) and headings.of([slot.heading for slot in _slots(printed[:1], dialect)], dialect=dialect)
    return range(0) if whole and all(map(headings.translates, said[1:])) else range(1, len(printed))


def _labelled(line: Sequence[Word], dialect: Dialect) -> bool:
    """Whether a line holds a number of an account, or a label with its value: 币种：人民币."""
    if any(_SAID.search(word.text) for word in line):
        return True
    return any(
        re.search(r"[:：]\s*$", label.text) and not (headings.role(value.text, dialect) or _UNIT.match(value.text))
        for label, value in pairwise(line)
    )


def _richest(printed: Sequence[Sequence[Word]], dialect: Dialect) -> _Found | None:
    """What is known of the heading that begins with the first line, its columns and its height."""
    best: _Found | None = None
    for height in range(1, len(printed) + 1):
        slots = _slots(printed[:height], dialect)
        if any(len(_SIGNS.findall(slot.heading)) > _LONGEST for slot in slots):
            continue  # a title or a label's value, and what stands below it
        texts = [slot.heading for slot in slots]
        columns = headings.heading([texts], 0, dialect)
        again = best is not None and headings.translates([word.text for word in printed[height - 1]])
        known = (len(columns.at), sum(map(len, columns.at.values()))) if columns is not None else (0, 0)
        if columns is not None and (best is None or known > best[0] or again):
            best = known, slots, height
    return best


def _slots(printed: Sequence[Sequence[Word]], dialect: Dialect) -> tuple[Slot, ...]:
    """Heading words that are near each other or stand below each other are one heading."""
    slots: list[Slot] = []
    for word in (word for line in printed for word in line):
        left, _, right, _ = word.box
        reach = _JOIN * word.height / _ASPECT
        home = next((slot for slot in slots if left < slot.right + reach and right > slot.left - reach), None)
        if home is None:
            slots.append(Slot(word.text, left, right, dialect))
        else:
            wider = min(left, home.left), max(right, home.right)
            slots[slots.index(home)] = Slot(home.heading + word.text, *wider, dialect)
    if any(word.alternatives for line in printed for word in line):
        slots = [replace(slot, heading=headings.mended(slot.heading, dialect)) for slot in slots]
    parted = [part for slot in slots for part in unglued(slot)]
    return without_over(closed(sorted(parted, key=lambda slot: slot.left)))


def _line(words: Iterable[Word], slots: Sequence[Slot], reach: Sequence[_Span]) -> Line:
    cells: list[list[Word]] = [[] for _ in slots]
    listed = list(words)
    for word in listed:
        cells[_column(word, slots, reach)].append(word)
    if _crowded(Line(tuple(map(tuple, cells)), table=True)) and _in_order(listed, slots):
        cells = [[word] for word in listed]
    return Line(tuple(map(tuple, _texts_right(cells, slots))), table=True)


def _texts_right(cells: Sequence[list[Word]], slots: Sequence[Slot]) -> list[list[Word]]:
    """The cells without texts behind an amount: they begin the empty cell right of it, whose heading is centred."""
    parted = [list(cell) for cell in cells]
    for index, slot in enumerate(slots[:-1]):
        cell, after = parted[index], slots[index + 1]
        amount = next((at for at, word in enumerate(cell) if _is_amount(word)), None)
        texts = [word for word in cell[amount + 1 :] if not re.search(r"\d", word.text)] if amount is not None else []
        if texts and slot.figured and not after.figured and not parted[index + 1]:
            parted[index : index + 2] = [word for word in cell if word not in texts], texts
    return parted


def _without_stamps(cells: Sequence[tuple[Word, ...]], slots: Sequence[Slot]) -> Iterator[tuple[Word, ...]]:
    """The cells; of an exact carrier those of amounts without texts beside the one amount: a stamp lies over it."""
    for index, cell in enumerate(cells):
        amounts = tuple(word for word in cell if _is_amount(word))
        texts = [word for word in cell if not re.search(r"\d", word.text)]
        money = index < len(slots) and slots[index].figured and slots[index].role != "date"
        stamped = money and len(amounts) == 1 and len(texts) == len(cell) - 1 and not amounts[0].alternatives
        yield amounts if stamped else cell


def _is_amount(word: Word) -> bool:
    return re.search(r"\d\.\d{2}$", word.text) is not None and parse_amount(word.text) is not None


def _in_order(words: Sequence[Word], slots: Sequence[Slot]) -> bool:
    """Whether a line that has slid off its headings has one word for each column, of the sort that belongs there."""
    return len(words) == len(slots) and all(
        _is_amount(word) == (slot.figured and slot.role != "date") for word, slot in zip(words, slots, strict=True)
    )


def _reach(words: Sequence[Word], slots: Sequence[Slot]) -> list[_Span]:
    """What each column spans with the words that stand under its heading and under no other's, and are no label."""
    reach = [(slot.left, slot.right) for slot in slots]
    for word in (word for word in words if not _LABELLED.match(word.text)):
        under = [at for at, slot in enumerate(slots) if word.box[0] < slot.right and word.box[2] > slot.left]
        if len(under) == 1:
            left, right = reach[under[0]]
            reach[under[0]] = min(left, word.box[0]), max(right, word.box[2])
    return reach


def _headline(words: Sequence[Word], slots: Sequence[Slot]) -> Line:
    line = _line(words, slots, [(slot.left, slot.right) for slot in slots])
    if not any(word.alternatives for word in words) and all(line.cells):
        return line
    return replace(line, headings=tuple(slot.heading for slot in slots))


def _column(word: Word, slots: Sequence[Slot], reach: Sequence[_Span]) -> int:
    """The column whose heading the word stands under, else whose other words, else the nearest one."""
    left, _, right, _ = word.box
    middle = (left + right) / 2

    def distance(index: int) -> tuple[float, float, float]:
        slot = slots[index]
        under = min(0.0, -_shared((left, right), (slot.left, slot.right)))
        beside = -_shared((left, right), reach[index])
        gap = max(slot.left - right, left - slot.right, 0.0)
        return under, min(0.0, beside) or gap, abs(middle - (slot.left + slot.right) / 2)

    return min(range(len(slots)), key=distance)


def _shared(one: _Span, other: _Span) -> float:
    """How far two spans overlap; below 0 where they do not."""
    return min(one[1], other[1]) - max(one[0], other[0])


def _completes(above: Line, below: Line, slots: Sequence[Slot]) -> bool:
    """Whether two lines are one that leans on its picture: the day on the upper one, the amounts beside it."""
    figures = [
        {slots[at].role for at, cell in enumerate(line.cells) if cell and not _HOUR.fullmatch(text(cell))} & FIGURED
        for line in (above, below)
    ]
    if figures[0] != {"date"} or not figures[1] or "date" in figures[1]:
        return False
    upper, lower = ([word for cell in line.cells for word in cell] for line in (above, below))
    beside = max(word.box[3] for word in upper) - min(word.box[1] for word in lower)
    return upper[0].page == lower[0].page and beside > _BESIDE * lower[0].height


def _continues(above: Line, below: Line, slots: Sequence[Slot]) -> bool:
    """Whether a line only goes on with the texts above: near, and with nothing under a day, an amount or a balance."""
    if len(above.cells) != len(below.cells) or headings.of(above.texts, dialect=slots[0].dialect):
        return False
    if any(cell for cell, slot in zip(below.cells, slots, strict=True) if slot.figured):
        return False
    upper = [word for cell in above.cells for word in cell]
    lower = [word for cell in below.cells for word in cell]
    near = min(word.box[1] for word in lower) - max(word.box[3] for word in upper) < _LINE_GAP * lower[0].height
    if upper[0].page != lower[0].page or not near:
        return False
    return not any(is_sum(text) or _SUMMED.match(text) for text in below.texts)

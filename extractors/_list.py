"""Lists: lines under headings, with a head above and a sum below them, on pages and in sheets.

A kind's table (``tables/forms/<kind>.yaml``) names its columns by their headings beside the labels of its head. On a
page a cell belongs to the heading it stands under; in a sheet to that of its column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from importlib.resources import files

import yaml

from extractors import _sums
from selfproof import layout, layout_table
from selfproof.carriers.table import column_letters
from selfproof.identity import Same
from selfproof.layout_table import Column, Line
from selfproof.model import Carrier, Document, Page, Word, box_quad

_GAP = 0.3  # ems of white between two runs that part two cells; what was one cell meets again in its column
_LONGEST = 24  # characters of a heading
_FAR = 4.0  # line pitches: what stands further below is no line of the list
_UNDER = 0.01  # of the page's width: so far a value may begin from the label above it
_NEAR = 1.7  # heights of a line within which a text goes on
_CELL = 0.9  # of its column's width, that a sheet's cell spans
_NOWHERE = box_quad((0.0, 0.0, 0.0, 0.0))  # of cells beyond the shown part of a sheet
FIGURED = re.compile(r"\d{2}|^\d|:.")  # what no heading says
_COUNTER = re.compile(r"(?:序号?|项次|行号|项号|(?i:no)\.?|#)")
_COUNT = re.compile(r"\d{1,3}(?=$|[^\d.,/-])")
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*[\u4e00-\u9fff]{1,2}")
_CODE = r"(?=.{4})[A-Za-z]{1,6}[A-Za-z-]*\d[\dA-Za-z]*"  # longer than a unit: m3
_NAMED = r"(?:[\u4e00-\u9fff]|[A-Za-z]{1,12}[\u4e00-\u9fff]).*"
_PARTS = re.compile(rf"-?\d[\d,]*(?:\.\d+)? (?:{_NAMED}|{_CODE})|(?:.*[\u4e00-\u9fff]|{_CODE}) -?\d[\d,]*(?:\.\d+)?")
_RUN = re.compile(rf"\s*(\d[\d,]*(?:\.\d+)?)\s+({_NAMED}|{_CODE})|(\d[\d,]*\.\d\d)([A-Za-z\u4e00-\u9fff]{{2}}.*)")

_TORN = 3  # runs that a heading set with much white may be read as: 合, what was seen between, 计
_COUNTS = "#"  # the column that numbers the lines
_KEPT = 8  # pages whose rows are kept: every list that looks at a page asks for the same

Heads = Mapping[str, Sequence[str]]
Entry = Mapping[str, tuple[Word, ...]]
Begun = tuple["Row", dict[str, tuple[Word, ...]]]  # an entry that may go on


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its span: of the page's width, or in columns of a sheet."""

    left: float
    right: float
    words: tuple[Word, ...]
    text: str = field(init=False, compare=False)  # its print without white space

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", layout.squash(layout.join(self.words)))


@dataclass(frozen=True)
class Row:
    """A printed line. leaf: number of its page or sheet; middle, height: on the page, or in rows of the sheet."""

    cells: tuple[Cell, ...]
    leaf: int
    middle: float
    height: float

    @cached_property
    def heads(self) -> bool:
        """Whether it may be a heading: of two cells or more, without figures and sentences."""
        plain = all(len(cell.text) <= _LONGEST and not FIGURED.search(cell.text) for cell in self.cells)
        return len(self.cells) > 1 and plain

    @property
    def words(self) -> Iterator[Word]:
        """All its words."""
        return (word for cell in self.cells for word in cell.words)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lists are meant. heads: patterns of headings by column; needs: columns that a heading must have.

    figures: columns of which a line fills at least one with a figure. labels: those of the form around the list;
    others: what else it prints there.
    """

    heads: Heads
    needs: tuple[str, ...]
    figures: tuple[str, ...]
    labels: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def headed(self, columns: Sequence[Column]) -> bool:
        """Whether the columns are those of such a list."""
        return {column.name for column in columns} >= set(self.needs)

    def labelled(self, row: Row) -> bool:
        """Whether a line is nothing but labels, whose values stand below: then so did the "heading" above it."""
        known = [any(re.fullmatch(label, cell.text) for label in self.labels) for cell in row.cells]
        besides = (any(re.fullmatch(other, cell.text) for other in self.others) for cell in row.cells)
        return any(known) and all(one or other for one, other in zip(known, besides, strict=True))

    def figured(self, cells: Entry) -> bool:
        """Whether a line has a figure where it should."""
        return any(re.search(r"\d", layout.join(cells.get(name, ()))) for name in self.figures)


@dataclass(frozen=True, slots=True)
class Table:
    """A list. heads: words of the headings by column; entries: its lines; sums: the last line, of sums; rows: all.

    Without heads it is none, with heads alone nobody has filled it in.
    """

    heads: Entry
    entries: tuple[Entry, ...]
    sums: Entry
    rows: tuple[Row, ...]


@cache
def _words(name: str) -> re.Pattern[str]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "list_words.yaml").read_text("utf-8"))
    return re.compile(table[name])


def tables(document: Document, asked: Asked) -> list[Table]:
    """The lists of a document; one that goes on over pages is one, an empty one has but its headings."""
    rows = list(printed_rows(document))
    heads = [_columns(row, asked.heads) for row in rows]
    if not asked.headed([column for columns in heads for column in columns]):
        return []  # what is needed heads nothing, alone or with what stands below
    found: list[Table] = []
    index = 0
    while index < len(rows):
        columns, height = _head(heads[index : index + 2])
        if asked.headed(columns):
            table = _table(rows, (index, index + height), columns, asked)
            found += [] if len(table.entries) == 1 and _goes_on(rows, index, asked) else [table]
            index += len(table.rows)
        else:
            index += 1
    return [table for table in found if table.heads]


def _goes_on(rows: Sequence[Row], index: int, asked: Asked) -> bool:
    """Whether what looks like a heading goes on with a form whose labels stand above their values, row after row."""
    return index > 1 and rows[index - 2].leaf == rows[index].leaf and _is_pair(rows[index - 2 : index], asked)


def _is_pair(rows: Sequence[Row], asked: Asked) -> bool:
    """Whether two lines are labels, at least one of them known, and the values that begin right under them."""
    if len(rows) < 2:  # noqa: PLR2004
        return False
    labels, values = rows
    bare = not any(FIGURED.search(cell.text) for cell in labels.cells)
    known = any(re.fullmatch(each, cell.text) for cell in labels.cells for each in (*asked.labels, *asked.others))
    return bare and known and all(_begins_under(cell, labels) for cell in values.cells)


def _begins_under(cell: Cell, row: Row) -> bool:
    return any(abs(cell.left - label.left) < _UNDER for label in row.cells)


def printed_rows(document: Document) -> Iterator[Row]:
    """The lines of every page and sheet in cells."""
    if document.carrier is Carrier.TABLE:
        known = {word.path: word for word in document.words}
        for leaf, sheet in enumerate(document.tables):
            for number, cells in enumerate(sheet.rows):
                paths = (f"{sheet.name}!{column_letters(column)}{number + 1}" for column in range(len(cells)))
                placed = [
                    Cell(column, column + _CELL, (known.get(path) or Word(text, _NOWHERE, path=path),))
                    for column, (text, path) in enumerate(zip(cells, paths, strict=True))
                    if text
                ]
                yield Row(tuple(placed), leaf, float(number), 1.0)
        return
    for page in document.pages:
        yield from _printed(Same(page))


@lru_cache(maxsize=_KEPT)
def _printed(same: Same[Page]) -> tuple[Row, ...]:
    return tuple(_row(line, same.one.number) for line in layout_table.printed(same.one))


def _row(line: Line, leaf: int) -> Row:
    cells = tuple(Cell(line.left(start), line.right(stop - 1), line.cut(start, stop)) for start, stop in _cut(line))
    return Row(cells, leaf, line.middle, line.bottom - line.top)


def _cut(line: Line) -> Iterator[tuple[int, int]]:
    """A printed line in runs: white inside a run sets glyphs of one cell apart (姓  名)."""
    start = 0
    for index in range(1, len(line.text) + 1):
        if index < len(line.text):
            before, after = (line.pieces[line.spots[place][0]] for place in (index - 1, index))
            if before.source is after.source or line.gap(index) <= _GAP:
                continue
        yield start, index
        start = index


def _head(heads: Sequence[list[Column]]) -> tuple[list[Column], int]:
    """The columns of a heading that begins with the first row and the rows it takes.

    Parts may stand below a common one. heads: the headings of that row and of the next.
    """
    upper, lower = heads if len(heads) > 1 else (*heads, [])
    if not any(column.name for column in lower) or not any(column.name for column in upper):
        return upper, 1
    named = [column for column in upper if column.name]
    parts = [part for part in lower if all(part.distance(column.left, column.right) > 0 for column in named)]
    rest = [column for column in upper if column.name or all(column.distance(p.left, p.right) > 0 for p in parts)]
    return sorted([*rest, *parts], key=lambda column: column.left), 2


def _columns(row: Row, heads: Heads) -> list[Column]:
    """The headings of a row; "" for those that nobody asks for. Nothing where figures stand: that is no heading."""
    return [column for cell in row.cells for column in _headings(cell, heads)] if row.heads else []


def _headings(cell: Cell, heads: Heads) -> list[Column]:
    text, taken = cell.text, list[tuple[int, int, str]]()
    tried = [
        (match.span(), name) for name, shapes in heads.items() for shape in shapes for match in re.finditer(shape, text)
    ]
    for (start, stop), name in sorted(tried, key=lambda hit: hit[0][0] - hit[0][1]):
        if all(stop <= begun or start >= ended for begun, ended, _ in taken):
            taken.append((start, stop, name))
    if not taken and _COUNTER.fullmatch(text):
        return [Column(_COUNTS, cell.left, cell.right)]
    if len(taken) < 2:  # noqa: PLR2004  one heading has the whole cell
        return [Column(taken[0][2] if taken else "", cell.left, cell.right)]
    step = (cell.right - cell.left) / len(text)
    return [Column(name, cell.left + step * start, cell.left + step * stop) for start, stop, name in sorted(taken)]


def _table(rows: Sequence[Row], head: tuple[int, int], columns: Sequence[Column], asked: Asked) -> Table:
    begin, body = head
    entries, orphans = list[Begun](), list[Begun]()
    sums: Entry = {}
    end = body
    while end < len(rows) and not (entries and _apart(entries[-1][0], rows[end])):
        row, cells, said = rows[end], _assigned(rows[end], columns, asked.figures), _said(rows[end])
        if said == "sums":
            sums = cells
            break
        if said == "ends" and not asked.figured(cells):
            break
        if len(entries) == 1 and (asked.labelled(row) or _is_pair(rows[end : end + 2], asked)):
            return Table({}, (), {}, tuple(rows[begin:end]))
        if not said and not asked.headed(_columns(row, asked.heads)):
            (entries if asked.figured(cells) else orphans).append((row, cells))
        end += 1
    above = [cells for _, cells in entries[:-1]]
    if above and not sums and _sums.is_sum(entries[-1][1], above, asked.figures):
        sums = entries.pop()[1]
    _adopt(entries, orphans, asked.figures)
    heads = dict[str, tuple[Word, ...]]()
    for row in rows[begin:body]:
        heads = {**heads, **_assigned(row, columns, asked.figures)}
    return Table(heads, tuple(cells for _, cells in entries), sums, tuple(rows[begin : end if entries else body]))


def _apart(last: Row, row: Row) -> bool:
    return last.leaf == row.leaf and row.middle - last.middle > _FAR * max(last.height, row.height)


def _said(row: Row) -> str:
    """Whether the first words of a row, or a cell of its own, say that it is a sum, or no line of the list."""
    texts = [cell.text for cell in row.cells]
    for name in ("parts", "sums", "ends"):
        if any(_words(name).match(text) for text in (*texts[:2], "".join(texts[:_TORN]))):
            return name
        if name != "ends" and any(_words(name).fullmatch(text) for text in texts):
            return name
    return ""


def _assigned(row: Row, columns: Sequence[Column], figures: Sequence[str]) -> dict[str, tuple[Word, ...]]:
    """The words of a row by column: the heading that a cell shares most with, else the nearest."""
    found: dict[str, tuple[Word, ...]] = {}
    others = [column for column in columns if column.name != _COUNTS]
    cells = _uncounted(row.cells, columns) if len(others) < len(columns) else row.cells
    names = _spread(cells, [_nearest(cell, others) if others else "" for cell in cells], others, figures)
    for index, cell in enumerate(cells):
        rest = {*names[:index], *names[index + 1 :]}
        parts = _parted(cell, names[index], others, figures) if rest & {*figures} else {}
        for name, words in (parts if parts.keys().isdisjoint(rest) and parts else {names[index]: cell.words}).items():
            if name:
                found[name] = (*found.get(name, ()), *words)
    return found


def _spread(cells: Sequence[Cell], names: list[str], columns: Sequence[Column], figures: Sequence[str]) -> list[str]:
    """The columns of the cells, where two figures beside each other are nearest to one: one of them is its neighbour's.

    Figures are set right and headings to the middle, so that a short figure of a broad column is far from its own.
    """
    order = [column.name for column in columns]
    for place in range(1, len(cells)):
        pair = cells[place - 1 : place + 1]
        if names[place - 1] == names[place] in figures and all(_FIGURE.fullmatch(cell.text) for cell in pair):
            at = order.index(names[place])
            free = [
                (_away(cell, columns[index]), moved, order[index])
                for cell, moved, index in ((pair[0], place - 1, at - 1), (pair[1], place, at + 1))
                if 0 <= index < len(order) and order[index] in figures and order[index] not in names
            ]
            if free:
                _, moved, name = min(free)
                names[moved] = name
    return names


def _nearest(cell: Cell, columns: Sequence[Column]) -> str:
    return min(columns, key=lambda column: _away(cell, column)).name


def _parted(cell: Cell, name: str, columns: Sequence[Column], figures: Sequence[str]) -> dict[str, tuple[Word, ...]]:
    """A figure set right and a text set left of one rule, as one run or close to each other, by their two columns.

    name: the column nearest to the cell. Nothing where columns of these sorts are no neighbours.
    """
    halves = _halves(cell.words) or _within(cell.words, columns)
    if not halves and name not in figures and _FIGURE.fullmatch(cell.text):
        halves = (cell.words,)
    found = {_of_sort(half, columns, figures): half for half in halves}
    places = [place for place, column in enumerate(columns) if column.name in {name, *found}]
    return found if "" not in found and len(places) == 2 and places[1] - places[0] == 1 else {}  # noqa: PLR2004


def _of_sort(words: tuple[Word, ...], columns: Sequence[Column], figures: Sequence[str]) -> str:
    """The nearest of the columns that hold figures, for a figure; of the others, for a text; "" where there is none."""
    counts = _FIGURE.fullmatch(layout.squash(layout.join(words))) is not None
    own = [column for column in columns if column.name and (column.name in figures) == counts]
    return _nearest(Cell(words[0].box[0], words[-1].box[2], words), own) if own else ""


def _halves(words: Sequence[Word]) -> tuple[tuple[Word, ...], ...]:
    """A figure and the text behind it, or behind a text. Within one word the text is a unit: 75包, not 304不锈钢."""
    texts = [layout.squash(word.text) for word in words]
    for place in range(1, len(words)):
        if _PARTS.fullmatch(f"{''.join(texts[:place])} {''.join(texts[place:])}"):
            return tuple(words[:place]), tuple(words[place:])
    unit = _UNIT.fullmatch(words[0].text) if len(words) == 1 and "!" not in words[0].path else None
    return ((words[0].slice(0, unit.end(1)),), (words[0].slice(unit.end(1), unit.end()),)) if unit else ()


def _within(words: Sequence[Word], columns: Sequence[Column]) -> tuple[tuple[Word, ...], ...]:
    """A figure and the text behind it that were read as one word, each nearest to a column of its own."""
    run = _RUN.fullmatch(words[0].text) if len(words) == 1 and "!" not in words[0].path else None
    if run is None or run.lastindex is None:
        return ()
    halves = words[0].slice(*run.span(run.lastindex - 1)), words[0].slice(*run.span(run.lastindex))
    near = {_nearest(Cell(half.box[0], half.box[2], (half,)), columns) for half in halves}
    return tuple((half,) for half in halves) if len(near) > 1 else ()


def _uncounted(cells: Sequence[Cell], columns: Sequence[Column]) -> Sequence[Cell]:
    """The cells of a numbered line without its number, which recognition may run into what follows."""
    if not cells:
        return cells
    first = cells[0]
    word, rest = first.words[0], first.words[1:]
    count = _COUNT.match(layout.squash(word.text))
    after = next((column.left for column in columns if column.name != _COUNTS), first.left)
    if count is None or first.left > after:
        return cells
    begun = len(word.text) - len(word.text.lstrip()) + len(count[0])
    words = tuple(part for part in (word.slice(begun, len(word.text)), *rest) if part.text.strip())
    return (replace(first, words=words), *cells[1:]) if words else cells[1:]


def _away(cell: Cell, column: Column) -> tuple[float, float]:
    shared = min(cell.right, column.right) - max(cell.left, column.left)
    middle = abs((cell.left + cell.right) - (column.left + column.right))
    return (-shared if shared > 0 else column.distance(cell.left, cell.right)), middle


def _adopt(entries: Sequence[Begun], orphans: Sequence[Begun], figures: Sequence[str]) -> None:
    """A line without figures goes on with the nearest line that has them, above or below, but with no figure."""
    for row, cells in orphans:
        near = [item for item in entries if item[0].leaf == row.leaf and _close(item[0], row)]
        home = min(near, key=lambda item: abs(item[0].middle - row.middle), default=None)
        for name, words in cells.items() if home else ():
            kept = home[1].get(name, ()) if home else ()
            if home and name not in figures:
                home[1][name] = (*words, *kept) if row.middle < home[0].middle else (*kept, *words)


def _close(entry: Row, row: Row) -> bool:
    return abs(entry.middle - row.middle) < _NEAR * max(entry.height, row.height)

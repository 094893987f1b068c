"""A form's labels and the print that belongs to each: right of it up to the next label, or below it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from selfproof import layout_table, units
from selfproof.layout_table import Line, Stack
from selfproof.model import Page, Word

_GAP = 2.5  # ems of white that part two values of one line
_REACH = 3.2  # line heights from a label down to a value that stands below it
_HIGHER = 1.0  # the same more, where a neighbour's value of several lines makes the row higher
_PITCH = 2.2  # line heights between two lines of one value
_EDGE = 2.5  # ems that the lines of one value may begin apart
_SHORT = 2  # characters of a label that also occurs inside words
_LEADING = "^"  # before a pattern: only where a cell begins, and there a short label may run into its value
_AFTER = ":;,.()[]/、。"  # what may stand before a label in the same run
_CLOSER = 1.25  # of the step to what stands below: a line further from its value's last line begins something else
_LARGER = 1.25  # times its height: a line so much higher belongs to no value of this one
_MOST_BESIDE = 3  # values that go on in one line
_WIDE = 12  # ems: labels further left belong to another column
_ACROSS = 20  # ems: what stands so far from a label is its value only where nothing stands under it
_PARTED = 0.6  # ems of white before what looks like a label, though the form knows none of this name
_LABEL = re.compile(r"[\u4e00-\u9fff]{2,8}:")
_GLOSS = re.compile(  # of a label in a second language
    r"(?:payer|payee|remitter|beneficiary|buyer|seller|supplier|account|a/c|name|number|no|amount|date|time|currency"
    r"|remarks?|purpose|usage|ref(?:erence)?|bank|of|serial|transaction|total)+[.']?",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\([\u4e00-\u9fff、/]{2,10}\)")
_FILLER = re.compile(r"[:;_\-.…\s]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A label in its line: characters `start` up to `stop`. field: "" where it only ends a neighbour's value.

    rank: which of its field's labels it is, 0 the first in the table.
    """

    line: int
    start: int
    stop: int
    field: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Label:
    """A label that a form may show. leads: it stands only where a cell begins."""

    pattern: re.Pattern[str]
    field: str
    rank: int
    leads: bool


@dataclass(frozen=True)
class Sheet:
    """A page's printed lines from top to bottom, upright labels apart, and what its form's labels are.

    any_label: matches where one of the labels does: most lines of most pages have none.
    """

    lines: tuple[Line, ...]
    stacks: tuple[Stack, ...]
    labels: tuple[_Label, ...]
    any_label: re.Pattern[str]

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The labels in the lines, in reading order; sought when first asked for: most pages lack the form's title."""
        found = (_marks(number, line, self.labels) for number, line in self._labelled())
        return tuple(mark for marks in found for mark in marks)

    def _labelled(self) -> Iterator[tuple[int, Line]]:
        return ((number, line) for number, line in enumerate(self.lines) if self.any_label.search(line.text))

    def inside(self, line: int) -> list[Mark]:
        """The labels of one line from left to right."""
        return [mark for mark in self.marks if mark.line == line]


def sheet(page: Page, labels: Mapping[str, Sequence[str]], others: Sequence[str], upright: Sequence[str] = ()) -> Sheet:
    """A page taken apart. labels: patterns by field; others: patterns of labels without a field.

    upright: labels that may be set from top to bottom beside the rows that they head.

    A pattern that begins with ``^`` stands where a cell begins; its value may follow without white: 住所样例路9号.
    """
    stacks, parts = layout_table.uprights(page, layout_table.runs(page), upright) if upright else ([], [])
    lines = tuple(layout_table.lines(page, parts)) if stacks else layout_table.printed(page)
    names = ((pattern, field, rank) for field, patterns in labels.items() for rank, pattern in enumerate(patterns))
    return Sheet(lines, tuple(stacks), *_compiled((*names, *((pattern, "", 0) for pattern in others))))


@cache
def _compiled(table: tuple[tuple[str, str, int], ...]) -> tuple[tuple[_Label, ...], re.Pattern[str]]:
    """A form's labels, and any of them."""
    bare = [pattern.removeprefix(_LEADING) for pattern, _, _ in table]
    labels = (
        _Label(re.compile(shape), field, rank, pattern.startswith(_LEADING))
        for shape, (pattern, field, rank) in zip(bare, table, strict=True)
    )
    return tuple(labels), re.compile("|".join(f"(?:{shape})" for shape in bare) or "(?!)")


def _marks(number: int, line: Line, labels: Sequence[_Label]) -> Iterator[Mark]:
    """The longest labels first; what one covers no other may; one that stands inside a word is none."""
    hits = [
        (span, (label.field, label.rank), label.leads)
        for label in labels
        if label.pattern.search(line.text)
        for span in _hits(line, label.pattern)
    ]
    taken: list[Mark] = []
    for (start, stop), named, leads in sorted(hits, key=lambda hit: (hit[0][0] - hit[0][1], hit)):
        free = all(stop <= mark.start or start >= mark.stop for mark in taken)
        if free and (_leads(line, start) if leads else _stands(line, start, stop)):
            end = _remarked(line, stop)
            alone = all(hit[1][0] == named[0] for hit in hits if stop <= hit[0][0] < end)
            taken.append(Mark(number, start, end if alone else stop, *named))
    yield from sorted(taken, key=lambda mark: mark.start)


def _remarked(line: Line, stop: int) -> int:
    """Where a label ends with what stands between it and a colon or white: 权利人(经营主体), 付款人名称 Payer."""
    gloss = _GLOSS.match(line.text, stop)
    if gloss and (line.text[gloss.end() :][:1] in ("", ":") or line.gap(gloss.end()) > _PARTED):
        return gloss.end()
    remark = _REMARK.match(line.text, stop)
    if remark is None or line.gap(stop) > _PARTED or units.leading(remark[0])[0] != 1:
        return stop  # (万元) is no remark: the value is in it
    end = remark.end()
    return end if end == len(line.text) or line.text[end] == ":" or line.gap(end) > _PARTED else stop


def _hits(line: Line, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where a label stands in a line: not across a wide gap, unless its glyphs are all set that far apart."""
    place = 0
    while match := pattern.search(line.text, place):
        start, stop = match.span()
        gaps = [line.gap(at) for at in range(start + 1, stop)]
        torn = gaps and max(gaps) > _GAP and min(gaps) < max(gaps) / 2
        if not torn:
            yield start, stop
        place = start + 1 + gaps.index(max(gaps)) if torn else max(stop, start + 1)


def _leads(line: Line, start: int) -> bool:
    return start == 0 or line.gap(start) > 1


def _stands(line: Line, start: int, stop: int) -> bool:
    """Whether a label begins a run of print, follows a sign or a figure, or is followed by a colon."""
    sure = stop - start > _SHORT
    if start == 0 or line.spots[start - 1][0] != line.spots[start][0] or line.text[start - 1] in _AFTER:
        return sure or _ends(line, stop)
    return line.text[stop : stop + 1] == ":" or (sure and not _han(line.text[start - 1]))


def _ends(line: Line, stop: int) -> bool:
    """Whether a label ends here: a short one that goes on as a word, with no white between, is part of that word."""
    if stop == len(line.text) or line.spots[stop - 1][0] != line.spots[stop][0]:
        return True
    return not _han(line.text[stop]) or not _han(line.text[stop - 1])


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def around(line: Line, start: int, stop: int) -> tuple[int, int]:
    """The part of a line between wide gaps that holds the characters `start` up to `stop`."""
    return next(
        (span for span in layout_table.cells(line, _GAP) if span[0] <= start and stop <= span[1]), (0, len(line.text))
    )


def values(found: Sheet, mark: Mark, many: int) -> Iterator[tuple[Word, ...]]:
    """The likeliest print of a label's value first: beside it, with the lines that go on; else below it.

    Below it first where only something far away stands beside it, as a seal does, and something right under it.
    """
    line = found.lines[mark.line]
    start, stop = _beside(found, mark)
    under = list(_below(found, mark, many))
    if start < stop and line.gap(start) > _ACROSS and line.text[mark.stop : mark.stop + 1] != ":":
        yield from (words for words in under if abs(words[0].box[0] - line.left(mark.start)) < _EDGE * line.em)
    if start < stop:
        left = line.left(start)
        before = _led_by(found, mark, left) if many > 1 else ()
        yield before + _downwards(line.cut(start, stop)) + (_going_on(found, mark, left, many - 1) if many > 1 else ())
    elif many > 1:
        yield from _around(found, mark)
    yield from under


def _downwards(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Words of one line from left to right; where two stand above each other, its rows were too close to part."""
    stacked = any(right.box[0] < left.centre[0] for left, right in pairwise(words))
    return tuple(sorted(words, key=lambda word: word.centre[1])) if stacked else words


def beside(found: Sheet, mark: Mark) -> Iterator[tuple[Word, ...]]:
    """What stands right of a label in its line, if anything does: never what is below it."""
    start, stop = _beside(found, mark)
    if start < stop:
        yield found.lines[mark.line].cut(start, stop)


def fused(found: Sheet, mark: Mark, word: Word) -> bool:
    """Whether a value begins where its label ends, in one run with it and with no sign between."""
    line = found.lines[mark.line]
    if mark.stop >= len(line.text) or line.text[mark.stop] in ":;":
        return False
    label, value = (line.pieces[line.spots[index][0]].source for index in (mark.stop - 1, mark.stop))
    return label is value and abs(line.left(mark.stop) - word.box[0]) < line.em / 2


def _around(found: Sheet, mark: Mark) -> Iterator[tuple[Word, ...]]:
    """A value of two lines whose label is set at half their height; what begins right of the next label is its."""
    line = found.lines[mark.line]
    after = (line.left(item.start) for item in found.inside(mark.line) if item.start >= mark.stop)
    limit = min(after, default=math.inf) - _EDGE * line.em
    halves = []
    for number in (mark.line - 1, mark.line + 1):
        near = found.lines[number : number + 1] if number >= 0 else ()
        close = [item for item in near if abs(item.middle - line.middle) < line.bottom - line.top]
        halves += [item.cut(*span) for item in close for span in _right_of(found, number, line.right(mark.stop - 1))]
    if len(halves) == 2 and all(half[0].box[0] < limit for half in halves):  # noqa: PLR2004  one above, one below
        yield halves[0] + halves[1]


def _right_of(found: Sheet, number: int, edge: float) -> list[tuple[int, int]]:
    """The first cell of a line that begins right of an edge, where no label stands before it."""
    line, marks = found.lines[number], found.inside(number)
    spans = [span for span in layout_table.cells(line, _GAP) if line.left(span[0]) > edge]
    return [
        span
        for span in spans[:1]
        if all(mark.start >= span[1] or line.right(mark.stop - 1) < edge - line.em * _WIDE for mark in marks)
    ]


def _beside(found: Sheet, mark: Mark) -> tuple[int, int]:
    """The characters right of a label, up to the next label or a wide gap."""
    line = found.lines[mark.line]
    limit = next((item.start for item in found.inside(mark.line) if item.start >= mark.stop), len(line.text))
    filler = _FILLER.match(line.text, mark.stop, limit)
    start = filler.end() if filler else mark.stop
    limit = next(
        (at for at in range(start + 1, limit) if line.gap(at) > _PARTED and _LABEL.match(line.text, at)), limit
    )
    return start, line.run(start, _GAP, limit) if start < limit else start


def _going_on(found: Sheet, mark: Mark, left: float, most: int) -> tuple[Word, ...]:
    """Further lines of a value: they begin where it begins, follow closer than what follows them, and have no label."""
    words: tuple[Word, ...] = ()
    last = found.lines[mark.line]
    if "!" in last.pieces[0].source.path:
        return ()  # a cell of a sheet holds its value whole
    edge = last.left(mark.start) - _EDGE * last.em
    for number in range(mark.line + 1, len(found.lines)):
        line = found.lines[number]
        step = line.middle - last.middle
        if any(edge < line.left(item.start) < left + _EDGE * line.em for item in found.inside(number)):
            break
        begin = _cell_at(found, number, left)
        if begin is None:
            continue
        if line.text[begin[0]] == "¥":
            break  # an amount goes on with no text
        if len(list(layout_table.cells(line, _GAP))) > _MOST_BESIDE and not found.inside(number):
            break  # the headings of a list
        if most == 0 or step > _PITCH * (last.bottom - last.top) or step > _CLOSER * _step_below(found, number, edge):
            break
        words, last, most = words + line.cut(*begin), line, most - 1
    return words


def _led_by(found: Sheet, mark: Mark, left: float) -> tuple[Word, ...]:
    """The line above that begins where the value does and stands closer to it than to what is above: its first line."""
    own, above = found.lines[mark.line], found.lines[: mark.line]
    edge = own.left(mark.start) - _EDGE * own.em
    column = [number for number, line in enumerate(above) if line.right(len(line.text) - 1) > edge]
    begin = _cell_at(found, column[-1], left) if column else None
    if begin is None or any(edge < above[column[-1]].left(item.start) < left for item in found.inside(column[-1])):
        return ()
    first = above[column[-1]]
    if len(column) == 1 or first.bottom - first.top > _LARGER * (own.bottom - own.top):
        return ()  # a title: it is the first on its page, or set larger
    step, over = own.middle - first.middle, first.middle - above[column[-2]].middle
    return first.cut(*begin) if step * _CLOSER < over and step < _PITCH * (own.bottom - own.top) else ()


def _step_below(found: Sheet, number: int, edge: float) -> float:
    """How far below a line the next print of its column stands: a label's value of several lines is set closely."""
    line = found.lines[number]
    under = (item for item in found.lines[number + 1 :] if item.right(len(item.text) - 1) > edge)
    return next((item.middle - line.middle for item in under), math.inf)


def _cell_at(found: Sheet, number: int, left: float) -> tuple[int, int] | None:
    """The cell of a line that begins at a place, cut where a label begins; None where it begins with one."""
    line = found.lines[number]
    for start, stop in layout_table.cells(line, _GAP):
        if abs(line.left(start) - left) < _EDGE * line.em:
            limit = next((mark.start for mark in found.inside(number) if start <= mark.start < stop), stop)
            return (start, limit) if limit > start else None
    return None


def _goes_on_beside(found: Sheet, mark: Mark, number: int) -> bool:
    """Whether a line without labels stands under another label of the mark's line: a value of several lines."""
    line, under = found.lines[mark.line], found.lines[number]
    spans = [(line.left(item.start), line.right(item.stop - 1)) for item in found.inside(mark.line) if item != mark]
    cells = [(under.left(start), under.right(stop - 1)) for start, stop in layout_table.cells(under, _GAP)]
    return not found.inside(number) and any(a < d and c < b for a, b in spans for c, d in cells)


def _column_end(found: Sheet, mark: Mark, under: Line, cell: tuple[int, int]) -> int:
    """Where a cell below a label ends: at the run that begins under the next label, however close it stands."""
    after = next((item for item in found.inside(mark.line) if item.start >= mark.stop), None)
    edge = found.lines[mark.line].left(after.start) - under.em / 2 if after else math.inf
    start, stop = cell
    return next((place for place in range(start + 1, stop) if under.gap(place) > 0 and under.left(place) > edge), stop)


def _below(found: Sheet, mark: Mark, many: int) -> Iterator[tuple[Word, ...]]:
    """The nearest cell under a label that holds no label itself."""
    line, reach = found.lines[mark.line], _REACH
    left, right = line.left(mark.start), line.right(mark.stop - 1)
    for number in range(mark.line + 1, len(found.lines)):
        under = found.lines[number]
        if under.middle - line.middle > reach * (line.bottom - line.top):
            return
        reach = _REACH + _HIGHER if _goes_on_beside(found, mark, number) else _REACH
        for start, end in layout_table.cells(under, _GAP):
            stop = _column_end(found, mark, under, (start, end))
            if under.left(start) < right and under.right(stop - 1) > left:
                labelled = any(item.start < stop and item.stop > start for item in found.inside(number))
                if not labelled:
                    more = _going_on(found, Mark(number, start, start, ""), under.left(start), many - 1)
                    yield under.cut(start, stop) + more
                return

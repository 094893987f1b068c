"""Lists: lines under headings, with a head above and a sum below them, on pages and in sheets.

A kind's table (``tables/forms/<kind>.yaml``) names its columns by their headings beside the labels of its head. On a
page a cell belongs to the heading it stands under; in a sheet to that of its column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from extractors import _list_pages
from extractors._list_cells import Entry, assigned
from extractors._list_heads import Asked, columns_of, head_of, is_pair, said
from extractors._list_pages import Part
from extractors._list_rows import Row, printed_rows
from selfproof.layout_table import Column
from selfproof.model import Document, Word

_FAR = 4.0  # line pitches: what stands further below is no line of the list
_NEAR = 1.7  # heights of a line within which a text goes on


@dataclass(frozen=True, slots=True)
class Table:
    """A list. heads: words of the headings by column; entries: its lines; sums: the last line, of sums; rows: all.

    Without heads it is none, with heads alone nobody has filled it in. whole: whether all its lines were found, each
    once.
    """

    heads: Entry
    entries: tuple[Entry, ...]
    sums: Entry
    rows: tuple[Row, ...]
    whole: bool = True


def tables(document: Document, asked: Asked) -> list[Table]:
    """The lists of a document; one that goes on over pages is one, an empty one has but its headings."""
    rows = list(printed_rows(document))
    heads = [columns_of(row, asked.heads) for row in rows]
    if not asked.headed([column for columns in heads for column in columns]):
        return []  # what is needed heads nothing, alone or with what stands below
    found: list[Table] = []
    index = 0
    while index < len(rows):
        columns, height = head_of(heads[index : index + 2])
        if asked.headed(columns):
            table, end = _table(rows, (index, index + height), columns, asked)
            found += [] if len(table.entries) == 1 and _goes_on(rows, index, asked) else [table]
            index = end
        else:
            index += 1
    return [table for table in found if table.heads]


def _goes_on(rows: Sequence[Row], index: int, asked: Asked) -> bool:
    """Whether what looks like a heading goes on with a form whose labels stand above their values, row after row."""
    return index > 1 and rows[index - 2].leaf == rows[index].leaf and is_pair(rows[index - 2 : index], asked)


def _table(rows: Sequence[Row], head: tuple[int, int], columns: Sequence[Column], asked: Asked) -> tuple[Table, int]:
    """The list under headings, and the row behind it."""
    begin, body = head
    parts = [_part(rows, Part(rows[begin].leaf, begin, body), columns, asked)]
    if parts[0].form:
        return Table({}, (), {}, ()), parts[0].stop
    while (step := _list_pages.onward(rows, parts, columns, asked)) is not None:
        part, columns = step
        parts.append(_part(rows, part, columns, asked))
    _list_pages.unnamed_sums(parts, asked)
    entries = [cells for part in parts for _, cells in part.entries]
    heads = dict[str, tuple[Word, ...]]()
    for row in rows[begin:body]:
        heads = {**heads, **assigned(row, columns, asked.figures)}
    used = [row for part in parts for row in rows[part.head : part.stop]] if entries else rows[begin:body]
    copied = any(_list_pages.repeated(one.lines, two.lines, asked.figures) for one, two in combinations(parts, 2))
    whole = bool(parts[-1].sums) or not (copied or _list_pages.unread(rows, parts, asked))
    sums = _list_pages.sums(parts, asked) if whole else {}
    return Table(heads, tuple(entries), sums, tuple(used), whole=whole), parts[-1].stop if entries else body


def _part(rows: Sequence[Row], part: Part, columns: Sequence[Column], asked: Asked) -> Part:
    """The part with its lines, up to their sum or to what is no line of the list."""
    end = part.start
    orphans: list[tuple[Row, Entry]] = []
    while end < len(rows) and rows[end].leaf == part.leaf and not part.sums:
        row = rows[end]
        cells, told = assigned(row, columns, asked.figures), said(row)
        if part.entries and _apart(part.entries[-1][0], row):
            break
        if told == "ends" and not asked.figured(cells):
            break
        if len(part.entries) == 1 and (asked.labelled(row) or is_pair(rows[end : end + 2], asked)):
            part.form = True
            break
        if told == "sums":
            part.sums = cells
            break
        if told == "page":
            part.of_page = cells
        elif not told and not asked.headed(columns_of(row, asked.heads)):
            (part.entries if asked.figured(cells) else orphans).append((row, cells))
        end += 1
    part.stop = end
    _adopt(part.entries, orphans, asked.figures)
    return part


def _apart(last: Row, row: Row) -> bool:
    return row.middle - last.middle > _FAR * max(last.height, row.height)


def _adopt(
    entries: Sequence[tuple[Row, dict[str, tuple[Word, ...]]]],
    orphans: Sequence[tuple[Row, Entry]],
    figures: Sequence[str],
) -> None:
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

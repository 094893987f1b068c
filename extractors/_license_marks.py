"""Labels of a licence as they were read: whole, glyph by glyph, split between two words, or with one glyph lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from extractors._license_place import Piece
from extractors._license_table import SHORT, beginnings, glyphs, heads, label_pattern, labels, lacking
from selfproof.layout import squash
from selfproof.model import Word

_LEADING = re.compile(r"[\s:：·.,，。*＊■●\-—|丨'’‘]*")
_SUPPLEMENT = re.compile(r"\s*[(（](负责人|姓名|经营者|字号)[)）]")
_SPREAD = 4.0  # heights between the glyphs of a spread label
_SUPPLEMENTED = ("legal_representative", "name")
_HEAD = 4  # glyphs of a label that one word may hold before the rest of it


@dataclass(frozen=True, slots=True)
class Mark:
    """A label found: which field it announces, and where it stands."""

    field: str
    left: float
    right: float
    y: float
    height: float
    label: str


def headed(words: Iterable[Word]) -> bool:
    """Whether words may hold a label that heads a column, in one, by its glyphs or in two; quick, and never wrongly no.

    Where none does, a code's label is all that can be found.
    """
    texts = [text for word in words if (text := squash(word.text))]
    if any(text[at : at + SHORT + 1] in beginnings() for text in texts for at in range(len(text) - SHORT)):
        return True
    parts = {text for text in texts if set(text) <= glyphs()}
    single, firsts = set("".join(parts)), {text[0] for text in texts}
    spelt = any(single.issuperset(begun) for begun in beginnings())
    return spelt or any(
        label.startswith(part) and label[len(part) :][:1] in firsts for label in heads() for part in parts
    )


def spelled(found: Sequence[Piece]) -> tuple[list[Mark], list[Piece]]:
    """Labels that came glyph by glyph, set far apart, or in two words, and the other pieces."""
    marks: list[Mark] = []
    used: list[Piece] = []
    single = [piece for piece in found if len(piece.text) == 1 and piece.text in glyphs()]
    for row in rows(single):
        text = "".join(piece.text for piece in row)
        for hit in label_pattern().finditer(text):
            run = row[hit.start() : hit.end()]
            if len(run) > SHORT and all(b.left - a.right < _SPREAD * a.height for a, b in pairwise(run)):
                marks.append(_over(run, hit.group()))
                used += run
    return _continued(marks, [piece for piece in found if piece not in used])


def _continued(marks: list[Mark], found: list[Piece]) -> tuple[list[Mark], list[Piece]]:
    """Labels of which one word holds the first glyphs, and the next word the others, perhaps with the value."""
    heads = [piece for piece in found if len(piece.text) <= _HEAD and set(piece.text) <= glyphs()]
    for head in heads:
        after = min((piece for piece in found if _behind(head, piece)), key=lambda piece: piece.left, default=None)
        hit = label_pattern().match(head.text + after.text) if after and head in found else None
        if after and hit and hit.end() > len(head.text) and len(squash(hit.group())) > SHORT:
            stop = hit.end() - len(head.text)
            marks.append(_over([head, after.cut(0, stop)], squash(hit.group())))
            found = [piece for piece in found if piece not in (head, after)]
            found += [after.cut(stop, len(after.text))] if stop < len(after.text) else []
    return marks, found


def _behind(head: Piece, piece: Piece) -> bool:
    low = min(head.height, piece.height)
    near = -0.8 * low < piece.left - head.right < _SPREAD * head.height and piece.left > head.left
    return abs(head.y - piece.y) < 0.5 * low and near


def _over(run: Sequence[Piece], label: str) -> Mark:
    y, height = median(piece.y for piece in run), median(piece.height for piece in run)
    return Mark(labels()[label], run[0].left, run[-1].right, y, height, label)


def mark_of(piece: Piece) -> Mark:
    """The label that a piece is."""
    label = squash(piece.text)
    return Mark(labels()[label], piece.left, piece.right, piece.y, piece.height, label)


def leading(piece: Piece) -> tuple[Mark, Piece | None] | None:
    """The label with which a piece begins, and what follows it; a label of four glyphs or more may lack one."""
    start = _skip(piece.text, 0)
    hit = label_pattern().match(piece.text, start)
    if hit is None:
        return _damaged(piece, start)
    if _is_head(piece.text[start:], hit.group()):
        mark = mark_of(piece.cut(hit.start(), hit.end()))
        return replace(mark, right=piece.right, label=squash(piece.text[start:])), None
    more = _SUPPLEMENT.match(piece.text, hit.end()) if labels()[squash(hit.group())] in _SUPPLEMENTED else None
    end = _skip(piece.text, more.end() if more else hit.end())
    return mark_of(piece.cut(hit.start(), hit.end())), _rest(piece, end)


def _is_head(text: str, label: str) -> bool:
    """Whether a text is more of a longer label that wraps: 经营范围及, 方式 below it."""
    said = squash(text)
    return len(said) > len(squash(label)) and any(known.startswith(said) for known in labels() if known != said)


def _damaged(piece: Piece, start: int) -> tuple[Mark, Piece | None] | None:
    """The mark reaches over a lost first or last glyph too, for columns are told by the labels' edges."""
    hit = lacking(piece.text, start)
    if hit is None:
        return None
    label, end = hit
    mark, rest = _over([piece.cut(start, end)], label), _rest(piece, _skip(piece.text, end))
    pitch = (mark.right - mark.left) / (end - start)
    first = pitch if label[1:] == piece.text[start:end] else 0.0
    last = pitch if label[:-1] == piece.text[start:end] and rest is None else 0.0
    return replace(mark, left=mark.left - first, right=mark.right + last), rest


def _rest(piece: Piece, start: int) -> Piece | None:
    return piece.cut(start, len(piece.text)) if start < len(piece.text) else None


def _skip(text: str, start: int) -> int:
    found = _LEADING.match(text, start)
    return found.end() if found else start


def rows(found: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces of the same height together, from left to right, the highest row first."""
    rows: list[list[Piece]] = []
    for piece in sorted(found, key=lambda item: item.y):
        if rows and abs(rows[-1][-1].y - piece.y) < 0.6 * min(piece.height, rows[-1][-1].height):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda item: item.left) for row in rows]

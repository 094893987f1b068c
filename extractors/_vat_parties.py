"""Buyer and seller of a printed VAT invoice: which label belongs to whom, and where its value stands.

Fully digital forms set the buyer left and the seller right, above the table; older ones set the buyer above the table
and the seller below it; rolls say the side in the label. A name stands in the line above its tax id on all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum.cn import uscc

from extractors._vat_sheet import Hit, Sheet, labels
from selfproof.layout import join
from selfproof.layout_table import Line, matches
from selfproof.model import Word

_TAX_ID = re.compile(r"[0-9A-Za-z]{15,20}(?![0-9A-Za-z<>+*/-])")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_NAME = re.compile(r"[^\d\s:;,.*<>+/-].{0,60}")
_ALPHABETIC = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,}")
_LOST_LABEL = re.compile(r".{1,3}:(?=.)")
_NO_NAME = re.compile(  # the label of an id, what the seal of supervision says, the total in words
    "识别号|信用代码|身份证|^(?:国家)?税务(?:总局|局)$|^[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+[圆元角]"
)
_LAST_SIGNS = ("司", "社", "厂", "店", "部", "行", "所", "院", "会", "场", "户", "站", "校")
_OTHER_BLOCK = 1.5  # ems between the end of one block's name (…服务) and the label of the next
_LONG_NAME, _LONG_ON_A_ROLL = 8, 5  # signs, of a name that may need a second line
_LABEL_REST = re.compile("号码/组织机构代码")  # of a vehicle's buyer, whose name stands beside both lines of the label
_HALF = 0.42  # a label of the right-hand block begins beyond this share of the form's width
_NEXT = 0.1  # of the form's width: so near stand the labels of a block behind the upright one that names it
_ROW = 2.5  # line heights between a name and the id below it at most
_SHIFT = 1.3  # print may stand this many line heights above or below its label


def locate(sheet: Sheet) -> Iterator[tuple[str, Sequence[Word]]]:
    """Names and tax ids with their side; the label's own line first, then shifted print, then the line above the id."""
    spots = [
        (field, side, hit)
        for field in ("name", "tax_id")
        for hit in sheet.hits(field)
        if (side := _side(sheet, hit, field))
    ]
    ids: dict[str, str] = {}
    shifted: list[tuple[str, Sequence[Word]]] = []
    for field, side, hit in spots:
        words = _value(sheet, hit, field)
        if words and field == "name":
            below = (other for kind, own, other in spots if (kind, own) == ("tax_id", side) and other.line > hit.line)
            words = (*words, *_continued(sheet, hit, words, next(below, hit)))
        if words:
            yield f"{side}_{field}", words
            ids |= {join(words): side} if field == "tax_id" else {}
            shifted += [(side, words)] if field == "tax_id" and words[0].box[1] > sheet.lines[hit.line].middle else []
    for field, side, hit in spots:
        if field == "tax_id":
            yield from _above(sheet, hit, side)
    for side, words in shifted:
        yield from _shifted_name(sheet, words, side)
    labelled = {(hit.line, side) for field, side, hit in spots if field == "tax_id"}
    yield from (spot for spot in _unlabelled(sheet, labelled) if spot[0].startswith(ids.get(join(spot[1]), "")))


def _unlabelled(sheet: Sheet, labelled: set[tuple[int, str]]) -> Iterator[tuple[str, Sequence[Word]]]:
    """Where print is too faint for labels: a valid code in the left half is that block's id, the name above it.

    labelled: lines with the label of an id, and whose; on rolls, which have no halves, that may be the other party's.
    """
    for index, line in enumerate(sheet.lines):
        below = line.middle > sheet.table_bottom
        if not below and line.middle > sheet.table_top:
            continue
        side, other = ("seller", "buyer") if below else ("buyer", "seller")
        if (index, other) in labelled and (index, side) not in labelled:
            continue
        for start, stop in matches(line, _CODE):
            if sheet.share(line.left(start)) < _HALF and uscc.is_valid(line.text[start:stop]):
                yield f"{side}_tax_id", line.cut(start, stop)
                yield from _name_over(sheet, index, start, 1.0, side)


def fits(sheet: Sheet, hit: Hit, field: str) -> bool:
    """Whether a label is that of a field: of a party's field only on that party's side."""
    side, _, label = field.partition("_")
    return side not in labels()["sides"] or _side(sheet, hit, label) == side


def _side(sheet: Sheet, hit: Hit, field: str) -> str:
    line = sheet.lines[hit.line]
    before = line.text[: hit.start]
    if field == "name" and before.endswith(tuple(labels()["not_party"])) and line.gap(hit.start) < _OTHER_BLOCK:
        return ""
    return _named_side(before) or _side_by_order(sheet, hit, field) or _side_by_place(sheet, hit)


def _named_side(before: str) -> str:
    sides: dict[str, list[str]] = labels()["sides"]
    return next((side for side, names in sides.items() if before.endswith(tuple(names))), "")


def _side_by_order(sheet: Sheet, hit: Hit, field: str) -> str:
    """On rolls and vehicle forms the id follows the name whose label says the side."""
    if field == "name":
        return ""
    named = [
        side
        for other in sheet.hits("name")
        if (hit.line - 4 <= other.line and (other.line, other.start) < (hit.line, hit.start))
        or _beside(sheet, other, hit)
        if (side := _named_side(sheet.lines[other.line].text[: other.start]))
    ]
    return named[-1] if named else ""


def _beside(sheet: Sheet, name: Hit, hit: Hit) -> bool:
    """Whether a name's label stands left of the middle of an id's label that takes more than one line."""
    first, second = sheet.lines[hit.line], sheet.lines[name.line]
    near = 0 < second.middle - first.middle < _SHIFT * (first.bottom - first.top)
    return near and second.right(name.stop - 1) < first.left(hit.start)


def _side_by_place(sheet: Sheet, hit: Hit) -> str:
    line = sheet.lines[hit.line]
    if line.middle > sheet.table_bottom:
        return "seller" if sheet.share(line.left(hit.start)) < _HALF else ""
    if line.middle > sheet.table_top:
        return ""
    if block := _side_by_block(sheet, hit):
        return block
    return "buyer" if sheet.share(line.left(hit.start)) < _HALF else "seller"


def _side_by_block(sheet: Sheet, hit: Hit) -> str:
    """Whose upright label stands next to the left: on invoices that the buyer of farm products issues, the seller's."""
    line = sheet.lines[hit.line]
    beside = [
        stack
        for stack in sheet.stacks
        if -line.em <= line.left(hit.start) - stack.box[2] < _NEXT * (sheet.span[1] - sheet.span[0])
        and stack.box[1] <= line.middle <= stack.box[3]
    ]
    nearest = max(beside, key=lambda stack: stack.box[2], default=None)
    return _named_side(nearest.text.removesuffix("信息")) if nearest else ""


def _value(sheet: Sheet, hit: Hit, field: str) -> Sequence[Word]:
    line, bound = sheet.lines[hit.line], _bound(sheet, hit)
    start, stop = sheet.value(hit, bound)
    if field == "tax_id":
        stop = _whole(line, start, stop)
    span = _matching(line.text, start, stop, field)
    if span:
        return line.cut(*span)
    if stop > start:
        return ()
    return _shifted(sheet, hit, bound, field) or _wrapped(sheet, hit, bound, field) or _under(sheet, hit, field)


def _is_alone(sheet: Sheet, hit: Hit) -> bool:
    """Whether a label names its party itself, as on rolls, where no other block stands beside."""
    return bool(_named_side(sheet.lines[hit.line].text[: hit.start]))


def _bound(sheet: Sheet, hit: Hit) -> float:
    return 1.0 if _is_alone(sheet, hit) else sheet.bound(hit)


def _continued(sheet: Sheet, hit: Hit, words: Sequence[Word], tax_id: Hit) -> Sequence[Word]:
    """The second line of a name that was too long for its block: above the id's label or left of it, set under it."""
    shortest = _LONG_ON_A_ROLL if _is_alone(sheet, hit) else _LONG_NAME
    if sum(len(word.text) for word in words) < shortest or hit.line + 1 >= len(sheet.lines):
        return ()
    line, other = sheet.lines[hit.line], sheet.lines[hit.line + 1]
    if tax_id.line == hit.line:
        return _lower(line, other, words) if _is_alone(sheet, hit) else ()
    if tax_id.line == hit.line + 1 and other.left(tax_id.start) < words[-1].box[2]:
        return ()
    edges = (line.left(0 if _is_alone(sheet, hit) else hit.start), line.left(min(hit.stop, len(line.text) - 1)))
    starts = [at for at in range(len(other.text)) if any(abs(other.left(at) - edge) < line.em for edge in edges)]
    if _is_alone(sheet, hit) and edges[0] < other.left(0) < edges[1]:
        starts = [0, *starts]  # a roll indents what goes on
    high = line.bottom - line.top
    if not line.middle + high / 2 < other.middle < line.middle + high + _SHIFT * high:
        return ()
    limit = tax_id.start if tax_id.line == hit.line + 1 else len(other.text)
    spans = (
        _matching(other.text, start, end, "name") or _last_sign(other, start, end)
        for start in starts
        if start == 0 or other.gap(start) > 0
        for end in (min(_end(other, start, _bound(sheet, hit)), limit),)
    )
    span = next(filter(None, spans), None)
    second = other.cut(*span) if span else ()
    return () if set(second) & set(words) else second


def _lower(line: Line, other: Line, words: Sequence[Word]) -> Sequence[Word]:
    """The second line of a name in a cell, beside whose first line stands the id: the next line begins below it."""
    near = other.middle - words[0].centre[1] < _SHIFT * max(line.bottom - line.top, words[0].height)
    if not near or abs(other.left(0) - words[0].box[0]) > line.em:
        return ()
    end = _end(other, 0, 1.0)
    span = _matching(other.text, 0, end, "name") or _last_sign(other, 0, end)
    return other.cut(*span) if span else ()


def _last_sign(line: Line, start: int, end: int) -> tuple[int, int] | None:
    """The one sign of a name that had no room: it ends names of firms, and nothing else stands there."""
    return (start, end) if line.text[start:end] in _LAST_SIGNS else None


def _whole(line: Line, start: int, stop: int) -> int:
    """The end of a code that reaches beyond its block, as on rolls: a part of it is another code."""
    while (
        start < stop < len(line.text) and line.text[stop].isalnum() and line.text[stop].isascii() and not line.gap(stop)
    ):
        stop += 1
    return stop


def _matching(text: str, start: int, stop: int, field: str) -> tuple[int, int] | None:
    if field == "tax_id":
        match = _TAX_ID.match(text[:stop], start)
        return match.span() if match else None
    match = _NAME.match(text[:stop], start)
    return match.span() if match and _ALPHABETIC.search(match[0]) and not _NO_NAME.search(match[0]) else None


def _shifted(sheet: Sheet, hit: Hit, bound: float, field: str) -> Sequence[Word]:
    """Print that slipped out of its label's line: right of it, in a neighbouring line without a label there."""
    line = sheet.lines[hit.line]
    begin = line.right(hit.stop - 1) - line.em
    for index in (hit.line - 1, hit.line + 1):
        other = sheet.lines[index] if 0 <= index < len(sheet.lines) else None
        if other is None or abs(other.middle - line.middle) > _SHIFT * (line.bottom - line.top):
            continue
        rest = _LABEL_REST.match(other.text) if field == "name" else None
        first = rest.end() if rest else 0
        start = next((at for at in range(first, len(other.text)) if other.left(at) >= begin), len(other.text))
        if start == first or other.left(start - 1) < line.left(hit.start) - line.em:
            span = _matching(other.text, start, _end(other, start, bound), field) if start < len(other.text) else None
            if span:
                return other.cut(*span)
    return ()


def _wrapped(sheet: Sheet, hit: Hit, bound: float, field: str) -> Sequence[Word]:
    """A tax id that had no room behind its long label: in one of the next lines, under the label's beginning."""
    line = sheet.lines[hit.line]
    left, right = line.left(hit.start) - line.em, line.right(hit.stop - 1)
    for other in sheet.lines[hit.line + 1 : hit.line + 3] if field == "tax_id" else ():
        starts = (at for at in range(len(other.text)) if left <= other.left(at) < right)
        start = next((at for at in starts if at == 0 or other.gap(at) > 0), None)
        near = other.top - line.bottom < _SHIFT * (line.bottom - line.top)
        span = _matching(other.text, start, _end(other, start, bound), field) if near and start is not None else None
        if span:
            return other.cut(*span)
    return ()


def _under(sheet: Sheet, hit: Hit, field: str) -> Sequence[Word]:
    """The name below a label that fills a roll's line: the whole next line, which has no label."""
    if field != "name" or not _is_alone(sheet, hit) or hit.line + 1 >= len(sheet.lines):
        return ()
    line, other = sheet.lines[hit.line], sheet.lines[hit.line + 1]
    near = other.top - line.bottom < _SHIFT * (line.bottom - line.top)
    span = _matching(other.text, 0, len(other.text), "name")
    return other.cut(*span) if span and near and ":" not in other.text and line.text.endswith(":") else ()


def _shifted_name(sheet: Sheet, tax_id: Sequence[Word], side: str) -> Iterator[tuple[str, Sequence[Word]]]:
    """The name above a tax id that was printed a line too low: as far left, with nothing but a label between."""
    left, top, _, bottom = tax_id[0].box
    for line in reversed([line for line in sheet.lines if 0 < top - line.middle < _ROW * (bottom - top)]):
        starts = (at for at in range(len(line.text)) if abs(line.left(at) - left) < 2 * line.em)
        start = next((at for at in starts if at == 0 or line.gap(at) > 0), None)
        span = _matching(line.text, start, _end(line, start, 1.0), "name") if start is not None else None
        if span:
            yield f"{side}_name", line.cut(*span)
            return


def _end(line: Line, start: int, bound: float) -> int:
    end = line.run(start, 2.5)
    return next((index for index in range(start, end) if line.left(index) > bound), end)


def _above(sheet: Sheet, hit: Hit, side: str) -> Iterator[tuple[str, Sequence[Word]]]:
    """The name in the line above a tax id, where its own label could not be read: after a colon, or above the id."""
    start, stop = sheet.value(hit, sheet.bound(hit))
    if hit.line:
        line, above = sheet.lines[hit.line], sheet.lines[hit.line - 1]
        right = (at for at in range(len(above.text)) if above.left(at) > line.left(hit.start) - line.em)
        begin = next(right, len(above.text))  # what stands wholly left of the id's label is the other party's
        label = _LOST_LABEL.match(above.text, begin)
        span = _matching(above.text, label.end(), _end(above, label.end(), sheet.bound(hit)), "name") if label else None
        if span:
            yield f"{side}_name", above.cut(*span)
    if stop > start:
        yield from _name_over(sheet, hit.line, start, sheet.bound(hit), side)


def _name_over(sheet: Sheet, index: int, start: int, bound: float, side: str) -> Iterator[tuple[str, Sequence[Word]]]:
    line, above = sheet.lines[index], sheet.lines[max(index - 1, 0)]
    left = line.left(start)
    at = min(range(len(above.text)), key=lambda place: abs(above.left(place) - left))
    if index and abs(above.left(at) - left) < 2 * line.em and (at == 0 or above.gap(at) > 0):
        span = _matching(above.text, at, _end(above, at, bound), "name")
        if span:
            yield f"{side}_name", above.cut(*span)

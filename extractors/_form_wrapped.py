"""Labels that had no room in their cell: 付款 over 人, with the value beside them at half their height."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selfproof.geometry import union
from selfproof.layout import squash
from selfproof.model import Document, Page, Word, box_quad

_LONGEST = 6  # signs of a part of a label
_STEP = 1.8  # heights from the first line of a label to its second: rows stand further apart
_ASIDE = 0.6  # heights that the two lines may begin, or be centred, apart
_HALFWAY = 0.35  # of the height: how exactly the value stands between the two lines


def unwrapped(document: Document, labels: Sequence[str]) -> Document:
    """The document with labels over two lines in one. labels: patterns over print without white space."""
    known = re.compile("|".join(f"(?:{label.removeprefix('^')})" for label in labels))
    return replace(document, pages=tuple(_page(page, known) for page in document.pages))


def _page(page: Page, known: re.Pattern[str]) -> Page:
    joined = list(_joined(page, known))
    gone = {id(part) for pair, _ in joined for part in pair}
    kept = (word for word in page.words if id(word) not in gone)
    return replace(page, words=(*kept, *(whole for _, whole in joined))) if joined else page


def _joined(page: Page, known: re.Pattern[str]) -> Iterator[tuple[tuple[Word, Word], Word]]:
    parts = (word for word in page.words if re.fullmatch(rf"[\u4e00-\u9fff:：]{{1,{_LONGEST}}}", squash(word.text)))
    short = [word for word in parts if _lies(page, word)]
    for upper in short:
        lower = next((word for word in short if word is not upper and _goes_on(page, upper, word)), None)
        if lower is not None and known.fullmatch(squash(f"{upper.text}{lower.text}").rstrip(":：")):
            left, top, right, bottom = union([upper.box, lower.box])
            middle, half = (top + bottom) / 2, upper.height / 2
            if _value_between(page, (left, top, right, bottom), middle, half):
                both = upper.alternatives + lower.alternatives
                quad = box_quad((left, middle - half, right, middle + half))
                alternatives = both if len(both) == len(upper.text) + len(lower.text) else ()
                yield (
                    (upper, lower),
                    Word(
                        upper.text + lower.text,
                        quad,
                        min(upper.confidence, lower.confidence),
                        alternatives,
                        page=upper.page,
                    ),
                )


def _lies(page: Page, word: Word) -> bool:
    """Whether it is set from left to right: a heading beside several rows stands upright."""
    left, top, right, bottom = word.box
    return len(word.text) == 1 or (right - left) * page.width > (bottom - top) * page.height


def _goes_on(page: Page, upper: Word, lower: Word) -> bool:
    near = _ASIDE * upper.height * page.height / page.width
    beside = min(abs(lower.box[0] - upper.box[0]), abs(lower.centre[0] - upper.centre[0]))
    return beside < near and 0 < lower.centre[1] - upper.centre[1] < _STEP * upper.height


def _value_between(page: Page, box: tuple[float, float, float, float], middle: float, half: float) -> bool:
    """Whether what stands next to the right of both lines is at the height between them."""
    _, top, right, bottom = box
    beside = [word for word in page.words if word.box[0] > right and top < word.centre[1] < bottom]
    nearest = min(beside, key=lambda word: word.box[0], default=None)
    return nearest is not None and abs(nearest.centre[1] - middle) < 2 * half * _HALFWAY

"""Pages of print from a few lines of text: cells with white between them, as forms have them."""

from __future__ import annotations

import unicodedata

from selfproof import locating
from selfproof.kinds import extractors, identify
from selfproof.model import Carrier, Document, Page, Value, Word, box_quad

EM, HEIGHT, PITCH = 0.013, 0.013, 0.03  # shares of the page
_WHITE = 3.2  # ems between two cells


def sketch(text: str, carrier: Carrier = Carrier.PDF_TEXT) -> Document:
    """A page: one printed line a line of text, ``|`` between cells; a blank line is white, ``~`` leaves a cell empty.

    Leading cells set the columns: the first cell begins at the left, each further one behind the last.
    """
    words = tuple(word for number, line in enumerate(text.strip("\n").split("\n")) for word in _line(number, line))
    return Document("0" * 64, "application/pdf", carrier, (Page(1, 1000, 1000, words),))


def _line(number: int, line: str) -> list[Word]:
    words, x, y = [], 0.05, 0.03 + number * PITCH
    for cell in line.split("|"):
        printed = cell.strip()
        width = EM * sum(1 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in printed)
        if printed and printed != "~":
            words.append(Word(printed, box_quad((x, y, x + width, y + HEIGHT))))
        x += width + _WHITE * EM
    return words


def read(text: str) -> tuple[str, dict[str, Value | None]]:
    """The kind that a sketched page is taken for, and its values by field."""
    page = sketch(text)
    kind, _ = identify(page)
    if kind not in extractors():
        return kind, {}
    located = locating.fields(extractors()[kind], page)
    return kind, {name: item.value for name, item in located.items() if item.value is not None}

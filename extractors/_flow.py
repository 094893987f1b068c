"""A document as one running text whose characters know their words: for kinds that are read like prose.

Between lines stands a newline, between cells or columns of one line a tab; what matches a pattern is cut out as Words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selfproof import layout
from selfproof.model import Carrier, Document, Page, Word

_COLUMN_GAP = 1.5  # ems of white that part two columns of a line
_SPACE_GAP = 0.3


@dataclass(frozen=True, slots=True)
class Flow:
    """text: NFKC, one character for each printed one. spots: for each character its word and place, None between."""

    text: str
    spots: tuple[tuple[Word, int] | None, ...]

    def cut(self, start: int, stop: int) -> list[Word]:
        """The words that the characters `start` up to `stop` are printed by."""
        ranges: list[tuple[Word, int, int]] = []
        for spot in self.spots[start:stop]:
            if spot is None:
                continue
            word, index = spot
            if ranges and ranges[-1][0] is word and index == ranges[-1][2]:
                ranges[-1] = (word, ranges[-1][1], index + 1)
            else:
                ranges.append((word, index, index + 1))
        return [word.slice(begin, end) for word, begin, end in ranges]


def flow(document: Document) -> Flow:
    """All pages in reading order."""
    text: list[str] = []
    spots: list[tuple[Word, int] | None] = []
    for page in document.pages:
        for line in layout.rows(page.words):
            for between, word in _spaced(line, page, cells=document.carrier is Carrier.DOCX):
                text += [*between, *map(_folded, word.text)]
                spots += [*(None for _ in between), *((word, index) for index in range(len(word.text)))]
            text.append("\n")
            spots.append(None)
    return Flow("".join(text), tuple(spots))


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a running text with where each begins."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def of_words(words: Sequence[Word]) -> Flow:
    """Some words in their order, with nothing between them."""
    spots = tuple((word, index) for word in words for index in range(len(word.text)))
    return Flow("".join(_folded(word.text[index]) for word, index in spots), spots)


def _folded(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def _spaced(line: Sequence[Word], page: Page, *, cells: bool) -> Iterator[tuple[str, Word]]:
    """Each word with what parts it from the one before."""
    for index, word in enumerate(line):
        if not index:
            yield "", word
            continue
        em = word.height * page.height / (page.width or 1.0)
        gap = (word.box[0] - line[index - 1].box[2]) / (em or 1.0)
        apart = cells or gap > _COLUMN_GAP or _label(word) == _label(line[index - 1]) != ""
        yield ("\t" if apart else " " if gap > _SPACE_GAP else ""), word


def _label(word: Word) -> str:
    """What stands before a word's colon: of two columns side by side both lines begin with it."""
    return "".join(map(_folded, word.text)).rpartition(":")[0].partition(":")[0].strip()

"""Geometry over Words: rows, neighbours and labels, so that an extractor does not care which carrier it reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from selfproof import baselines
from selfproof.model import Word

_Place: TypeAlias = tuple[float, tuple[float, float]]  # where a word's middle is, its upper and lower edge


def squash(text: str) -> str:
    """NFKC without any white space: the form in which labels are compared.

    >>> squash("名 　称：")
    '名称:'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def overlap(a: Word, b: Word) -> float:
    """The share (0..1) of the lower word's height that both share vertically."""
    return _shared((a.box[1], a.box[3]), (b.box[1], b.box[3]))


def rows(words: Iterable[Word], share: float = 0.5) -> list[list[Word]]:
    """Words grouped into printed lines from top to bottom, each from left to right.

    share: how much of the lower word's height must lie beside the row's nearest word. On a sheet that is bent in its
    photograph words are compared as they would stand if it were flat.
    """
    whole = list(words)
    edges = _edges(whole)
    places = {id(word): (word.centre[0], edges[id(word)]) for word in whole}
    found: list[list[Word]] = []
    for word in sorted(whole, key=lambda item: (item.page, sum(edges[id(item)]) / 2)):
        beside = next((row for row in reversed(found[-3:]) if _fits(row, word, share, places)), None)
        if beside is None:
            found.append([word])
        else:
            beside.append(word)
    return [sorted(row, key=lambda item: item.box[0]) for row in found]


def _edges(words: Sequence[Word]) -> dict[int, tuple[float, float]]:
    """The upper and the lower edge of each word, by its `id`."""
    edges = {id(word): word.box[1::2] for word in words}
    for page in {word.page for word in words}:
        here = [word for word in words if word.page == page]
        edges |= dict(zip(map(id, here), baselines.levelled(here) or (), strict=False))
    return edges


def _fits(row: Sequence[Word], word: Word, share: float, places: Mapping[int, _Place]) -> bool:
    middle, edges = places[id(word)]
    nearest = min(row, key=lambda item: abs(places[id(item)][0] - middle))
    return nearest.page == word.page and _shared(places[id(nearest)][1], edges) >= share


def _shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, shared) / (min(one[1] - one[0], other[1] - other[0]) or 1.0)


@cache
def spread(label: str) -> re.Pattern[str]:
    """A pattern for a label whose glyphs may be set apart: ``名称`` also finds ``名  称``."""
    return re.compile(r"\s*".join(re.escape(char) for char in label))


def find(words: Iterable[Word], labels: Sequence[str]) -> Iterator[tuple[Word, Word]]:
    """Each (label, rest): the part of a word that is the label, and what follows it in the same word ("" if nothing).

    Longer labels are tried first, so that ``统一社会信用代码`` wins over ``代码``.
    """
    ordered = sorted(labels, key=len, reverse=True)
    for word in words:
        match = next((hit for label in ordered if (hit := spread(label).search(word.text))), None)
        if match is not None:
            yield word.slice(match.start(), match.end()), word.slice(match.end(), len(word.text))


def right_of(anchor: Word, words: Iterable[Word], share: float = 0.5) -> list[Word]:
    """Words of the anchor's row that begin right of its end, nearest first."""
    edge = anchor.box[2] - 0.002
    beside = [
        word for word in words if word.page == anchor.page and word.box[0] >= edge and overlap(anchor, word) >= share
    ]
    return sorted(beside, key=lambda word: word.box[0])


def below(anchor: Word, words: Iterable[Word], reach: float = 3.0) -> list[Word]:
    """Words that stand under the anchor (their spans meet), nearest first, down to `reach` of its heights."""
    left, _, right, bottom = anchor.box
    limit = bottom + reach * anchor.height
    under = [
        word
        for word in words
        if word.page == anchor.page
        and bottom - anchor.height * 0.3 <= word.box[1] <= limit
        and word.box[0] < right
        and word.box[2] > left
    ]
    return sorted(under, key=lambda word: word.box[1])


def join(words: Sequence[Word]) -> str:
    """The words' text in the given order; a space only between two Latin runs."""
    text = ""
    for word in words:
        latin = text[-1:].isascii() and text[-1:].isalnum() and word.text[:1].isascii() and word.text[:1].isalnum()
        text += (" " if latin else "") + word.text
    return text

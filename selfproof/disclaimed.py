"""What a paper says of itself that makes it no proof: that it is a translation, an example, or a letter or notice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from statistics import median
from typing import Any, Final

import yaml

from selfproof.layout import squash
from selfproof.model import Document, Page, Word

_HEAD: Final = 0.3  # of a page's height: titles and what is said of the whole paper stand there
_LARGE: Final = 2.5  # times the usual height of print: what is set across the page
_A_PAPER: Final = 6  # words
_KINDS: Final = ("translation", "example", "letter")
_BRACKETS: Final = "()[]【】「」“”\"'*·-—:"


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "disclaimers.yaml").read_text("utf-8")
    )
    return table


@cache
def _pattern(*keys: str) -> re.Pattern[str]:
    found: Any = _table()
    for key in keys:
        found = found[key]
    return re.compile("|".join(f"(?:{shape})" for shape in found))


def disclaimed(document: Document) -> str:
    """``translation``, ``example`` or ``letter``, as the paper says of itself; "" where it says nothing of the sort.

    Titles stand on the first page, seals of translators on the last; a scene with a sign or two is no paper.
    """
    first, last = document.pages[:1], document.pages[1:][-1:]
    told = (_said(page, head=page in first) for page in (*first, *last) if len(page.words) >= _A_PAPER)
    return next(filter(None, told), "")


def _said(page: Page, *, head: bool) -> str:
    for word in page.words:
        text = squash(word.text).strip(_BRACKETS)
        places = ("head", "anywhere") if head and word.centre[1] < _HEAD else ("anywhere",)
        for kind in _KINDS:
            if text and any(_pattern(kind, place).fullmatch(text) for place in places):
                return kind
    return "example" if any(_across(word, page.words) for word in page.words) else ""


def _across(word: Word, words: Sequence[Word]) -> bool:
    """Whether a word that makes the paper an example is set across it, much larger than all the rest."""
    large = _pattern("large").fullmatch(squash(word.text).strip(_BRACKETS))
    return large is not None and word.height > _LARGE * median(other.height for other in words)

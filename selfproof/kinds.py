"""The kinds of documents: every module of the package `extractors` is one.

An extractor offers ``FIELDS`` (field → parser), ``LABELS``, ``identify(document) -> float`` and ``locate(document)``.
It may offer ``CONSTRAINTS`` (repairs over what was located), ``PROOFS`` (what tests the values afterwards),
``derive(document)`` (values computed from many printed ones), ``rows(document)`` (a statement's printed rows),
``payments(document)`` (what each of its lines moved), ``KEY`` (the field that tells two documents of one file apart),
``SIDES`` (true where a document may lie on a picture as two papers), ``ANNEXES`` (true where lists of the kinds marked
``ANNEX`` on its further pages are parts of it) and ``PRIVATE`` (true where what was recognised beside its facts is kept
nowhere, with ``resembles(document)``, which tells of a paper of no known kind whether it may be one).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Protocol, TypeAlias, cast

from selfproof.disclaimed import disclaimed
from selfproof.model import Document, Value, Word

THRESHOLD = 0.5
_CERTAIN: Final = 1.0
UNKNOWN = "unknown"
Parser: TypeAlias = Callable[[str], Value | None]
Spot: TypeAlias = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]


class Extractor(Protocol):
    """What a module of `extractors` offers."""

    FIELDS: Mapping[str, Parser]

    def identify(self, document: Document) -> float:
        """How sure (0..1) the document is of this kind."""

    def locate(self, document: Document) -> Iterator[Spot]:
        """The places of fields, of items with their row."""


@cache
def extractors() -> dict[str, Extractor]:
    """Every document kind by id, found by walking the package."""
    package = importlib.import_module("extractors")
    names = sorted(item.name for item in pkgutil.iter_modules(package.__path__) if not item.name.startswith("_"))
    return {name: cast("Extractor", importlib.import_module(f"extractors.{name}")) for name in names}


def identify(document: Document) -> tuple[str, float]:
    """The likeliest kind and its score; ``unknown`` below the threshold and of a paper that says it is no proof.

    Of kinds that are as likely the last by name counts: once one is certain, those before it are not asked.
    """
    if disclaimed(document):
        return UNKNOWN, 0.0
    best, score = UNKNOWN, 0.0
    for name, module in reversed(extractors().items()):
        if (found := module.identify(document)) > score:
            best, score = name, found
        if score >= _CERTAIN:
            break
    return (best, score) if score >= THRESHOLD else (UNKNOWN, score)


def is_private(kind: str) -> bool:
    """Whether a kind tells of a person more than its facts, which nobody may weigh."""
    return marked(kind, "PRIVATE")


def belongs(kind: str, other: str) -> bool:
    """Whether a list of one kind is an annex of a document of the other."""
    return marked(kind, "ANNEX") and marked(other, "ANNEXES")


def marked(kind: str, mark: str) -> bool:
    """Whether a kind's module says so of itself: ``SIDES``, ``rows`` …; ``unknown`` says nothing."""
    return kind != UNKNOWN and bool(getattr(extractors()[kind], mark, False))

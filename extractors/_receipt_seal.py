"""Who sold, by the seal alone: a form from a pad says only where to put it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors._receipt_wrapped import HOUSE
from selfproof import read, values
from selfproof.model import Document, Word

_OWNER = re.compile(  # a bank's says that money went through it, an office's who lets forms be printed
    rf"(?!.*(?:银行|税务|财政|监制))[\u4e00-\u9fff()]{{3,}}(?:{HOUSE})(?![\u4e00-\u9fff]{{3}})"
)
_SURE = 0.9  # of every sign: bent print is misread where it is not clear


def owner(document: Document) -> Iterator[Sequence[Word]]:
    """The name along the one seal that says one; nothing where two differ."""
    told = [(word, _OWNER.match(_folded(word.text))) for word in read.sealed(document) if word.confidence >= _SURE]
    found = {match[0]: word.slice(*match.span()) for word, match in told if match is not None}
    if len(found) == 1:
        yield [*found.values()]


def _folded(text: str) -> str:
    folded = values.fold(text)
    return folded if len(folded) == len(text) else text

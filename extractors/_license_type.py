"""The type of enterprise on a licence: a closed list of words, of which recognition spoils a sign here and there.

Only signs that recognition itself doubts are changed, and only where one type of the list is nearest; what stays open
stays as it was read, and is told only if it is legible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from rapidfuzz.distance import Levenshtein

from extractors import _license_table as table
from selfproof import values
from selfproof.model import Located

_DOUBTFUL = 0.9  # of a sign's likelihood: what is surer is not changed
_MOST = 2  # signs of a long type that may be wrong; of a short one half as many
_LONG = 8
_SHORT = 4  # signs, of which one tells half: 私营 is not 联营
_MARKS = "(),、"  # lost or doubled however sure the rest is


@cache
def types() -> frozenset[str]:
    """Every type with each of its notes in brackets, in plain brackets."""
    notes = {base: ["", *(f"({note})" for note in listed)] for base, listed in table.types().items()}
    return frozenset(base + note for base, listed in notes.items() for note in listed)


def snapped(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised type that the list does not know as the one that it must be."""
    located = found.get("type")
    if located is None or not isinstance(located.value, str) or not any(word.alternatives for word in located.words):
        return {}
    printed = list(_signs(located))
    text = "".join(sign for sign, _ in printed)
    if text in types() or len(text) <= _SHORT:
        return {}
    sure = [share for _, share in printed]
    near = sorted((Levenshtein.distance(text, known), known) for known in types())
    (least, nearest), (next_, _) = near[:2]
    few = least <= (_MOST if len(text) >= _LONG else _MOST // 2)
    if few and least < next_ and _believable(text, nearest, sure):
        return {"type": replace(located, value=nearest.translate(table.BRACKETS), repaired="vocabulary")}
    return {}


def not_an_address(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A type that stands where the label of the address was read, for its own label was not: it is the type."""
    located = found.get("address")
    if located is None or located.value is None or values.fold(str(located.value)) not in types():
        return {}
    own = {} if "type" in found and found["type"].value else {"type": replace(located, name="type")}
    return {"address": replace(located, value=None), **own}


def _signs(located: Located) -> Iterator[tuple[str, float]]:
    """Each sign of the type, folded, with its likelihood."""
    for word in located.words:
        for sign, options in zip(word.text, word.alternatives or ((),) * len(word.text), strict=True):
            share = options[0][1] if options else 1.0
            yield from ((part, share) for part in values.fold(sign) if part.strip())


def _believable(text: str, known: str, sure: list[float]) -> bool:
    """Whether every sign that would change is doubtful, beside one that is, or a mark."""
    for step in Levenshtein.editops(text, known):
        at, to = step.src_pos, step.dest_pos
        beside = sure[max(0, at - (step.tag == "insert")) : at + 1]
        signs = {"delete": text[at : at + 1], "insert": known[to : to + 1]}.get(step.tag, "")
        if not (signs and signs in _MARKS) and min(beside, default=1.0) >= _DOUBTFUL:
            return False
    return True

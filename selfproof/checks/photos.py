"""Photos shown before: as they are, turned, mirrored or cropped. By perceptual hash, and never of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from selfproof.matching.likeness import BITS, CROPPED, DIGITS, WHOLE, Prints, apart, prints
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail

_CHUNK: Final = 16  # hashes in one row of the store: its index takes no longer texts


@dataclass(frozen=True, slots=True)
class Known:
    """What other photos are known by: of each hash its document, and whether it is of the whole."""

    documents: tuple[str, ...]
    whole: NDArray[np.bool_]
    prints: Prints


def rows(view: View) -> tuple[str, ...]:
    """What the store keeps of a photo: the hash of the whole, then those of its windows, some together."""
    whole, tiles, step = view.text("document.pdq"), view.text("document.pdq.tiles"), DIGITS * _CHUNK
    return (whole, *(tiles[start : start + step] for start in range(0, len(tiles), step))) if whole else ()


def known_by(pairs: Sequence[tuple[str, str]]) -> Known:
    """What the rows of a store (document, hashes one after the other) say; one hash alone is of a whole photo."""
    found = [(document, prints(text)) for document, text in pairs]
    return Known(
        tuple(document for document, of in found for _ in of),
        np.array([len(of) == 1 for _, of in found for _ in of], bool),
        np.concatenate([prints(""), *(of for _, of in found)]),
    )


def _nearest(one: Prints, other: Prints) -> int:
    """The fewest bits in which any hash of one differs from any of the other; `BITS` where there is none."""
    return int(apart(one, other).min(initial=BITS))


def shown_before(view: View, known: Known) -> tuple[int, int]:
    """Bits to the nearest whole photo in any orientation, and to the nearest window of one or from one of its own."""
    turned = prints(view.text("document.pdq") + view.text("document.pdq.turned"))
    tiles = prints(view.text("document.pdq.tiles"))
    whole, windows = known.prints[known.whole], known.prints[~known.whole]
    return _nearest(turned, whole), min(_nearest(turned, windows), _nearest(tiles, whole))


@check(per="portfolio")
def photo_reused(case: Case) -> Iterator[Verdict]:
    """No photo was shown for another applicant, as it is, turned or mirrored (PDQ perceptual hash)."""
    yield from _elsewhere(case, "photo_reused_fail", cropped=False)


@check(per="portfolio")
def photo_cropped_elsewhere(case: Case) -> Iterator[Verdict]:
    """No part of a photo, and no larger photo of which it is a part, was shown for another applicant."""
    yield from _elsewhere(case, "photo_cropped_elsewhere_fail", cropped=True)


def _elsewhere(case: Case, key: str, *, cropped: bool) -> Iterator[Verdict]:
    photos = case.of("photo")
    known = known_by(case.lookup.photos() if case.lookup and photos else ())
    for view in photos:
        if not view.text("document.pdq"):
            yield Verdict(UNKNOWN.outcome, document=view.id)
            continue
        whole, part = shown_before(view, known)
        found = whole > WHOLE and min(whole, part) <= CROPPED if cropped else whole <= WHOLE
        if found:
            yield replace(fail(key, view.ids("document.pdq")), document=view.id)


@check(per="application")
def same_photo_twice(case: Case) -> Iterator[Verdict]:
    """No photo is there twice, turned, mirrored or cropped: it shows its machines once."""
    seen: list[View] = []
    for view in case.of("photo"):
        if not view.text("document.pdq"):
            continue
        known = known_by([(other.id, row) for other in seen for row in rows(other)])
        if min(shown_before(view, known)) <= CROPPED:
            first = next(other for other in seen if min(shown_before(view, known_by(_pairs(other)))) <= CROPPED)
            ids = (*view.ids("document.pdq"), *first.ids("document.pdq"))
            yield replace(fail("same_photo_twice_fail", ids, documents=(first.id,)), document=view.id)
        seen.append(view)


def _pairs(view: View) -> list[tuple[str, str]]:
    return [(view.id, row) for row in rows(view)]

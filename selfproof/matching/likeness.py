"""How far photos lie apart, by the hashes that they are known by (`selfproof.carriers.prints`)."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Prints: TypeAlias = NDArray[np.uint64]

WHOLE: Final = 31  # bits of 256 that may differ between two hashes of whole photos: PDQ's published threshold
CROPPED: Final = 64  # between a photo and a window of another: see selfproof.carriers.prints for what was measured
DIGITS: Final = 64  # hexadecimal, of one hash
BITS: Final = 256


def prints(text: str) -> Prints:
    """Hashes that stand one after the other, one a row of four numbers; what is left of half a one is dropped."""
    whole = text[: len(text) // DIGITS * DIGITS]
    return np.frombuffer(bytes.fromhex(whole), np.uint64).reshape(-1, 4)


def apart(one: Prints, others: Prints) -> NDArray[np.uint16]:
    """Bits in which each of the others differs from the nearest of `one`; `BITS` where that is empty."""
    columns = np.ascontiguousarray(others.T)  # five times as fast as row by row
    nearest = np.full(len(others), BITS, np.uint16)
    for print_ in one:
        bits = np.zeros(len(others), np.uint16)
        for column, part in zip(columns, print_, strict=True):
            bits += np.bitwise_count(column ^ part)
        np.minimum(nearest, bits, out=nearest)
    return nearest

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


def apart(one: Prints, others: Prints) -> NDArray[np.int64]:
    """Bits in which each of the others differs from the nearest of `one`; `BITS` where that is empty."""
    nearest = np.full(len(others), BITS)
    for print_ in one:
        bits = np.bitwise_count(others ^ print_)
        np.minimum(nearest, bits.sum(axis=1, dtype=np.int64), out=nearest)
    return nearest

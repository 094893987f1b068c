"""Compound files (old Office): what streams they hold, and whether their sectors can be followed to an end."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import olefile

_LAST: Final = 0xFFFFFFFA  # sector numbers from here on mark ends and free sectors


def streams(data: bytes) -> set[str]:
    """The names of all streams, last part only. Raises ValueError when the file is damaged or its sectors run in rings.

    A reader that follows a ring of sectors takes memory until the machine has none. Only fatal defects count: banks'
    own writers leave headers that break the letter of the format and that every spreadsheet program opens.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL) as compound:
            names = {path[-1] for path in compound.listdir()}
            compound.loadminifat()
            chains = [list(compound.fat), list(compound.minifat)]
    except (OSError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("damaged compound file") from error
    if any(map(has_ring, chains)):
        raise ValueError("a ring of sectors")
    return names


def has_ring(following: Sequence[int]) -> bool:
    """Whether some chain comes back on itself; each number is the place of the next one.

    >>> has_ring([1, 2, 0xFFFFFFFE]), has_ring([1, 2, 1])
    (False, True)
    """
    state = bytearray(len(following))  # 0 not seen, 1 on this chain, 2 known to end
    for start in range(len(following)):
        chain, place = [], start
        while place < len(following) and place < _LAST and not state[place]:
            state[place] = 1
            chain.append(place)
            place = following[place]
        if place < len(following) and state[place] == 1:
            return True
        for passed in chain:
            state[passed] = 2
    return False

"""Which way up a picture is, judged by its text: the geometry of the lines, then how well they can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from selfproof import ocr
from selfproof.flatten import Corners, mapped
from selfproof.imaging import Homography, Image
from selfproof.model import Word

_SAMPLE: Final = 5  # lines that are read to tell top from bottom
_SURE: Final = 0.9  # mean probability of a character: upside down it stays below 0.8, upright above 0.94
_LONG: Final = 3.0  # times its height: a line that tells its direction
_LONGEST: Final = 12.0  # times its height: longer lines take long to read


def from_top_left(line: Corners) -> Corners:
    """Corners clockwise from the one whose next lies most to the right: detection begins steep lines at either end."""
    sides = np.roll(line, -1, axis=0) - line
    rightward = sides[:, 0] / np.maximum(np.linalg.norm(sides, axis=1), 1e-6)
    return np.roll(line, -int(np.argmax(rightward)), axis=0)


def quarter_turns(image: Image, lines: Sequence[Corners], *, of: str = "", sure: bool = True) -> int:
    """Quarter turns clockwise (0..3) that put the text upright; 0 when there is too little text to tell.

    sure: level lines are read to tell; else they are presumed to be upright, as nearly all are.
    """
    shaped = [line for line in lines if _LONG <= max(_aspect(line), 1 / _aspect(line)) <= _LONGEST]
    upright_height = sum(_length(line) for line in shaped if _aspect(line) < 1)
    level_length = sum(_length(line) for line in shaped if _aspect(line) >= 1)
    lying = upright_height > level_length
    chosen = sorted((line for line in shaped if (_aspect(line) < 1) == lying), key=_length, reverse=True)[:_SAMPLE]
    if not chosen or not (lying or sure):
        return 0
    crops = [line_picture(image, line) for line in chosen]
    first, second = (3, 1) if lying else (0, 2)
    certainty = _certainty([_turned(crop, first) for crop in crops], of)
    if certainty >= _SURE:
        return first
    return first if certainty >= _certainty([_turned(crop, second) for crop in crops], of) else second


def reads_so(words: Sequence[Word]) -> bool:
    """Whether a page's words read as print that is upright does; true of a page with next to none."""
    certainty = _mean(words)
    return not certainty or certainty >= _SURE


def turning(turns: int, width: int, height: int) -> tuple[Homography, tuple[int, int]]:
    """The homography of quarter turns clockwise over a picture's pixels, and the size (width, height) after it."""
    homography = {
        0: [(1, 0, 0), (0, 1, 0), (0, 0, 1)],
        1: [(0, -1, height - 1), (1, 0, 0), (0, 0, 1)],
        2: [(-1, 0, width - 1), (0, -1, height - 1), (0, 0, 1)],
        3: [(0, 1, 0), (-1, 0, width - 1), (0, 0, 1)],
    }[turns]
    return np.array(homography, dtype=np.float64), (height, width) if turns % 2 else (width, height)


def turned_lines(lines: Sequence[Corners], turns: int, homography: Homography) -> list[Corners]:
    """Lines after quarter turns, their corners again clockwise from the top left."""
    return [np.roll(line, turns, axis=0) for line in mapped(lines, homography)] if turns else list(lines)


def line_picture(image: Image, corners: Corners) -> Image:
    """What stands within four corners, laid straight."""
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    width, height = max(1, round(float(max(sides[0], sides[2])))), max(1, round(float(max(sides[1], sides[3]))))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    homography = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    picture = cv2.warpPerspective(
        image, homography, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(picture, dtype=np.uint8)


def _turned(image: Image, turns: int) -> Image:
    return np.ascontiguousarray(np.rot90(image, -turns))


def _certainty(crops: Sequence[Image], of: str) -> float:
    return _mean(ocr.read_lines(crops, of=of))


def _mean(words: Sequence[Word]) -> float:
    """The mean probability of a character over all the words; 0 without any."""
    shares = [options[0][1] for word in words for options in word.alternatives]
    return sum(shares) / len(shares) if shares else 0.0


def _length(line: Corners) -> float:
    return float(max(np.linalg.norm(line[1] - line[0]), np.linalg.norm(line[3] - line[0])))


def _aspect(line: Corners) -> float:
    along, across = (max(float(np.linalg.norm(line[place] - line[0])), 1.0) for place in (1, 3))
    return along / across

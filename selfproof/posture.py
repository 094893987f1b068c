"""How a picture becomes a page: upright, flat, then read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from selfproof import apart, flatten, imaging, ocr, seals, upright
from selfproof.flatten import Corners
from selfproof.imaging import Homography, Image
from selfproof.model import Page, Quad

_FEW_LINES: Final = 6  # a picture with fewer is a scene: nothing is turned or cut
_MOST_SIDE: Final = 32_000  # pixels that OpenCV can warp
_LOOK: Final = 736  # pixels of the longer side: enough to see where lines run
_SOUGHT: Final = 1.25  # times a picture's own size: lines are sought no larger, and read enlarged
_LEAST_SOUGHT: Final = 960  # pixels of the longer side
_IDENTITY: Final = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Posture:
    """How a picture becomes a page of so many pixels.

    transform: row-major homography from the page's pixels to the picture's; None when the picture is left as it is.
    papers: the corners, in pixels of the page, of several papers that lie on it; then it is left whole.
    """

    width: int
    height: int
    transform: tuple[float, ...] | None
    papers: tuple[Quad, ...] = ()


def read(image: Image, number: int, document: str) -> tuple[Posture, Image, Page | None]:
    """How the picture becomes a page, the page's pixels, and the page as read; no page where several papers lie on it.

    Level text is presumed to be upright. Upside down it reads badly, and then that is looked into and it is read again.
    number: of the page. document: its id, under which is kept what was seen.
    """
    stance = judged(image, of=document, sure=False)
    flat = applied(image, stance)
    if stance.papers:
        return stance, flat, None
    found = page(flat, number, stance, document)
    if upright.reads_so(found.words) or (surely := judged(image, of=document)) == stance:
        return stance, flat, found
    flat = applied(image, surely)
    return surely, flat, None if surely.papers else page(flat, number, surely, document)


def judged(image: Image, *, of: str = "", alone: bool = False, sure: bool = True) -> Posture:
    """Which way up the text is, and how the page lies.

    of: id of the document, under which is kept what was seen. alone: it is one paper, and none are sought on it.
    sure: as in `selfproof.upright.quarter_turns`, but of several papers it is always made sure.
    """
    height, width = image.shape[:2]
    seen = lines(image, of=of)
    if len(seen) < _FEW_LINES:
        return Posture(width, height, None)
    turns = upright.quarter_turns(image, seen, of=of, sure=sure)
    turning, size = upright.turning(turns, width, height)
    turned = upright.turned_lines(seen, turns, turning)
    level = Posture(*size, backwards(turning) if turns else None)
    if flatten.is_drawn(turned):
        return level
    standing = np.ascontiguousarray(np.rot90(image, -turns))
    quads = flatten.page_quads(standing)
    papers = [] if alone else apart.papers(standing, turned, quads)
    if papers:
        return replace(level, papers=tuple(map(corners, papers))) if sure else judged(image, of=of)
    flat = flatten.flattening(size, turned, quads)
    return level if flat is None else Posture(*flat[1], backwards(flat[0] @ turning))


def corners(paper: Corners) -> Quad:
    """Four points as a place."""
    one, two, three, four = ((float(x), float(y)) for x, y in paper)
    return one, two, three, four


def lines(image: Image, *, of: str = "") -> list[Corners]:
    """Where lines of text run, seen at one glance."""
    seen = ocr.lines(image, side=_LOOK, of=of) if max(image.shape[:2]) < _MOST_SIDE else []
    return [upright.from_top_left(line) for line in seen]


def backwards(homography: Homography) -> tuple[float, ...]:
    """From the page to the picture."""
    return flattened(np.asarray(np.linalg.inv(homography), dtype=np.float64))


def flattened(homography: Homography) -> tuple[float, ...]:
    """Row by row, in ten digits: what is stored is what was used."""
    return tuple(float(f"{value:.10g}") for value in (homography / homography[2, 2]).ravel())


def applied(image: Image, posture: Posture) -> Image:
    """The page's pixels."""
    whole = image.shape[:2] == (posture.height, posture.width)  # else a part of it that begins where it does
    if posture.transform is None or (posture.transform == _IDENTITY and whole):
        return image
    return imaging.warped(image, posture.transform, (posture.width, posture.height))


def page(flat: Image, number: int, posture: Posture, document: str) -> Page:
    """The page with its words, those under red seals included."""
    large = imaging.enlarged(flat)
    words = seals.read_under(large, ocr.recognise(large, side=sought(flat), of=document), of=document)
    return Page(number, posture.width, posture.height, tuple(words), posture.transform)


def sought(flat: Image) -> int:
    """Pixels of the longer side at which a page's lines are sought."""
    longer: int = max(flat.shape[:2])
    return min(ocr.SIDE, max(_LEAST_SOUGHT, round(_SOUGHT * longer)))

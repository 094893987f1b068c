"""Several papers on one picture: each cut out, turned, laid flat and read by itself; together they are the page shown.

What lies on none of them is read too, line by line, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import cv2
import numpy as np

from selfproof import apart, flatten, imaging, ocr, posture, upright
from selfproof.apart import Band
from selfproof.geometry import through, union
from selfproof.imaging import Homography, Image
from selfproof.model import Box, Document, Page, Place, Quad, Word, box_quad
from selfproof.posture import Posture

Paper: TypeAlias = tuple[Page, tuple[str, ...]]

_OF_THE_WHOLE: Final = ("qr", "pdq", "scene.", "vision.")
_A_PAPER: Final = 6  # lines beside the papers that were found: fewer are a note or a mug, as many another paper


@dataclass(frozen=True, slots=True)
class Laid:
    """The page that is shown, with all its words and codes, and each of several papers on it with its own."""

    page: Page
    papers: tuple[Paper, ...] = ()
    codes: tuple[str, ...] = ()


def read(image: Image, stance: Posture, number: int, document: str) -> Laid:
    """All the papers of a picture (page `number` of the document of this id) whose posture tells of several."""
    shown = posture.applied(image, stance)
    papers = [_paper(image, stance, corners, (number, document)) for corners in stance.papers]
    beside = tuple(_beside(shown, stance, document))
    words = (*(word for paper, _ in papers for word in placed(paper)), *beside)
    if len(beside) >= _A_PAPER:
        whole = box_quad((0.0, 0.0, 1.0, 1.0))
        papers.append((Page(number, stance.width, stance.height, beside, stance.transform, whole), ()))
    codes = dict.fromkeys([*imaging.codes(image), *(code for _, own in papers for code in own)])
    return Laid(Page(number, stance.width, stance.height, words, stance.transform), tuple(papers), tuple(codes))


def placed(page: Page) -> Iterator[Word]:
    """The words of a paper where they stand on the page that is shown."""
    for word in page.words:
        yield replace(word, quad=on_shown(page, word.quad))


def on_shown(page: Page, quad: Quad) -> Quad:
    """A place of a paper on the page that is shown; the same place where the page is shown itself."""
    if page.region is None:
        return quad
    one, two, three, four = (through(page.region, point) for point in quad)
    return one, two, three, four


def box_on_shown(page: Page, box: Box) -> Box:
    """The box around a place of a paper on the page that is shown."""
    if page.region is None:
        return box
    xs, ys = zip(*on_shown(page, box_quad(box)), strict=True)
    left, top, right, bottom = (round(min(max(edge, 0.0), 1.0), 6) for edge in (min(xs), min(ys), max(xs), max(ys)))
    return left, top, right, bottom


def place(document: Document, words: Sequence[Word]) -> Place:
    """Where words stand, on the page that is shown, also for one of several papers on it."""
    if not words:
        return Place()
    on_page = [word for word in words if word.page == words[0].page]
    page = next((page for page in document.pages if page.number == words[0].page), None)
    box = union([word.box for word in on_page])
    return Place(words[0].page, box_on_shown(page, box) if page else box, words[0].path)


def shared(signals: Mapping[str, str]) -> dict[str, str]:
    """What is said of a whole picture and holds of each paper on it: camera, editing, a screen; no code, no scene."""
    return {name: text for name, text in signals.items() if not name.startswith(_OF_THE_WHOLE)}


def halves(document: Document, band: Band) -> Iterator[Document]:
    """What stands before and after a gutter of a picture, each as a paper of its own; codes belong to neither yet."""
    (page,) = document.pages
    axis, begin, end = band
    middle, signals = (begin + end) / 2, shared(document.signals)
    for words, (low, high) in zip(apart.parted(page.words, band), ((0.0, middle), (middle, 1.0)), strict=True):
        box = (low, 0.0, high, 1.0) if axis == 0 else (0.0, low, 1.0, high)
        yield replace(document, pages=(_cut(page, words, box),), signals=signals, papers=(), notes=())


def _cut(page: Page, words: Sequence[Word], box: Box) -> Page:
    """A level part of a page as a page."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    width, height = max(1, round(page.width * wide)), max(1, round(page.height * high))
    within = [replace(word, quad=_within(word.quad, box)) for word in words]
    shift = np.array([(1, 0, left * page.width), (0, 1, top * page.height), (0, 0, 1.0)])
    transform = posture.flattened(_matrix(page.transform) @ shift)
    return Page(page.number, width, height, tuple(within), transform, on_shown(page, box_quad(box)))


def _within(quad: Quad, box: Box) -> Quad:
    left, top, right, bottom = box
    one, two, three, four = (((x - left) / (right - left), (y - top) / (bottom - top)) for x, y in quad)
    return one, two, three, four


def _paper(image: Image, stance: Posture, corners: Quad, named: tuple[int, str]) -> Paper:
    """A paper in its own posture. named: number of the page and id of the document."""
    number, document = named
    cutting, size = flatten.of_quad(np.array(corners))
    to_picture = _matrix(stance.transform)
    rough = Posture(*size, posture.flattened(to_picture @ np.linalg.inv(cutting)))
    own = posture.judged(posture.applied(image, rough), of=document, alone=True)
    to_shown = np.linalg.inv(cutting) @ _matrix(own.transform)
    lying = Posture(own.width, own.height, posture.flattened(to_picture @ to_shown))
    flat = posture.applied(image, lying)
    page = posture.page(flat, number, lying, document)
    return replace(page, region=_region(to_shown, lying, stance)), tuple(imaging.codes(flat))


def _matrix(transform: Sequence[float] | None) -> Homography:
    return np.eye(3) if transform is None else np.array(transform, dtype=np.float64).reshape(3, 3)


def _region(to_shown: Homography, paper: Posture, shown: Posture) -> Quad:
    ends = np.array([[(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]], dtype=np.float64)
    found = cv2.perspectiveTransform(ends, to_shown)[0] / (shown.width, shown.height)
    return posture.corners(np.round(found, 6))


def _beside(shown: Image, stance: Posture, document: str) -> Iterator[Word]:
    """The words of lines that lie on no paper."""
    papers = [np.array(paper) for paper in stance.papers]
    seen = posture.lines(shown, of=document)
    lines = [line for line in seen if not any(flatten.holds(paper, line) for paper in papers)]
    crops = [upright.line_picture(shown, line) for line in lines]
    for line, word in zip(lines, ocr.read_lines(crops, of=document), strict=True):
        if word.text.strip():
            yield replace(word, quad=posture.corners(line / (stance.width, stance.height)))

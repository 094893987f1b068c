"""How well a picture was taken, measured on its pixels; what the measures mean stands in ``tables/photo_quality.yaml``.

All are taken on the picture reduced to one size, so that a large photo is judged by what can be seen, not by its noise.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from selfproof import imaging
from selfproof.imaging import Image

Plane: TypeAlias = npt.NDArray[np.float32]

_SIDE: Final = 1024  # pixels of the longer side
_STROKE: Final = 9  # pixels of the second blur that the first is told by
_BURNT: Final = 250  # of 255 in all three colours: nothing is left there
_BURNT_SIDE: Final = 512
_PATCH: Final = 512  # pixels of the square in which waves are sought
_SLOW, _FAST = 18, 240  # waves a patch: slower ones are the light's, faster ones the encoder's
_AXIS: Final = 4  # rows and columns of the spectrum that edges and JPEG blocks fill
_AROUND: Final = 31  # bins a side of what a peak is compared with
_FINE: Final = 20.0  # steps of a logarithm that eight bits hold


def signals(image: Image) -> dict[str, str]:
    """Signals of a document, ``shot.blur``, ``.light``, ``.paper``, ``.glare``, ``.side`` and ``.waves``.

    blur: 0 sharp to 1 (Crete et al. 2007). light: the level of 255 that nine tenths of the pixels stay below; paper:
    the middle one. glare: share of the largest burnt-out spot within the picture. side: the shorter one in pixels.
    waves: how far the strongest coloured wave stands out of its surroundings (natural logarithm), as off a screen.
    """
    small = imaging.scaled(image, min(1.0, _SIDE / max(image.shape[:2])))
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32)
    told = {
        "blur": blur(grey),
        "light": float(np.percentile(grey, 90)),
        "paper": float(np.median(grey)),
        "glare": glare(small),
        "waves": waves(small),
    }
    measured = {f"shot.{name}": f"{value:.3f}" for name, value in told.items()}
    return {**measured, "shot.side": str(min(image.shape[:2]))}


def blur(grey: Plane) -> float:
    """How little a second blur takes away, along the direction that has lost more: 0 sharp, 1 flat."""
    return max(_blur(grey, axis) for axis in (0, 1))


def _blur(grey: Plane, axis: int) -> float:
    kernel = (1, _STROKE) if axis == 0 else (_STROKE, 1)
    steps = np.abs(np.diff(grey, axis=axis))
    lost = np.maximum(steps - np.abs(np.diff(cv2.blur(grey, kernel), axis=axis)), 0)
    total = float(steps.sum())
    return 1 - float(lost.sum()) / total if total else 1.0


def glare(image: Image) -> float:
    """The largest spot in which all colours are burnt out, as a share of the picture.

    A spot that touches the border is no reflection: it is the sky, or the paper itself.
    """
    small = imaging.scaled(image, min(1.0, _BURNT_SIDE / max(image.shape[:2])))
    height, width = small.shape[:2]
    burnt = (imaging.darkest(small) >= _BURNT).astype(np.uint8)
    spots = cv2.connectedComponentsWithStats(burnt)[2][1:].tolist()
    inner: list[int] = [
        area for x, y, broad, high, area in spots if x and y and x + broad < width and y + high < height
    ]
    return float(max(inner, default=0) / burnt.size)


def waves(image: Image) -> float:
    """The highest peak of the colours' spectra in the picture's middle; print and texture have theirs in grey."""
    colours = cv2.cvtColor(_middle(image), cv2.COLOR_BGR2YCrCb)
    return max(_peak(np.asarray(colours[:, :, channel], dtype=np.float32)) for channel in (1, 2))


def _middle(image: Image) -> Image:
    """A square patch, of a picture that is too small enlarged."""
    large = imaging.scaled(image, max(1.0, _PATCH / min(image.shape[:2])))
    top, left = ((side - _PATCH) // 2 for side in large.shape[:2])
    return large[top : top + _PATCH, left : left + _PATCH]


def _peak(plane: Plane) -> float:
    parts = cv2.dft((plane - plane.mean()) * _window(), flags=cv2.DFT_COMPLEX_OUTPUT)
    spectrum = np.fft.fftshift(cv2.magnitude(parts[:, :, 0], parts[:, :, 1]))
    level = np.log1p(cv2.blur(spectrum, (3, 3)))
    coarse = np.clip(level * _FINE, 0, 255).astype(np.uint8)
    around = cv2.medianBlur(coarse, _AROUND) / _FINE
    return float((level - around)[_band()].max())


@cache
def _window() -> Plane:
    return np.outer(np.hanning(_PATCH), np.hanning(_PATCH)).astype(np.float32)


@cache
def _band() -> npt.NDArray[np.bool_]:
    across, down = np.meshgrid(*2 * [np.arange(_PATCH) - _PATCH // 2])
    radius = np.hypot(across, down)
    off_axes = (np.abs(across) > _AXIS) & (np.abs(down) > _AXIS)
    return np.asarray((radius > _SLOW) & (radius < _FAST) & off_axes)

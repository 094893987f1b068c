"""Pixels: opening pictures, and turning, flattening and cleaning them. No recognition here.

Images are NumPy arrays, height x width x 3, blue-green-red, 8 bits. Homographies are 3x3 and map pixel to pixel.
"""

from __future__ import annotations

import io
import warnings
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image as Pillow
from PIL import ImageOps

Image: TypeAlias = npt.NDArray[np.uint8]
Homography: TypeAlias = npt.NDArray[np.float64]

_REDNESS = 24  # levels by which red must exceed green and blue

Pillow.MAX_IMAGE_PIXELS = None  # `selfproof.intake` refuses by its own limit, with a sentence for the owner
pillow_heif.register_heif_opener()


def opened(data: bytes) -> Pillow.Image:
    """A picture of any format that is taken in, header read, pixels not yet."""
    return Pillow.open(io.BytesIO(data))


def upright_pixels(picture: Pillow.Image) -> Image:
    """The current frame after its EXIF orientation, without transparency (on white)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata: the pixels count
        turned = ImageOps.exif_transpose(picture)
    return np.ascontiguousarray(np.asarray(_opaque(turned))[:, :, ::-1])


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):
        picture = _stretched(picture)
    if "A" not in picture.mode and "transparency" not in picture.info:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    white = Pillow.new("RGBA", seen.size, "white")
    return Pillow.alpha_composite(white, seen).convert("RGB")


def _stretched(picture: Pillow.Image) -> Pillow.Image:
    """Sixteen bits or floats to eight: what Pillow's own conversion would cut off at white."""
    values = np.asarray(picture, dtype=float)
    span = float(values.max() - values.min()) or 1.0
    return Pillow.fromarray(((values - values.min()) * (255.0 / span)).astype(np.uint8))


def without_red(image: Image) -> Image:
    """The red of seals bleached to the paper behind it, dark print under it kept.

    A red mark is bright in the red channel where black print is dark in all three, so that channel shows the print.
    """
    red, others = image[:, :, 2], image[:, :, :2].max(axis=2)
    reddish = (red.astype(np.int16) - others) > _REDNESS
    if not reddish.any():
        return image
    cleaned = image.copy()
    cleaned[reddish] = np.repeat(red[reddish][:, None], 3, axis=1)
    return cleaned

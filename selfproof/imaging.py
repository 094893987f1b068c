"""Pixels: opening pictures, and turning, flattening and cleaning them. No recognition here.

Images are NumPy arrays, height x width x 3, blue-green-red, 8 bits. Homographies are 3x3 and map pixel to pixel.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
import pdqhash
import pillow_heif
import zxingcpp
from PIL import Image as Pillow
from PIL import ImageOps

Image: TypeAlias = npt.NDArray[np.uint8]
Homography: TypeAlias = npt.NDArray[np.float64]

_INK: Final = 1.0  # percentile of shades that is the darkest ink
_PAPER: Final = 80.0  # and the paper
_BOLD: Final = 0.45  # of the way from that ink to paper: what is paler is no print
_REDNESS: Final = 24  # levels by which red must exceed green and blue
_READING_SIDE: Final = 1600  # pixels of the longer side, at which lines are sought
_MOST_ENLARGED: Final = 3.0
_BAND: Final = 256  # rows that are counted with in floating point at once
_CODE_SIDE: Final = 1800  # pixels of the longer side at which codes are sought first
_PRINT_SIDE: Final = 1024
_PRINT_QUALITY: Final = 50  # of 100: PDQ's authors advise to ignore hashes below

Pillow.MAX_IMAGE_PIXELS = None  # `selfproof.intake` refuses by its own limit, with a sentence for the owner
pillow_heif.register_heif_opener()


def opened(data: bytes) -> Pillow.Image:
    """A picture of any format that is taken in, header read, pixels not yet."""
    return Pillow.open(io.BytesIO(data))


def upright_pixels(picture: Pillow.Image) -> Image:
    """The current frame after its EXIF orientation, which the picture keeps, without transparency (on white)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata: the pixels count
        ImageOps.exif_transpose(picture, in_place=True)
    return np.ascontiguousarray(np.asarray(_opaque(picture))[:, :, ::-1])


def _opaque(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode.startswith(("I", "F")):
        picture = _stretched(picture)
    if "A" not in picture.mode and "transparency" not in picture.info:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    seen = picture.convert("RGBA")
    white = Pillow.new("RGBA", seen.size, "white")
    return Pillow.alpha_composite(white, seen).convert("RGB")


def _stretched(picture: Pillow.Image) -> Pillow.Image:
    """Sixteen bits or floats to eight: what Pillow's own conversion would cut off at white."""
    values = np.asarray(picture, dtype=float)
    span = float(values.max() - values.min()) or 1.0
    return Pillow.fromarray(((values - values.min()) * (255.0 / span)).astype(np.uint8))


def darkest(image: Image) -> Image:
    """The lowest of a pixel's three channels, height x width."""
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(blue, green), red), dtype=np.uint8)


def brightest(image: Image) -> Image:
    """The highest of a pixel's three channels, height x width."""
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


def reddish(image: Image, by: int = _REDNESS) -> Image:
    """255 where red exceeds green and blue by so many levels, 0 elsewhere."""
    others = cv2.max(image[:, :, 0], image[:, :, 1])
    return np.asarray(cv2.threshold(cv2.subtract(image[:, :, 2], others), by, 255, cv2.THRESH_BINARY)[1], np.uint8)


def without_pale(image: Image) -> Image:
    """The darkest ink alone, in grey: a watermark set across print is paler, and becomes paper."""
    shades = darkest(image).astype(np.float32)
    ink, paper = np.percentile(shades, (_INK, _PAPER))
    kept = np.clip((shades - ink) / max(_BOLD * (paper - ink), 1.0), 0, 1) * 255
    return np.asarray(cv2.cvtColor(kept.astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)


def without_red(image: Image) -> Image:
    """The red of seals taken away as if it had never been printed; dark print under it is kept.

    Inks swallow light one after the other, so their densities (logarithms of what is left of the paper's light) add:
    the share of red in the red channel's density, learnt from the marks themselves, is what is subtracted.
    """
    marks = cv2.findNonZero(reddish(image))
    if marks is None:
        return image
    left, top, width, height = cv2.boundingRect(marks)
    cleaned = image.copy()
    _bleach(cleaned[top : top + height, left : left + width])
    return cleaned


def _bleach(part: Image) -> None:
    """In place, and a band of rows at a time: a scan's seals and frame may fill all of its megapixels."""
    paper, near = _paper(part), cv2.dilate(reddish(part, _REDNESS // 3), np.ones((3, 3), np.uint8)) > 0
    share = float(np.clip(np.median(_share_of_red(part, paper)), 0.0, 0.9))
    for rows in _bands(part):
        part[rows][near[rows]] = _print_only(part[rows][near[rows]], paper[rows][near[rows]], share)


def _share_of_red(image: Image, paper: Image) -> npt.NDArray[np.float32]:
    """How dense red's own light is beside green's, at each pixel that is marked."""
    ratios = []
    for rows in _bands(image):
        marked = reddish(image[rows]) > 0
        density = _density(image[rows][marked], paper[rows][marked])
        ratios.append(density[:, 2] / np.maximum(density[:, 1], 0.05))
    return np.concatenate(ratios)


def _bands(image: Image) -> Iterator[slice]:
    yield from (slice(top, top + _BAND) for top in range(0, len(image), _BAND))


def _density(pixels: Image, paper: Image) -> npt.NDArray[np.float32]:
    """Pixels x 3 → the logarithms of what each channel lacks of the paper's light."""
    return np.asarray(np.log((paper.astype(np.float32) + 1) / (pixels.astype(np.float32) + 1)), dtype=np.float32)


def _print_only(pixels: Image, paper: Image, share: float) -> Image:
    """Pixels x 3 → the same without the red. share: of red in the red channel's density."""
    density = _density(pixels, paper)
    red, green = density[:, 2], density[:, 1]
    rest = np.maximum(red - share / (1 - share) * np.maximum(green - red, 0.0), 0.0)
    return np.asarray(np.clip(paper * np.exp(-rest)[:, None], 0, 255), dtype=np.uint8)


def _paper(image: Image) -> Image:
    """The light of the paper at each pixel: the brightest nearby, smoothed."""
    height, width = image.shape[:2]
    coarse = cv2.resize(image, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    bright = cv2.blur(cv2.dilate(coarse, np.ones((7, 7), np.uint8)), (7, 7))
    return np.asarray(cv2.resize(bright, (width, height)), dtype=np.uint8)


def warped(image: Image, transform: Sequence[float], size: tuple[int, int]) -> Image:
    """The page of a size (width, height). transform: row-major, from the page's pixels to the picture's."""
    matrix = np.array(transform, dtype=np.float64).reshape(3, 3)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    page = cv2.warpPerspective(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(page, dtype=np.uint8)


def scaled(image: Image, scale: float) -> Image:
    """The picture at another scale, never less than a pixel wide or high."""
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=interpolation), dtype=np.uint8)


def enlarged(image: Image) -> Image:
    """A small picture made larger, since small print is found and read better so."""
    scale = min(_READING_SIDE / max(image.shape[:2]), _MOST_ENLARGED)
    if scale <= 1:
        return image
    return scaled(image, scale)


def codes(*images: Image) -> list[str]:
    """The payloads of QR codes on the first of the pictures that shows any, reduced first, then in full."""
    for image in images:
        scale = min(1.0, _CODE_SIDE / max(image.shape[:2]))
        reduced = scaled(image, scale) if scale < 1 else image
        for look in (reduced, image) if scale < 1 else (image,):
            found = zxingcpp.read_barcodes(look, formats=zxingcpp.BarcodeFormat.QRCode)
            if texts := [code.text for code in found if code.valid and code.text.strip()]:
                return list(dict.fromkeys(texts))
    return []


def fingerprint(image: Image) -> str:
    """The PDQ hash in hexadecimal, which survives scaling and recompression; "" for a picture with too little in it."""
    scale = min(1.0, _PRINT_SIDE / max(image.shape[:2]))
    reduced = scaled(image, scale)
    bits, quality = pdqhash.compute(cv2.cvtColor(reduced, cv2.COLOR_BGR2RGB))
    return np.packbits(bits).tobytes().hex() if quality >= _PRINT_QUALITY else ""

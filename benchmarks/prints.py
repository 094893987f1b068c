"""How well photos are known again when they were cropped, turned or mirrored, and how far different ones stay apart.

    python benchmarks/prints.py --photos DIR [--most 70]

`DIR` holds photos of different places, in any folders. Each is cropped at random and saved again as JPEG.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from selfproof import imaging
from selfproof.carriers import prints
from selfproof.checks import photos
from selfproof.imaging import Image
from selfproof.model import Fact, Ledger, Method, Provenance
from selfproof.verify import View

KEPT = (0.97, 0.95, 0.9, 0.85, 0.8, 0.75)  # of either side


def view(image: Image, name: str) -> View:
    """A photo as the checks see it."""
    where = Provenance(Method.VISION, "benchmark", name)
    told = {f"document.{key}": value for key, value in prints.signals(image).items()}
    return View(name, "photo", {key: Fact(key, value, "", Ledger.SELF, where) for key, value in told.items()})


def nearest(one: View, other: View) -> tuple[int, int]:
    """Bits to the whole of the other in any orientation, and to a window on either side."""
    return photos.shown_before(one, photos.known_by([(other.id, row) for row in photos.rows(other)]))


def cropped(image: Image, side: float, chance: np.random.Generator) -> Image:
    """A part of so much of either side, somewhere, saved again."""
    height, width = image.shape[:2]
    top, left = (round(chance.uniform(0, 1 - side) * length) for length in (height, width))
    part = image[top : top + round(side * height), left : left + round(side * width)]
    _, data = cv2.imencode(".jpg", part, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def taken(folder: Path, most: int) -> list[Image]:
    """Some photos of the folder, reduced."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    chosen = np.random.default_rng(1).permutation(len(paths))[:most]
    found = [cv2.imdecode(np.fromfile(paths[place], np.uint8), cv2.IMREAD_COLOR) for place in chosen]
    return [imaging.scaled(image, min(1.0, 1024 / max(image.shape[:2]))) for image in found if image is not None]


def report(images: Sequence[Image], views: Sequence[View]) -> None:
    """Prints a line a measure."""
    chance = np.random.default_rng(2)
    for side in KEPT:
        parts = (view(cropped(image, side, chance), "crop") for image in images)
        found = [min(nearest(part, whole)) for part, whole in zip(parts, views, strict=True)]
        print(f"cropped to {side:.0%} of either side: {share(found, photos.CROPPED)} known again")
    others = (view(np.ascontiguousarray(np.rot90(np.fliplr(image))), "turn") for image in images)
    turned = [nearest(other, whole)[0] for other, whole in zip(others, views, strict=True)]
    print(f"mirrored and turned: {share(turned, photos.WHOLE)} as the whole, {share(turned, photos.CROPPED)} at all")
    apart = [min(nearest(one, other)) for one in views for other in views if one is not other]
    print(f"different photos: nearest {min(apart)} bits in {len(apart)} pairs")


def share(bits: Sequence[int], line: int) -> str:
    """How many lie within a line."""
    return f"{sum(found <= line for found in bits) / len(bits):.0%}"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--photos", type=Path, required=True, help="a folder of photos of different places")
    arguments.add_argument("--most", type=int, default=70, help="photos that are taken")
    asked = arguments.parse_args()
    images = taken(asked.photos, asked.most)
    views = [view(image, str(number)) for number, image in enumerate(images)]
    kept = [(image, one) for image, one in zip(images, views, strict=True) if one.facts]
    print(f"{len(kept)} photos")
    report([image for image, _ in kept], [one for _, one in kept])


if __name__ == "__main__":
    main()

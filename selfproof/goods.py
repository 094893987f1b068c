"""How full of goods shelves and warehouses look: empty, sparse, medium or full, or unsure. An estimate, no amount.

At each place of the picture the frozen network says what it sees; the share of places with goods, or with shops that
are full of them, is graded by ``tables/goods.yaml``. Empty racks are no goods to it, and neither are goods that it
never saw: where it finds none in a colourful picture, nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import cv2
import numpy as np
import yaml

from selfproof import imaging, quality
from selfproof.imaging import Image
from selfproof.vision import scenes

UNSURE: Final = "unsure"
_SIDE: Final = 640  # pixels of the longer side at which colours are looked at


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(files("selfproof").joinpath("tables", "goods.yaml").read_text("utf-8"))
    return found


def signals(image: Image, scene: str) -> dict[str, str]:
    """``scene.goods`` with ``scene.goods_share`` (0..1) and ``scene.goods_confidence``; nothing for other scenes."""
    if scene not in _table()["scenes"]:
        return {}
    found = share(image)
    told = {
        "goods": grade(image, found),
        "goods_share": f"{found:.2f}",
        "goods_confidence": str(_table()["confidence"]),
    }
    return {f"scene.{name}": value for name, value in told.items()}


def share(image: Image) -> float:
    """Share of the places below the roof where goods are seen."""
    seen = scenes.local(image, tuple(_table()["classes"]))
    lower = seen[round(len(seen) * _table()["below_roof"]) :]
    return float((lower > _table()["seen"]).mean())


def grade(image: Image, share: float) -> str:
    """The grade of a share of goods in this picture."""
    small = imaging.scaled(image, min(1.0, _SIDE / max(image.shape[:2])))
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32)
    if quality.blur(grey) > _table()["blurred"]:
        return UNSURE
    reached = next(name for name, least in _table()["grades"].items() if share >= least)
    return UNSURE if reached == "empty" and _colour(small) > _table()["plain"] else str(reached)


def _colour(image: Image) -> float:
    """Spread of colour below the roof, without light and dark (CIELAB a and b)."""
    lower = image[round(len(image) * _table()["below_roof"]) :]
    lab = cv2.cvtColor(lower, cv2.COLOR_BGR2LAB).astype(np.float64)
    return float(np.hypot(lab[:, :, 1].std(), lab[:, :, 2].std()))

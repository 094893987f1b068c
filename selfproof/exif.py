"""What a picture says of its own making; none of it is proof, all of it can be edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from PIL import ExifTags
from PIL import Image as Pillow

_TIME: Final = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})")
_AI_LABEL: Final = b"AIGC"  # the label of GB 45438-2025 in XMP (namespace tc260.org.cn/ns/AIGC) or a PNG text


def exif(picture: Pillow.Image) -> dict[str, str]:
    """By name: time (ISO 8601, with zone if told), gps ("latitude,longitude"), device, software, ai_label."""
    told = tags(picture)
    if told is None:
        return {}
    detail, gps = told.get_ifd(ExifTags.IFD.Exif), told.get_ifd(ExifTags.IFD.GPSInfo)
    device = " ".join(filter(None, (_text(told.get(ExifTags.Base.Make)), _text(told.get(ExifTags.Base.Model)))))
    found = {
        "time": moment(detail.get(ExifTags.Base.DateTimeOriginal), detail.get(ExifTags.Base.OffsetTimeOriginal)),
        "gps": _position(gps),
        "device": device,
        "software": _text(told.get(ExifTags.Base.Software) or picture.info.get("Software")),
        "ai_label": "yes" if _has_label(picture.info) else "",
    }
    return {name: value for name, value in found.items() if value}


def tags(picture: Pillow.Image) -> Pillow.Exif | None:
    """All that is told; None where it is damaged and the picture is not."""
    try:
        told = picture.getexif()
        for part in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
            told.get_ifd(part)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, AttributeError, EOFError):
        return None
    return told


def _text(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return "".join(char for char in text if char.isprintable()).strip()[:200]


def moment(printed: object, zone: object) -> str:
    """A time as cameras write it, in ISO 8601, with the zone (``+08:00``) where that is one; "" when it is none."""
    match = _TIME.match(_text(printed))
    if match is None:
        return ""
    try:
        told = datetime(*map(int, match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001  the zone is often not told
    except ValueError:
        return ""
    offset = _text(zone)
    return told.isoformat() + (offset if re.fullmatch(r"[+-]\d{2}:\d{2}", offset) else "")


def _position(gps: Mapping[int, Any]) -> str:
    degrees = [_degrees(gps.get(place), gps.get(place - 1), size) for place, size in ((2, 90.0), (4, 180.0))]
    if None in degrees or degrees == [0.0, 0.0]:  # zeros are what cameras write when they do not know
        return ""
    return ",".join(f"{value:.6f}" for value in degrees)


def _degrees(parts: Any, hemisphere: object, most: float) -> float | None:  # noqa: ANN401  EXIF holds anything
    try:
        value: float = sum(float(part) / 60**power for power, part in enumerate(parts))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not 0 <= value <= most:
        return None
    return -value if _text(hemisphere).upper() in {"S", "W"} else value


def _has_label(info: Mapping[Any, Any]) -> bool:
    texts = (value.encode() if isinstance(value, str) else value for value in info.values())
    return "AIGC" in info or any(isinstance(text, bytes) and _AI_LABEL in text for text in texts)

"""The Chinese font of this machine: Noto Sans CJK (SIL Open Font License 1.1, Debian: fonts-noto-cjk)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

PLACES = tuple(
    Path(folder, "NotoSansCJK-Regular.ttc")
    for folder in (
        "/usr/share/fonts/opentype/noto",  # Debian and Ubuntu
        "/usr/share/fonts/noto-cjk",  # Arch and Alpine
        "/usr/share/fonts/google-noto-sans-cjk-fonts",  # Fedora
    )
)
FAMILY = "Noto Sans CJK SC"
ONE = Lock()
"""The font file is read lazily, which no two threads may do at a time."""


def found() -> Path | None:
    """Where it is, if there is one."""
    return next((path for path in PLACES if path.is_file()), None)


@cache
def source(place: Path) -> Any:  # noqa: ANN401  fonttools is imported when the first character is drawn
    """The font with the Chinese forms of the characters, as fontTools reads it."""
    from fontTools.ttLib import TTCollection

    fonts = TTCollection(place, lazy=True).fonts
    return next(font for font in fonts if font["name"].getDebugName(1).startswith(FAMILY))

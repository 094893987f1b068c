"""Where data lives: SELFPROOF_HOME, by default the user's data directory."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of originals, store, models and caches; it may not exist yet."""
    given = os.environ.get("SELFPROOF_HOME")
    return Path(given) if given else Path(platformdirs.user_data_dir("selfproof", appauthor=False))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that others see all of it or none: a temporary file beside it, then a rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    Path(temporary).replace(path)

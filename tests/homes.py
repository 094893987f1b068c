"""Homes of tests that read: each its own, with one cache for all."""

from __future__ import annotations

import os
from pathlib import Path


def sharing(home: Path, kept: Path | None = None) -> Path:
    """A home that computes nothing of a picture's pixels again; kept: where it is, by default with the test's own."""
    for name in ("cache", "models"):
        shared = (kept or Path(os.environ["SELFPROOF_HOME"])) / name
        shared.mkdir(parents=True, exist_ok=True)
        home.mkdir(exist_ok=True)
        (home / name).symlink_to(shared.resolve(), target_is_directory=True)
    return home

"""What was computed of a document's pixels, kept on disk so that nothing is read twice; dropped with the document."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfproof.home import home, write_whole


def once(document: str, key: str, compute: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever JSON holds
    """What is kept of a document under a key, else what `compute` gives, kept from then on; always as JSON gives it."""
    path = _folder(document) / f"{key}.json.gz"
    try:
        return json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError):  # not there, or cut off by a crash
        text = json.dumps(compute(), ensure_ascii=False)
    write_whole(path, gzip.compress(text.encode(), compresslevel=3, mtime=0))
    return json.loads(text)


def forget(document: str) -> None:
    """Drop all that is kept of a document (its id is a SHA-256), for the right to deletion."""
    shutil.rmtree(_folder(document), ignore_errors=True)


def _folder(document: str) -> Path:
    """One folder a file: the second document of a file ("<id>#1") is kept with the first."""
    return home() / "cache" / "ocr" / (document.partition("#")[0] or "none")

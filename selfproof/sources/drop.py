"""The watched drop folder: whole applications, or single third-party records, as files from elsewhere.

Settings name it (``drop: /srv/selfproof/drop``, see `selfproof.sources.settings`); the worker looks into it. A folder
with ``application.yaml`` is an application (`selfproof.sources.folder`), a ``.yaml`` or ``.json`` file is one record
with the id of the ``application`` that it is about. What is still being written bears a name that begins with a dot or
ends in ``.part``, and is renamed once it is whole. What was taken moves to ``done/``, what was refused to ``refused/``,
with the reason beside it.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from selfproof.errors import SourceError
from selfproof.sources.records import Record

DONE: Final = "done"
REFUSED: Final = "refused"
_RECORDS: Final = (".yaml", ".yml", ".json")  # JSON is YAML
_LARGEST: Final = 1_000_000  # bytes of a record


class DroppedRecord(Record):
    """A record with the id of the application that it is about."""

    application: str


def waiting(folder: Path) -> list[Path]:
    """What lies there to be taken, by name; nothing where the folder is missing."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if _is_whole(path) and (_is_application(path) or _is_record(path))]


def _is_whole(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix != ".part" and path.name not in (DONE, REFUSED)


def _is_application(path: Path) -> bool:
    return (path / "application.yaml").is_file()


def _is_record(path: Path) -> bool:
    return path.is_file() and path.suffix in _RECORDS


def record(path: Path) -> DroppedRecord:
    """The record of a file; raises SourceError when it does not hold together."""
    try:
        if path.stat().st_size > _LARGEST:
            raise SourceError(f"{path.name}: larger than {_LARGEST} bytes")
        return DroppedRecord.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, OSError, UnicodeError) as error:
        raise SourceError(f"{path.name}: {error}") from error


def move(path: Path, to: str, reason: str = "") -> Path:
    """Move what was looked at aside, under a name that is free there; returns where it lies now.

    What another worker has moved meanwhile is left to it.
    """
    place = path.parent / to
    place.mkdir(exist_ok=True)
    target, number = place / path.name, 1
    while target.exists():
        target, number = place / f"{path.stem}-{number}{path.suffix}", number + 1
    with suppress(FileNotFoundError):
        shutil.move(path, target)
    if reason:
        target.with_name(f"{target.name}.reason.txt").write_text(reason + "\n", "utf-8")
    return target

"""Files on disk under the hash of a document: the originals, and statement rows as Parquet.

A file is there whole or not at all, and has reached the disk before `keep` returns.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selfproof.errors import NotFound, StoreError

UNFINISHED = ".part-"  # begins the name of a file while it is written
_KEY_BYTES = 32


def document_id(data: bytes) -> str:
    """The SHA-256 of the bytes, hexadecimal: what a document is called everywhere."""
    return hashlib.sha256(data).hexdigest()


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a crash at any moment leaves the old state or the new one, and the new one is on disk."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    sync_parents(path)


def sync_parents(path: Path) -> None:
    """Make the names of a file and of its folder durable."""
    _sync_directory(path.parent)
    _sync_directory(path.parent.parent)


def original_path(home: Path, document: str) -> Path:
    """Where an original lies: ``originals/ab/abcdef…``."""
    return home / "originals" / document[:2] / document


def keep(home: Path, data: bytes) -> str:
    """Keep an original and return its document id; a second time changes nothing, unless the kept file is damaged."""
    document = document_id(data)
    path = original_path(home, document)
    if path.is_file() and path.read_bytes() == data:
        sync_parents(path)  # whoever wrote it may have died before its name was on disk
    else:
        write_whole(path, data)
    return document


def read_back(home: Path, document: str) -> bytes:
    """The bytes of an original, proved to be those that were kept.

    Raises:
        NotFound: there is no such file. StoreError: the file is damaged.
    """
    try:
        data = original_path(home, document).read_bytes()
    except FileNotFoundError:
        raise NotFound(f"original {document} is not on disk") from None
    if document_id(data) != document:
        raise StoreError(f"original {document} is damaged on disk")
    return data


def page_path(home: Path, document: str, number: int) -> Path:
    """Where the picture of a page lies, as it was read: ``pages/ab/abcdef….1.webp``; it can be made anew."""
    return home / "pages" / document[:2] / f"{document}.{number}.webp"


def page_numbers(home: Path, document: str) -> tuple[int, ...]:
    """Of which pages (from 1) a picture lies there."""
    found = (home / "pages" / document[:2]).glob(f"{document}.*.webp")
    return tuple(sorted(int(path.name.split(".")[1]) for path in found))


def drop(home: Path, document: str) -> None:
    """Remove all that is on disk of a document: original, tables, pictures, and the caches ``cache/*/abcdef…/``."""
    for folder in (home / "cache").glob(f"*/{document}"):
        shutil.rmtree(folder)
    gone = [
        original_path(home, document),
        *(home / "rows" / document[:2]).glob(f"{document}.*.parquet"),
        *(home / "pages" / document[:2]).glob(f"{document}.*.webp"),
    ]
    for path in gone:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _sync_directory(path.parent)


def kept(home: Path) -> Iterator[Path]:
    """Every file under ``originals``, also those that a crash left unfinished."""
    return (home / "originals").glob("??/*")


@contextmanager
def locked(home: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the folder, beside others or alone, so that no original is dropped while an upload of it is recorded."""
    with (home / "originals.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def secret_key(home: Path, *, used: bool) -> bytes:
    """The key of all keyed hashes: made once, in ``fingerprint.key``, for its owner's eyes only.

    Losing it makes every fingerprint useless; whoever has it can test a guess against the fingerprints. used: whether
    the database has been written with one: then another would break the log and know nothing again, and StoreError is
    raised where it is missing.
    """
    path = home / "fingerprint.key"
    if not path.exists():
        if used:
            said = "数据库的密钥不在，请从备份放回 / the key of this database is missing; put it back from its copy"
            raise StoreError(f"{path}: {said}")
        with locked(home, alone=True):
            if not path.exists():
                write_whole(path, secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()

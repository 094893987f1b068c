"""The story on one page: bytes → read → identify → extract → verify → decide → store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from selfproof import extract, intake, read
from selfproof.model import Document, Extraction


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read: the document and what was found in it."""

    document: Document
    extractions: tuple[Extraction, ...]


def read_file(path: Path) -> Reading:
    """Read one file and extract its facts; raises IntakeError with the reason when it cannot be used."""
    document = read.read(intake.take(path.read_bytes(), path.name))
    return Reading(document, extract.extract(document))

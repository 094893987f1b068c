"""Key information extraction: sort a file into documents, locate what each says, attach provenance.

`kinds` tells what an extractor is and which one a document needs, `sorting` which documents a file holds, `locating`
what stands on one of them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from selfproof import agreement, certificates, confidence, intake, locating, papers, phrases, read, sorting
from selfproof.disclaimed import disclaimed
from selfproof.kinds import UNKNOWN, Extractor, extractors
from selfproof.model import Carrier, Document, Extraction, Fact, Ledger, Method, Payment, Provenance, Word
from selfproof.tagged import content_id
from selfproof.vision import models

__all__ = ["UNKNOWN", "extract", "from_bytes", "reader", "version"]

_METHODS = {Carrier.XML: Method.XML, Carrier.OCR: Method.OCR}
_BESIDE_PRINT = {
    "qr": Method.QR,
    **dict.fromkeys(("scene.", "vision."), Method.VISION),
    **dict.fromkeys(("exif.", "video.", "frame."), Method.TEXT),
}  # by the beginning of a word's path


_READING = ("carriers", "statements", "vision", "tables", "tables/forms", "models")  # folders beside the top one
_NOT_READING = {f"{name}.py" for name in (
    "cli", "demo", "errors", "home", "inquiries", "names", "pipeline", "places", "texts", "verify", "worker",
)} | {
    "access.yaml", "anchors.yaml", "blanks.yaml", "declared.yaml", "duplicates.yaml", "flows.yaml", "formulas.yaml",
    "graph.yaml", "matching.yaml", "monitoring.yaml", "parties.yaml", "photo_quality.yaml", "places.yaml",
    "population.yaml", "review.yaml", "sensitivity.yaml",
}  # fmt: skip


def version() -> str:
    """A hash of all that turns bytes into facts: results of another version are read anew.

    Code, tables, weights, optional vision models, and the trusted roots: a signature's worth is found while reading.
    """
    return content_id(*_ingredients()[0])


def reader() -> dict[str, str]:
    """What `version` is made of, by sort: to tell two processes of one house that read differently from each other."""
    return dict(_ingredients()[1])


def _ingredients() -> tuple[tuple[str, ...], dict[str, str]]:
    return _made(os.environ.get(certificates.FOLDER, ""), models.configured())


@cache
def _made(_folder: str, _models: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], dict[str, str]]:
    roots, weights = "".join(sorted(root.sha256_fingerprint for root in certificates.roots())), models.versions()
    return (_code(), roots, *weights), {"code": _code(), "roots": content_id(roots), "models": content_id(*weights)}


@cache
def _code() -> str:
    """A module counts unless it is known not to: reading once too often is harmless, an old result is not."""
    base, digest = files("selfproof"), hashlib.sha256()
    folders = (files("extractors"), base, *(base.joinpath(name) for name in _READING))
    for folder in folders:
        for path in sorted(folder.iterdir(), key=lambda item: item.name):
            if path.is_file() and path.name not in _NOT_READING:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def from_bytes(data: bytes, name: str) -> tuple[Extraction, ...]:
    """Take in, read and extract one file; raises IntakeError with the reason when it cannot be used."""
    return extract(read.read(intake.take(data, name)))


def extract(document: Document) -> tuple[Extraction, ...]:
    """The documents found in a file with their facts; kind ``unknown`` when no extractor is sure enough.

    Nothing printed is guessed: a place that does not parse yields no fact.
    """
    found = [one for paper, named in sorting.by_paper(read.numbered(document)) for one in _extractions(paper, *named)]
    return tuple(_named(one, number) for number, one in enumerate(sorting.joined(found)))


def _extractions(document: Document, kind: str, score: float) -> Iterator[Extraction]:
    if kind == UNKNOWN:
        yield Extraction(document.id, UNKNOWN, score, tuple(_signals(document)))
        return
    module = extractors()[kind]
    for part in sorting.by_key(document, module):
        facts, rows = tuple(_facts(kind, module, part)), _rows(module, part)
        payments = _payments(module, locating.legible(module, part))
        yield Extraction(document.id, kind, score, facts, rows=rows, payments=payments)


def _named(found: Extraction, number: int) -> Extraction:
    """The second document of a file and all further ones get an id of their own, ``<sha256>#1`` and so on."""
    return _of(replace(found, part=number), f"{found.document}#{number}") if number else found


def _of(found: Extraction, document: str) -> Extraction:
    facts = tuple(replace(fact, provenance=replace(fact.provenance, document=document)) for fact in found.facts)
    return replace(found, document=document, facts=facts)


def _facts(kind: str, module: Extractor, document: Document) -> Iterator[Fact]:
    weighed_fields = tuple(locating.weighed(module, document))
    found = {located.name: located for located, _ in weighed_fields}
    for name, value in agreement.signals(document, found):
        yield _signal(document, name, value)
    for located, told in weighed_fields:
        sure = confidence.of(located.words, told)
        if located.value is None or (told and sure < confidence.FLOOR):
            continue
        if locating.is_listed(module, located) or not confidence.is_open(located.words, located.value, told):
            where = replace(_provenance(document, kind, located.words, located.repaired), confidence=sure)
            yield Fact(f"{kind}.{located.name}", located.value, located.text, Ledger.SELF, where)
    for item, told in locating.derived(module, document):
        sure = confidence.of(item.words, told)
        if sure >= confidence.FLOOR or not told:
            where = replace(_provenance(document, kind, item.words, ""), confidence=sure)
            yield Fact(f"{kind}.{item.name}", item.value, item.original, Ledger.SELF, where)
    yield from _signals(document)


def _rows(module: Extractor, document: Document) -> tuple[tuple[str, ...], ...]:
    printed: Callable[[Document], Iterable[Sequence[str]]] | None = getattr(module, "rows", None)
    return tuple(tuple(row) for row in printed(document)) if printed else ()


def _payments(module: Extractor, document: Document) -> tuple[Payment, ...]:
    moved: Callable[[Document], Iterable[Payment]] | None = getattr(module, "payments", None)
    return tuple(moved(document)) if moved else ()


def _signals(document: Document) -> Iterator[Fact]:
    signals = {"carrier": str(document.carrier), "media_type": document.media_type, **document.signals}
    signals |= {"disclaims": said} if (said := disclaimed(document)) else {}
    for name, value in signals.items():
        yield _signal(document, name, value)
    yield from _hostile(document)


def _hostile(document: Document) -> Iterator[Fact]:
    """What is printed, hidden or told beside the pages and talks to the machine, or would act in one."""
    words, beside = document.words, tuple(document.signals.values())
    runs_on = () if document.carrier is Carrier.TABLE else words  # neighbouring cells make no sentence
    for name, sought in (("addresses_machine", phrases.addressed), ("payload", phrases.payload)):
        where, found = phrases.first(words, sought)
        if not found and name == "addresses_machine":
            where, found = phrases.over_words(runs_on)
        if found := found or phrases.among(beside, sought):
            yield _signal(document, name, found, where)


def _signal(document: Document, name: str, value: str, words: Sequence[Word] = ()) -> Fact:
    where = _provenance(document, "document", words, "")
    return Fact(f"document.{name}", value, value, Ledger.SELF, where)


def _provenance(document: Document, origin: str, words: Sequence[Word], repaired: str) -> Provenance:
    return Provenance(
        method=_method(document, words),
        origin=origin,
        document=document.id,
        place=papers.place(document, words),
        version=version(),
        confidence=min((word.confidence for word in words), default=1.0),
        repaired=repaired,
    )


def _method(document: Document, words: Sequence[Word]) -> Method:
    path = words[0].path if words else ""
    beside = next((method for start, method in _BESIDE_PRINT.items() if path.startswith(start)), None)
    if beside is not None:
        return beside
    return Method.XML if ".xml/" in path else _METHODS.get(document.carrier, Method.TEXT)

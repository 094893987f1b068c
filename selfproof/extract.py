"""Key information extraction: find the extractor, type what it located, repair by constraint, attach provenance.

An extractor is a module of the package `extractors` that offers ``FIELDS`` (field → parser), ``LABELS``,
``identify(document) -> float`` and ``locate(document)``; it may offer ``CONSTRAINTS`` (repairs over what was located),
``PROOFS`` (what tests the values afterwards),
``derive(document)`` (values computed from many printed ones), ``rows(document)`` (a statement's printed rows) and
``KEY`` (the field that tells two documents of one file apart).
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Protocol, TypeAlias, cast

from selfproof import agreement, certificates, confidence, intake, layout, proofs, read, vision_models
from selfproof.model import (
    Carrier,
    Derived,
    Document,
    Extraction,
    Fact,
    Ledger,
    Located,
    Method,
    Place,
    Provenance,
    Value,
    Word,
    union,
)
from selfproof.phrases import addressed
from selfproof.tagged import content_id

THRESHOLD = 0.5
UNKNOWN = "unknown"
Parser: TypeAlias = Callable[[str], Value | None]
Constraint: TypeAlias = Callable[[Mapping[str, Located]], Mapping[str, Located]]
Spot: TypeAlias = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]
_METHODS = {Carrier.XML: Method.XML, Carrier.OCR: Method.OCR}
_BESIDE_PRINT = {
    "qr": Method.QR,
    "scene.": Method.VISION,
    "vision.": Method.VISION,
    "exif.": Method.TEXT,
}  # by the beginning of a word's path


class Extractor(Protocol):
    """What a module of `extractors` offers."""

    FIELDS: Mapping[str, Parser]

    def identify(self, document: Document) -> float:
        """How sure (0..1) the document is of this kind."""

    def locate(self, document: Document) -> Iterator[Spot]:
        """The places of fields, of items with their row."""


@cache
def extractors() -> Mapping[str, Extractor]:
    """Every document kind by id, found by walking the package."""
    package = importlib.import_module("extractors")
    names = sorted(item.name for item in pkgutil.iter_modules(package.__path__) if not item.name.startswith("_"))
    return {name: cast("Extractor", importlib.import_module(f"extractors.{name}")) for name in names}


_NOT_READING = {f"{name}.py" for name in (
    "assessment", "cli", "cli_rescore", "demo", "errors", "home", "names", "pipeline", "places", "report", "tabular",
    "texts", "verify", "worker",
)} | {"access.yaml", "blanks.yaml", "declared.yaml", "photo_quality.yaml", "places.yaml", "review.yaml"}  # fmt: skip


def version() -> str:
    """A hash of all that turns bytes into facts: results of another version are read anew.

    Code, tables, weights, optional vision models, and the trusted roots: a signature's worth is found while reading.
    """
    return _version(os.environ.get(certificates.FOLDER, ""), vision_models.configured())


@cache
def _version(_folder: str, _models: tuple[tuple[str, str], ...]) -> str:
    roots = "".join(sorted(root.sha256_fingerprint for root in certificates.roots()))
    return content_id(_code(), roots, *vision_models.versions())


@cache
def _code() -> str:
    """A module counts unless it is known not to: reading once too often is harmless, an old result is not."""
    base, digest = files("selfproof"), hashlib.sha256()
    inner = ("carriers", "tables", "tables/forms", "models")
    folders = (files("extractors"), base, *(base.joinpath(name) for name in inner))
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
    document = read.numbered(document)
    kind, score = identify(document)
    if kind == UNKNOWN:
        return (Extraction(document.id, UNKNOWN, score, tuple(_signals(document))),)
    module = extractors()[kind]
    return tuple(
        Extraction(document.id, kind, score, tuple(_facts(kind, module, part)), number, _rows(module, part))
        for number, part in enumerate(_named(_parts(document, module)))
    )


def _named(parts: Sequence[Document]) -> Iterator[Document]:
    """The second document of a file and all further ones get an id of their own, ``<sha256>#1`` and so on."""
    for number, part in enumerate(parts):
        yield replace(part, id=f"{part.id}#{number}") if number else part


def identify(document: Document) -> tuple[str, float]:
    """The likeliest kind and its score; ``unknown`` below the threshold."""
    scores = {name: module.identify(document) for name, module in extractors().items()}
    best = max(scores, key=lambda name: (scores[name], name), default=UNKNOWN)
    score = scores.get(best, 0.0)
    return (best, score) if score >= THRESHOLD else (UNKNOWN, score)


def _parts(document: Document, module: Extractor) -> list[Document]:
    """One document a page run when pages carry different values of the extractor's KEY; else the document itself."""
    key = getattr(module, "KEY", None)
    if key is None or len(document.pages) == 1 or document.carrier not in (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD):
        return [document]
    runs: list[tuple[Value | None, list[int]]] = []
    for index, page in enumerate(document.pages):
        located = located_fields(module, replace(document, pages=(page,)))
        value = located[key].value if key in located else None
        if not runs or (value is not None and runs[-1][0] is not None and value != runs[-1][0]):
            runs.append((value, [index]))
        else:
            runs[-1] = (runs[-1][0] or value, [*runs[-1][1], index])
    return [replace(document, pages=tuple(document.pages[index] for index in indices)) for _, indices in runs]


def located_fields(module: Extractor, document: Document) -> dict[str, Located]:
    """What the extractor locates, parsed; the first place that parses wins, repairs by constraint applied.

    A name that begins with an underscore is evidence for the constraints (a QR code's number), and no fact.
    """
    return _published(_evidence(module, document))


def _published(found: Mapping[str, Located]) -> dict[str, Located]:
    return {name: located for name, located in found.items() if not name.startswith("_")}


def _evidence(module: Extractor, document: Document) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for spot in module.locate(document):
        located = _typed(module, spot)
        if located.words and (located.name not in found or found[located.name].value is None):
            found[located.name] = located
    for constraint in getattr(module, "CONSTRAINTS", ()):
        found = {**found, **constraint(found)}
    return found


def weighed(module: Extractor, document: Document) -> Iterator[tuple[Located, bool | None]]:
    """What `located_fields` gives, each with whether what tests it holds; None where nothing does."""
    evidence = _evidence(module, document)
    told = proofs.proved(getattr(module, "PROOFS", ()), evidence)
    yield from ((located, told.get(name)) for name, located in _published(evidence).items())


def _typed(module: Extractor, spot: Spot) -> Located:
    field, words = spot[0], tuple(spot[-1])
    name = field if len(spot) == 2 else f"items[{spot[1]}].{field}"  # noqa: PLR2004  (field, words) or (field, row, words)
    parser = module.FIELDS[field if len(spot) == 2 else f"items.{field}"]  # noqa: PLR2004  the same
    text = layout.join(words)
    return Located(name, words, text, parser(text))


def _facts(kind: str, module: Extractor, document: Document) -> Iterator[Fact]:
    weighed_fields = tuple(weighed(module, document))
    found = {located.name: located for located, _ in weighed_fields}
    for name, value in agreement.signals(document, found):
        yield _signal(document, name, value)
    for located, proof in weighed_fields:
        if located.value is not None:
            sure = confidence.of(located.words, located.value, proof=proof, repaired=located.repaired)
            where = replace(_provenance(document, kind, located.words, located.repaired), confidence=sure)
            yield Fact(f"{kind}.{located.name}", located.value, located.text, Ledger.SELF, where)
    derive: Callable[[Document], Iterable[Derived]] | None = getattr(module, "derive", None)
    for item in derive(document) if derive else ():
        sure = confidence.of(item.words, item.value)
        where = replace(_provenance(document, kind, item.words, ""), confidence=sure)
        yield Fact(f"{kind}.{item.name}", item.value, item.original, Ledger.SELF, where)
    yield from _signals(document)


def _rows(module: Extractor, document: Document) -> tuple[tuple[str, ...], ...]:
    printed: Callable[[Document], Iterable[Sequence[str]]] | None = getattr(module, "rows", None)
    return tuple(tuple(row) for row in printed(document)) if printed else ()


def _signals(document: Document) -> Iterator[Fact]:
    signals = {"carrier": str(document.carrier), "media_type": document.media_type, **document.signals}
    for name, value in signals.items():
        yield _signal(document, name, value)
    talking = next(((word, found) for word in document.words if (found := addressed(word.text))), None)
    hidden = addressed(document.signals.get("hidden_text", ""))
    if talking or hidden:
        yield _signal(document, "addresses_machine", talking[1] if talking else hidden, talking[0] if talking else None)


def _signal(document: Document, name: str, value: str, word: Word | None = None) -> Fact:
    where = _provenance(document, "document", (word,) if word else (), "")
    return Fact(f"document.{name}", value, value, Ledger.SELF, where)


def _provenance(document: Document, origin: str, words: Sequence[Word], repaired: str) -> Provenance:
    return Provenance(
        method=_method(document, words),
        origin=origin,
        document=document.id,
        place=_place(words),
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


def _place(words: Sequence[Word]) -> Place:
    if not words:
        return Place()
    on_page = [word for word in words if word.page == words[0].page]
    return Place(words[0].page, union([word.box for word in on_page]), words[0].path)


def source_of(module: Extractor) -> str:
    """The first paragraph of an extractor's docstring: title and meaning."""
    return (cast("ModuleType", module).__doc__ or "").strip().partition("\n\n")[0]

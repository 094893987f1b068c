"""Key information extraction: find the extractor, type what it located, repair by constraint, attach provenance.

An extractor is a module of the package `extractors` that offers ``FIELDS`` (field → parser), ``LABELS``,
``identify(document) -> float`` and ``locate(document)``; it may offer ``CONSTRAINTS`` (repairs over what was located),
``PROOFS`` (what tests the values afterwards), ``derive(document)`` (values computed from many printed ones),
``rows(document)`` (a statement's printed rows), ``payments(document)`` (what each of its lines moved), ``KEY`` (the
field that tells two documents of one file apart), ``SIDES`` (true where a document may lie on a picture as two papers),
``ANNEXES`` (true where lists of the kinds marked ``ANNEX`` on its further pages are parts of it) and ``PRIVATE`` (true
where what was recognised beside its facts is kept nowhere, with ``resembles(document)``, which tells of a paper of no
known kind whether it may be one).
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Protocol, TypeAlias, cast

from selfproof import agreement, apart, bundles, certificates, confidence, intake, layout, papers, phrases, proofs, read
from selfproof.disclaimed import disclaimed
from selfproof.model import (
    Carrier,
    Derived,
    Document,
    Extraction,
    Fact,
    Ledger,
    Located,
    Method,
    Payment,
    Provenance,
    Value,
    Word,
)
from selfproof.tagged import content_id
from selfproof.vision import models

THRESHOLD = 0.5
UNKNOWN = "unknown"
_SURE = 0.8  # score of each of two kinds on both sides of a gutter
_UNLIKE = 2  # fields with other values that tell two documents of one kind apart
Parser: TypeAlias = Callable[[str], Value | None]
Constraint: TypeAlias = Callable[[Mapping[str, Located]], Mapping[str, Located]]
Sorted: TypeAlias = tuple[Document, tuple[str, float]]  # with its kind and score
Spot: TypeAlias = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]
_PAGED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
_METHODS = {Carrier.XML: Method.XML, Carrier.OCR: Method.OCR}
_BESIDE_PRINT = {
    "qr": Method.QR,
    **dict.fromkeys(("scene.", "vision."), Method.VISION),
    **dict.fromkeys(("exif.", "video.", "frame."), Method.TEXT),
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
    found = [one for paper, named in _papers(read.numbered(document)) for one in _extractions(paper, *named)]
    return tuple(_named(one, number) for number, one in enumerate(_whole(found)))


def _extractions(document: Document, kind: str, score: float) -> Iterator[Extraction]:
    if kind == UNKNOWN:
        yield Extraction(document.id, UNKNOWN, score, tuple(_signals(document)))
        return
    module = extractors()[kind]
    for part in _parts(document, kind):
        facts, rows = tuple(_facts(kind, module, part)), _rows(module, part)
        yield Extraction(document.id, kind, score, facts, rows=rows, payments=_payments(module, part))


def _named(found: Extraction, number: int) -> Extraction:
    """The second document of a file and all further ones get an id of their own, ``<sha256>#1`` and so on."""
    return _of(replace(found, part=number), f"{found.document}#{number}") if number else found


def _of(found: Extraction, document: str) -> Extraction:
    facts = tuple(replace(fact, provenance=replace(fact.provenance, document=document)) for fact in found.facts)
    return replace(found, document=document, facts=facts)


def _papers(document: Document) -> list[Sorted]:
    """Each of several papers on one picture, or a video and its frames, with kind and score; else the document."""
    tried = [(paper, identify(paper)) for paper in document.papers]
    if document.media_type in intake.VIDEOS:
        return [(document, identify(document)), *tried]
    named = identify(document)
    if _are_several(tried) and not _is_torn(tried, named[0]):
        return tried
    alike = [(paper, named) for paper, (kind, _) in tried if kind == UNKNOWN]
    if len(alike) == len(tried) and any(_differ(*pair) for pair in combinations(alike, 2)):
        return alike  # too little on each to name its kind, but together they say two things of it
    return _by_gutters(document, named)


def _are_several(tried: Sequence[Sorted]) -> bool:
    """Whether papers are documents of their own: one that nobody knows may be the next page of one that is known.

    Where it cannot be that, it is an unreadable document, and said to be one.
    """
    known = [named[0] for _, named in tried if named[0] != UNKNOWN]
    return len(known) > 1 or any(not _is(kind, "SIDES") for kind in known)


def _is_torn(tried: Sequence[Sorted], kind: str) -> bool:
    """Whether what looks like papers of one kind is one that a crease parts: none says what another says otherwise."""
    if kind == UNKNOWN or any(named[0] != kind for _, named in tried):
        return False
    told = [_values(one) for one in tried]
    return not any(one[name] != other[name] for one, other in combinations(told, 2) for name in one.keys() & other)


def _values(one: Sorted) -> dict[str, Value]:
    found = located_fields(extractors()[one[1][0]], one[0])
    return {name: item.value for name, item in found.items() if item.value is not None}


def _by_gutters(document: Document, named: tuple[str, float]) -> list[Sorted]:
    """The parts of a picture on both sides of a gutter, or of a file's pages, where each is a document for certain."""
    (page, *more) = document.pages or (None,)
    if more and document.carrier in _PAGED:
        parts = bundles.by_kind(document, identify, _belongs, lambda kind: _is(kind, "rows"))
        return [(part, identify(part)) for part in parts] if len(parts) > 1 else [(document, named)]
    if page is None or more or document.carrier is not Carrier.OCR or document.media_type not in intake.PICTURES:
        return [(document, named)]
    bands = apart.gutters(page.words, page.width, page.height)
    if parted := papers.parted(document, bands, identify, _differ, _values):
        return [one for half, kind in parted for one in _by_gutters(read.with_codes(half), kind)]
    return [(document, named)]


def _differ(one: Sorted, other: Sorted) -> bool:
    """Whether two parts are two documents: each for certain of another kind, or with other values in its fields."""
    (kind, score), (second, less) = one[1], other[1]
    if UNKNOWN in (kind, second):
        return False
    if kind != second:
        return min(score, less) >= _SURE
    mine, yours = _values(one), _values(other)
    unlike = {name for name in mine.keys() & yours if mine[name] != yours[name]}
    return getattr(extractors()[kind], "KEY", None) in unlike or len(unlike) >= _UNLIKE


def is_private(kind: str) -> bool:
    """Whether a kind tells of a person more than its facts, which nobody may weigh."""
    return _is(kind, "PRIVATE")


def _belongs(kind: str, other: str) -> bool:
    """Whether a list of one kind is an annex of a document of the other."""
    return _is(kind, "ANNEX") and _is(other, "ANNEXES")


def _is(kind: str, mark: str) -> bool:
    return kind != UNKNOWN and bool(getattr(extractors()[kind], mark, False))


def _whole(found: Sequence[Extraction]) -> list[Extraction]:
    """Documents with what stands on their other side or next page, which lay beside them on the picture."""
    kept: list[Extraction] = []
    for one in found:
        place = next((place for place, other in enumerate(kept) if _is_side(one, other)), None)
        if place is None:
            kept.append(one)
        else:
            told = {fact.name for fact in kept[place].facts}
            added = tuple(fact for fact in one.facts if fact.name not in told)
            kept[place] = replace(kept[place], facts=kept[place].facts + added)
    return kept


def _is_side(one: Extraction, other: Extraction) -> bool:
    told = {fact.name: fact.value for fact in other.facts if fact.kind == other.kind}
    alike = all(told.get(fact.name, fact.value) == fact.value for fact in one.facts if fact.kind == one.kind)
    return one.kind == other.kind != UNKNOWN and _is(one.kind, "SIDES") and alike


def identify(document: Document) -> tuple[str, float]:
    """The likeliest kind and its score; ``unknown`` below the threshold and of a paper that says it is no proof."""
    if disclaimed(document):
        return UNKNOWN, 0.0
    scores = {name: module.identify(document) for name, module in extractors().items()}
    best = max(scores, key=lambda name: (scores[name], name), default=UNKNOWN)
    score = scores.get(best, 0.0)
    return (best, score) if score >= THRESHOLD else (UNKNOWN, score)


def _parts(document: Document, kind: str) -> list[Document]:
    """One document a page run when pages carry different values of the extractor's KEY; else the document itself."""
    key = getattr(extractors()[kind], "KEY", None)
    if key is None or len(document.pages) == 1 or document.carrier not in _PAGED:
        return [document]
    return bundles.by_value(document, lambda page: _values((page, (kind, 1.0))).get(key))


def located_fields(module: Extractor, document: Document) -> dict[str, Located]:
    """What the extractor locates, parsed; the first place that parses wins, repairs by constraint applied.

    A name that begins with an underscore is evidence for the constraints (a QR code's number), and no fact.
    """
    return _published(_evidence(module, document))


def _published(found: Mapping[str, Located]) -> dict[str, Located]:
    return {name: located for name, located in found.items() if not name.startswith("_")}


def _evidence(module: Extractor, document: Document) -> dict[str, Located]:
    found: dict[str, Located] = {}
    scene = getattr(module, "SCENE", False)  # signs on walls and boards, beside which there is no paper
    whole = getattr(module, "WHOLE", {})  # names of closed lists, by field: what lies at the end of one is a logo
    for located in (_typed(module, spot) for spot in module.locate(document)):
        known = found.get(located.name)
        sought = located.words and (known is None or known.value is None)
        sure = scene or located.value is None or re.fullmatch(whole.get(located.name, "(?!)"), str(located.value))
        if sought and (sure or not read.is_cut_off(document, located.words)):
            found[located.name] = located
    for constraint in getattr(module, "CONSTRAINTS", ()):
        found = {**found, **constraint(found)}
    return found


def weighed(module: Extractor, document: Document) -> Iterator[tuple[Located, Mapping[str, float]]]:
    """What `located_fields` gives, each with what its confidence is computed from (`confidence.features`)."""
    evidence, around = _evidence(module, document), confidence.pages(document)
    told = proofs.proved(getattr(module, "PROOFS", ()), evidence)
    for name, one in _published(evidence).items():
        proof, value = told.get(name), "" if one.value is None else one.value
        yield one, confidence.features(one.words, value, around=around, proof=proof, repaired=one.repaired)


def derived(module: Extractor, document: Document) -> Iterator[tuple[Derived, Mapping[str, float]]]:
    """What the extractor computes from what it located, in the same way."""
    derive: Callable[[Document], Iterable[Derived]] | None = getattr(module, "derive", None)
    around = confidence.pages(document)
    for item in derive(document) if derive else ():
        yield item, confidence.features(item.words, item.value, around=around)


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
    for located, told in weighed_fields:
        sure = confidence.of(located.words, told)
        if located.value is not None and (sure >= confidence.FLOOR or not told):
            where = replace(_provenance(document, kind, located.words, located.repaired), confidence=sure)
            yield Fact(f"{kind}.{located.name}", located.value, located.text, Ledger.SELF, where)
    for item, told in derived(module, document):
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

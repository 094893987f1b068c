"""Which documents a file holds: several papers on one picture, parts beside a gutter, pages of several kinds."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeAlias

from selfproof import apart, bundles, intake, locating, papers, read, screens
from selfproof.apart import Band
from selfproof.kinds import THRESHOLD, UNKNOWN, Extractor, belongs, extractors, identify, marked
from selfproof.model import Carrier, Document, Extraction, Page, Value

_ACROSS = 1  # the axis of a gutter between what stands above each other
_SURE = 0.8  # score of each of two kinds on both sides of a gutter
_LIKELY = 0.7  # the same of a document below another that says as much
_UNLIKE = 2  # fields with other values that tell two documents of one kind apart
_TRIED, _MOST_TRIED = 2, 8  # gutters, widest first: whether one parts two documents, then which does it best
_TOLD = 7  # fields that two documents tell alike, whose title may be unknown or cut away
_REPEATED = 5  # labels that two documents of a kind share
_EXACT = (Carrier.PDF_TEXT, Carrier.TABLE, Carrier.OFD)
_PAGED = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
Sorted: TypeAlias = tuple[Document, tuple[str, float]]  # with its kind and score


def by_paper(document: Document) -> list[Sorted]:
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
    return len(known) > 1 or any(not marked(kind, "SIDES") for kind in known)


def _is_torn(tried: Sequence[Sorted], kind: str) -> bool:
    """Whether what looks like papers of one kind is one that a crease parts: none says what another says otherwise."""
    if kind == UNKNOWN or any(named[0] != kind for _, named in tried):
        return False
    told = [_values(one) for one in tried]
    return not any(one[name] != other[name] for one, other in combinations(told, 2) for name in one.keys() & other)


def _by_gutters(document: Document, named: tuple[str, float]) -> list[Sorted]:
    """The parts of a picture on both sides of a gutter, or of a file's pages, where each is a document for certain."""
    (page, *more) = document.pages or (None,)
    if more and document.carrier in _PAGED:
        parts = bundles.by_kind(document, identify, belongs, lambda kind: marked(kind, "rows"))
        return [(part, identify(part)) for part in parts] if len(parts) > 1 else [(document, named)]
    if page is None or more or document.carrier is not Carrier.OCR or document.media_type not in intake.PICTURES:
        return [(document, named)]
    bands = apart.gutters(page.words, page.width, page.height)
    if "screenshot" in document.signals and screens.lists_moves(page):
        bands = [band for band in bands if band[0] != _ACROSS]  # between the months of one list
    parted = _parted(document, bands)
    return [one for half, kind in parted for one in _by_gutters(read.with_codes(half), kind)] or [(document, named)]


def _parted(document: Document, bands: Sequence[Band]) -> list[Sorted]:
    """The halves of a picture at the gutter where two documents meet; none if it is one.

    Forms leave wide gaps within themselves: where one of the widest gutters parts two documents, another may do it
    better. The best is the one whose halves together say most, of these the widest.
    """
    tried = [_halved(document, band) for band in bands[:_TRIED]]
    if not any(_differ(*pair) for pair in tried):
        return []
    tried += [_halved(document, band) for band in bands[_TRIED:_MOST_TRIED]]
    return max(filter(lambda pair: _differ(*pair), tried), key=lambda pair: sum(len(_values(half)) for half in pair))


def _halved(document: Document, band: Band) -> list[Sorted]:
    return [(half, identify(half)) for half in papers.halves(document, band)]


def _values(one: Sorted) -> Mapping[str, Value]:
    document, (kind, _) = one
    return locating.values(extractors()[kind], document)


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


def by_key(document: Document, module: Extractor) -> list[Document]:
    """One document a run of parts of pages that carry different values of the extractor's KEY; else the document.

    So do the pages and sheets of a list whose extractor tells one by its head (`whose`); a misread one is no other.
    """
    whose = getattr(module, "whose", None)
    if whose is not None and document.carrier in _EXACT and max(len(document.pages), len(document.tables)) > 1:
        parts = (bundles.by_sheet if document.tables else bundles.by_value)(document, whose)
        return parts if len(parts) > 1 else [document]
    key = getattr(module, "KEY", None)
    if key is None or document.carrier not in _PAGED:
        return [document]
    pages = tuple(part for page in document.pages for part in _stacked(replace(document, pages=(page,)), module, key))
    cut = [page for page in pages if all(page is not whole for whole in document.pages)]

    def told(part: Document) -> Value | None:
        said = locating.values(module, part)
        is_cut = any(page is part.pages[0] for page in cut)
        return said.get(key) or (str(sorted((name, str(value)) for name, value in said.items())) if is_cut else None)

    return bundles.by_value(replace(document, pages=pages), told) if len(pages) > 1 else [document]


def _stacked(document: Document, module: Extractor, key: str) -> list[Page]:
    """The parts of a page on which documents of a kind stand below each other, as slips are printed; else the page.

    Their labels come again; of several gutters the one counts whose sides together say most, of these the widest.
    """
    (page,) = document.pages
    if document.media_type in intake.PICTURES:
        return [page]  # whose gutters were tried
    bands = (band for band in apart.gutters(page.words, page.width, page.height) if band[0] == _ACROSS)
    halves = ([replace(page, words=tuple(words)) for words in apart.parted(page.words, band)] for band in bands)
    pairs = [[replace(document, pages=(half,)) for half in pair] for pair in halves if _repeats(*pair)]
    told = [(pair, [locating.values(module, half) for half in pair]) for pair in pairs[:_MOST_TRIED]]
    several = [
        (sum(map(len, (above, below))), pair)
        for pair, (above, below) in told
        if _are_two(above, below, key)
        if module.identify(pair[1]) >= _enough(above.keys(), below.keys())
    ]
    if not several:
        return [page]
    _, pair = max(several, key=lambda one: one[0])
    return [part for half in pair for part in _stacked(half, module, key)]


def _enough(above: Collection[str], below: Collection[str]) -> float:
    """What the lower of two parts must score as a document: the title of the upper may be on the page before.

    Parts of few labels that say all the same but for one, which several below each other hide, are as sure, and parts
    of many need no title that is known.
    """
    if len(set(above) ^ set(below)) > 1:
        return _SURE
    return THRESHOLD if len(above) >= _TOLD else _LIKELY


def _are_two(above: Mapping[str, Value], below: Mapping[str, Value], key: str) -> bool:
    """Whether two parts tell different keys or, where neither tells any, differ in other fields."""
    if key in above or key in below:
        return key in above.keys() & below.keys() and above[key] != below[key]
    return sum(above[name] != below[name] for name in above.keys() & below.keys()) >= _UNLIKE


def _repeats(above: Page, below: Page) -> bool:
    """Whether labels of one part come again in the other."""
    upper, lower = ({re.split(r"[:：\s]", word.text.strip())[0] for word in part.words} for part in (above, below))
    return sum(len(text) > 1 and not text.isdigit() for text in upper & lower) >= _REPEATED


def joined(found: Sequence[Extraction]) -> list[Extraction]:
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
    return one.kind == other.kind != UNKNOWN and marked(one.kind, "SIDES") and alike

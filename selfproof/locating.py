"""What an extractor locates on a document, typed: of several places of a field one, repaired by constraint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import TypeAlias

from selfproof import confidence, layout, proofs, read
from selfproof.geometry import meet
from selfproof.identity import Same
from selfproof.kinds import Extractor, Spot
from selfproof.model import Derived, Document, Located, Value

_AMOUNT = re.compile(r"\d[.,]\d{2}$")
_BREAKS = ("chain_breaks", "sum_breaks")  # none of them: every line adds up
_KEPT = 2  # documents, of which each sum asks again
Constraint: TypeAlias = Callable[[Mapping[str, Located]], Mapping[str, Located]]


def fields(module: Extractor, document: Document) -> dict[str, Located]:
    """What the extractor locates, parsed; the first place that parses wins, repairs by constraint applied.

    A name that begins with an underscore is evidence for the constraints (a QR code's number), and no fact.
    """
    return _published(_evidence(module, document))


def values(module: Extractor, document: Document) -> dict[str, Value]:
    """What stands in the fields, by name."""
    found = fields(module, document)
    return {name: item.value for name, item in found.items() if item.value is not None}


def _published(found: Mapping[str, Located]) -> dict[str, Located]:
    return {name: located for name, located in found.items() if not name.startswith("_")}


def _evidence(module: Extractor, document: Document) -> dict[str, Located]:
    found: dict[str, Located] = {}
    cut: dict[str, Located] = {}  # the first place of each field whose print a cover cuts off
    for located in (_typed(module, spot) for spot in module.locate(document)):
        name, known = located.name, found.get(located.name)
        if not located.words or (known is not None and known.value is not None):
            continue
        if not _is_whole(module, located) and read.is_cut_off(document, located.words):
            cut.setdefault(name, located)
        elif name not in cut or _holds(located, cut[name]):
            found[name] = located
    for constraint in getattr(module, "CONSTRAINTS", ()):
        found = {**found, **constraint(found)}
    return found


def _is_whole(module: Extractor, located: Located) -> bool:
    """Whether nothing is looked for beside a value: signs hang on walls, and names of closed lists stand by logos."""
    return getattr(module, "SCENE", False) or is_listed(module, located)


def is_listed(module: Extractor, located: Located) -> bool:
    """Whether a value is a name of its field's closed list, which tells it from others."""
    names = getattr(module, "WHOLE", {}).get(located.name)
    return names is not None and bool(re.fullmatch(names, str(located.value)))


def _holds(whole: Located, part: Located) -> bool:
    """Whether a place elsewhere says all that is legible of one: it is no other value, nor the same print once more."""
    pairs = product(whole.words, part.words)
    if whole.value is None or any(one.page == other.page and meet(one.box, other.box) for one, other in pairs):
        return False
    return layout.squash(part.text) in layout.squash(whole.text) or str(part.value) in str(whole.value)


def weighed(module: Extractor, document: Document) -> Iterator[tuple[Located, Mapping[str, float]]]:
    """What `fields` gives, each with what its confidence is computed from (`confidence.features`)."""
    evidence, around = _evidence(module, document), confidence.pages(document)
    told = proofs.proved(getattr(module, "PROOFS", ()), evidence)
    for name, one in _published(evidence).items():
        proof, value = told.get(name), "" if one.value is None else one.value
        yield one, confidence.features(one.words, value, around=around, proof=proof, repaired=one.repaired)


def derived(module: Extractor, document: Document) -> Iterator[tuple[Derived, Mapping[str, float]]]:
    """What the extractor computes from what it located, in the same way."""
    around = confidence.pages(document)
    for item in _derived(module, legible(module, document)):
        yield item, confidence.features(item.words, item.value, around=around)


def legible(module: Extractor, document: Document) -> Document:
    """The document as its lines are added up: without recognised amounts of which a part is hidden.

    Where balances or sums prove the lines, what lies near them hides nothing.
    """
    sums = hasattr(module, "derive") or hasattr(module, "payments")
    return _legible(Same(module), Same(document)) if sums else document


@lru_cache(maxsize=_KEPT)
def _legible(kind: Same[Extractor], same: Same[Document]) -> Document:
    module, document = kind.one, same.one
    amounts = [word for word in document.words if word.alternatives and _AMOUNT.search(word.text)]
    if not amounts or any(item.name in _BREAKS and item.value == 0 for item in _derived(module, document)):
        return document
    hidden = {id(word) for word in amounts if read.is_cut_off(document, [word])}
    if not hidden:
        return document
    pages = (
        replace(page, words=tuple(word for word in page.words if id(word) not in hidden)) for page in document.pages
    )
    return replace(document, pages=tuple(pages))


def _derived(module: Extractor, document: Document) -> Iterable[Derived]:
    derive: Callable[[Document], Iterable[Derived]] | None = getattr(module, "derive", None)
    return derive(document) if derive else ()


def _typed(module: Extractor, spot: Spot) -> Located:
    field, words = spot[0], tuple(spot[-1])
    name = field if len(spot) == 2 else f"items[{spot[1]}].{field}"  # noqa: PLR2004  (field, words) or (field, row, words)
    parser = module.FIELDS[field if len(spot) == 2 else f"items.{field}"]  # noqa: PLR2004  the same
    text = layout.join(words)
    return Located(name, words, text, parser(text))

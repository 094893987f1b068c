"""What an extractor locates on a document, typed: of several places of a field one, repaired by constraint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from selfproof import confidence, layout, proofs, read
from selfproof.kinds import Extractor, Spot
from selfproof.model import Derived, Document, Located, Value

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
    """What `fields` gives, each with what its confidence is computed from (`confidence.features`)."""
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

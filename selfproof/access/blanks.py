"""What stands on a paper and was not read: which fields a person may add, and how what is typed becomes a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from selfproof import kinds
from selfproof.credit.doubts import key_fields
from selfproof.errors import Denied, UnfitError
from selfproof.model import Extraction, Fact, Method, Place, Value

_LONGEST = 2000  # characters: a business scope may be long


@dataclass(frozen=True, slots=True)
class Blank:
    """A field of a document that no fact fills. name: the fact's, with its kind.

    key: whether the field stands on every paper of the kind, so that it is missed.
    """

    upload: str
    document: str
    name: str
    key: bool = False

    @property
    def field(self) -> str:
        """The name without its kind."""
        return self.name.partition(".")[2]


@cache
def _computed() -> Mapping[str, Sequence[str]]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "blanks.yaml").read_text("utf-8"))
    found: Mapping[str, Sequence[str]] = table["computed"]
    return found


def fields(kind: str) -> tuple[str, ...]:
    """What a person may add to a document of a kind: its own fields, not rows, nor what only a program finds."""
    module = kinds.extractors().get(kind)
    computed = _computed().get(kind, ())
    names = module.FIELDS if module is not None else ()
    return tuple(name for name in names if not name.startswith("_") and "." not in name and name not in computed)


def of(upload: str, parts: Iterable[Extraction], said: Sequence[Fact]) -> Iterator[Blank]:
    """The open fields of an upload's documents, in the order of the kind's fields. said: what people have added."""
    for part in parts:
        there = {fact.name for fact in part.facts}
        there |= {fact.name for fact in said if _is_word_on(fact, part.document)}
        key = key_fields().get(part.kind, fields(part.kind))
        for field in fields(part.kind):
            if f"{part.kind}.{field}" not in there:
                yield Blank(upload, part.document, f"{part.kind}.{field}", key=field in key)


def is_empty(part: Extraction, facts: Iterable[Fact]) -> bool:
    """Whether a paper says no more than its title, which an empty form does, too.

    facts: all that is known, with what people have added.
    """
    key = {f"{part.kind}.{field}" for field in key_fields().get(part.kind, fields(part.kind))}
    own = [fact.name for fact in part.facts if fact.kind == part.kind]
    if not key or len(own) > 1 or not key.isdisjoint(own):
        return False
    return not any(fact.name in key and _is_word_on(fact, part.document) for fact in facts)


def _is_word_on(fact: Fact, document: str) -> bool:
    """Whether a person said this of the document; what an older reader found there is no more."""
    return fact.provenance.method is Method.HUMAN and fact.provenance.document == document


def value(blank: Blank, typed: str) -> Value:
    """What was typed, by the field's own parser; raises UnfitError when it is none of its values."""
    kind, _, field = blank.name.partition(".")
    found = kinds.extractors()[kind].FIELDS[field](typed) if len(typed) <= _LONGEST else None
    if found is None:
        raise UnfitError("value_unfit")
    return found


def fits(blank: Blank, typed: str) -> bool:
    """Whether what was typed is a value of the field."""
    try:
        value(blank, typed)
    except UnfitError:
        return False
    return True


def unlike(fact: Fact, typed: str) -> bool:
    """Whether a field's own parser makes nothing of what was typed, though it does of what stands there."""
    kind, _, field = fact.name.partition(".")
    parse = getattr(kinds.extractors().get(kind), "FIELDS", {}).get(field)
    if parse is None or not isinstance(fact.value, str) or parse(fact.value) is None:
        return False
    return len(typed) > _LONGEST or parse(typed) is None


def check(place: Place) -> None:
    """Raise Denied unless it is a box on a page."""
    left, top, right, bottom = place.box or (0.0, 0.0, 0.0, 0.0)
    if not (place.page and 0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise Denied("nothing here for you")

"""Why a file was of no use, and what to do about it: in an owner's words, from what it says and what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from selfproof import extract
from selfproof.access import blanks
from selfproof.model import Extraction, Message

PHOTO: Final = "photo"
_MEASURED: Final = "document.shot."
_NO_PAPERS: Final = frozenset({extract.UNKNOWN, PHOTO, "video"})
_CALLED: Final = frozenset({"title", "invoice_type"})
_NO_PLACE: Final = frozenset({"other", "unsure"})
_FACADES: Final = frozenset({"storefront", "factory_ext"})


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "photo_quality.yaml").read_text("utf-8")
    )
    return found


def complaints(part: Extraction) -> tuple[Message, ...]:
    """That it says of itself to be no proof, or is empty; what was not read of a picture, and what that lacks."""
    said = [fact.value for fact in part.facts if fact.name == "document.disclaims"]
    if said:
        return (Message(f"owner.paper_{said[0]}"),)
    if not any(fact.name.startswith(_MEASURED) for fact in part.facts):
        return (Message("owner.paper_empty"),) if _is_empty(part) else ()
    unread = tuple(_unread(part))
    poor = _poor(part) if unread or _misses(part) else []
    return tuple(Message(f"owner.shot_{name}") for name in (*unread, *poor))


def _is_empty(part: Extraction) -> bool:
    """Whether a paper of a known kind tells nothing but what it is called."""
    told = {fact.field for fact in part.facts if fact.kind == part.kind}
    return part.kind not in _NO_PAPERS and told <= _CALLED


def _unread(part: Extraction) -> Iterator[str]:
    """What should have been seen on it."""
    said = {fact.field: str(fact.value) for fact in part.facts if fact.kind == PHOTO}
    if part.kind == extract.UNKNOWN:
        yield "nothing"
    elif part.kind == PHOTO and said.get("scene") in _NO_PLACE:
        yield "no_place"
    elif part.kind == PHOTO and said.get("scene") in _FACADES and "sign_text" not in said:
        yield "no_sign"


def _misses(part: Extraction) -> bool:
    """Whether a field that every such paper bears was not read."""
    return any(blank.key for blank in blanks.of("", [part], ()))


def _poor(part: Extraction) -> list[str]:
    """Names of what the picture lacks, in the order of the table."""
    measures = {fact.field: float(str(fact.value)) for fact in part.facts if fact.name.startswith(_MEASURED)}
    lines = _table()["photo" if _is_scene(part) else "paper"]
    return [name for name, line in lines.items() if _beyond(line, measures)]


def _is_scene(part: Extraction) -> bool:
    """A photo of a place, not of a paper; where that is not known, what the model took it for."""
    seen = {str(fact.value) for fact in part.facts if fact.name == "document.scene.label"}
    return part.kind == PHOTO or (part.kind == extract.UNKNOWN and bool(seen - _NO_PLACE))


def _beyond(line: Mapping[str, Any], measures: Mapping[str, float]) -> bool:
    value = measures.get(line["measure"])
    if value is None or ("unless" in line and _beyond(line["unless"], measures)):
        return False
    return bool(value < line.get("below", value) or value > line.get("above", value))

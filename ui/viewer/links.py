"""What a failed check compared: two or more places on pages, to be joined by a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from selfproof.access.casework import Sheet
from selfproof.model import Finding, Outcome
from ui.papers import spot


@dataclass(frozen=True, slots=True)
class Link:
    """A finding and its places: (upload, place as the component names it)."""

    finding: Finding
    ends: tuple[tuple[str, str], ...]


def links(sheets: Iterable[Sheet], findings: Sequence[Finding]) -> tuple[Link, ...]:
    """One for each failed check that compared values at more than one place."""
    places = dict(_places(sheets))
    found = (Link(item, _ends(item, places)) for item in findings if item.outcome is Outcome.FAIL)
    return tuple(link for link in found if len(link.ends) > 1)


def _places(sheets: Iterable[Sheet]) -> Iterator[tuple[str, tuple[str, str]]]:
    """By fact's id, also of the word that a person put in its place, where it stands."""
    for sheet in sheets:
        for entry in (entry for paper in sheet.papers for entry in paper.entries if sheet.pictured):
            if place := spot(entry.read):
                yield from ((fact.id, (sheet.upload.id, str(place))) for fact in (entry.read, entry.fact))


def _ends(finding: Finding, places: dict[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys(places[fact] for fact in finding.facts if fact in places))

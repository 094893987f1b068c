"""Who is who on all papers: one party for every firm, by its tax id where a sound one is printed, else by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stdnum.cn import uscc

from selfproof.model import Applicant
from selfproof.names import plain, same_firm, split

ME: Final = "applicant"
"""The id of whoever applies, with the person who runs it: what one pays oneself is no payment."""
_PERSON: Final = 4  # signs of a person's name at most: it is the same or another, never nearly the same


@dataclass(frozen=True, slots=True)
class Named:
    """A party as one paper names it."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """Ids by how papers name parties; names: the first printed name of each."""

    ids: Mapping[Named, str]
    names: Mapping[str, str]

    def of(self, named: Named) -> str:
        """The id of a party, "" for a name that tells nobody (empty or with hidden parts)."""
        return self.ids.get(named, "")


@lru_cache(maxsize=4096)  # the same few codes stand on all papers of an application
def _sound(code: str) -> bool:
    return bool(uscc.is_valid(code))


def directory(applicant: Applicant, named: Iterable[Named]) -> Directory:
    """Every party once; those with a sound tax id first, so that a bare name finds them."""
    ids: dict[Named, str] = {}
    names: dict[str, str] = {ME: applicant.name}
    known: dict[str, list[tuple[str, str]]] = {}
    _know(known, applicant.name, ME)
    for party in sorted(set(named), key=lambda item: (not _sound(item.code), item.name, item.code)):
        if _tells(party):
            found = _me(party, applicant) or _by_code(party) or _by_name(party.name, known) or plain(party.name)
            ids[party] = found
            names.setdefault(found, party.name or party.code)
            _know(known, party.name, found)
    return Directory(ids, names)


def _tells(party: Named) -> bool:
    return _sound(party.code) or (bool(plain(party.name)) and "*" not in party.name)


def _me(party: Named, applicant: Applicant) -> str:
    if party.code and party.code == applicant.uscc:
        return ME
    other = bool(applicant.uscc) and _sound(party.code)
    person = bool(party.name) and party.name == applicant.legal_representative
    return ME if not other and (person or same_firm(party.name, applicant.name)) else ""


def _by_code(party: Named) -> str:
    return party.code if _sound(party.code) else ""


def _by_name(name: str, known: Mapping[str, list[tuple[str, str]]]) -> str:
    """A firm that is known under nearly this name; only those that share a sign of the brand are compared."""
    if len(plain(name)) <= _PERSON:
        return ""
    tried = {pair for sign in split(name).brand for pair in known.get(sign, ())}
    return next((found for other, found in sorted(tried) if same_firm(name, other)), "")


def _know(known: dict[str, list[tuple[str, str]]], name: str, found: str) -> None:
    for sign in set(split(name).brand):
        pairs = known.setdefault(sign, [])
        if (name, found) not in pairs:
            pairs.append((name, found))

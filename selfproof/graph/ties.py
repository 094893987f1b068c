"""Who belongs to the applicant by what papers and records tell: one address, one telephone, one person at the head."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from selfproof.graph.flows import Network, pattern, table
from selfproof.graph.parties import ME, Named
from selfproof.model import Fact
from selfproof.verify import Case, View

PERSON, ADDRESS, PHONE = "person", "address", "phone"
_RECORD: Final = re.compile(r"parties\[(.+)\]\.(name|address|phone|legal_representative)")
_HOUSE: Final = re.compile(r"\d")
_SHORTEST: Final = 8  # signs of an address that is more than a street


@dataclass(frozen=True, slots=True)
class Trait:
    """Something told of a party. sort: person, address or phone; value: as it is compared; fact: who says it."""

    party: str
    sort: str
    value: str
    fact: str


@dataclass(frozen=True, slots=True)
class Tie:
    """What a party shares with the applicant, with the facts that say so of either."""

    party: str
    sort: str
    value: str
    facts: tuple[str, ...]


def ties(case: Case, known: Network) -> tuple[Tie, ...]:
    """Parties that share a person, an address or a telephone with the applicant, in order of their ids."""
    traits = [trait for trait in _traits(case, known) if trait.value]
    mine = {(trait.sort, trait.value): trait for trait in traits if trait.party == ME}
    found = {
        (trait.party, trait.sort): Tie(
            trait.party, trait.sort, trait.value, _said(trait, mine[trait.sort, trait.value])
        )
        for trait in traits
        if trait.party != ME and (trait.sort, trait.value) in mine
    }
    return tuple(found[key] for key in sorted(found))


def _said(*traits: Trait) -> tuple[str, ...]:
    return tuple(trait.fact for trait in traits if trait.fact)


def _traits(case: Case, known: Network) -> Iterator[Trait]:
    applicant = case.application.applicant
    yield Trait(ME, PERSON, _bare(applicant.legal_representative), "")
    yield Trait(ME, ADDRESS, address(applicant.address), "")
    for view in case.documents:
        yield from _printed(view, known)
        if view.kind == "vat_invoice":
            yield from _remarked(view, known)
    yield from _recorded(case, known)


def _printed(view: View, known: Network) -> Iterator[Trait]:
    """What a licence, a permit or a bill tells of whom it is made out to."""
    row = table("parties").get(view.kind)
    party = _party(known, view, row["name"], row.get("code", "")) if row else ""
    if not row or not party:
        return
    for sort, tidy in ((PERSON, _bare), (ADDRESS, address), (PHONE, phone)):
        fact = view.facts.get(row.get(sort, ""))
        if fact is not None:
            yield Trait(party, sort, tidy(str(fact.value)), fact.id)


def _party(known: Network, view: View, name: str, code: str) -> str:
    return resolve(known, Named(view.text(name), view.text(code)))


def resolve(known: Network, named: Named) -> str:
    """The id of a party that the graph knows, also by its name or its code alone."""
    if found := known.directory.of(named):
        return found
    for other, found in known.directory.ids.items():
        if (named.code and named.code == other.code) or (named.name and named.name == other.name):
            return found
    return ""


def _remarked(view: View, known: Network) -> Iterator[Trait]:
    """Addresses and telephones of both sides, as fully digital invoices have them among the remarks."""
    for side, expression in table("graph")["remarks"].items():
        match = re.search(expression, unicodedata.normalize("NFKC", view.text("remarks")))
        party = _party(known, view, f"{side}_name", f"{side}_tax_id")
        if match and party:
            told, fact = match["told"], view.facts["remarks"].id
            yield Trait(party, PHONE, phone(told), fact)
            place = pattern("address").search(told)
            yield Trait(party, ADDRESS, address(pattern("phone").sub("", place["told"])) if place else "", fact)


def _recorded(case: Case, known: Network) -> Iterator[Trait]:
    """What a registry tells: ``registry.<field>`` of the applicant, ``registry.parties[i].<field>`` of others."""
    others: dict[str, dict[str, Fact]] = {}
    for name, fact in case.stated.items():
        kind, _, field = name.partition(".")
        match = _RECORD.fullmatch(field)
        if kind == "registry" and match:
            others.setdefault(match[1], {})[match[2]] = fact
        elif kind == "registry":
            yield from _of(ME, {field: fact})
    for told in others.values():
        party = resolve(known, Named(str(told["name"].value))) if "name" in told else ""
        if party:
            yield from _of(party, told)


def _of(party: str, told: dict[str, Fact]) -> Iterator[Trait]:
    for sort, field, tidy in (
        (PERSON, "legal_representative", _bare), (ADDRESS, "address", address), (PHONE, "phone", phone),
    ):  # fmt: skip
        if field in told:
            yield Trait(party, sort, tidy(str(told[field].value)), told[field].id)


def _bare(name: str) -> str:
    bare = "".join(name.split())
    return "" if "*" in bare else bare


def phone(printed: str) -> str:
    """The first telephone number in a text, digits only.

    >>> phone("样例路1号 0571-8000 1234"), phone("0571-80001234"), phone("样例路")
    ('', '057180001234', '')
    """
    match = pattern("phone").search(printed)
    return re.sub(r"\D", "", match[0]) if match else ""


def address(printed: str) -> str:
    """An address as it is compared: NFKC, without white space and marks; "" for one without a house.

    >>> address("云泽市 临江路１２号 3幢"), address("云泽市临江路")
    ('云泽市临江路12号3幢', '')
    """
    bare = re.sub(r"[\s,，。;；:：()（）\-—]+", "", unicodedata.normalize("NFKC", printed))
    return bare if len(bare) >= _SHORTEST and _HOUSE.search(bare) else ""

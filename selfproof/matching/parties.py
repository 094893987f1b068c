"""Who is meant: names of payers put beside the parties of the bills, so that lines meet only within one party.

Each name is looked up by what a reader's slip leaves of it (it without one of its signs); only names that share such a
piece are compared (`names.same_firm`). So the cost grows with the names, not with their pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from selfproof.matching.nouns import Bill
from selfproof.names import LONG, head, plain, same_firm, split
from selfproof.names import core as core_of

_CUT = 8  # signs that a name cut short by a column must show
_ONE_SLIP = 6  # signs of a name of which one may be misread, where the amounts tell
_MOST = 200  # parties that are compared with a name


@dataclass(frozen=True, slots=True)
class Met:
    """A party by its number. kin: it is the party's branch or head office, or its name cut short."""

    party: int
    kin: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A printed name with what is compared of it: bare, its brand and trade, and the firm to which a branch belongs.

    sure: how many signs of brand and trade are never misread: of a short brand another sign is another firm's.
    """

    name: str
    bare: str
    core: str
    head: str
    sure: int

    @property
    def branch(self) -> bool:
        """Whether it names a branch."""
        return self.head != self.bare


@dataclass(frozen=True, slots=True)
class Directory:
    """The parties of the bills. names: each printed name with its party's number; pieces: where a name is looked up."""

    names: list[tuple[Known, int]] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    exact: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    coded: dict[int, str] = field(default_factory=dict)
    pieces: dict[str, list[int]] = field(default_factory=dict)
    pairs: set[str] = field(default_factory=set)
    known: dict[str, Met | None] = field(default_factory=dict)

    def meet(self, name: str) -> Met | None:
        """The party of a printed name; None for a stranger or nobody."""
        bare = plain(name)
        if bare in self.exact:
            return Met(self.exact[bare])
        if bare not in self.known:
            self.known[bare] = self._search(name, bare) if bare and self._may_be(bare) else None
        return self.known[bare]

    def _may_be(self, bare: str) -> bool:
        """Whether any party's brand shows two neighbouring signs of this name: most strangers go here."""
        return not self.pairs.isdisjoint({*_pairs(bare), *_gapped(bare)})

    def _search(self, name: str, bare: str) -> Met | None:
        one = _known(name, bare)
        places = dict.fromkeys(place for piece in _pieces(one) for place in self.pieces.get(piece, ())[:_MOST])
        near = [self.names[place] for place in places]
        same = next((party for other, party in near if _same(one, other)), None)
        if same is not None:
            return Met(same)
        kin = {party for other, party in near if _kin(one, other)}
        return Met(kin.pop(), kin=True) if len(kin) == 1 else None

    def enter(self, name: str, code: str = "") -> int | None:
        """The party of a bill, a new one where none of the known is the same firm; None without name and code.

        Two tax ids are two firms, whatever their names.
        """
        known = _known(name, plain(name))
        if not known.bare and not code:
            return None
        party = self.codes.get(code) if code else None
        if party is None:
            met = self.meet(name)
            other = met is None or met.kin or (code and self.coded.get(met.party, code) != code)
            party = None if met is None or other else met.party
        if party is None:
            party = len(self.parties)
            self.parties.append(name)
        self._remember(party, known, code)
        return party

    def _remember(self, party: int, one: Known, code: str) -> None:
        if code:
            self.codes.setdefault(code, party)
            self.coded.setdefault(party, code)
        if one.bare and one.bare not in self.exact:
            self.exact[one.bare] = party
            self.known.clear()
            for piece in dict.fromkeys(_pieces(one)):
                self.pieces.setdefault(piece, []).append(len(self.names))
            self.names.append((one, party))
            self.pairs.update({*_pairs(one.core[:4]), *_gapped(one.core[:4])})


def _known(name: str, bare: str) -> Known:
    brand = len(split(name).brand)
    return Known(name, bare, core_of(name) or bare, head(name), brand if brand < LONG else 0)


def directory(bills: Iterable[Bill]) -> tuple[Directory, dict[str, int | None]]:
    """The parties of all bills, and which one each bill names (by its id)."""
    found = Directory()
    return found, {bill.id: found.enter(bill.party, bill.code) for bill in bills}


def _pieces(one: Known) -> Iterator[str]:
    """What names of one firm share though one sign differs: the rest of brand and trade, or of the whole, without it.

    A name that a column cuts short shares its beginning.
    """
    yield one.core
    yield from _without_one(one.core, one.sure)
    if len(one.bare) >= _ONE_SLIP:
        yield from _without_one(one.bare)
    yield one.bare[:_CUT]


def _without_one(text: str, sure: int = 0) -> Iterator[str]:
    return (text[:place] + text[place + 1 :] for place in range(sure, len(text)))


def _pairs(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))


def _gapped(text: str) -> Iterator[str]:
    return (f"{text[place]}_{text[place + 2]}" for place in range(len(text) - 2))


def _same(one: Known, other: Known) -> bool:
    """One firm by all parts of the names; brand and trade are looked at first, which is a hundred times cheaper."""
    return _near(one.core, other.core) and same_firm(one.name, other.name)


def _near(one: str, other: str) -> bool:
    return Levenshtein.distance(one, other, score_cutoff=1) <= 1


def _kin(one: Known, other: Known) -> bool:
    """Branches of one firm, a name of which a column shows only the beginning, or one of which a sign is another.

    Short brands that differ in a sign are two firms as a rule: only the very amount of a bill tells a slip.
    """
    shorter, longer = sorted((one.bare, other.bare), key=len)
    if len(shorter) >= _CUT and longer.startswith(shorter):
        return True
    if len(shorter) >= _ONE_SLIP and _near(one.bare, other.bare):
        return True
    return (one.branch or other.branch) and _near(one.core, other.core) and same_firm(one.head, other.head)

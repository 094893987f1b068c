"""Who is meant: names of payers put beside the parties of the bills, so that lines meet only within one party.

Each name is looked up by a few pieces of its brand and trade of which a reader's slip leaves at least one whole; only
what shares a piece is compared (`names.same_firm`). So the cost grows with the names, not with their pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from selfproof.matching.nouns import Bill
from selfproof.names import head, plain, same_firm, split

_CUT = 8  # signs that a name cut short by a column must show
_ONE_SLIP = 6  # signs of a name of which one may be misread, where the amounts tell
_MOST = 24  # parties that are compared with a name


@dataclass(frozen=True, slots=True)
class Met:
    """A party by its number. kin: it is the party's branch or head office, or its name cut short."""

    party: int
    kin: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """The parties of the bills. names: one printed name of each; pieces: where a name is looked up."""

    names: list[str] = field(default_factory=list)
    exact: dict[str, int] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
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
        near = [party for piece in _pieces(name) for party in self.pieces.get(piece, ())[:_MOST]]
        near = list(dict.fromkeys(near))
        same = next((party for party in near if same_firm(name, self.names[party])), None)
        if same is not None:
            return Met(same)
        kin = [party for party in near if _kin(name, bare, self.names[party])]
        return Met(kin[0], kin=True) if len(kin) == 1 else None

    def enter(self, name: str, code: str = "") -> int | None:
        """The party of a bill, a new one where none of the known is the same firm; None without name and code."""
        bare = plain(name)
        if code and code in self.codes:
            party: int | None = self.codes[code]
        else:
            met = self.meet(name)
            party = met.party if met is not None and not met.kin else None
        if party is None:
            if not bare and not code:
                return None
            party = len(self.names)
            self.names.append(name)
        self._remember(party, name, code)
        return party

    def _remember(self, party: int, name: str, code: str) -> None:
        bare = plain(name)
        if code:
            self.codes.setdefault(code, party)
        if bare and bare not in self.exact:
            self.exact[bare] = party
            self.known.clear()
            for piece in _pieces(name):
                self.pieces.setdefault(piece, []).append(party)
            core = _core(name)
            self.pairs.update({*_pairs(core[:4]), *_gapped(core[:4])})


def directory(bills: Iterable[Bill]) -> tuple[Directory, dict[str, int | None]]:
    """The parties of all bills, and which one each bill names (by its id)."""
    found = Directory()
    return found, {bill.id: found.enter(bill.party, bill.code) for bill in bills}


def _core(name: str) -> str:
    return split(name).core or plain(name)


def _pieces(name: str) -> Iterator[str]:
    """Of brand and trade, and of the whole, so that one misread sign leaves one of them as it is."""
    core, bare = _core(name), plain(name)
    yield f"={core[:2]}"
    yield from dict.fromkeys((core[:3], core[1:4], core[:1] + core[2:4]))
    third = len(bare) // 3 if len(bare) >= _ONE_SLIP else 0
    if third:
        parts = (bare[:third], bare[third : 2 * third], bare[2 * third :])
        yield from (f"{gone}{len(bare)}{''.join(parts[:gone] + parts[gone + 1 :])}" for gone in range(3))


def _pairs(text: str) -> Iterator[str]:
    return (text[place : place + 2] for place in range(len(text) - 1))


def _gapped(text: str) -> Iterator[str]:
    return (f"{text[place]}_{text[place + 2]}" for place in range(len(text) - 2))


def _kin(name: str, bare: str, other: str) -> bool:
    """Branches of one firm, a name of which a column shows only the beginning, or one of which a sign is another.

    Short brands that differ in a sign are two firms as a rule: only the very amount of a bill tells a slip.
    """
    theirs = plain(other)
    shorter, longer = sorted((bare, theirs), key=len)
    if len(shorter) >= _CUT and longer.startswith(shorter):
        return True
    if len(shorter) >= _ONE_SLIP and Levenshtein.distance(bare, theirs, score_cutoff=1) <= 1:
        return True
    ours, head_of = head(name), head(other)
    return (ours != bare or head_of != theirs) and same_firm(ours, head_of)


def sides(found: Directory, names: Sequence[str]) -> list[Met | None]:
    """The party of each name."""
    return [found.meet(name) if name else None for name in names]

"""Who belongs to the applicant: what one takes from oneself is no turnover (credit-method, section 1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from selfproof.credit.papers import Paper, Stated
from selfproof.model import Applicant, Application, Fact, Ledger
from selfproof.names import applicants_side, same_firm

_BUYERS = ("customer", "consignee")  # of settlement sheets and delivery notes
_SELLERS = ("supplier", "shipper", "carrier")
_PAYER = re.compile(r"counterparties\[(.+)\]\.total_in")


@dataclass(frozen=True, slots=True)
class Circle:
    """The applicant, and the names of the persons who run it."""

    applicant: Applicant
    persons: frozenset[str]

    def holds(self, name: str) -> bool:
        """Whether this is the applicant or one of these persons; an unread name is neither."""
        bare = "".join(name.split())
        return bool(bare) and (bare in self.persons or same_firm(bare, self.applicant.name))


def circle(application: Application, told: Stated) -> Circle:
    """The applicant with its legal representative as given and as registered."""
    registered = told.all("registry.legal_representative", Ledger.THIRD_PARTY)
    names = (application.applicant.legal_representative, *(str(fact.value) for fact in registered))
    return Circle(application.applicant, frozenset(bare for name in names if (bare := "".join(name.split()))))


def side(paper: Paper, mine: Circle) -> str:
    """``seller`` or ``buyer`` when that party is the applicant, else ""; a paper that names no seller is a sale."""
    partied = "seller_name" in paper.fields or "seller_tax_id" in paper.fields
    return applicants_side(paper.text, mine.applicant) if partied else "seller"


def sells(paper: Paper, mine: Circle) -> bool:
    """Whether the applicant may be who delivers by this list: it is not the buyer, and no other is who delivers."""
    if any(mine.holds(paper.text(name)) for name in _BUYERS):
        return False
    named = [paper.text(name) for name in _SELLERS if paper.text(name)]
    return not named or any(mine.holds(name) for name in named)


def to_itself(paper: Paper, payer: str, mine: Circle) -> bool:
    """Whether a sale's buyer belongs to the applicant, by tax id or by the field `payer`."""
    code = paper.text("buyer_tax_id")
    own = bool(code) and code == mine.applicant.uscc
    return side(paper, mine) == "seller" and (own or mine.holds(paper.text(payer)))


def paid_in(paper: Paper, mine: Circle) -> tuple[Fact, ...]:
    """What payers who belong to the applicant paid in by a statement."""
    named = ((_PAYER.fullmatch(name), fact) for name, fact in paper.fields.items())
    return tuple(fact for match, fact in named if match and mine.holds(match[1]))


def left_out(papers: Iterable[Paper], payers: dict[str, tuple[str, str]], mine: Circle) -> tuple[Fact, ...]:
    """The amounts that count for nothing. payers: the fields of payer and amount of each kind of single papers."""
    found: list[Fact] = []
    for paper in papers:
        found += paid_in(paper, mine)
        payer, amount = payers.get(paper.kind, ("", ""))
        if amount in paper.fields and to_itself(paper, payer, mine):
            found.append(paper.fields[amount])
    return tuple(found)

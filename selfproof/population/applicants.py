"""Applicants: a business, its papers, its mistakes or its lie, as facts with the truth beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selfproof import verify
from selfproof.checks.duplicates import keys
from selfproof.model import Application, Fact, Ledger, Method, Place, Provenance
from selfproof.population import business, chance, dossier, lies, mistakes
from selfproof.population.chance import Chance, table
from selfproof.population.dossier import Dossier
from selfproof.population.drafts import VERSION, printed

HONEST = ""
_WAYS = ("signed", "original", "sheet", "picture")  # strongest first
EVIDENCE = {
    "invoices": "invoicing", "bank": "receipts", "wallet": "receipts", "acquirer": "receipts", "platform": "receipts",
    "tax": "tax", "settlement": "operations", "waybills": "operations",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of an applicant; amounts CNY, days calendar days, shares 0..1.

    turnover: of the last twelve complete months, with tax; months: from the earliest to the latest of the ledger;
    lie: a kind of the table, "" for the honest; mistakes: what went wrong all the same; evidence: kinds that state
    amounts, as brought; best: the strongest way in which such a paper came (signed, original, sheet, picture), "" for
    none; genuine_months: months of which some paper was brought that states turnover.
    """

    turnover: float
    months: tuple[float, ...]
    margin: float
    cycle: float
    own_funds: float
    loans: float
    debt_service: float
    band: str
    lie: str
    mistakes: tuple[str, ...]
    evidence: tuple[str, ...]
    best: str
    genuine_months: int

    @property
    def honest(self) -> bool:
        """Whether no lie is told."""
        return self.lie == HONEST


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What other applicants have shown, as a check may ask (`selfproof.model.Lookup`)."""

    keys: frozenset[str] = frozenset()
    pictures: tuple[str, ...] = ()

    def others(self, key: str) -> Sequence[str]:
        """One document of another applicant, or none."""
        return ("another",) if key in self.keys else ()

    def photos(self) -> Sequence[tuple[str, str]]:
        """Photos of others with their PDQ hashes."""
        return tuple(("another", picture) for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class Simulated:
    """One applicant. application: with declarations and third-party records; facts: of its documents."""

    application: Application
    facts: tuple[Fact, ...]
    lookup: Elsewhere
    truth: Truth
    file: Dossier


def population(count: int, seed: int, *, first: int = 0) -> Iterator[Simulated]:
    """Applicants `first` to `first + count - 1` of a seed, one at a time."""
    return (one(seed, number) for number in range(first, first + count))


def one(seed: int, number: int, *, lie: str | None = None, ways: Mapping[str, str] | None = None) -> Simulated:
    """One applicant of a seed.

    lie: told whatever chance says, "" for none: the same business, honest. ways: only these papers are brought, each
    in the way given here.
    """
    born, papers, slips, telling = (chance.of(seed, number, stage) for stage in range(4))
    who = business.draw(born, seed, number)
    told = _lie(born) if lie is None else lie
    brought = dossier.plan(papers, who)
    planned = lies.plan(telling, told, brought) if told else brought
    kept = planned if ways is None else {paper: ways[paper] for paper in planned if paper in ways}
    bare = dossier.begin(papers, who, kept)
    true = dossier.filled(papers, lies.before(told, bare) if told else bare)
    file, wrong = mistakes.slipped(slips, lies.tell(telling, told, true) if told else true)
    return _simulated(telling, file, told, wrong)


def _lie(numbers: Chance) -> str:
    """None for most."""
    rules = table()
    return HONEST if numbers.happens(rules["honest"]) else numbers.one_of(tuple(rules["lies"]["kinds"]))


def _simulated(numbers: Chance, file: Dossier, lie: str, wrong: tuple[str, ...]) -> Simulated:
    application = _application(file)
    truth = _truth(numbers, file, lie, wrong)
    return Simulated(application, _facts(file), _elsewhere(application, file), truth, file)


def told_by(before: Simulated, file: Dossier) -> Simulated:
    """The same applicant with another file."""
    truth = replace(before.truth, **_shown(file))
    return replace(before, application=_application(file), facts=_facts(file), truth=truth, file=file)


def _facts(file: Dossier) -> tuple[Fact, ...]:
    return tuple(fact for paper in file.papers for fact in paper.facts(file.business.id))


def _application(file: Dossier) -> Application:
    who = file.business
    stated = tuple(_stated(file))
    return Application(who.id, who.applicant, who.as_of, who.trade, who.industry, file.existing, stated)


def _stated(file: Dossier) -> Iterator[Fact]:
    """Declarations and records."""
    where = Provenance(Method.HUMAN, "declaration", place=Place(path="application.yaml"), version=VERSION)
    for name, value in file.declared.items():
        yield Fact(f"declaration.{name}", value, printed(value), Ledger.SELF, where)
    for record in file.records:
        yield from record.facts()


def _elsewhere(application: Application, file: Dossier) -> Elsewhere:
    if not file.elsewhere:
        return Elsewhere(pictures=file.photos_elsewhere)
    known = verify.case(application, [fact for paper in file.elsewhere for fact in paper.facts(application.id)])
    found = frozenset(key for view in known.documents for key in keys(view, known))
    return Elsewhere(found, file.photos_elsewhere)


def _truth(numbers: Chance, file: Dossier, lie: str, wrong: tuple[str, ...]) -> Truth:
    who = file.business
    true = Truth(
        turnover=who.ledger.turnover, months=who.ledger.sales, margin=who.margin, cycle=who.cycle,
        own_funds=who.own_funds, loans=who.loans, debt_service=who.debt_service, band=who.band, lie=lie,
        mistakes=wrong, **_shown(file),
    )  # fmt: skip
    if lie != "hidden_debts":
        return true
    owed = true.turnover * numbers.between(*table()["lies"]["debt_of_turnover"])
    return replace(true, loans=true.loans + owed, debt_service=true.debt_service + owed * table()["debts"]["service"])


def _shown(file: Dossier) -> dict[str, Any]:
    """What of the truth depends on the papers that are there: the fields of `Truth` from `evidence` on."""
    kinds = {EVIDENCE[paper] for paper in file.plan if paper in EVIDENCE}
    ways = {"original" if way == "xml" else way for paper, way in file.plan.items() if paper in EVIDENCE}
    return {
        "evidence": tuple(sorted(kinds)),
        "best": next((way for way in _WAYS if way in ways), ""),
        "genuine_months": len(file.shown) if kinds else 0,
    }

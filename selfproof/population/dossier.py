"""What an owner brings: which papers, on which carriers, over which months; the whole file of an application."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from selfproof.model import Value
from selfproof.population import records, standing_papers, statement_papers, trade_papers
from selfproof.population.business import NEED_DAYS, Business, cycle_of
from selfproof.population.chance import Chance, table
from selfproof.population.drafts import Draft
from selfproof.population.ledger import Deal
from selfproof.population.records import SEEN, Record
from selfproof.population.statement_papers import Share

Plan = Mapping[str, str]  # paper → the way in which it comes: signed, original, sheet, picture


@dataclass(frozen=True, slots=True)
class Dossier:
    """An application before it becomes facts.

    shown: the months of its papers; elsewhere: papers that another applicant has shown too; photos_elsewhere: PDQ
    hashes of photos that another has shown; times: by what a lie multiplies, 0 before one is told. Of papers brought on
    advice, exported: all that the tax bureau has; every_account: not the first one alone.
    """

    business: Business
    plan: Plan
    shown: tuple[int, ...]
    existing: Decimal
    declared: Mapping[str, Value]
    records: tuple[Record, ...]
    papers: tuple[Draft, ...] = ()
    elsewhere: tuple[Draft, ...] = ()
    photos_elsewhere: tuple[str, ...] = ()
    times: float = 0.0
    exported: bool = False
    every_account: bool = False

    def of(self, kind: str) -> list[Draft]:
        """Its papers of a kind."""
        return [paper for paper in self.papers if paper.kind == kind]

    @property
    def sales(self) -> list[Draft]:
        """Its sales invoices."""
        own = self.business.applicant.name
        return [paper for paper in self.of("vat_invoice") if paper.fields["seller_name"] == own]

    def every_sale(self, change: Callable[[Draft], Draft]) -> Dossier:
        """With each sales invoice changed."""
        sold = {id(paper) for paper in self.sales}
        return replace(self, papers=tuple(change(paper) if id(paper) in sold else paper for paper in self.papers))

    def every(self, kind: str, change: Callable[[Draft], Draft]) -> Dossier:
        """With each paper of a kind changed."""
        return replace(self, papers=tuple(change(paper) if paper.kind == kind else paper for paper in self.papers))

    def also(self, *papers: Draft) -> Dossier:
        """With further papers."""
        return replace(self, papers=(*self.papers, *papers))


def plan(chance: Chance, business: Business) -> dict[str, str]:
    """What this owner has at hand."""
    rules = table()
    brought = [paper for paper, share in rules["evidence"][business.trade].items() if chance.happens(share)]
    main, *others = rules["accounts"][business.trade]
    accounts = [main, *(one for one in others if chance.happens(rules["further"]))] if "receipts" in brought else []
    return {paper: way(chance, paper) for paper in (*accounts, *brought) if paper != "receipts"}


def way(chance: Chance, paper: str) -> str:
    """On which carrier a paper comes."""
    return chance.pick(table()["carriers"].get(paper, {"picture": 1.0}))


def begin(chance: Chance, business: Business, brought: Plan) -> Dossier:
    """The application without its papers: months, records, declarations, and the limit so far."""
    held = records.draw(chance, business)
    return Dossier(
        business,
        brought,
        _months(chance, business),
        _existing(chance, business, held),
        _declared(chance, business),
        held,
    )


def _months(chance: Chance, business: Business) -> tuple[int, ...]:
    """The months of which the owner has papers: the latest, now and then not the very last ones, with gaps."""
    rules = table()
    count = min(int(rules["span"]["most"]), 1 + int(chance.numbers.poisson(rules["span"]["mean"] - 1)))
    last = business.ledger.last - (0 if chance.happens(rules["reach"]) else chance.whole(1, 2))
    months = [month for month in range(last - count + 1, last + 1) if not chance.happens(rules["missing_month"])]
    return tuple(months) or (last,)


def _existing(chance: Chance, business: Business, held: Sequence[Record]) -> Decimal:
    """What the lender gave on third-party data alone: the trade's usual need on what they see; 0 for a newcomer."""
    rules, usual = table()["limit_before"], business.rules
    told = [(name, float(str(value))) for one in held for name, value in one.fields.items() if name in SEEN]
    seen = max((amount for _, amount in told), default=0.0)
    need = seen * (1 - usual["margin"]["mean"]) * cycle_of(usual["days"]) / NEED_DAYS
    amount = rules["of_need"] * need * chance.spread(rules["sigma"])
    known = chance.happens(table()["repeat"]) and seen > 0
    return Decimal(int(max(rules["least"], amount) // 1000) * 1000) if known else Decimal(0)


def _declared(chance: Chance, business: Business) -> dict[str, Value]:
    """The owner's own figures: a little too high, in round numbers."""
    rules = table()["declared"]
    wrong = (1 + rules["bias"]) * chance.spread(rules["sigma"])
    told = {
        "turnover": ("annual_turnover", _round(business.ledger.turnover * wrong)),
        "own_funds": ("own_funds", _round(business.own_funds)),
        "margin": ("margin", Decimal(f"{business.margin * chance.spread(0.1):.2f}")),
        "cycle": ("cycle_days", Decimal(round(business.cycle))),
    }
    debts: dict[str, Value] = {
        "debt_service_annual": _round(business.debt_service), "working_capital_loans": _round(business.loans),
    }  # fmt: skip
    return debts | {name: value for key, (name, value) in told.items() if chance.happens(rules[key])}


def _round(amount: float) -> Decimal:
    """To two leading figures, as people say amounts."""
    return Decimal(f"{amount:.1e}") // 1 if amount else Decimal(0)


def filled(chance: Chance, bare: Dossier) -> Dossier:
    """With the papers of its plan, all of them true."""
    return bare.also(*(paper for name, how in bare.plan.items() for paper in MAKERS[name](chance, bare, how)))


def shown_deals(bare: Dossier, paper: str) -> list[Deal]:
    """Deals of the shown months of which the owner has the paper; of an export from the tax bureau all."""
    business, months = bare.business, set(bare.shown)
    share = 1.0 if bare.exported else _share(business, paper, table()["shown_share"])
    lots = business.lots(paper)
    mine = (deal for deal in business.ledger.deals if deal.month in months and (deal.invoiced or paper != "invoices"))
    return [deal for deal in mine if lots[deal.place] < share]


def _share(business: Business, name: str, rules: Mapping[str, float]) -> float:
    """All, or at least a part: an owner's own way, the same whenever he is asked."""
    lot = business.lot(name)
    return 1.0 if lot.happens(rules["all"]) else lot.between(rules["least"], 1.0)


def _invoices(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return trade_papers.invoices(bare.business, shown_deals(bare, "invoices"), how)


def _purchases(chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return trade_papers.purchases(chance, bare.business, bare.shown, how)


def _slips(chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return trade_papers.slips(chance, bare.business, bare.shown, how)


def _waybills(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return trade_papers.waybills(bare.business, shown_deals(bare, "waybills"), how)


def _settlements(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return trade_papers.settlements(bare.business, shown_deals(bare, "settlement"), how)


def _accounts(bare: Dossier, sort: str) -> Iterator[Share]:
    """The account of a channel that is shown first, and the others where they are asked for."""
    first = _share(bare.business, sort, table()["one_account"])
    yield Share(first)
    if bare.every_account and first < 1:
        yield Share(first, rest=True)


def _bank(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return (statement_papers.bank(bare.business, bare.shown, how, share) for share in _accounts(bare, "bank"))


def _listed(sort: str) -> Callable[[Chance, Dossier, str], Iterator[Draft]]:
    def make(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
        for share in _accounts(bare, sort):
            paper = statement_papers.listed(bare.business, sort, bare.shown, how, share)
            if any(name.startswith("months[") for name in paper.fields):  # one that nobody pays into is not shown
                yield paper

    return make


def _tax(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return statement_papers.tax_returns(bare.business, bare.shown, how)


def _contract(chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    yield trade_papers.contract(chance, bare.business, how)


def _photos(chance: Chance, bare: Dossier, _how: str) -> Iterator[Draft]:
    return standing_papers.photos(chance, bare.business)


def _licence(_chance: Chance, bare: Dossier, _how: str) -> Iterator[Draft]:
    yield standing_papers.licence(bare.business)


def _capacity(_chance: Chance, bare: Dossier, how: str) -> Iterator[Draft]:
    return standing_papers.capacity(bare.business, how)


MAKERS: Mapping[str, Callable[[Chance, Dossier, str], Iterator[Draft]]] = {
    "invoices": _invoices, "bank": _bank, "wallet": _listed("wallet"), "acquirer": _listed("acquirer"),
    "platform": _listed("platform"), "tax": _tax, "settlement": _settlements, "waybills": _waybills,
    "purchases": _purchases, "slips": _slips,
    "contract": _contract, "photos": _photos, "licence": _licence, "capacity": _capacity,
}  # fmt: skip

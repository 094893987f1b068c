"""What third parties hold on a business: records as a connector brings them, true as far as they see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selfproof.model import Fact, Ledger, Method, Place, Provenance, Value
from selfproof.population.business import Business
from selfproof.population.chance import Chance, table
from selfproof.population.drafts import VERSION, money, printed
from selfproof.population.statement_papers import BANK, store

SEEN = ("annual_receipts", "annual_sales")  # fields that tell turnover
_NAMES = {"platform": "store", "acquirer": "merchant", "bank": "account"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source."""

    source: str
    fields: Mapping[str, Value]

    def facts(self) -> Iterator[Fact]:
        """As third-party facts."""
        for name, value in self.fields.items():
            where = Provenance(Method.SOURCE, self.source, place=Place(path=name), version=VERSION)
            yield Fact(f"{self.source}.{name}", value, printed(value), Ledger.THIRD_PARTY, where)


def draw(chance: Chance, business: Business) -> tuple[Record, ...]:
    """The records that exist of a business."""
    rules = table()["records"]
    found = [_registry(business)] if chance.happens(rules["registry"]) else []
    if chance.happens(rules["bureau"]):
        found.append(_bureau(business, rules["bureau_sees"]))
    found += _partials(chance, business)
    seen = chance.between(*rules["tax"]["sees"])
    if chance.happens(rules["tax"]["have"].get(business.trade, 0.0)):
        found.append(Record("tax", {"annual_sales": money(seen * business.ledger.turnover), "arrears": money(0)}))
    return tuple(found)


def _partials(chance: Chance, business: Business) -> Iterator[Record]:
    """A partner of the lender that sees a part of the trade, and now and then the bank that it pays out to."""
    rules, turnover = table()["records"]["partner"], business.ledger.turnover
    source, amount = chance.pick(rules["source"][business.trade]), turnover * chance.between(*rules["sees"])
    pays_out = chance.happens(rules["bank_too"]) and source != "bank"
    if chance.happens(rules["have"]) and turnover > 0:
        yield _partial(business, source, amount)
        if pays_out:
            yield _partial(business, "bank", amount * chance.between(*rules["arrives"]))


def _registry(business: Business) -> Record:
    own = business.applicant
    told: dict[str, Value] = {
        "name": own.name, "uscc": own.uscc, "status": "active", "established_date": business.founded,
        "legal_representative": own.legal_representative,
    }  # fmt: skip
    sizes = {name: money(size) for name, size in business.size.items() if name in ("trucks", "mu")}
    return Record("registry", {**told, **sizes})


def _bureau(business: Business, sees: float) -> Record:
    return Record("bureau", {
        "band": business.band, "debt_service_annual": money(sees * business.debt_service),
        "working_capital_loans": money(sees * business.loans), "total_exposure": money(sees * business.loans),
    })  # fmt: skip


def _partial(business: Business, source: str, amount: float) -> Record:
    names = {
        "platform": store(business),
        "acquirer": business.applicant.name,
        "bank": f"{BANK} {business.account[-4:]}",
    }
    return Record(source, {"annual_receipts": money(amount), _NAMES[source]: names[source]})

"""Papers of single deals: invoices, waybills, settlement sheets, contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from selfproof.model import Value
from selfproof.population.business import Business, Firm, code
from selfproof.population.chance import Chance, table
from selfproof.population.drafts import Draft, money, signals, words
from selfproof.population.ledger import Deal, first_day

BUREAU = "国家税务总局试例税务局"
_CENT = Decimal("0.01")
_LISTED = 0.6  # of originals that are XML, not PDF


def invoices(business: Business, deals: Iterable[Deal], way: str) -> Iterator[Draft]:
    """One for each deal, by the applicant to its customer; the same number whenever it is shown."""
    listed = business.lots("listed")
    for deal in deals:
        how = "xml" if way == "original" and listed[deal.place] < _LISTED else way
        yield invoice(business, deal, how, number(business, deal.day, deal.place))


def _way(chance: Chance, way: str) -> str:
    return "xml" if way == "original" and chance.happens(_LISTED) else way


def number(business: Business, day: date, place: int) -> str:
    """Of a fully digital invoice: year 2, province 2, channel 1, sequence 15."""
    return f"{day:%y}339{business.number:09d}{place:06d}"


def invoice(business: Business, deal: Deal, way: str, given: str, buyer: Firm | None = None) -> Draft:
    """The paper of a deal with the number `given`; its tax by the trade's usual rate."""
    own, other = business.applicant, buyer or business.customers[deal.customer]
    total, rate = money(deal.amount), str(business.rules["tax_rate"])
    share = Decimal(rate.rstrip("%")) / 100 if rate.endswith("%") else Decimal(0)
    net = (total / (1 + share)).quantize(_CENT, ROUND_HALF_UP)
    fields: dict[str, Value] = {
        "invoice_number": given, "issue_date": deal.day, "total_amount": total, "total_in_words": words(total),
        "amount_excl_tax": net, "tax_amount": total - net, "seller_name": own.name, "seller_tax_id": own.uscc,
        "buyer_name": other.name, "buyer_tax_id": other.uscc, "items[0].amount": net, "items[0].tax_rate": rate,
    }  # fmt: skip
    return Draft("vat_invoice", f"{given}-{way}", fields, signals(way, BUREAU))


def purchases(chance: Chance, business: Business, months: Sequence[int], way: str) -> Iterator[Draft]:
    """What the goods of each month cost, invoiced by a supplier; a part of the suppliers gives no invoice."""
    rules, ledger = table()["purchases"], business.ledger
    supplier = Firm(rules["supplier"], code("330100", business.number * 20 + 19))
    billed = chance.between(*rules["billed"])
    for place, month in enumerate(month for month in months if month >= ledger.first):
        cost = ledger.sales[month - ledger.first] * (1 - business.margin) * rules["goods"] * billed
        day = first_day(month).replace(day=chance.whole(1, 28))
        if cost > 1:
            deal = Deal(month, day, round(cost, 2), 0, invoiced=True, paid=day, channel="bank")
            how = _way(chance, way)
            yield turned(invoice(business, deal, how, number(business, day, 300_000 + place), supplier))


def turned(paper: Draft) -> Draft:
    """The same invoice with buyer and seller exchanged."""
    fields = dict(paper.fields)
    for name in ("name", "tax_id"):
        fields[f"seller_{name}"], fields[f"buyer_{name}"] = (
            paper.fields[f"buyer_{name}"],
            paper.fields[f"seller_{name}"],
        )
    return replace(paper, fields=fields)


def slips(chance: Chance, business: Business, months: Sequence[int], way: str) -> Iterator[Draft]:
    """A few till slips or pages of a receipt book: they show that something is sold, not how much."""
    for place in range(chance.whole(1, 4)):
        day = first_day(chance.one_of(months)).replace(day=chance.whole(1, 28))
        total = money(chance.times(8, 900))
        fields: dict[str, Value] = {"merchant": business.applicant.name, "date": day, "total": total}
        spelled: dict[str, Value] = {"total_in_words": words(total)} if chance.happens(0.3) else {}
        yield Draft("receipt", f"{place}", fields | spelled, signals(way))


def repriced(paper: Draft, times: float) -> Draft:
    """An invoice over another amount, right in itself."""
    total, net = Decimal(str(paper.fields["total_amount"])), Decimal(str(paper.fields["amount_excl_tax"]))
    factor = Decimal(f"{times:.6f}")
    total, net = (total * factor).quantize(_CENT), (net * factor).quantize(_CENT)
    spelled = words(total)
    changed: dict[str, Value] = {
        "total_amount": total, "total_in_words": spelled, "amount_excl_tax": net, "tax_amount": total - net,
        "items[0].amount": net,
    }  # fmt: skip
    return paper.changed(**changed)


def waybills(business: Business, deals: Iterable[Deal], way: str) -> Iterator[Draft]:
    """A delivery note for each deal."""
    for place, deal in enumerate(deals):
        given = f"YD{business.number:06d}{place:04d}"
        fields: dict[str, Value] = {
            "date": deal.day, "total_amount": money(deal.amount), "number": given,
            "consignee": business.customers[deal.customer].name, "shipper": business.applicant.name,
        }  # fmt: skip
        yield Draft("delivery_note", given, fields, signals(way))


def settlements(business: Business, deals: Sequence[Deal], way: str) -> Iterator[Draft]:
    """One sheet for each customer with the sums of its months."""
    for customer in sorted({deal.customer for deal in deals}):
        mine = [deal for deal in deals if deal.customer == customer]
        fields: dict[str, Value] = {
            "customer": business.customers[customer].name,
            "supplier": business.applicant.name,
            "total": money(sum(deal.amount for deal in mine)),
        }
        for month in sorted({deal.day.strftime("%Y-%m") for deal in mine}):
            amounts = [deal.amount for deal in mine if deal.day.strftime("%Y-%m") == month]
            fields[f"months[{month}].total"] = money(sum(amounts))
        yield Draft("settlement_sheet", f"{customer}", fields, signals(way))


def contract(chance: Chance, business: Business, way: str) -> Draft:
    """A sales contract with a customer, signed within the last eight months, over some months of its trade."""
    deals = business.ledger.deals
    customer = chance.one_of(deals).customer if deals else 0
    bought = sum(deal.amount for deal in deals[-60:] if deal.customer == customer)
    total = max(10_000.0, bought * chance.times(0.4, 1.5))
    fields: dict[str, Value] = {
        "party_a": business.customers[customer].name, "party_b": business.applicant.name,
        "total_amount": money(round(total, -3)), "contract_number": f"HT-{business.number:06d}",
        "sign_date": business.as_of - timedelta(days=chance.whole(10, 240)),
    }  # fmt: skip
    carrier = "docx" if way == "sheet" else way
    return Draft("contract", "1", fields, signals(carrier))

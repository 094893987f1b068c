"""Papers that list receipts by month: bank, wallet, acquirer and platform statements, and tax returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selfproof.model import Value
from selfproof.population.business import Business
from selfproof.population.chance import Chance
from selfproof.population.drafts import Draft, money, signals
from selfproof.population.ledger import first_day, last_day

BANK = "试例银行"
FEES = {"acquirer": 0.006, "platform": 0.05, "wallet": 0.001}  # what is kept back before it is paid out
_SAID = {"acquirer": "from_acquirers", "platform": "from_platforms"}
_NAMED = 40  # payers that the reader names


def key(month: int) -> str:
    """``2026-03``."""
    return f"{first_day(month):%Y-%m}"


def _months(sums: Mapping[int, float], field: str = "receipts") -> dict[str, Value]:
    """Only months in which something came in, as the reader tells them."""
    return {f"months[{key(month)}].{field}": money(amount) for month, amount in sums.items() if amount > 0}


def _span(months: Sequence[int]) -> dict[str, Value]:
    return {"first_date": first_day(min(months)), "last_date": last_day(max(months))}


def bank(chance: Chance, business: Business, months: Sequence[int], way: str, share: float) -> Draft:
    """The business account. share: of what firms paid by bank that came to this account, the rest to another."""
    paid = [deal for deal in business.ledger.deals if deal.channel == "bank" and deal.paid <= business.as_of]
    came = [deal for deal in paid if deal.paid.year * 12 + deal.paid.month - 1 in set(months)]
    here = [deal for deal in came if share >= 1 or chance.happens(share)]
    sums = dict.fromkeys(months, 0.0)
    payers: dict[str, float] = {}
    for deal in here:
        sums[deal.paid.year * 12 + deal.paid.month - 1] += deal.amount
        name = business.customers[deal.customer].name
        payers[name] = payers.get(name, 0.0) + deal.amount
    outs = _paid_out(business, months, share)
    for amounts in outs.values():
        for month, amount in amounts.items():
            sums[month] += amount
    fields: dict[str, Value] = {
        "institution": BANK, "account": business.account, "account_name": business.applicant.name, "chain_breaks": 0,
        **_span(months), **_months(sums),
    }  # fmt: skip
    for sort, amounts in outs.items():
        fields |= _months(amounts, _SAID[sort])
    fields |= {f"counterparties[{name}].total_in": money(total) for name, total in list(payers.items())[:_NAMED]}
    return Draft("bank_statement", "1", fields, signals(way, BANK + "股份有限公司"))


def _paid_out(business: Business, months: Sequence[int], share: float) -> dict[str, dict[int, float]]:
    """What an acquirer or a platform paid out to this account."""
    known = (sort for sort in _SAID if business.ledger.retail.get(sort))
    return {
        sort: {month: share * (1 - FEES[sort]) * business.ledger.channel(sort, month) for month in months}
        for sort in known
    }


def listed(business: Business, sort: str, months: Sequence[int], way: str, share: float = 1.0) -> Draft:
    """What an acquirer, a platform or a wallet lists. share: of the channel that this list shows."""
    sums = {month: share * _channel(business, sort, month) for month in months}
    fields: dict[str, Value] = {**_HEADS[sort](business), **_span(months), **_months(sums)}
    return Draft(f"{sort}_statement", "1", fields, signals(way))


def _channel(business: Business, sort: str, month: int) -> float:
    retail = business.ledger.channel(sort, month)
    if sort != "wallet":
        return retail
    deals = (deal for deal in business.ledger.deals if deal.channel == "wallet" and deal.paid <= business.as_of)
    return retail + sum(deal.amount for deal in deals if deal.paid.year * 12 + deal.paid.month - 1 == month)


def _wallet(business: Business) -> dict[str, Value]:
    return {
        "institution": "支付宝",
        "account": "te***@sample.test",
        "account_name": business.applicant.legal_representative,
    }


def _acquirer(business: Business) -> dict[str, Value]:
    told: dict[str, Value] = {"institution": "收钱吧", "merchant_name": business.applicant.name, "sum_breaks": 0}
    return told | {"merchant_id": f"99{business.number:013d}"}


def _platform(business: Business) -> dict[str, Value]:
    return {"institution": "抖店", "store": store(business), "sum_breaks": 0}


_HEADS = {"wallet": _wallet, "acquirer": _acquirer, "platform": _platform}


def store(business: Business) -> str:
    """The name of its store on the platform."""
    return f"{business.applicant.name[:4]}旗舰店"


def tax_return(business: Business, months: Sequence[int], way: str) -> Draft:
    """What was declared to the tax bureau, without tax: what was invoiced, and the retail that is paid by card."""
    rate = str(business.rules["tax_rate"])
    share = float(rate.rstrip("%")) / 100 if rate.endswith("%") else 0.0
    billed = dict.fromkeys(months, 0.0)
    for deal in business.ledger.deals:
        if deal.invoiced and deal.month in billed:
            billed[deal.month] += deal.amount
    for sort in ("acquirer", "platform"):
        for month in months:
            billed[month] += business.ledger.channel(sort, month)
    sums = {month: amount / (1 + share) for month, amount in billed.items()}
    told: dict[str, Value] = {"taxpayer_name": business.applicant.name, "tax_id": business.applicant.uscc}
    return Draft("tax_return", "1", {**told, **_months(sums, "taxable_sales")}, signals(way))

"""Papers that list receipts by month: bank, wallet, acquirer and platform statements, and tax returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from selfproof.model import Value
from selfproof.population.business import Business
from selfproof.population.drafts import Draft, money, signals
from selfproof.population.ledger import YEAR, first_day, last_day

BANK = "试例银行"
FEES = {"acquirer": 0.006, "platform": 0.05, "wallet": 0.001}  # what is kept back before it is paid out
_SAID = {"acquirer": "from_acquirers", "platform": "from_platforms"}
_NAMED = 40  # payers that the reader names
_ENTRY = 200.0  # CNY of a usual one on a wallet's bill
_EXPORTED = ("signed", "original")  # ways of a bill that its wallet made out to be shown to others


def key(month: int) -> str:
    """``2026-03``."""
    return f"{first_day(month):%Y-%m}"


def _months(sums: Mapping[int, float], field: str = "receipts") -> dict[str, Value]:
    """Only months in which something came in, as the reader tells them."""
    return {f"months[{key(month)}].{field}": money(amount) for month, amount in sums.items() if amount > 0}


def _span(months: Sequence[int]) -> dict[str, Value]:
    return {"first_date": first_day(min(months)), "last_date": last_day(max(months))}


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a channel's money an account takes. first: the share of the one shown first; rest: the others'."""

    first: float
    rest: bool = False

    @property
    def part(self) -> float:
        """0..1 of the channel."""
        return 1 - self.first if self.rest else self.first

    @property
    def name(self) -> str:
        """Of the statement."""
        return "rest" if self.rest else "1"


def bank(business: Business, months: Sequence[int], way: str, share: Share) -> Draft:
    """The business account: what firms paid by bank, as far as it came here."""
    lots = business.lots("bank")
    paid = [deal for deal in business.ledger.deals if deal.channel == "bank" and deal.paid <= business.as_of]
    came = [deal for deal in paid if deal.paid.year * 12 + deal.paid.month - 1 in set(months)]
    here = [deal for deal in came if (lots[deal.place] >= share.first) == share.rest]
    sums = dict.fromkeys(months, 0.0)
    payers: dict[str, float] = {}
    for deal in here:
        sums[deal.paid.year * 12 + deal.paid.month - 1] += deal.amount
        name = business.customers[deal.customer].name
        payers[name] = payers.get(name, 0.0) + deal.amount
    outs = _paid_out(business, months, share.part)
    for amounts in outs.values():
        for month, amount in amounts.items():
            sums[month] += amount
    fields: dict[str, Value] = {
        "institution": BANK, "account": business.other_account if share.rest else business.account,
        "account_name": business.applicant.name, "chain_breaks": 0, **_span(months), **_months(sums),
    }  # fmt: skip
    for sort, amounts in outs.items():
        fields |= _months(amounts, _SAID[sort])
    fields |= {f"counterparties[{name}].total_in": money(total) for name, total in list(payers.items())[:_NAMED]}
    return Draft("bank_statement", share.name, fields, signals(way, BANK + "股份有限公司"))


def _paid_out(business: Business, months: Sequence[int], share: float) -> dict[str, dict[int, float]]:
    """What an acquirer or a platform paid out to this account."""
    known = (sort for sort in _SAID if business.ledger.retail.get(sort))
    return {
        sort: {month: share * (1 - FEES[sort]) * business.ledger.channel(sort, month) for month in months}
        for sort in known
    }


def listed(business: Business, sort: str, months: Sequence[int], way: str, share: Share) -> Draft:
    """What an acquirer, a platform or a wallet lists of its channel."""
    sums = {month: share.part * _channel(business, sort, month) for month in months}
    head = _HEADS[sort](business) | (_OTHERS[sort](business) if share.rest else {})
    stated = _STATED[sort](sums) if sort in _STATED and way in _EXPORTED else {}
    return Draft(f"{sort}_statement", share.name, {**head, **_span(months), **_months(sums), **stated}, signals(way))


def _period(sums: Mapping[int, float]) -> dict[str, Value]:
    """What an acquirer's list states of itself, as it is made out for others: from when to when."""
    return {"period": f"{first_day(min(sums))}/{last_day(max(sums))}"}


def _counted(sums: Mapping[int, float]) -> dict[str, Value]:
    """A wallet's bill also says how many entries it has."""
    entries = sum(1 + int(amount / _ENTRY) for amount in sums.values())
    return {"stated_transactions": entries, "n_transactions": entries, **_period(sums)}


_STATED: Mapping[str, Callable[[Mapping[int, float]], dict[str, Value]]] = {"wallet": _counted, "acquirer": _period}


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
_OTHERS: Mapping[str, Callable[[Business], dict[str, Value]]] = {
    "wallet": lambda _business: {"institution": "微信支付", "account": "wx***8"},
    "acquirer": lambda business: {"institution": "拉卡拉", "merchant_id": f"98{business.number:013d}"},
    "platform": lambda business: {"institution": "快手小店", "store": f"{business.applicant.name[:4]}优选店"},
}
"""What tells the list of the rest from the first."""


def store(business: Business) -> str:
    """The name of its store on the platform."""
    return f"{business.applicant.name[:4]}旗舰店"


def tax_returns(business: Business, months: Sequence[int], way: str) -> Iterator[Draft]:
    """A return for each month, with the year's sum so far: without tax what was invoiced, and retail paid by card."""
    for month in months:
        sold, first, last = _taxed(business, month), first_day(month), last_day(month)
        year = sum(_taxed(business, one) for one in range(month - month % YEAR, month + 1))
        fields: dict[str, Value] = {
            "taxpayer_name": business.applicant.name, "tax_id": business.applicant.uscc,
            "period": f"{first:%Y年%m月%d日}至{last:%Y年%m月%d日}",
            "taxable_sales": money(sold), "taxable_sales_to_date": money(year),
        }  # fmt: skip
        if sold > 0:
            yield Draft("tax_return", key(month), fields | _months({month: sold}, "taxable_sales"), signals(way))


def _taxed(business: Business, month: int) -> float:
    """What a month's return tells, to the cent."""
    rate, ledger = str(business.rules["tax_rate"]), business.ledger
    share = float(rate.rstrip("%")) / 100 if rate.endswith("%") else 0.0
    billed = sum(deal.amount for deal in ledger.deals if deal.invoiced and deal.month == month)
    carded = sum(ledger.channel(sort, month) for sort in ("acquirer", "platform"))
    return round((billed + carded) / (1 + share), 2)

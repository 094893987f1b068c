"""An invented world: firms with their books, from a seed and from a file; equal seeds and months give equal worlds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter
from stdnum.cn import uscc as social_credit

from selfproof.sources.wire import BureauAnswer, InvoiceQuestion, Issued, PlatformAnswer, RegistryAnswer, TaxAnswer

_FIRMS: Final = 12
_EACH: Final = 12  # invoices that a seeded firm issued, one a month
_STATES: Final = ("正常",) * 8 + ("作废", "红冲", "正常", "正常")
_BRANDS: Final = "蓝鹊青岚丹枫墨竹银杏石榴朱槿白桦紫藤翠柏金桂素馨"
_TRADES: Final = ("塑料制品", "五金制品", "服装", "食品", "家具", "纸业")
_REGION: Final = "990100"  # no region of China begins with 99
_BANDS: Final[tuple[Literal["A", "B", "C"], ...]] = ("A", "A", "B", "B", "C")
_RATE: Final = Decimal("0.13")


class Invoice(BaseModel):
    """An invoice in its issuer's books. status: 正常, 作废 or 红冲."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: str
    issued: Issued


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the sandbox's sources know, by social-credit code; invoices by code and number."""

    registry: Mapping[str, RegistryAnswer] = field(default_factory=dict)
    tax: Mapping[str, TaxAnswer] = field(default_factory=dict)
    bureau: Mapping[str, BureauAnswer] = field(default_factory=dict)
    platform: Mapping[str, PlatformAnswer] = field(default_factory=dict)
    invoices: Mapping[tuple[str, str], Invoice] = field(default_factory=dict)

    def verify(self, asked: InvoiceQuestion) -> tuple[str, Issued | None]:
        """正常, 作废 or 红冲 with the invoice as issued; 不一致 or 查无 without it."""
        held = self.invoices.get((asked.code, asked.number))
        if held is None:
            return "查无", None
        amount = held.issued.amount_excl_tax if asked.code else held.issued.total_amount
        if (asked.issue_date, asked.amount) != (held.issued.issue_date, amount):
            return "不一致", None
        return held.status, held.issued

    def changed(self, number: str, status: str) -> World:
        """The same world after an issuer has voided or reversed an invoice; raises KeyError for one it never issued."""
        found = {key: held for key, held in self.invoices.items() if key[1] == number}
        if not found:
            raise KeyError(number)
        new = {key: Invoice(status=status, issued=held.issued) for key, held in found.items()}
        return replace(self, invoices={**self.invoices, **new})

    def beside(self, other: World) -> World:
        """Both worlds; where they speak of the same, the other's word counts."""
        return World(
            {**self.registry, **other.registry},
            {**self.tax, **other.tax},
            {**self.bureau, **other.bureau},
            {**self.platform, **other.platform},
            {**self.invoices, **other.invoices},
        )


def seeded(seed: int, day: date) -> World:
    """A dozen firms, each with a year of sales and an invoice a month to the next; some are 作废, some 红冲.

    day: the last month with sales is the one before that of this day.
    """
    chance = random.Random(seed)  # noqa: S311  seeded chance is the point
    firms = [_firm(chance, number) for number in range(_FIRMS)]
    books = {firm.uscc: _book(chance, firm, firms[(place + 1) % _FIRMS], day) for place, firm in enumerate(firms)}
    return World(
        registry={firm.uscc: firm for firm in firms},
        tax={code: _tax(code, book) for code, book in books.items()},
        bureau={firm.uscc: _record(chance, firm.uscc) for firm in firms},
        platform={code: _shop(chance, code, book) for code, book in books.items()},
        invoices={(item.issued.code, item.issued.number): item for book in books.values() for item in book},
    )


def _firm(chance: random.Random, number: int) -> RegistryAnswer:
    brand = _BRANDS[2 * number : 2 * number + 2]
    code = f"91{_REGION}MA{chance.randrange(10**7):07}"
    return RegistryAnswer(
        name=f"云泽市样例{brand}{chance.choice(_TRADES)}有限公司",
        uscc=code + social_credit.calc_check_digit(code),
        status="active",
        established_date=date(2016, 1, 1) + timedelta(days=chance.randrange(3000)),
        legal_representative=f"样{brand}",
        address=f"云泽市样例路{chance.randrange(1, 200)}号",
        headcount=chance.randrange(3, 60),
    )


def _book(chance: random.Random, seller: RegistryAnswer, buyer: RegistryAnswer, day: date) -> tuple[Invoice, ...]:
    first = day.year * 12 + day.month - 1 - _EACH
    days = [date(month // 12, month % 12 + 1, chance.randrange(1, 29)) for month in range(first, first + _EACH)]
    pairs = zip(days, _STATES, strict=True)
    return tuple(_invoice(chance, seller, buyer, issue_date=issued, status=status) for issued, status in pairs)


def _invoice(
    chance: random.Random, seller: RegistryAnswer, buyer: RegistryAnswer, *, issue_date: date, status: str
) -> Invoice:
    net = Decimal(chance.randrange(1_000_000, 9_000_000)) / 100
    issued = Issued(
        number=f"{issue_date:%y}33{chance.randrange(10**16):016}",
        issue_date=issue_date,
        total_amount=net + (net * _RATE).quantize(Decimal("0.01")),
        amount_excl_tax=net,
        seller_name=seller.name,
        seller_tax_id=seller.uscc,
        buyer_name=buyer.name,
        buyer_tax_id=buyer.uscc,
    )
    return Invoice(status=status, issued=issued)


def _months(book: Sequence[Invoice], share: Decimal) -> Iterator[tuple[str, Decimal]]:
    for item in book:
        if item.status == "正常":
            yield f"{item.issued.issue_date:%Y-%m}", (item.issued.amount_excl_tax * share).quantize(Decimal("0.01"))


def _tax(code: str, book: Sequence[Invoice]) -> TaxAnswer:
    months = dict(_months(book, Decimal(1)))
    held = {month: {"sales": amount} for month, amount in months.items()}
    return TaxAnswer.model_validate({
        "uscc": code, "annual_sales": sum(months.values()), "months": held, "arrears": 0,
    })  # fmt: skip


def _shop(chance: random.Random, code: str, book: Sequence[Invoice]) -> PlatformAnswer:
    months = dict(_months(book, Decimal(chance.randrange(2, 6)) / 10))
    held = {month: {"receipts": amount} for month, amount in months.items()}
    return PlatformAnswer.model_validate({"uscc": code, "annual_receipts": sum(months.values()), "months": held})


def _record(chance: random.Random, code: str) -> BureauAnswer:
    loans = Decimal(chance.randrange(0, 30) * 10_000)
    return BureauAnswer(
        uscc=code,
        band=chance.choice(_BANDS),
        debt_service_annual=(loans * Decimal("0.12")).quantize(Decimal("0.01")),
        working_capital_loans=loans,
        total_exposure=loans,
    )


def load(path: Path) -> World:
    """The world of a YAML file: ``registry``, ``tax``, ``bureau``, ``platform`` and ``invoices`` as lists."""
    held: Mapping[str, Sequence[Mapping[str, Any]]] = yaml.safe_load(path.read_text("utf-8"))
    invoices = TypeAdapter(list[Invoice]).validate_python(held.get("invoices", []))
    return World(
        registry={item.uscc: item for item in map(RegistryAnswer.model_validate, held.get("registry", []))},
        tax={item.uscc: item for item in map(TaxAnswer.model_validate, held.get("tax", []))},
        bureau={item.uscc: item for item in map(BureauAnswer.model_validate, held.get("bureau", []))},
        platform={item.uscc: item for item in map(PlatformAnswer.model_validate, held.get("platform", []))},
        invoices={(item.issued.code, item.issued.number): item for item in invoices},
    )

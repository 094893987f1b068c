"""What our connectors send and take: the models of ``openapi.json``, which the sandbox serves and a gateway may serve.

Questions travel in bodies, never in addresses, which end in logs. Amounts are CNY as text, days are ISO 8601. An answer
that lacks a field or holds what cannot be is no answer; fields that are not named here are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Amount = Annotated[Decimal, Field(ge=0, lt=Decimal(10) ** 13, allow_inf_nan=False)]
Signed = Annotated[Decimal, Field(gt=-(Decimal(10) ** 13), lt=Decimal(10) ** 13, allow_inf_nan=False)]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Day = Annotated[date, Field(ge=date(1949, 1, 1), lt=date(2100, 1, 1))]
Verified = Literal["正常", "作废", "红冲", "查无", "不一致", "超次数"]
_MOST_MONTHS = 36


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Taken(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class FirmQuestion(_Sent):
    """Whom a question is about; name: as the applicant gave it."""

    uscc: Name
    name: Name


class PeriodQuestion(FirmQuestion):
    """The same with the last month that is asked for."""

    until: Month


class InvoiceQuestion(_Sent):
    """One invoice as it is printed. code: "" for the 20-digit numbers of fully digital invoices.

    amount: with tax for fully digital invoices, without tax for those with a code, as the issuer's own form asks.
    """

    code: Text = ""
    number: Name
    issue_date: Day
    amount: Signed


class RegistryAnswer(_Taken):
    """What the business register says of a firm. status: active, or the register's word for an end of it."""

    name: Name
    uscc: Name
    status: Name
    established_date: Day
    legal_representative: Name
    address: Text = ""
    industry: Text = ""
    headcount: Annotated[int, Field(ge=0, lt=10_000_000)] | None = None


class Issued(_Taken):
    """An invoice as its issuer holds it."""

    code: Text = ""
    number: Name
    issue_date: Day
    total_amount: Signed
    amount_excl_tax: Signed
    seller_name: Name
    seller_tax_id: Text = ""
    buyer_name: Name
    buyer_tax_id: Text = ""


class InvoiceAnswer(_Taken):
    """What came of a verification; invoice: only where the invoice is there and what was asked fits it."""

    result: Verified
    invoice: Issued | None = None


class Sales(_Taken):
    """A month's sales as reported, without tax."""

    sales: Amount


class TaxAnswer(_Taken):
    """Reported sales of the last twelve months, and whether tax is owed."""

    uscc: Name
    annual_sales: Amount
    months: Mapping[Month, Sales] = Field(default_factory=dict, max_length=_MOST_MONTHS)
    arrears: Amount


class BureauAnswer(_Taken):
    """A credit record. band: A (best) to E."""

    uscc: Name
    band: Literal["A", "B", "C", "D", "E"]
    debt_service_annual: Amount
    working_capital_loans: Amount
    total_exposure: Amount


class Receipts(_Taken):
    """What a month brought in, net of refunds."""

    receipts: Amount


class PlatformAnswer(_Taken):
    """What one shop took on a platform in the last twelve months."""

    uscc: Name
    store: Text = ""
    annual_receipts: Amount
    months: Mapping[Month, Receipts] = Field(default_factory=dict, max_length=_MOST_MONTHS)

"""Invented facts for the tests of credit: a plastics workshop and its papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from selfproof.credit.decide import decide
from selfproof.credit.limit import Terms
from selfproof.credit.policy import Policy, load
from selfproof.credit.turnover import Feed, Kind, Reading, Shown
from selfproof.credit.waterfall import Account, Assessment, Case, assess
from selfproof.model import (
    Applicant,
    Application,
    Decision,
    Fact,
    Finding,
    Ledger,
    Method,
    Outcome,
    Place,
    Provenance,
)

AS_OF = date(2026, 10, 8)
CODE = "91330000TEST00001X"
NAME = "试例甲塑料制品有限公司"
BUYERS = ("试例乙家居用品有限公司", "试例丁玩具有限公司", "试例戊电器有限公司", "试例己日用品有限公司")


@cache
def policy() -> Policy:
    return load("standard")


@dataclass(frozen=True)
class Paper:
    """Facts of one document and the findings of its checks."""

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...] = ()


def fact(name: str, value: Any, document: str = "", ledger: Ledger = Ledger.SELF, record: str = "") -> Fact:
    method = Method.TEXT if document else Method.SOURCE
    where = Provenance(
        method, record or "test", document=document, place=Place(page=1 if document else None), version=record
    )
    value = Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return Fact(name, value, str(value), ledger, where)


def passed(document: str, *checks: str, matched: Sequence[str] = ()) -> tuple[Finding, ...]:
    return tuple(Finding(check, Outcome.PASS, document, documents=tuple(matched)) for check in checks)


def failed(document: str, check: str) -> Finding:
    return Finding(check, Outcome.FAIL, document)


def months_before(count: int) -> list[date]:
    """The first days of the last complete months before AS_OF, oldest first."""
    last = AS_OF.year * 12 + AS_OF.month - 2
    return [date(month // 12, month % 12 + 1, 1) for month in range(last - count + 1, last + 1)]


def signals(document: str, carrier: str, *, signed: bool = False) -> tuple[Fact, ...]:
    status = "valid" if signed else "none"
    return (fact("document.carrier", carrier, document), fact("document.signature.status", status, document))


def invoice(when: date, amount: float, *, carrier: str = "pdf_text", signed: bool = True, tag: str = "") -> Paper:
    document, buyer = f"invoice-{when}-{carrier}{tag}", BUYERS[when.month % 4]
    fields = {
        "seller_name": NAME, "seller_tax_id": CODE, "buyer_name": buyer, "issue_date": when,
        "invoice_number": f"26{when:%Y%m%d}0000000001{tag}"[:24], "total_amount": round(amount, 2),
    }  # fmt: skip
    facts = tuple(fact(f"vat_invoice.{name}", value, document) for name, value in fields.items())
    checks = policy().consistency["vat_invoice"]["xml"] if carrier != "ocr" else ()
    checks += ("signature_trusted", "signature_intact") if signed else ()
    return Paper((*facts, *signals(document, carrier, signed=signed)), passed(document, *checks))


def invoices(year: float, months: int, *, carrier: str = "pdf_text", signed: bool = True, tag: str = "") -> list[Paper]:
    return [
        invoice(day.replace(day=3), year / 12, carrier=carrier, signed=signed, tag=tag) for day in months_before(months)
    ]


def photographed(year: float, months: int = 5, tag: str = "") -> list[Paper]:
    return invoices(year, months, carrier="ocr", signed=False, tag=tag)


def statement(year: float, months: int, *, carrier: str = "pdf_text", account: str = "6200", tag: str = "") -> Paper:
    document = f"statement-{account}-{carrier}{tag}"
    days = months_before(months)
    facts = [fact(f"bank_statement.months[{day:%Y-%m}].receipts", round(year / 12, 2), document) for day in days]
    facts += [
        fact("bank_statement.account", account, document),
        fact("bank_statement.first_date", days[0], document),
        fact("bank_statement.last_date", AS_OF.replace(month=AS_OF.month - 1, day=30), document),
    ]
    checks = ("balance_chain", "statement_holder_is_applicant")
    return Paper((*facts, *signals(document, carrier)), passed(document, *checks))


def photo(tag: str = "1") -> Paper:
    document = f"photo-{tag}"
    return Paper((fact("photo.scene", "factory", document), *signals(document, "ocr")))


def contract(total: float, *, signed: bool = True, tag: str = "") -> Paper:
    document = f"contract{tag}"
    fields = {"party_a": "试例丙食品有限公司", "party_b": NAME, "total_amount": total, "sign_date": date(2026, 6, 18)}
    facts = tuple(fact(f"contract.{name}", value, document) for name, value in fields.items())
    checks = ("signature_trusted", "contract_invoiced_and_paid") if signed else ()
    found = passed(document, *checks, matched=["platform"])
    return Paper((*facts, *signals(document, "pdf_text", signed=signed)), found)


def loan(tag: str = "", *, months: tuple[int, ...] = (), paid: float = 10_000, **terms: Any) -> Paper:
    """A loan paper with an instalment on the 20th of some months, counted from the application's."""
    document = f"loan{tag}"
    fields = {"borrower": NAME, "lender": "试例商业银行", "number": f"JJ-1{tag}"} | terms
    facts = [fact(f"loan_schedule.{name}", value, document) for name, value in fields.items() if value is not None]
    for place, later in enumerate(months):
        month = AS_OF.year * 12 + AS_OF.month - 1 + later
        facts.append(fact(f"loan_schedule.items[{place}].due_date", date(month // 12, month % 12 + 1, 20), document))
        facts.append(fact(f"loan_schedule.items[{place}].payment", paid, document))
    return Paper((*facts, *signals(document, "ocr")))


def third(name: str, value: Any, record: str = "") -> Fact:
    return fact(name, value, ledger=Ledger.THIRD_PARTY, record=record or name)


def declared(name: str, value: Any) -> Fact:
    return fact(f"declaration.{name}", value)


PLATFORM = third("platform.annual_receipts", 680_000)
STANDING = (
    third("registry.established_date", date(2019, 3, 12)),
    third("bureau.band", "A"),
)


def application(
    *facts: Fact, existing: float = 100_000, trade: str = "workshop", industry: str = "plastics"
) -> Application:
    applicant = Applicant(NAME, CODE, "试例人", "试例路1号")
    return Application("case", applicant, AS_OF, trade, industry, Decimal(str(existing)), facts)


def workshop(*facts: Fact, **changes: Any) -> Application:
    """The worked example: platform receipts of 680,000, own funds of 50,000 declared."""
    return application(PLATFORM, *STANDING, declared("own_funds", 50_000), *facts, **changes)


def flat(papers: Iterable[Paper | list[Paper]]) -> list[Paper]:
    return [paper for item in papers for paper in (item if isinstance(item, list) else [item])]


def run(case: Application, *papers: Paper | list[Paper], rules: Policy | None = None) -> Decision:
    found = flat(papers)
    facts = [item for paper in found for item in paper.facts]
    findings = [item for paper in found for item in paper.findings]
    return decide(case, facts, findings, rules or policy())


def with_finding(paper: Paper, *findings: Finding) -> Paper:
    return replace(paper, findings=(*paper.findings, *findings))


def shown_reading(level: int, raw: float, *, months: int, sigma: float) -> Reading:
    """A reading in units of 10,000 CNY a year."""
    amount = raw * 10_000
    return Reading(level, amount, policy().levels[level], sigma, months, amount * months / 12)


def invoicing(raw: float = 410, level: int = 4, *, months: int = 5) -> Kind:
    sigma = 0.16 if level >= 3 else 0.25
    return Kind("invoicing", 0.16, (shown_reading(level, raw, months=months, sigma=sigma),))


def receipts(raw: float = 376, level: int = 3, *, months: int = 6) -> Kind:
    return Kind("receipts", 0.17, (shown_reading(level, raw, months=months, sigma=0.17),))


def declaration(raw: float = 400) -> Kind:
    return Kind("declared", 0.5, (shown_reading(1, raw, months=12, sigma=0.5),))


PLATFORM_FEED = Feed("platform", 680_000, full=False)


def pure(*kinds: Kind, photos: bool = False, feeds: tuple[Feed, ...] = (PLATFORM_FEED,), **terms: float) -> Assessment:
    """The worked example of the method through the formulas alone; amounts of `terms` in CNY."""
    usual = {"margin": 0.15, "cycle": 90.0, "growth": 0.08, "own_funds": 50_000.0, "grade": 0.95}
    existing = terms.pop("existing", 100_000.0)
    account = Account(existing, max(existing, 50_000.0))
    shown = Shown(kinds, feeds, 3_000_000, 9_000_000, photos, part=("invoicing", "receipts"))
    return assess(Case(shown, Terms(**(usual | terms)), account, policy().trades["workshop"], policy()))

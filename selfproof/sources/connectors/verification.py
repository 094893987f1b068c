"""The issuer's verification of invoices (国家税务总局全国增值税发票查验平台).

Its rules: five checks an invoice and day, not on the day of issue, within five years; an invoice is shown only to who
knows its number, day and amount. So a misread amount gives 不一致 (it differs), a misread number 查无 (not there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from selfproof.errors import SourceError
from selfproof.model import Application, Fact, Ledger, Method, Place, Provenance
from selfproof.sources.inquiry import Question
from selfproof.sources.records import Record, facts_of
from selfproof.sources.way import posted
from selfproof.sources.wire import InvoiceAnswer, Issued

PATH = "/v1/invoices/verify"
request = posted(PATH)
ABSENT = False
ANSWER = InvoiceAnswer
CALLS_A_DAY = 5
GOOD = "正常"
SPENT = "超次数"
_YEARS = 5
_KIND = "vat_invoice"
_NEEDED = ("invoice_number", "issue_date")


def questions(application: Application, facts: Sequence[Fact], source: str) -> Iterator[Question]:
    """One for each invoice whose number, day and amount were read; the same in two carriers is asked once."""
    found: dict[str, Question] = {}
    for document, fields in sorted(_invoices([*application.facts, *facts]).items()):
        question = _question(document, fields, source)
        if question is not None:
            before = found.get(question.key)
            documents = (*before.documents, document) if before else (document,)
            found[question.key] = Question(source, question.subject, question.asked, documents)
    yield from found.values()


def _invoices(facts: Sequence[Fact]) -> dict[str, dict[str, Fact]]:
    """Fields of every invoice by document; a person's correction comes last and counts."""
    found: dict[str, dict[str, Fact]] = {}
    for fact in sorted(facts, key=lambda item: item.provenance.method is Method.HUMAN):
        if fact.kind == _KIND and fact.provenance.document:
            found.setdefault(fact.provenance.document, {})[fact.field] = fact
    return found


def _question(document: str, fields: Mapping[str, Fact], source: str) -> Question | None:
    code = str(fields["invoice_code"].value) if "invoice_code" in fields else ""
    amount = fields.get("amount_excl_tax" if code else "total_amount")
    if amount is None or not isinstance(amount.value, Decimal) or any(name not in fields for name in _NEEDED):
        return None
    day, number = fields["issue_date"].value, str(fields["invoice_number"].value)
    if not isinstance(day, date):
        return None
    asked = {"code": code, "number": number, "issue_date": f"{day:%Y-%m-%d}", "amount": f"{amount.value:.2f}"}
    return Question(source, f"{code}{number}", asked, (document,))


def earliest(question: Question, today: date) -> date | None:
    """The day after its issue; never when it is older than five years."""
    issued = date.fromisoformat(question.asked["issue_date"])
    if (today.year - issued.year, today.month, today.day) > (_YEARS, issued.month, issued.day):
        return None
    return max(today, issued + timedelta(days=1))


def facts(question: Question, answer: InvoiceAnswer, record: Record) -> Iterator[Fact]:
    """``<source>.invoices[NUMBER].*``, and ``document.confirmed`` of the papers that the issuer has exactly so.

    Raises SourceError when the invoice shown is not the one that was asked for.
    """
    number = question.asked["number"]
    shown = answer.invoice
    if (shown and (shown.number, shown.code) != (number, question.asked["code"])) or (
        answer.result == GOOD and shown is None
    ):
        raise SourceError(f"{question.source}: the answer is about another invoice")
    held = record.record.get("invoice") or {}
    entry = {"status": answer.result, **{name: value for name, value in held.items() if name != "number"}}
    told = list(facts_of(record.model_copy(update={"record": {"invoices": {number: entry}}})))
    yield from told
    if answer.result == GOOD and shown is not None and _is_as_asked(question, shown):
        where = Provenance(Method.SOURCE, question.source, version=told[0].provenance.version)
        for document in question.documents:
            yield _confirmed(document, where, question.key)


def _is_as_asked(question: Question, shown: Issued) -> bool:
    """Whether the invoice that is shown has the day and amount that were asked about; every honest answer has."""
    amount = shown.amount_excl_tax if question.asked["code"] else shown.total_amount
    return (question.asked["issue_date"], Decimal(question.asked["amount"])) == (f"{shown.issue_date}", amount)


def _confirmed(document: str, where: Provenance, key: str) -> Fact:
    place = Provenance(where.method, where.origin, document, Place(path=key), where.version)
    return Fact("document.confirmed", True, GOOD, Ledger.THIRD_PARTY, place)  # noqa: FBT003  a fact's value

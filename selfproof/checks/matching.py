"""Invoice ↔ receipt: what was invoiced must be found among the payments, and must not have gone back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from selfproof.matching import ledger
from selfproof.matching.ledger import Book
from selfproof.matching.nouns import Bill, Kind, Link, Receipt
from selfproof.model import Message, Outcome
from selfproof.verify import Case, Verdict, check, fail

_MOST = 20  # payments of one invoice whose places are shown
NEEDS = ("matched_share", "credit_days", *ledger.THRESHOLDS)


@dataclass(frozen=True, slots=True)
class Paid:
    """What came in for bills, 分: net of what went back; the papers that suffice to show it, best first; the links."""

    cents: int
    sources: tuple[str, ...]
    links: tuple[Link, ...] = ()


def paid(case: Case, bills: Sequence[str], side: str = ledger.SELLER) -> Paid:
    """What the lines of statements show as paid of these bills; of a running account what its totals show."""
    book = ledger.book(case, side)
    links = tuple(link for bill in bills for link in book.matched.by_bill.get(bill, ()))
    due = sum(book.due(bill) for bill in bills)
    if links:
        enough = case.threshold("matched_share") * due
        return Paid(sum(link.cents for link in links), _sources(book, links, enough), links)
    parties = {book.party[bill] for bill in bills} - {None}
    total, sources = _in_all(case, book, parties.pop()) if len(parties) == 1 else (0, ())
    return Paid(min(total, due), sources)


def _sources(book: Book, links: Sequence[Link], enough: Decimal) -> tuple[str, ...]:
    """The papers, best first, down to the one with which enough is shown: weaker ones beyond it spoil nothing."""
    came: dict[str, int] = {}
    for link in links:
        source = book.receipts[link.receipt].source
        came[source] = came.get(source, 0) + max(0, link.cents)
    shown = sum(link.cents for link in links if link.cents < 0)
    found: list[str] = []
    for source in sorted(came, key=lambda one: (book.rank.get(one, 0), one)):
        if came[source] and shown < enough:
            found.append(source)
            shown += came[source]
    return tuple(found)


def _in_all(case: Case, book: Book, party: int | None) -> tuple[int, tuple[str, ...]]:
    """What a buyer paid in all, where none of its payments could be told apart, if it covers all that it was invoiced.

    Only invoices of the time that a statement covers count, so that old ones are not paid by today's receipts.
    """
    total, sources = book.in_all.get(party, (0, ())) if party is not None else (0, ())
    bills = [bill for bill in book.bills.values() if total and bill.cents > 0 and book.party[bill.id] == party]
    invoiced = sum(book.due(bill.id) for bill in bills)
    told = any(bill.id in book.matched.by_bill for bill in bills)
    if told or total < case.threshold("matched_share") * invoiced or not all(_covered(bill, case) for bill in bills):
        return 0, ()
    return invoiced, sources


def _covered(bill: Bill, case: Case) -> bool:
    """Whether a statement runs over the time in which this invoice would be paid."""
    spans = [(one.get("first_date", date), one.get("last_date", date)) for one in case.of("bank_statement")]
    term = timedelta(days=int(case.threshold("credit_days")))
    return any(first is not None and last is not None and first - term <= bill.day <= last for first, last in spans)


@check(per="application", uses=NEEDS)
def invoice_matched_to_receipts(case: Case) -> Iterator[Verdict]:
    """Four fifths of an invoice came in from its buyer, net of red letters and of what went back."""
    book = ledger.book(case)
    for key, views in book.copies.items():
        bill = book.bills.get(key)
        told = _told(case, book, bill) if bill is not None else Verdict(Outcome.UNKNOWN)
        for view in views:
            facts = (*view.ids("total_amount"), *told.facts)
            yield Verdict(told.outcome, told.message, facts, told.documents, view.id)


def _told(case: Case, book: Book, bill: Bill) -> Verdict:
    due = book.due(bill.id)
    if bill.cents <= 0 or due <= 0:
        return Verdict(Outcome.UNKNOWN)
    found = paid(case, [bill.id])
    facts = places(book, found.links)
    enough = bool(found.sources) and found.cents >= case.threshold("matched_share") * due
    if enough:
        return Verdict(Outcome.PASS, _said(book, found, due), facts, found.sources)
    partly = Message("checks.invoice_paid_too_little", {"paid": yuan(found.cents), "due": yuan(due)})
    return Verdict(Outcome.UNKNOWN, partly if found.cents > 0 else None, facts)


def _said(book: Book, found: Paid, due: int) -> Message | None:
    """How an invoice was paid, in a sentence; None where only totals tell."""
    kinds = {link.kind for link in found.links if link.cents > 0}
    if not kinds:
        return None
    order = (Kind.PREPAID, Kind.PART, Kind.GROUPED, Kind.WHOLE)
    kind = next(kind for kind in order if kind in kinds)
    days = sorted(book.receipts[link.receipt].day for link in found.links if link.cents > 0)
    values = {"paid": yuan(found.cents), "due": yuan(due), "count": str(len(days)), "date": str(days[0])}
    return Message(f"checks.invoice_paid_{kind}", values)


def yuan(cents: int) -> str:
    """分 as CNY with two decimals.

    >>> yuan(113000)
    '1130.00'
    """
    return f"{Decimal(cents) / 100:.2f}"


def places(book: Book, links: Iterable[Link]) -> tuple[str, ...]:
    """The facts that show the payments of links."""
    found = (book.shown.get(link.receipt) for link in links)
    return tuple(fact for fact in found if fact is not None)[:_MOST]


@check(per="application", uses=NEEDS)
def purchase_matched_to_payments(case: Case) -> Iterator[Verdict]:
    """Four fifths of a purchase invoice were paid to its seller, net of red letters and of what came back."""
    book = ledger.book(case, ledger.BUYER)
    for key, views in book.copies.items():
        due = book.due(key) if key in book.bills else 0
        found = paid(case, [key], ledger.BUYER) if due > 0 else Paid(0, ())
        said = {"paid": yuan(found.cents), "due": yuan(due)}
        message = Message("checks.purchase_paid", said) if found.links and found.cents > 0 else None
        enough = bool(found.sources) and found.cents >= case.threshold("matched_share") * due
        for view in views:
            facts = (*view.ids("total_amount"), *places(book, found.links))
            outcome = Outcome.PASS if enough else Outcome.UNKNOWN
            yield Verdict(outcome, message, facts, found.sources if enough else (), view.id)


@check(per="application", uses=(*NEEDS, "returned_share"))
def payment_went_back(case: Case) -> Iterator[Verdict]:
    """What was paid on an invoice stayed, unless a red letter took the invoice back.

    Where so much went back to a partner that his statement is complained of (`no_round_trips`), it is not told again.
    """
    book = ledger.book(case)
    for key, links in book.matched.by_bill.items():
        back = [link for link in links if link.kind is Kind.REFUND]
        if not back:
            continue
        cents = -sum(link.cents for link in back)
        view = book.copies[key][0]
        facts = (*view.ids("total_amount"), *places(book, links))
        documents = tuple(dict.fromkeys(book.receipts[link.receipt].source for link in links))
        if cents <= book.matched.less(key):
            yield Verdict(Outcome.PASS, None, facts, documents, view.id)
        elif all(_went_round(case, book.receipts[link.receipt]) for link in back):
            yield Verdict(Outcome.UNKNOWN, None, facts, documents, view.id)
        else:
            day = max(book.receipts[link.receipt].day for link in back)
            found = fail("payment_went_back_fail", facts, documents=documents, back=yuan(cents), date=day)
            yield Verdict(found.outcome, found.message, found.facts, found.documents, view.id)


def _went_round(case: Case, back: Receipt) -> bool:
    """Whether the statement of a payment back shows that most of what this partner paid went back."""
    view = next((one for one in case.documents if one.id == back.source), None)
    came, returned = (
        view.money(f"counterparties[{back.party}].{name}") if view else None for name in ("total_in", "returned")
    )
    return bool(came and returned and returned >= case.threshold("returned_share") * came)


def by_parent(links: Iterable[Link]) -> Mapping[str, list[Link]]:
    """Links of later papers by the earlier one."""
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.bill, []).append(link)
    return found

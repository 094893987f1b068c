"""Contract ↔ order ↔ delivery ↔ invoice: a deal goes through all its papers, and none says more than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from selfproof.checks.matching import NEEDS, by_parent, paid, places, yuan
from selfproof.matching import cited, ledger
from selfproof.matching.chain import fulfil
from selfproof.matching.ledger import Book
from selfproof.matching.match import match
from selfproof.matching.nouns import Bill, Link, Receipt, Rules
from selfproof.model import Message, Outcome
from selfproof.names import plain, same_firm
from selfproof.verify import Answer, Case, Verdict, View, check, fail

_LONG_AGO = date(1990, 1, 1)  # a paper without a day comes before all others
_INVOICED = Rules(before=60, after=10)  # days: goods are invoiced within two months of their delivery, assumption
_DEALS = {  # the fields of buyer, seller, day and number
    "contract": ("party_a", "party_b", "sign_date", "contract_number"),
    "purchase_order": ("buyer", "supplier", "date", "number"),
    "delivery_note": ("consignee", "shipper", "date", "number"),
}


def _deals(case: Case, kind: str) -> dict[str, tuple[Bill, list[View]]]:
    """Papers of a kind on which the applicant sells, by the id of their first file, with their copies.

    A contract's parties stand in any order: invoices tell whether it sells.
    """
    found: dict[tuple[object, ...], tuple[Bill, list[View]]] = {}
    for view in case.of(kind):
        bill = _deal(case, view)
        if bill is not None:
            number = bill.numbers[0]
            key = (number,) if number else (plain(bill.party), bill.cents, bill.day)
            found.setdefault(key, (bill, []))[1].append(view)
    return {bill.id: (bill, views) for bill, views in found.values()}


def _bills(case: Case, kind: str) -> list[Bill]:
    return [bill for bill, _ in _deals(case, kind).values()]


def _deal(case: Case, view: View) -> Bill | None:
    buyer, seller, day, number = _DEALS[view.kind]
    ours = [same_firm(view.text(side), case.application.applicant.name) for side in (buyer, seller)]
    other = view.text(seller if ours[0] else buyer)
    total = view.money("total_amount")
    sold = view.kind == "contract" or not ours[0]
    if not other or total is None or not sold or all(ours):
        return None
    named = tuple(view.text(name) for name in ("contract_number", "order_number") if view.text(name))
    when = view.get(day, date) or _LONG_AGO
    return Bill(view.id, other, when, cited.cents(total), (view.text(number),), named)


def _invoiced(case: Case, book: Book, parents: Sequence[Bill]) -> Mapping[str, list[Link]]:
    """The applicant's sales invoices by the contract or order that they carry out."""
    numbers = [number for parent in parents for number in parent.numbers if number]
    children = []
    for key, bill in book.bills.items():
        said = book.copies[key][0].text("remarks")
        if book.due(key) > 0 and bill.cents > 0:
            named = tuple(number for number in numbers if number in said)
            children.append(Bill(key, bill.party, bill.day, book.due(key), (), named, bill.code))
    return by_parent(fulfil(parents, children, float(case.threshold("over_invoiced"))))


@check(per="application", uses=("over_invoiced", *NEEDS))
def contract_against_invoices(case: Case) -> Iterator[Verdict]:
    """Invoices to a contract's customer stay within the contract."""
    book, contracts = ledger.book(case), _deals(case, "contract")
    children = _invoiced(case, book, [bill for bill, _ in contracts.values()])
    for view, key in _each(case, "contract", contracts):
        links = children.get(key, [])
        invoiced, documents = sum(link.cents for link in links), tuple(link.receipt for link in links)
        facts = _facts(book, view, documents)
        if not links:
            yield Verdict(Outcome.UNKNOWN, document=view.id)
        elif invoiced > case.threshold("over_invoiced") * contracts[key][0].cents:
            said = {"contract": yuan(contracts[key][0].cents), "invoiced": yuan(invoiced)}
            found = fail("contract_against_invoices_fail", facts, documents=documents, **said)
            yield replace(found, document=view.id)
        else:
            yield Verdict(Outcome.PASS, None, facts, documents, view.id)


def _each(case: Case, kind: str, deals: Mapping[str, tuple[Bill, list[View]]]) -> Iterator[tuple[View, str]]:
    """Every paper of a kind with the id of its first file, "" where it is no sale of the applicant's."""
    first = {view.id: key for key, (_, views) in deals.items() for view in views}
    yield from ((view, first.get(view.id, "")) for view in case.of(kind))


def _facts(book: Book, view: View, invoices: Sequence[str]) -> tuple[str, ...]:
    totals = (id_ for key in invoices for id_ in book.copies[key][0].ids("total_amount"))
    return (*view.ids("total_amount"), *totals)


@check(per="application", uses=("over_invoiced", *NEEDS))
def contract_invoiced_and_paid(case: Case) -> Iterator[Verdict]:
    """What was invoiced under the contract was paid, and the applicant is a party to it."""
    yield from _carried_out(case, "contract")


@check(per="application", uses=("over_invoiced", *NEEDS))
def order_invoiced_and_paid(case: Case) -> Iterator[Verdict]:
    """What was invoiced for an order of a customer's was paid."""
    yield from _carried_out(case, "purchase_order")


def _carried_out(case: Case, kind: str) -> Iterator[Verdict]:
    book, deals = ledger.book(case), _deals(case, kind)
    children = _invoiced(case, book, [bill for bill, _ in deals.values()])
    for view, key in _each(case, kind, deals):
        invoices = [link.receipt for link in children.get(key, ())]
        found = paid(case, invoices) if invoices else None
        due = sum(book.due(key) for key in invoices)
        if found is None or not found.sources or found.cents < case.threshold("matched_share") * due:
            yield Verdict(Outcome.UNKNOWN, document=view.id)
            continue
        facts = (*_facts(book, view, invoices), *places(book, found.links))
        said = Message("checks.deal_paid", {"invoiced": yuan(due), "paid": yuan(found.cents)})
        yield Verdict(Outcome.PASS, said, facts, (*invoices, *found.sources), view.id)


@check(per="application")
def order_under_contract(case: Case) -> Iterator[Verdict]:
    """An order belongs to a contract with the same customer."""
    links = fulfil(_bills(case, "contract"), _bills(case, "purchase_order"))
    yield from _beside(case, "purchase_order", {link.receipt: [link.bill] for link in links})


@check(per="application")
def order_delivered(case: Case) -> Iterator[Verdict]:
    """What a customer ordered was delivered."""
    links = by_parent(fulfil(_bills(case, "purchase_order"), _bills(case, "delivery_note")))
    found = {parent: [link.receipt for link in of] for parent, of in links.items()}
    yield from _beside(case, "purchase_order", found)


@check(per="application", uses=NEEDS)
def delivery_invoiced(case: Case) -> Iterator[Verdict]:
    """What was delivered was invoiced: by itself, or with other deliveries on one invoice."""
    goods = [_as_receipt(bill) for bill in _bills(case, "delivery_note")]
    found = match(ledger.book(case).bills.values(), goods, _INVOICED)
    yield from _beside(case, "delivery_note", {key: [link.bill for link in of] for key, of in found.by_receipt.items()})


def _as_receipt(bill: Bill) -> Receipt:
    return Receipt(bill.id, bill.party, bill.day, bill.cents, "", 0, bill.id)


def _beside(case: Case, kind: str, found: Mapping[str, Sequence[str]]) -> Iterator[Verdict]:
    """Each paper of a kind with the papers that go with it; without one nothing is known."""
    amounts = {view.id: view.ids("total_amount") for view in case.documents}
    for view, key in _each(case, kind, _deals(case, kind)):
        others = tuple(dict.fromkeys(found.get(key, ())))
        facts = tuple(fact for document in (view.id, *others) for fact in amounts[document]) if others else ()
        yield Verdict(Outcome.PASS if others else Outcome.UNKNOWN, None, facts, others, view.id)


def _parties_read(contract: View) -> bool:
    return bool(contract.text("party_a") and contract.text("party_b"))


@check(optional=("contract.party_a", "contract.party_b"), aside=True)
def applicant_is_contract_party(view: View, case: Case) -> Answer:
    """The applicant is a party to the contract."""
    name = case.application.applicant.name
    if any(same_firm(view.text(side), name) for side in ("party_a", "party_b") if view.text(side)):
        return None
    if not _parties_read(view):
        return Verdict(Outcome.UNKNOWN)
    return fail("applicant_is_contract_party_fail", view.ids("party_a", "party_b"), other=view.text("party_a"))

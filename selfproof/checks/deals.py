"""Contract ↔ order ↔ delivery ↔ invoice: a deal goes through all its papers, and none says more than the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from selfproof.checks.matching import NEEDS, by_parent, paid, places, yuan
from selfproof.matching import cited, ledger
from selfproof.matching.chain import fulfil
from selfproof.matching.ledger import Book
from selfproof.matching.match import match
from selfproof.matching.nouns import Bill, Link, Receipt, Rules
from selfproof.model import Message, Outcome
from selfproof.names import same_firm
from selfproof.verify import Answer, Case, Verdict, View, check, fail

_LONG_AGO = date(1990, 1, 1)  # a paper without a day comes before all others
_INVOICED = Rules(before=60, after=10)  # days: goods are invoiced within two months of their delivery, assumption
_DEALS = {  # the fields of buyer, seller, day and number
    "contract": ("party_a", "party_b", "sign_date", "contract_number"),
    "purchase_order": ("buyer", "supplier", "date", "number"),
    "delivery_note": ("consignee", "shipper", "date", "number"),
}


def _deals(case: Case, kind: str) -> list[Bill]:
    """Papers of a kind on which the applicant stands, with the other party; those that name it as the buyer are none.

    A contract's parties stand in any order: invoices tell whether it sells.
    """
    return [bill for view in case.of(kind) if (bill := _deal(case, view)) is not None]


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
    book, parents = ledger.book(case), _deals(case, "contract")
    children, totals = _invoiced(case, book, parents), {bill.id: bill.cents for bill in parents}
    for contract in case.of("contract"):
        links = children.get(contract.id, [])
        invoiced, total = sum(link.cents for link in links), totals.get(contract.id, 0)
        documents = tuple(link.receipt for link in links)
        if not links:
            yield Verdict(Outcome.UNKNOWN, document=contract.id)
        elif invoiced > case.threshold("over_invoiced") * total:
            found = fail(
                "contract_against_invoices_fail", _facts(book, contract, documents), documents=documents,
                contract=yuan(total), invoiced=yuan(invoiced),
            )  # fmt: skip
            yield Verdict(found.outcome, found.message, found.facts, found.documents, contract.id)
        else:
            yield Verdict(Outcome.PASS, None, _facts(book, contract, documents), documents, contract.id)


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
    book = ledger.book(case)
    children = _invoiced(case, book, _deals(case, kind))
    for view in case.of(kind):
        invoices = [link.receipt for link in children.get(view.id, ())]
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
    links = fulfil(_deals(case, "contract"), _deals(case, "purchase_order"))
    yield from _beside(case, "purchase_order", {link.receipt: [link.bill] for link in links})


@check(per="application")
def order_delivered(case: Case) -> Iterator[Verdict]:
    """What a customer ordered was delivered."""
    links = by_parent(fulfil(_deals(case, "purchase_order"), _deals(case, "delivery_note")))
    found = {parent: [link.receipt for link in of] for parent, of in links.items()}
    yield from _beside(case, "purchase_order", found)


@check(per="application", uses=NEEDS)
def delivery_invoiced(case: Case) -> Iterator[Verdict]:
    """What was delivered was invoiced: by itself, or with other deliveries on one invoice."""
    goods = [_as_receipt(bill) for bill in _deals(case, "delivery_note")]
    found = match(ledger.book(case).bills.values(), goods, _INVOICED)
    yield from _beside(case, "delivery_note", {key: [link.bill for link in of] for key, of in found.by_receipt.items()})


def _as_receipt(bill: Bill) -> Receipt:
    return Receipt(bill.id, bill.party, bill.day, bill.cents, "", 0, bill.id)


def _beside(case: Case, kind: str, found: Mapping[str, Sequence[str]]) -> Iterator[Verdict]:
    """Each paper of a kind with the papers that go with it; without one nothing is known."""
    amounts = {view.id: view.ids("total_amount") for view in case.documents}
    for view in case.of(kind):
        others = tuple(dict.fromkeys(found.get(view.id, ())))
        facts = tuple(fact for document in (view.id, *others) for fact in amounts[document]) if others else ()
        yield Verdict(Outcome.PASS if others else Outcome.UNKNOWN, None, facts, others, view.id)


def _parties_read(contract: View) -> bool:
    return bool(contract.text("party_a") and contract.text("party_b"))


@check(optional=("contract.party_a", "contract.party_b"))
def applicant_is_contract_party(view: View, case: Case) -> Answer:
    """The applicant is a party to the contract."""
    name = case.application.applicant.name
    if any(same_firm(view.text(side), name) for side in ("party_a", "party_b") if view.text(side)):
        return None
    if not _parties_read(view):
        return Verdict(Outcome.UNKNOWN)
    return fail("applicant_is_contract_party_fail", view.ids("party_a", "party_b"), other=view.text("party_a"))

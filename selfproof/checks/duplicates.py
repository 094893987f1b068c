"""The same thing shown twice: by the same applicant, or for another one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from selfproof.checks.parties import role
from selfproof.matching.copies import rank
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail


def invoice_key(view: View) -> str:
    """What names one invoice: code and number; "" when the number is not read."""
    number = view.text("invoice_number")
    return f"vat_invoice:{view.text('invoice_code')}:{number}" if number else ""


def content_key(view: View) -> str:
    """What an invoice says, beside its number; "" when a part is not read."""
    parts = (view.money("total_amount"), view.facts.get("issue_date"), view.text("seller_name"))
    if not invoice_key(view) or not all(parts):
        return ""
    return f"{invoice_key(view)}:{parts[0]}:{view.facts['issue_date'].value}:{view.text('seller_name')}"


def capture_key(view: View) -> str:
    """The second, the place and the device of a photo; "" when one is not told: the other two coincide often."""
    parts = (view.get("capture_time", datetime), view.text("capture_place"), view.text("device"))
    return "photo:" + ":".join(map(str, parts)) if all(parts) else ""


def keys(view: View, case: Case) -> tuple[str, ...]:
    """An invoice's number, role and content, or a photo's moment: what the store keeps as keyed hashes."""
    if view.kind == "photo":
        return (capture_key(view),) if capture_key(view) else ()
    if view.kind != "vat_invoice" or not invoice_key(view):
        return ()
    found = (invoice_key(view), f"{invoice_key(view)}:{role(view, case)}", content_key(view))
    return tuple(key for key in found if key)


@check(per="application")
def same_invoice_twice(case: Case) -> Iterator[Verdict]:
    """No invoice is uploaded twice; one content in two carriers merges and counts once, in the better one."""
    seen: dict[str, View] = {}
    for view in sorted(case.of("vat_invoice"), key=rank):
        key = invoice_key(view)
        if not key:
            continue
        first = seen.setdefault(key, view)
        if first is not view:
            ids = (*view.ids("invoice_number"), *first.ids("invoice_number"))
            found = fail("same_invoice_twice_fail", ids, documents=(first.id,), number=view.text("invoice_number"))
            yield Verdict(found.outcome, found.message, found.facts, found.documents, view.id)


@check(per="portfolio")
def same_invoice_elsewhere(case: Case) -> Iterator[Verdict]:
    """No invoice was shown for another applicant in the same role, or there with other content."""
    for view in case.of("vat_invoice"):
        others = _elsewhere(view, case)
        if others:
            found = fail("same_invoice_elsewhere_fail", view.ids("invoice_number"), number=view.text("invoice_number"))
            yield Verdict(found.outcome, found.message, found.facts, (), view.id)


def _elsewhere(view: View, case: Case) -> bool:
    key = invoice_key(view)
    if not key or case.lookup is None:
        return False
    if case.lookup.others(f"{key}:{role(view, case)}"):
        return True
    content = content_key(view)
    same = set(case.lookup.others(content)) if content else set()
    return bool(content) and bool(set(case.lookup.others(key)) - same)


@check(per="portfolio")
def capture_elsewhere(case: Case) -> Iterator[Verdict]:
    """No other applicant showed a photo of the same second, place and device; a cropped copy has another PDQ hash."""
    for view in case.of("photo"):
        key = capture_key(view)
        if not key or case.lookup is None:
            yield Verdict(UNKNOWN.outcome, document=view.id)
        elif case.lookup.others(key):
            found = fail("capture_elsewhere_fail", view.ids("capture_time", "capture_place", "device"))
            yield Verdict(found.outcome, found.message, found.facts, (), view.id)

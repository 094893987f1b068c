"""Who is who: the applicant on invoices, licence and shop sign."""

from __future__ import annotations

import re
from datetime import date

from selfproof import values
from selfproof.names import applicants_side, same_firm, sign_agrees
from selfproof.verify import UNKNOWN, Answer, Case, Verdict, View, check, fail


def role(view: View, case: Case) -> str:
    """``seller`` or ``buyer`` when that party is the applicant, "" when neither is, "?" when it cannot be told."""
    found = applicants_side(view.text, case.application.applicant)
    unread = any(not (view.text(f"{side}_tax_id") or view.text(f"{side}_name")) for side in ("seller", "buyer"))
    return found or ("?" if unread else "")


@check(optional=("vat_invoice.seller_name", "vat_invoice.buyer_name"), aside=True)
def applicant_is_party(view: View, case: Case) -> Answer:
    """The applicant is buyer or seller on the invoice."""
    found = role(view, case)
    if found == "?":
        return UNKNOWN
    names = view.ids("seller_name", "buyer_name", "seller_tax_id", "buyer_tax_id")
    return None if found else fail("applicant_is_party_fail", names, seller=view.text("seller_name"))


@check(optional=("business_license.name", "business_license.uscc"))
def licence_matches_declared(view: View, case: Case) -> Answer:
    """The licence is the applicant's: social-credit code, else name."""
    applicant = case.application.applicant
    code, name = view.text("uscc"), view.text("name")
    if code and applicant.uscc:
        return None if code == applicant.uscc else _another(view, case, "uscc", applicant.uscc)
    if not name:
        return UNKNOWN
    return None if same_firm(name, applicant.name) else _another(view, case, "name", applicant.name)


def _another(view: View, case: Case, field: str, stated: str) -> Verdict:
    facts = (*view.ids(field), *case.declared(field))
    return fail("licence_matches_declared_fail", facts, printed=view.text(field), declared=stated)


_OPEN_ENDED = re.compile(r"长期|永久|无固定期限|不约定")


@check(needs=("business_license.business_term",))
def licence_not_expired(view: View, case: Case) -> Answer:
    """The licence's term runs on the day of the application."""
    term = view.text("business_term")
    if _OPEN_ENDED.search(term):
        return None
    end = _last_day(term)
    if end is None:
        return UNKNOWN
    return None if end >= case.as_of else fail("licence_not_expired_fail", view.ids("business_term"), end=end)


def _last_day(term: str) -> date | None:
    tail = re.split(r"至|到|[-—~]{1,2}(?=\s*\d{4}\s*年)", term)[-1]
    return values.day(tail)


@check(needs=("photo.sign_text",))
def sign_matches_name(view: View, case: Case) -> Answer:
    """The sign over the shop bears the applicant's name; a video passes others, so of its signs one is enough."""
    signs = {
        each.id: sign_agrees(each.text("sign_text"), case.application.applicant.name) for each in _film(view, case)
    }
    told = [document for outcome in (True, False) for document, agrees in signs.items() if agrees is outcome]
    if told[:1] != [view.id]:  # cannot be told, or another frame tells it for the whole video
        return UNKNOWN
    shown, facts = view.text("sign_text"), (*view.ids("sign_text"), *case.declared("name"))
    return None if signs[view.id] else fail("sign_matches_name_fail", facts, sign=shown)


def _film(view: View, case: Case) -> list[View]:
    """The frames with a sign of the video that a photo is one of; else the photo alone."""
    whole = view.id.partition("#")[0]
    frames = (other for other in case.of("photo") if "frame_time" in other.facts and other.text("sign_text"))
    return [other for other in frames if other.id.partition("#")[0] == whole] or [view]


@check(needs=("bank_statement.account_name",), aside=True)
def statement_holder_is_applicant(view: View, case: Case) -> Answer:
    """The account on the statement is the applicant's, or its legal representative's own."""
    return holder(view, case, "statement_holder_is_applicant_fail")


def holder(view: View, case: Case, complaint: str) -> Answer:
    """Whose account a statement shows; a name with hidden parts tells nothing."""
    name, applicant = view.text("account_name"), case.application.applicant
    if "*" in name:
        return UNKNOWN
    if name == applicant.legal_representative or same_firm(name, applicant.name):
        return None
    return fail(complaint, (*view.ids("account_name"), *case.declared("name")), holder=name)

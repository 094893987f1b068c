"""Whether a file is what its issuer made: signatures, traces of editing, text that talks to the machine."""

from __future__ import annotations

import re

from selfproof.names import same_firm
from selfproof.verify import UNKNOWN, Answer, Case, View, check, fail

_EDITORS = re.compile(
    r"photoshop|gimp|affinity|pixelmator|snapseed|美图|meitu|picsart|canva|lightroom|paint\.net", re.IGNORECASE
)
_EDITABLE = ("table", "docx")
_SHOWN = 120  # signs of a hidden text that a finding shows


@check(needs=("document.signature.status",))
def signature_intact(view: View, _case: Case) -> Answer:
    """A signed file was not changed after it was signed."""
    status = view.text("document.signature.status")
    if status == "none":
        return UNKNOWN
    return fail("signature_intact_fail", view.ids("document.signature.status")) if status == "invalid" else None


@check(needs=("document.signature.status",))
def signature_trusted(view: View, case: Case) -> Answer:
    """The signature leads to a root that the lender trusts, and is the issuer's, never the applicant's own."""
    if view.text("document.signature.status") != "valid":
        return UNKNOWN
    signer, applicant = view.text("document.signature.signer"), case.application.applicant
    names = [name for name in (applicant.name, applicant.legal_representative) if name]
    own = any(name in line or same_firm(line, name) for line in signer.splitlines() for name in names)
    institution = view.text("institution")
    foreign = bool(institution) and institution not in signer
    return UNKNOWN if own or foreign or not signer else None


@check(needs=("document.carrier",))
def editable_file(view: View, _case: Case) -> Answer:
    """The file is not of a type that its owner can edit at will."""
    editable = view.text("document.carrier") in _EDITABLE
    return fail("editable_file_fail", view.ids("document.carrier")) if editable else None


@check(needs=("document.exif.software",))
def edited_in_software(view: View, _case: Case) -> Answer:
    """The picture's metadata name no retouching program."""
    software = view.text("document.exif.software")
    if not _EDITORS.search(software):
        return None
    return fail("edited_in_software_fail", view.ids("document.exif.software"), software=software)


@check(needs=("document.carrier",))
def not_a_screenshot(view: View, _case: Case) -> Answer:
    """The file is the paper itself or a photo of it, not a picture of a screen that shows it."""
    shown = "document.screenshot" in view.facts
    return fail("not_a_screenshot_fail", view.ids("document.screenshot")) if shown else None


@check(needs=("document.carrier",))
def text_addresses_the_machine(view: View, _case: Case) -> Answer:
    """The document's text does not talk to the program that reads it."""
    found = view.text("document.addresses_machine")
    return (
        fail("text_addresses_the_machine_fail", view.ids("document.addresses_machine"), words=found) if found else None
    )


@check(needs=("document.carrier",))
def no_payload_in_text(view: View, _case: Case) -> Answer:
    """No text of the document would act as a formula, a script or a query where it is opened."""
    found = view.text("document.payload")
    return fail("no_payload_in_text_fail", view.ids("document.payload"), words=found) if found else None


@check(needs=("document.hidden_text",))
def no_hidden_text(view: View, _case: Case) -> Answer:
    """The file holds no text that its pages do not show."""
    found = view.text("document.hidden_text").strip()
    return fail("no_hidden_text_fail", view.ids("document.hidden_text"), words=found[:_SHOWN]) if found else None


@check(needs=("document.pdf.active",))
def no_active_content(view: View, _case: Case) -> Answer:
    """The file would start no script or program."""
    return fail("no_active_content_fail", view.ids("document.pdf.active"), actions=view.text("document.pdf.active"))


@check(needs=("vat_invoice.status",))
def invoice_not_void(view: View, _case: Case) -> Answer:
    """The invoice does not say of itself that it is void or reversed; silence proves nothing."""
    return fail("invoice_not_void_fail", view.ids("status"), number=view.text("invoice_number"))


@check(needs=("bank_statement.chain_breaks",), aside=True)
def balance_chain(view: View, _case: Case) -> Answer:
    """Every balance follows from the one before and the amount."""
    return chain(view)


@check(needs=("wallet_statement.chain_breaks",), aside=True)
def wallet_balance_chain(view: View, _case: Case) -> Answer:
    """The same on a wallet's statement that prints balances."""
    return chain(view)


def chain(view: View) -> Answer:
    """Whether the balances of a statement hold."""
    breaks = view.get("chain_breaks", int)
    if breaks and view.text("document.carrier") == "ocr":
        return UNKNOWN  # one misread figure breaks the chain of an honest picture
    return fail("balance_chain_fail", view.ids("chain_breaks"), breaks=breaks) if breaks else None

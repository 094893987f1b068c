"""The same paper again although something on it was changed, or in another carrier: by combinations of its fields.

Bytes tell nothing here: a photo, a PDF and an XML of one invoice share none, nor do a paper and its edited copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from selfproof.checks.duplicates import invoice_key
from selfproof.checks.parties import role
from selfproof.matching.copies import pictured, rank
from selfproof.model import Value
from selfproof.names import plain, same_firm
from selfproof.verify import Case, Verdict, View, check, fail

_MOST: Final = 12  # facts that a finding cites, so that it can be read
_CONTENT: Final = ("total_amount", "issue_date", "seller_tax_id")
_SURE: Final = 0.97  # of a reading; assumption: below it a difference is more likely a misread sign than a lie
_NAMED: Final = {
    "seller": ("seller_tax_id", "seller_name"),
    "buyer": ("buyer_tax_id", "buyer_name"),
    "first_item": ("items[0].name",),
    "first_quantity": ("items[0].quantity",),
}  # parts of a combination that stand in several fields, the surest first


@cache
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "duplicates.yaml").read_text("utf-8")
    )
    return found


def paper_keys(view: View, case: Case) -> tuple[str, ...]:
    """Every combination of fields of a paper that was read in full; the store keeps them as keyed hashes."""
    row = _table().get(view.kind, {"keys": ()})
    side = _side(view, case, row.get("side", ()))
    found = (_key(view, parts) for parts in row["keys"])
    return tuple(f"{view.kind}#{place}:{side}:{key}" for place, key in enumerate(found) if key)


def _side(view: View, case: Case, fields: Sequence[str]) -> str:
    """Which of the parties the applicant is: two who trade with each other may show one paper, each its own side."""
    if view.kind == "vat_invoice":
        return role(view, case)
    name = case.application.applicant.name
    return next((field for field in fields if view.text(field) and same_firm(view.text(field), name)), "")


def _key(view: View, parts: Sequence[str]) -> str:
    """The values of a combination, "" when one was not read."""
    values = [_part(view, name) for name in parts]
    return "|".join(values) if all(values) else ""


def _part(view: View, name: str) -> str:
    facts = [view.facts[field] for field in _NAMED.get(name, (name,)) if field in view.facts]
    return next((said for fact in facts if (said := _said(fact.value))), "")


def _said(value: Value) -> str:
    """A value however it was printed: names without marks and white space, days without their time, amounts plain."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return plain(value) if isinstance(value, str) else f"{value:.2f}"


@check(per="portfolio")
def paper_elsewhere(case: Case) -> Iterator[Verdict]:
    """No paper was shown by another applicant with only its number, its seller or the like changed."""
    for view in case.documents:
        others = {name for key in paper_keys(view, case) for name in (case.lookup.others(key) if case.lookup else ())}
        if view.kind == "vat_invoice" and case.lookup and invoice_key(view):
            others -= set(case.lookup.others(invoice_key(view)))  # the same number is another check's
        if others:
            yield replace(fail("paper_elsewhere_fail", _cited(view)), document=view.id)


def _cited(view: View) -> tuple[str, ...]:
    """Ids of the facts in the combinations, each once."""
    parts = dict.fromkeys(part for parts in _table()[view.kind]["keys"] for part in parts)
    return view.ids(*(field for part in parts for field in _NAMED.get(part, (part,))))


@check(per="application")
def same_paper_twice(case: Case) -> Iterator[Verdict]:
    """No other paper than an invoice is there twice under another number or in another file."""
    seen: dict[str, View] = {}
    for view in sorted(case.documents, key=rank):
        keys = () if view.kind == "vat_invoice" else paper_keys(view, case)
        first = next((seen[key] for key in keys if key in seen), None)
        for key in keys:
            seen.setdefault(key, view)
        if first is not None:
            found = fail("same_paper_twice_fail", (*_cited(view), *_cited(first)), documents=(first.id,))
            yield replace(found, document=view.id)


@check(per="application")
def same_invoice_other_carrier(case: Case) -> Iterator[Verdict]:
    """No picture of an invoice counts beside its original, also where its number was misread or not read at all."""
    for best, worse in pictured(case.of("vat_invoice")):
        facts = (*worse.ids("total_amount", "issue_date"), *best.ids("total_amount", "issue_date"))
        number = best.text("invoice_number")
        found = fail("same_invoice_other_carrier_fail", facts, documents=(best.id,), number=number)
        yield replace(found, document=worse.id)


_ALIKE: Final = ("seller", "buyer", "issue_date", "total_amount", "first_item", "first_quantity")


@check(per="application")
def same_invoice_other_number(case: Case) -> Iterator[Verdict]:
    """No two invoices say the same but for their number: same day, same buyer, same goods, same amount."""
    alike: dict[str, dict[str, View]] = {}
    pictures = {picture.id for _, picture in pictured(case.of("vat_invoice"))}
    for view in sorted(case.of("vat_invoice"), key=rank):
        if (key := _key(view, _ALIKE)) and invoice_key(view) and view.id not in pictures:
            alike.setdefault(key, {}).setdefault(invoice_key(view), view)
    for first, *others in (list(views.values()) for views in alike.values()):
        if others:
            told = [first, *others]
            facts = [name for view in told for name in view.ids("invoice_number", "total_amount")]
            values: dict[str, Any] = {"count": len(told), "number": first.text("invoice_number")}
            values |= {"other": others[0].text("invoice_number")}
            documents = tuple(view.id for view in told if view is not others[0])
            found = fail("same_invoice_other_number_fail", facts[:_MOST], documents=documents, **values)
            yield replace(found, document=others[0].id)


@check(per="application")
def one_number_one_content(case: Case) -> Iterator[Verdict]:
    """Two copies of an invoice say the same: one number has one amount, one day and one seller."""
    first: dict[str, View] = {}
    for view in sorted(case.of("vat_invoice"), key=rank):
        key = invoice_key(view)
        other = first.setdefault(key, view) if key else view
        differing = next((name for name in _CONTENT if _differs(view, other, name)), "")
        if differing:
            facts = (*other.ids(differing), *view.ids(differing))
            values: dict[str, Any] = {"number": view.text("invoice_number")}
            values |= {side: _said(of.facts[differing].value) for side, of in (("one", other), ("other", view))}
            found = fail("one_number_one_content_fail", facts, documents=(other.id,), **values)
            yield replace(found, document=view.id)


def _differs(view: View, other: View, name: str) -> bool:
    """Whether both copies tell a field for sure and not the same; a doubtful reading is no contradiction."""
    facts = [of.facts[name] for of in (view, other) if name in of.facts]
    sure = all(fact.provenance.confidence >= _SURE for fact in facts)
    return len(facts) == 2 and sure and _said(facts[0].value) != _said(facts[1].value)  # noqa: PLR2004  one of each

"""The same paper again although something on it was changed, or in another carrier: by combinations of its fields.

Bytes tell nothing here: a photo, a PDF and an XML of one invoice share none, nor do a paper and its edited copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Final

import yaml
from rapidfuzz.distance import Hamming

from selfproof.checks.duplicates import invoice_key
from selfproof.checks.parties import role
from selfproof.model import Value
from selfproof.names import plain, same_firm, split
from selfproof.verify import Case, Verdict, View, check, fail

CARRIERS: Final = ("xml", "ofd", "pdf_text", "table", "docx", "ocr")
"""The best first."""
_MISREAD: Final = 2  # signs of a number that a picture may show otherwise than the original
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
    for view in sorted(case.documents, key=_rank):
        keys = () if view.kind == "vat_invoice" else paper_keys(view, case)
        first = next((seen[key] for key in keys if key in seen), None)
        for key in keys:
            seen.setdefault(key, view)
        if first is not None:
            found = fail("same_paper_twice_fail", (*_cited(view), *_cited(first)), documents=(first.id,))
            yield replace(found, document=view.id)


def _rank(view: View) -> tuple[int, str]:
    carrier = view.text("document.carrier")
    return (CARRIERS.index(carrier) if carrier in CARRIERS else len(CARRIERS), view.id)


@check(per="application")
def same_invoice_other_carrier(case: Case) -> Iterator[Verdict]:
    """No picture of an invoice counts beside its original, also where its number was misread or not read at all."""
    merged: set[str] = set()
    groups: dict[str, list[View]] = {}
    for view in sorted(case.of("vat_invoice"), key=_rank):
        if key := _key(view, ("issue_date", "total_amount")):
            groups.setdefault(key, []).append(view)
    for best, worse in (pair for views in groups.values() for pair in combinations(views, 2)):
        if worse.id not in merged and best.id not in merged and _same(best, worse):
            merged.add(worse.id)
            facts = (*worse.ids("total_amount", "issue_date"), *best.ids("total_amount", "issue_date"))
            number = best.text("invoice_number")
            found = fail("same_invoice_other_carrier_fail", facts, documents=(best.id,), number=number)
            yield replace(found, document=worse.id)


def _same(best: View, worse: View) -> bool:
    """A picture and an original of one day and amount, whose parties and numbers may be the same."""
    pictures = [view.text("document.carrier") == "ocr" for view in (best, worse)]
    if pictures != [False, True]:
        return False
    mine, other = (view.text("invoice_number") for view in (best, worse))
    misread = len(mine) == len(other) and 0 < Hamming.distance(mine, other) <= _MISREAD
    parties = all(_may_be(best.text(f"{side}_name"), worse.text(f"{side}_name")) for side in ("seller", "buyer"))
    return parties and bool(mine) and (not other or misread)


def _may_be(one: str, two: str) -> bool:
    return not one or not two or same_firm(one, two) or split(one).core == split(two).core

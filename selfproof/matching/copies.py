"""Copies of one invoice: the best carrier first, and pictures of it whose number was misread or not read at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Final

from rapidfuzz.distance import Hamming

from selfproof.names import same_firm, split
from selfproof.verify import View

CARRIERS: Final = ("xml", "ofd", "pdf_text", "table", "docx", "ocr")
"""The best first."""
_MISREAD: Final = 2  # signs of a number that a picture may show otherwise than the original


def rank(view: View) -> tuple[bool, int, str]:
    """By which copies are put in order: the best carrier first, and last what its owner has withdrawn."""
    carrier = view.text("document.carrier")
    place = CARRIERS.index(carrier) if carrier in CARRIERS else len(CARRIERS)
    return ("document.withdrawn" in view.facts, place, view.id)


def pictured(invoices: Sequence[View]) -> Iterator[tuple[View, View]]:
    """(original, picture of it) for each picture of an invoice whose original is there too."""
    groups: dict[tuple[date, Decimal], list[View]] = {}
    for view in sorted(invoices, key=rank):
        day, total = view.get("issue_date", date), view.money("total_amount")
        if day is not None and total is not None:
            groups.setdefault((day, total), []).append(view)
    merged: set[str] = set()
    for best, worse in (pair for views in groups.values() for pair in combinations(views, 2)):
        if worse.id not in merged and best.id not in merged and _same(best, worse):
            merged.add(worse.id)
            yield best, worse


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

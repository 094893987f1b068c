"""What was declared to others: tax returns against each other, loan papers against what the applicant says to owe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from selfproof.model import Outcome
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail

_MONTH: Final = re.compile(r"months\[(\d{4})-(\d{2})\]\.taxable_sales")
_DUE: Final = re.compile(r"(items\[\d+\])\.due_date")
_PAID: Final = (("payment",), ("principal", "interest"))
_CLOSE: Final = Decimal(1)  # CNY: returns of small firms are filed in whole ones
_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Return:
    """One return. first, last: months as year × 12 + month − 1; now, so_far: sales of its months and of the year."""

    view: View
    first: int
    last: int
    now: Decimal
    so_far: Decimal


@check(per="application")
def tax_sales_add_up(case: Case) -> Iterator[Verdict]:
    """The year's sales so far are those of the return before and this period's; in January they are this period's.

    Source: 国家税务总局公告2021年第20号, the columns 本月数 (本期数) and 本年累计 of both forms.
    """
    views = case.of("tax_return")
    known = [told for view in views if (told := _return(view))]
    for view in views:
        mine = next((told for told in known if told.view is view), None)
        yield replace(UNKNOWN if mine is None else _follows(mine, known), document=view.id)


def _return(view: View) -> _Return | None:
    now, so_far = view.money("taxable_sales"), view.money("taxable_sales_to_date")
    found = (_MONTH.fullmatch(name) for name in view.facts)
    months = [int(match[1]) * 12 + int(match[2]) - 1 for match in found if match]
    return None if now is None or so_far is None or not months else _Return(view, min(months), max(months), now, so_far)


def _follows(mine: _Return, known: list[_Return]) -> Verdict:
    """Whether a return follows from one before it; without any only that the year is no less than its part."""
    facts = mine.view.ids("taxable_sales", "taxable_sales_to_date")
    before = [told for told in known if told.last == mine.first - 1 and mine.first % 12]
    due = [told.so_far + mine.now for told in before] or [mine.now]
    least = not before and mine.first % 12
    if any(mine.so_far >= one - _CLOSE and (least or mine.so_far <= one + _CLOSE) for one in due):
        return Verdict(Outcome.PASS, facts=facts)
    ids = (*facts, *(name for told in before for name in told.view.ids("taxable_sales_to_date")))
    return fail("tax_sales_add_up_fail", ids, told=mine.so_far, due=due[0])


@check(per="application", uses=("feed_margin",))
def loans_as_declared(case: Case) -> Iterator[Verdict]:
    """What falls due within a year on the loan papers is no more than the debt service that the applicant tells."""
    said = case.stated.get("declaration.debt_service_annual")
    if said is None or not isinstance(said.value, Decimal):
        return
    rows = [row for view in case.of("loan_schedule") for row in _due(view, case.as_of)]
    shown = sum((amount for amount, _ in rows), Decimal())
    if shown > said.value * case.threshold("feed_margin"):
        ids = (said.id, *(fact for _, facts in rows for fact in facts))
        yield fail("loans_as_declared_fail", ids, declared=said.value, shown=shown)
    elif rows:
        yield Verdict(Outcome.PASS, facts=(said.id,))


def _due(view: View, today: date) -> Iterator[tuple[Decimal, tuple[str, ...]]]:
    """What is due on each day of the next year: the payment, else principal and interest as far as printed."""
    for name in view.facts:
        row = _DUE.fullmatch(name)
        when = view.get(name, date) if row else None
        if row and when and today < when <= today + _YEAR:
            parts = next((names for names in _PAID if any(f"{row[1]}.{part}" in view.facts for part in names)), ())
            amounts = [view.money(f"{row[1]}.{part}") or Decimal() for part in parts]
            yield sum(amounts, Decimal()), view.ids(*(f"{row[1]}.{part}" for part in parts))

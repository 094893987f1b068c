"""Dates that can be."""

from __future__ import annotations

from datetime import date, datetime

from selfproof.verify import UNKNOWN, Answer, Case, View, check, fail

_TO_COME = ("due_date",)  # days that are printed because they lie ahead
_FIRST_DAY = date(1979, 1, 1)  # no private firm, invoice or statement of today's forms is older


@check(needs=("document.carrier",))
def dates_possible(view: View, case: Case) -> Answer:
    """No printed day lies after the application or before such papers existed."""
    days = {
        name: _day(fact.value)
        for name, fact in view.facts.items()
        if isinstance(fact.value, date) and name not in _TO_COME and fact.kind != "document"
    }
    wrong = [name for name, day in days.items() if not _FIRST_DAY <= day <= case.as_of]
    if wrong:
        return fail("dates_possible_fail", view.ids(*wrong), date=days[wrong[0]])
    return None if days else UNKNOWN


def _day(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.min

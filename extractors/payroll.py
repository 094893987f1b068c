"""Payroll (工资表): how many people a business paid for a month, and how much; their names and pay are not kept.

Source: 工资支付暂行规定 (劳部发〔1994〕489号), article 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from extractors import _periods, _sums
from extractors._listing import Spot, listing
from selfproof import layout
from selfproof.model import Derived, Document

_LIST = listing("payroll")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
KEY = "period"
CONSTRAINTS = (_LIST.in_yuan,)
identify = _LIST.identify


def locate(document: Document) -> Iterator[Spot]:
    """The list's; of several months in one file no sum is that of the one."""
    several = _is_of_months(document)
    yield from (spot for spot in _LIST.locate(document) if spot[0] != "total" or not several)


def derive(document: Document) -> Iterator[Derived]:
    """The number of people with pay, the sum before deductions, and the sum paid where none is printed."""
    if _is_of_months(document):
        return
    listed = _LIST.tables(document)
    paid = [entry for table in listed for entry in table.entries if entry.get("name") and entry.get("net")]
    if paid and _LIST.whole(document):
        yield Derived("headcount", len(paid), f"{len(paid)}", listed[0].heads["name"])
    wanted = {"total_gross": "gross"} if _LIST.printed(document, "total") else {"total": "net", "total_gross": "gross"}
    for name, column in wanted.items():
        amount = _LIST.added(document, column)
        if amount is not None:
            yield Derived(name, amount, f"{amount}", listed[0].heads.get(column, ()))


def _is_of_months(document: Document) -> bool:
    """Whether its pages or sheets name several months, or half of the people of one list are on another again."""
    months: dict[tuple[int, str], _periods.Span] = {}
    for words in (spot[-1] for spot in _LIST.locate(document) if spot[0] == "period"):
        if span := _periods.span(layout.join(words)):
            months.setdefault((words[0].page, words[0].path.partition("!")[0]), span)
    people = [{_sums.text(entry, "name") for entry in table.entries} for table in _LIST.tables(document)]
    again = any(len(one & two) * 2 > min(len(one), len(two)) for one, two in combinations(people, 2))
    return len({*months.values()}) > 1 or again

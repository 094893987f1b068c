"""Payroll (工资表): how many people a business paid for a month, and how much; their names and pay are not kept.

Source: 工资支付暂行规定 (劳部发〔1994〕489号), article 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors._listing import listing
from selfproof.model import Derived, Document

_LIST = listing("payroll")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
KEY = "period"
CONSTRAINTS = (_LIST.in_yuan,)
identify, locate = _LIST.identify, _LIST.locate


def derive(document: Document) -> Iterator[Derived]:
    """The number of people with pay, the sum before deductions, and the sum paid where none is printed."""
    listed = _LIST.tables(document)
    paid = [entry for table in listed for entry in table.entries if entry.get("name") and entry.get("net")]
    if paid and _LIST.whole(document):
        yield Derived("headcount", len(paid), f"{len(paid)}", listed[0].heads["name"])
    wanted = {"total_gross": "gross"} if _LIST.printed(document, "total") else {"total": "net", "total_gross": "gross"}
    for name, column in wanted.items():
        amount = _LIST.added(document, column)
        if amount is not None:
            yield Derived(name, amount, f"{amount}", listed[0].heads.get(column, ()))

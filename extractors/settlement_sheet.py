"""Settlement sheet (结算单、对账单): what two firms dealt with each other in a period, line by line, and the sum.

The parties are `customer` and `supplier`. The sum by month is that of the dated lines, or the whole when the sheet is
for one month. A bank's 对账单 is a statement, not this.

Source: 会计基础工作规范, on reconciling accounts with other units; no layout is prescribed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from extractors import _periods
from extractors._listing import listing, sum_of_lines
from selfproof import layout, units, values
from selfproof.model import Derived, Document, Word

_LIST = listing("settlement_sheet")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
ANNEX = True
CONSTRAINTS = (_LIST.in_yuan, sum_of_lines("total", "amount"))
identify, locate = _LIST.identify, _LIST.locate


def derive(document: Document) -> Iterator[Derived]:
    """The sum by month; nothing where a line is unread or has no day or no amount."""
    dated = list(_dated(document)) if _LIST.whole(document) else [(None, None, ())]
    known = [(day, total, words) for day, total, words in dated if day is not None and total is not None]
    if dated and len(known) == len(dated):
        yield from _by_month(known)
    elif not dated:
        yield from _of_one_month(document)


def _dated(document: Document) -> Iterator[tuple[date | None, Decimal | None, tuple[Word, ...]]]:
    """Day and amount of each line, where lines have days; a line without one is of the day above it."""
    entries = [entry for table in _LIST.tables(document) for entry in table.entries]
    last: date | None = None
    factor = _LIST.factor(document)
    for entry in entries if any("date" in entry for entry in entries) else ():
        last = values.day(layout.join(entry.get("date", ()))) if "date" in entry else last
        words = entry.get("amount", ())
        yield last, _in_yuan(words, factor), words


def _in_yuan(words: Sequence[Word], factor: Decimal) -> Decimal | None:
    """A printed amount, of which a plain figure is in the list's unit."""
    amount = values.money(layout.join(words))
    return amount if amount is None or units.says_own(layout.join(words)) else amount * factor


def _by_month(lines: Sequence[tuple[date, Decimal, tuple[Word, ...]]]) -> Iterator[Derived]:
    months: dict[str, list[tuple[Decimal, tuple[Word, ...]]]] = {}
    for day, total, words in lines:
        months.setdefault(f"{day:%Y-%m}", []).append((total, words))
    for month, found in sorted(months.items()):
        amount = sum((total for total, _ in found), Decimal())
        yield Derived(f"months[{month}].total", amount, f"{amount}", found[0][1])


def _of_one_month(document: Document) -> Iterator[Derived]:
    spots = list(_LIST.locate(document))
    spans = (_periods.span(layout.join(spot[-1])) for spot in spots if spot[0] == "period")
    covered = next((_periods.months(span) for span in spans if span), [])
    factor = _LIST.factor(document)
    totals = ((_in_yuan(spot[-1], factor), spot[-1]) for spot in spots if spot[0] == "total")
    total, words = next(((amount, words) for amount, words in totals if amount is not None), (None, ()))
    dealt = _LIST.added(document, _LIST.of)  # the total may tell with it what was owed before
    if len(covered) == 1 and total is not None and dealt in (None, total):
        yield Derived(f"months[{covered[0]}].total", total, f"{total}", tuple(words))

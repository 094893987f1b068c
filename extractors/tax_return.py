"""Value-added tax return (增值税及附加税费申报表) of general and of small-scale taxpayers: sales as taxed.

`taxable_sales` adds up this period's sales without tax at all rates, those exempt from tax with them: a small firm's
sales mostly stand there. `tax_due` is what they cost, `tax_paid` what was paid ahead, `arrears` what is overdue.
A quarter's sales count for its months in equal parts.

Source: 国家税务总局公告2021年第20号, forms for 一般纳税人 (lines 1, 5, 7, 8, 24, 27, 33) and for 小规模纳税人
(lines 1, 4, 9, 13, 20, 21).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from extractors import _periods, _report_units
from extractors._form import Parser, form
from selfproof import layout, repair_fields, values
from selfproof.model import Derived, Document, Word

_FORM = form("tax_return")
_LINES = ("tax_due", "tax_paid", "arrears")
FIELDS: Mapping[str, Parser] = {
    **_FORM.fields,
    **dict.fromkeys(_LINES, values.money),
    **{f"_unit.{name}": values.text for name in _LINES},
}
LABELS = _FORM.labels
CONSTRAINTS = (_report_units.in_yuan, repair_fields.tax_code("tax_id"))
_NOTHING = re.compile(r"[-—–*/]*")
_MAIN = re.compile("按适用税率|应征增值税")  # the line that every return has
_CENT = Decimal("0.01")
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The head's fields, then the lines of tax in the column of this period."""
    yield from _FORM.locate(document)
    figures = list(_report_units.over(document, _FORM, _LINES)) if _is_parted(document) else []
    yield from _report_units.located((figure.line, figure, unit) for figure, unit in figures if figure.column == "now")


def derive(document: Document) -> Iterator[Derived]:
    """Sales of the period and of the year so far, and the period's by month."""
    now = _sales(document, "now")
    if now is not None:
        yield now
        yield from _by_month(document, now)
    year = _sales(document, "to_date")
    if year is not None:
        yield year


def _sales(document: Document, column: str) -> Derived | None:
    """The sum over the lines of sales; None when one of their figures cannot be read or the main line is not seen."""
    figures = list(_report_units.over(document, _FORM, ("sales",)))
    if not _is_parted(document) or not any(
        _MAIN.search(label) for label in (*(figure.label for figure, _ in figures), *_labels(document))
    ):
        return None
    found = (both for both in figures if both[0].column == column)
    texts = [(figure, layout.join(figure.words), _report_units.factor(unit) or 1) for figure, unit in found]
    printed = [each for each in texts if not _NOTHING.fullmatch(layout.squash(each[1]))]
    known = [amount * factor for _, text, factor in printed if (amount := values.money(text)) is not None]
    if not printed or len(known) != len(printed):
        return None
    name = "taxable_sales" if column == "now" else f"taxable_sales_{column}"
    words = tuple(word for figure, _, _ in printed for word in figure.words)
    return Derived(name, sum(known, Decimal()).quantize(_CENT), "+".join(map(str, known)), words)


def _is_parted(document: Document) -> bool:
    """Whether figures of the period and of the year are told apart: every return has both."""
    return {"now", "to_date"} <= {figure.column for figure in _FORM.figures(document)}


def _labels(document: Document) -> Iterator[str]:
    """What the labels of the lines of sales say."""
    for sheet in _FORM.sheets(document):
        yield from (
            sheet.lines[mark.line].text[mark.start : mark.stop] for mark in sheet.marks if mark.field == "sales"
        )


def _by_month(document: Document, sales: Derived) -> Iterator[Derived]:
    """One month's return as it is; of several months each an equal part, the last with what is left of the cents."""
    printed = (layout.join(words) for name, words in _FORM.locate(document) if name == "period")
    span = next((found for text in printed if (found := _periods.span(text))), None)
    covered = _periods.months(span) if span else []
    total = sales.value
    if not covered or not isinstance(total, Decimal):
        return
    part = (total / len(covered)).quantize(_CENT)
    for number, month in enumerate(covered, 1):
        amount = part if number < len(covered) else total - part * (len(covered) - 1)
        yield Derived(f"months[{month}].taxable_sales", amount, f"{total} / {len(covered)}", sales.words)

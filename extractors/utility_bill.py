"""Bill for power, water or gas (电费、水费、燃气费账单): how much a business used in a period, and what it cost.

`annual_kwh` is told only by a list that shows twelve months of power: one month's bill is no year.

Source: 供电营业规则 (国家发展改革委令2024年第14号); no layout is prescribed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extractors import _periods
from extractors._listing import listing
from selfproof import layout
from selfproof.model import Derived, Document, Word

_LIST = listing("utility_bill")
_YEAR = 12
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
identify, locate = _LIST.identify, _LIST.locate


def derive(document: Document) -> Iterator[Derived]:
    """The power of the latest twelve months of a list."""
    used: dict[str, tuple[Decimal, tuple[Word, ...]]] = {}
    for table in _LIST.tables(document) if "电" in document.text else ():
        for entry in table.entries:
            span = _periods.span(layout.join(entry.get("month", ())))
            amount = _LIST.columns["used"](layout.join(entry.get("used", ())))
            month = _periods.months(span) if span else []
            if len(month) == 1 and isinstance(amount, Decimal):
                used[month[0]] = amount, entry["used"]
    latest = sorted(used)[-_YEAR:]
    if latest and _follow(latest):
        words = tuple(word for month in latest for word in used[month][1])
        yield Derived("annual_kwh", sum((used[month][0] for month in latest), Decimal()), "+".join(latest), words)


def _follow(latest: list[str]) -> bool:
    """Whether these are twelve months in a row."""
    first, last = (int(month[:4]) * 12 + int(month[5:]) for month in (latest[0], latest[-1]))
    return len(latest) == _YEAR == last - first + 1

"""Balance sheet and profit statement (资产负债表、利润表): the lines that the working-capital need rests on.

Figures of the period stand under the line's name; `_opening` is the balance at the year's beginning, `_to_date` the
year so far, `_before` the period compared with. All are in CNY, whatever unit the statement is printed in.

Source: 企业会计准则第30号 with its forms (财会〔2019〕6号); 小企业会计准则 (财会〔2011〕17号), its forms 01 and 02.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from extractors._form import Parser, form, table
from selfproof import units, values
from selfproof.model import Document, Located, Word

_FORM = form("financial_statement")
_LINES = tuple(name for name in _FORM.labels if name not in _FORM.fields)
_BALANCES = frozenset(table("financial_statement")["balances"])
_SUFFIXES = {"now": "", "opening": "_opening", "to_date": "_to_date", "before": "_before"}
FIELDS: Mapping[str, Parser] = {
    **_FORM.fields,
    **{
        f"{line}{suffix}": values.money
        for line in _LINES
        for suffix in (("", "_opening") if line in _BALANCES else ("", "_to_date", "_before"))
    },
}
LABELS = _FORM.labels
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The head's fields, then each line in each column."""
    printed = (word for word in document.words if _told(word.text) not in (None, 1))
    yield from (("_unit", [word]) for word in printed)
    yield from _FORM.locate(document)
    for figure in _FORM.figures(document):
        name = f"{figure.line}{_SUFFIXES[figure.column]}"
        if name in FIELDS:
            yield name, figure.words


def _told(printed: str) -> Decimal | None:
    """The unit that a word states, if it is not CNY: beside its label, behind a heading or alone."""
    stated = units.stated(printed)
    return units.behind(printed) or units.alone(printed) or (None if stated == 1 else stated)


def _in_yuan(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """Statements in thousands or ten thousands are told in CNY."""
    unit = found["_unit"].text if "_unit" in found else ""
    factor = _told(unit) or units.stated(f"单位:{unit}")
    if factor == 1:
        return {}
    return {
        name: replace(item, value=item.value * factor)
        for name, item in found.items()
        if isinstance(item.value, Decimal)
    }


CONSTRAINTS = (_in_yuan,)

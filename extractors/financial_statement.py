"""Balance sheet and profit statement (资产负债表、利润表): the lines that the working-capital need rests on.

Figures of the period stand under the line's name; `_opening` is the balance at the year's beginning, `_to_date` the
year so far, `_before` the period compared with. All are in CNY, whatever unit the statement is printed in.

Source: 企业会计准则第30号 with its forms (财会〔2019〕6号); 小企业会计准则 (财会〔2011〕17号), its forms 01 and 02.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from extractors._form import Parser, form, table
from selfproof import layout, repair_fields, units, values
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
    heads = (word for word in document.words if units.behind(word.text) and _is_head(word.text))
    yield from (("_unit", [word]) for word in heads)
    over = (word for word in document.words if units.stated(word.text) or units.alone(word.text))
    yield from (("_unit", [word]) for word in over)
    yield from _FORM.locate(document)
    for figure in _FORM.figures(document):
        name = f"{figure.line}{_SUFFIXES[figure.column]}"
        if name in FIELDS:
            yield name, figure.words


def _is_head(printed: str) -> bool:
    """Whether a column of figures is headed so, before its unit."""
    head = layout.squash(printed).partition("(")[0].partition("/")[0]
    return any(re.fullmatch(shape, head) for shapes in _FORM.columns.values() for shape in shapes)


def _in_yuan(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """Statements in thousands or ten thousands are told in CNY."""
    unit = found["_unit"].text if "_unit" in found else ""
    said = (units.behind(unit), units.alone(unit), units.stated(unit), units.stated(f"单位:{unit}"))
    factor = next(filter(None, said), Decimal(1))
    if factor == 1:
        return {}
    return {
        name: replace(item, value=item.value * factor)
        for name, item in found.items()
        if isinstance(item.value, Decimal)
    }


CONSTRAINTS = (_in_yuan, repair_fields.tax_code("tax_id"))

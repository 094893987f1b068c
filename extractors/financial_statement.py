"""Balance sheet and profit statement (资产负债表、利润表): the lines that the working-capital need rests on.

Figures of the period stand under the line's name; `_opening` is the balance at the year's beginning, `_to_date` the
year so far, `_before` the period compared with. All are in CNY, whatever unit the statement is printed in.

Source: 企业会计准则第30号 with its forms (财会〔2019〕6号); 小企业会计准则 (财会〔2011〕17号), its forms 01 and 02.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from extractors import _report_units
from extractors._form import Parser, form, table
from selfproof import repair_fields, values
from selfproof.model import Document, Word

_FORM = form("financial_statement")
_LINES = tuple(name for name in _FORM.labels if name not in _FORM.fields)
_BALANCES = frozenset(table("financial_statement")["balances"])
_SUFFIXES = {"now": "", "opening": "_opening", "to_date": "_to_date", "before": "_before"}
_FIGURES = tuple(
    f"{line}{suffix}"
    for line in _LINES
    for suffix in (("", "_opening") if line in _BALANCES else ("", "_to_date", "_before"))
)
_MONTHS = re.compile(r"(?P<value>20\d{2}年(?:\d{1,2}(?:[-—~至]\d{1,2})?月份?(?!\d)|第?[一二三四1-4]季度|度(?!\d)))")
FIELDS: Mapping[str, Parser] = {
    **_FORM.fields,
    **dict.fromkeys(_FIGURES, values.money),
    **{f"_unit.{name}": values.text for name in _FIGURES},
}
LABELS = _FORM.labels
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The head's fields, then each line in each column with the unit over it."""
    head = list(_FORM.locate(document))
    yield from ((name, words) for name, words in head if name != "_unit")
    yield from (("period", words) for words in _FORM.beside_title(document, _MONTHS))
    labelled = [words for name, words in head if name == "_unit"]
    figures = _report_units.over(document, _FORM, _LINES, labelled)
    named = ((f"{figure.line}{_SUFFIXES[figure.column]}", figure, unit) for figure, unit in figures)
    yield from _report_units.located(figure for figure in named if figure[0] in _FIGURES)


CONSTRAINTS = (_report_units.in_yuan, repair_fields.tax_code("tax_id"))

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
from itertools import groupby

from extractors._form import Parser, form, table
from selfproof import layout, units, values
from selfproof.model import Document, Located, Word

_FORM = form("financial_statement")
_LINES = tuple(name for name in _FORM.labels if name not in _FORM.fields)
_BALANCES = frozenset(table("financial_statement")["balances"])
_SUFFIXES = {"now": "", "opening": "_opening", "to_date": "_to_date", "before": "_before"}
_FIGURES = tuple(
    f"{line}{suffix}"
    for line in _LINES
    for suffix in (("", "_opening") if line in _BALANCES else ("", "_to_date", "_before"))
)
FIELDS: Mapping[str, Parser] = {
    **_FORM.fields,
    **dict.fromkeys(_FIGURES, values.money),
    **{f"_unit.{name}": values.text for name in _FIGURES},
}
LABELS = _FORM.labels
identify = _FORM.identify
_Spot = tuple[str, Sequence[Word]]


def locate(document: Document) -> Iterator[_Spot]:
    """The head's fields, then each line in each column with the unit over it."""
    head = list(_FORM.locate(document))
    yield from ((name, words) for name, words in head if name != "_unit")
    heads = (word for word in document.words if units.behind(word.text) and _is_head(word.text))
    over = (word for word in document.words if units.stated(word.text) or units.alone(word.text))
    labelled = (words for name, words in head if name == "_unit")
    stated = [words for words in (*([word] for word in (*heads, *over)), *labelled) if _factor(layout.join(words))]
    yield from _in_units(document, sorted(stated, key=_place))


def _in_units(document: Document, stated: Sequence[Sequence[Word]]) -> Iterator[_Spot]:
    """The figures, each after the unit that stands nearest over those of its page, or over an earlier page's.

    What stands below the figures is a note's.
    """
    known: set[str] = set()
    unit: Sequence[Word] = ()
    named = ((f"{figure.line}{_SUFFIXES[figure.column]}", figure.words) for figure in _FORM.figures(document))
    figures = [(name, words) for name, words in named if name in _FIGURES]
    for page, group in groupby(figures, key=lambda figure: figure[1][0].page):
        shown = list(group)
        first = min(_place(words) for _, words in shown)
        unit = next((words for words in reversed(stated) if _place(words) < first), unit)
        stated = [words for words in stated if _place(words)[0] > page]
        for name, words in shown:
            if unit and name not in known and values.money(layout.join(words)) is not None:
                known.add(name)
                yield f"_unit.{name}", unit
            yield name, words


def _place(words: Sequence[Word]) -> tuple[int, float]:
    return words[0].page, words[0].centre[1]


def _is_head(printed: str) -> bool:
    """Whether a column of figures is headed so, before its unit."""
    head = layout.squash(printed).partition("(")[0].partition("/")[0]
    return any(re.fullmatch(shape, head) for shapes in _FORM.columns.values() for shape in shapes)


def _factor(said: str) -> Decimal | None:
    told = (units.behind(said), units.alone(said), units.stated(said), units.stated(f"单位:{said}"))
    return next(filter(None, told), None)


def _in_yuan(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """Statements in thousands or ten thousands are told in CNY."""
    factors = {name: _factor(found[f"_unit.{name}"].text) for name in found if f"_unit.{name}" in found}
    return {
        name: replace(item, value=item.value * (factors[name] or 1))
        for name, item in found.items()
        if isinstance(item.value, Decimal) and factors.get(name, 1) != 1
    }


CONSTRAINTS = (_in_yuan,)

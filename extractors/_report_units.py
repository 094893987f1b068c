"""In which unit a report prints its figures: 单位：万元 over them, or behind the headings of their columns.

What stands below the figures is a note's; a page that states no unit is in that of the one before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from extractors._form import Form
from extractors._report import Figure
from selfproof import layout, units, values
from selfproof.model import Document, Located, Word


def over(
    document: Document, form: Form, lines: Collection[str], labelled: Sequence[Sequence[Word]] = ()
) -> Iterator[tuple[Figure, Sequence[Word]]]:
    """The figures of some lines, each with the words of the nearest unit above those of its page; () for none.

    labelled: what a label of the form says that its unit is.
    """
    heads = (word for word in document.words if units.behind(word.text) and _is_head(form, word.text))
    stated = (word for word in document.words if units.stated(word.text) or units.alone(word.text))
    known = [*([word] for word in (*heads, *stated)), *(words for words in labelled if factor(words))]
    known.sort(key=_place)
    unit: Sequence[Word] = ()
    figures = (figure for figure in form.figures(document) if figure.line in lines)
    for page, group in groupby(figures, key=lambda figure: figure.words[0].page):
        shown = list(group)
        first = min(_place(figure.words) for figure in shown)
        unit = next((words for words in reversed(known) if _place(words) < first), unit)
        known = [words for words in known if _place(words)[0] > page]
        yield from ((figure, unit) for figure in shown)


def _place(words: Sequence[Word]) -> tuple[int, float]:
    return words[0].page, words[0].centre[1]


def _is_head(form: Form, printed: str) -> bool:
    """Whether a column of figures is headed so, before its unit."""
    head = layout.squash(printed).partition("(")[0].partition("/")[0]
    return any(re.fullmatch(shape, head) for shapes in form.columns.values() for shape in shapes)


def factor(unit: Sequence[Word]) -> Decimal | None:
    """What an amount under a unit is multiplied with to be in CNY; None where the words state none."""
    said = layout.join(unit)
    told = (units.behind(said), units.alone(said), units.stated(said), units.stated(f"单位:{said}"))
    return next(filter(None, told), None)


def located(named: Iterable[tuple[str, Figure, Sequence[Word]]]) -> Iterator[tuple[str, Sequence[Word]]]:
    """Figures as fields, before the first of each name that can be read the unit over it."""
    known: set[str] = set()
    for name, figure, unit in named:
        if name not in known and values.money(layout.join(figure.words)) is not None:
            known.add(name)
            yield from [(f"_unit.{name}", unit)] if unit else []
        yield name, figure.words


def in_yuan(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """Figures in thousands or ten thousands told in CNY."""
    factors = {name: factor(found[f"_unit.{name}"].words) for name in found if f"_unit.{name}" in found}
    return {
        name: replace(item, value=item.value * (factors[name] or 1))
        for name, item in found.items()
        if isinstance(item.value, Decimal) and factors.get(name, 1) != 1
    }

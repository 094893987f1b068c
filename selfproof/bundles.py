"""Several documents in one file of pages: one invoice after the other, or a return, a slip and a payroll together.

Pages are counted from 0; a run is a range of them that make one document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from selfproof.carriers.table import sheet_of
from selfproof.model import Document, Value

_SURE: Final = 0.7  # score from which a page is of another kind than those before it: a title and labels
_TITLED: Final = 0.9  # the same of a list of transactions: headings alone may go on with any other
_MOST: Final = 30  # pages that are asked for their kind one by one: more are one long list


def by_value(document: Document, told: Callable[[Document], Value | None]) -> list[Document]:
    """One document a run of pages that do not tell different values; a page that tells none goes on."""
    return [
        _cut(document, run) for run in _alike(told(_cut(document, [index])) for index in range(len(document.pages)))
    ]


def by_sheet(document: Document, told: Callable[[Document], Value | None]) -> list[Document]:
    """The same of the sheets of a workbook."""
    sheets = [_sheets(document, [index]) for index in range(len(document.tables))]
    return [_sheets(document, run) for run in _alike(map(told, sheets))]


def _alike(values: Iterable[Value | None]) -> list[list[int]]:
    """The places of each run of values that do not differ."""
    runs: list[tuple[Value | None, list[int]]] = []
    for index, value in enumerate(values):
        if not runs or (value is not None and runs[-1][0] is not None and value != runs[-1][0]):
            runs.append((value, [index]))
        else:
            runs[-1] = (runs[-1][0] or value, [*runs[-1][1], index])
    return [indices for _, indices in runs]


def by_kind(
    document: Document,
    told: Callable[[Document], tuple[str, float]],
    belongs: Callable[[str, str], bool],
    listed: Callable[[str], bool],
) -> list[Document]:
    """One document a run of pages of one kind; the document itself where no page is of another kind for certain.

    told: the kind of a page and its score. belongs: whether a page of the first kind is a part of the second.
    listed: whether a kind is a list of transactions.
    """
    if not 1 < len(document.pages) <= _MOST:
        return [document]
    named = [told(_cut(document, [index])) for index in range(len(document.pages))]
    named = [(kind, 0.0 if listed(kind) and score < _TITLED else score) for kind, score in named]
    return [_cut(document, run) for run in runs(named, belongs)]


def runs(named: Sequence[tuple[str, float]], belongs: Callable[[str, str], bool]) -> list[list[int]]:
    """The pages of each document; a page that is of no kind for certain goes on with the one before it.

    >>> runs([("tax_return", 0.9), ("unknown", 0.0), ("payroll", 0.95)], lambda part, whole: False)
    [[0, 1], [2]]
    >>> runs([("unknown", 0.0), ("contract", 0.9), ("purchase_order", 0.9)], lambda part, whole: whole == "contract")
    [[0, 1, 2]]
    """
    found: list[list[int]] = []
    last = ""
    for index, (kind, score) in enumerate(named):
        if score < _SURE or (found and (last in ("", kind) or belongs(kind, last))):
            found = [*found[:-1], [*found[-1], index]] if found else [[index]]
            last = last or (kind if score >= _SURE else "")
        else:
            found, last = [*found, [index]], kind
    return found


def _cut(document: Document, indices: Sequence[int]) -> Document:
    return replace(document, pages=tuple(document.pages[index] for index in indices))


def _sheets(document: Document, indices: Sequence[int]) -> Document:
    tables = tuple(document.tables[index] for index in indices)
    names = {table.name for table in tables}
    pages = (
        replace(page, words=tuple(word for word in page.words if sheet_of(word.path) in names))
        for page in document.pages
    )
    return replace(document, tables=tables, pages=tuple(pages))

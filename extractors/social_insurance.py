"""Social-insurance record of an employer (社保参保、缴费证明和明细): how many people it insures, when, for how much.

The number of people is printed, or that of a list of them; their names are not kept.

Source: 社会保险法, articles 4 and 74; every region prints its own form.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from extractors._listing import listing
from selfproof import layout, values
from selfproof.model import Derived, Document, Word

_LIST = listing("social_insurance")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
identify, locate = _LIST.identify, _LIST.locate


def derive(document: Document) -> Iterator[Derived]:
    """The people of a list, where no number of them is printed; the sum of a list without a line of sums."""
    if not _LIST.printed(document, "headcount") and _LIST.whole(document):
        yield from _people(document)
    if not _LIST.printed(document, "amount"):
        total = _LIST.added(document, "due")
        if total is not None:
            yield Derived("amount", total, f"{total}", tuple(chain(*_LIST.column(document, "due")))[:1])


def _people(document: Document) -> Iterator[Derived]:
    """The most that one fund counts, else the different names of a list."""
    counts = [(values.count(layout.join(words)), words) for words in _LIST.column(document, "people") if words]
    known = [(count, words) for count, words in counts if count is not None]
    if known:
        most, words = max(known, key=lambda item: item[0])
        yield Derived("headcount", most, f"{most}", words)
        return
    named: dict[str, tuple[Word, ...]] = {}
    for words in _LIST.column(document, "insured"):
        named.setdefault(layout.squash(layout.join(words)), words)
    named.pop("", None)
    if named:
        yield Derived("headcount", len(named), f"{len(named)}", next(iter(named.values())))

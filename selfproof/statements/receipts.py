"""Which inflows of a statement are business receipts, and which of them recognition leaves in doubt.

Notes tell what a payment is for, and one sign may change it: 贷款, a loan, for 货款, what goods cost. Banks and other
lenders pay loans out; where the payer's name is that of a firm which is none of these, a doubtful sign is no loan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selfproof.layout import squash
from selfproof.model import Word
from selfproof.statements.hidden import Hidden
from selfproof.statements.ways import Entry
from selfproof.statements.words import words

_PARTS = re.compile(r"[-－—/\s]+")
_SHORT = 8  # signs of a note that says what a payment is for
_LIKELY = 0.05  # of a candidate that may be what is printed


def is_receipt(entry: Entry, holder: str) -> bool:
    """Whether an inflow is a business receipt as far as its line tells: related payers need the checks' knowledge.

    What is taken back in red in the column of inflows is one too, and lessens their sum.
    """
    if not entry.inflow or not words()["domestic"].search(entry.currency.upper()):
        return False
    said = f"{entry.summary} {entry.counterparty}"
    others = (pattern for sort, pattern in words()["not_receipts"].items() if sort != "refund" or entry.inflow > 0)
    if any(pattern.search(said) for pattern in others):
        return False
    return not holder or holder not in _PARTS.split(squash(entry.counterparty))


def trades(entry: Entry | Hidden) -> bool:
    """Whether the other side is a firm that lends no money."""
    name = squash(entry.counterparty)
    return words()["firm"].search(name) is not None and words()["lender"].search(name) is None


def settled(entry: Entry, cell: Sequence[Word]) -> Entry:
    """The line of a trading payer without the loan that one doubtful sign of its note would make of it."""
    if not entry.inflow or not trades(entry):
        return entry
    for word in cell:
        better = next((text for text in otherwise([word]) if _lent(word.text) and not _lent(text)), word.text)
        entry = replace(entry, summary=entry.summary.replace(word.text, better))
    return entry


def in_doubt(entry: Entry, cell: Sequence[Word], holder: str) -> bool:
    """Whether it is a receipt or not by one sign that may be another."""
    told = is_receipt(entry, holder)
    said = (text for text in otherwise(cell) if not (trades(entry) and _lent(text)))
    return bool(entry.inflow) and any(is_receipt(replace(entry, summary=text), holder) != told for text in said)


def otherwise(cell: Sequence[Word]) -> Iterator[str]:
    """What short recognised words may say instead, a sign at a time."""
    for word in cell:
        for place, options in enumerate(word.alternatives if len(word.text) <= _SHORT else ()):
            others = (char for char, share in options[1:] if share >= _LIKELY)
            yield from (word.text[:place] + char + word.text[place + 1 :] for char in others)


def _lent(text: str) -> bool:
    return words()["not_receipts"]["loan"].search(text) is not None

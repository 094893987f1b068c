"""What a bank took back by booking the other way: 冲正, 抹账, 退票. What was taken back was never received.

Some banks write it in red in the column of the receipt, others as money out. Each is put beside the receipt that it
undoes: one of its account and amount before it, of the same payer if it names one, else the latest that counts. Where
it names another firm than a bank, none but that firm's was taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from selfproof.layout import squash
from selfproof.statements.amounts import ZERO
from selfproof.statements.hidden import Hidden
from selfproof.statements.receipts import is_receipt, trades
from selfproof.statements.ways import Entry
from selfproof.statements.words import words


def takes_back(entry: Entry) -> bool:
    """Whether a line undoes a receipt by its words and its direction."""
    return entry.inflow < entry.outflow and words()["takes_back"].search(squash(entry.summary)) is not None


def undone(entries: Iterable[Entry], holder: str) -> frozenset[int]:
    """The `id` of each receipt that was taken back, and of the line that did it. holder: of the account."""
    listed = list(entries)
    back = sorted(filter(takes_back, listed), key=lambda entry: entry.day)
    came: dict[tuple[str, str, Decimal], list[Entry]] = {}
    for entry in listed if back else ():
        if entry.inflow > 0:
            came.setdefault((entry.account, entry.currency, entry.inflow), []).append(entry)
    return frozenset(place for entry in back for place in _pair(entry, came, holder))


def _pair(back: Entry, came: dict[tuple[str, str, Decimal], list[Entry]], holder: str) -> Iterator[int]:
    free = came.get((back.account, back.currency, back.outflow - back.inflow), [])
    before = [entry for entry in free if entry.day <= back.day]
    same = [entry for entry in before if back.counterparty and entry.counterparty == back.counterparty]
    fitting = same or ([] if trades(back) else before)
    if fitting:
        found = max(fitting, key=lambda entry: (is_receipt(entry, holder), entry.day))
        free.remove(found)
        yield from (id(back), id(found))


def doubted(
    entries: Sequence[Entry], unseen: Iterable[Hidden], unsaid: Iterable[Entry], holder: str
) -> Iterator[Entry]:
    """Each receipt that a line after it may have taken back, for that line's amount or its words are not legible.

    unsaid: lines of which only the amount is known: what they took back is as much.
    """
    backs = [line for line in unseen if line.back]
    outs = [line for line in unsaid if line.outflow > line.inflow]
    for entry in entries if backs or outs else ():
        of_any = any(entry.day <= line.day and _may_be_of(line, entry) for line in backs)
        if (of_any or any(_may_be(line, entry) for line in outs)) and is_receipt(entry, holder):
            yield entry


def _may_be(back: Entry, entry: Entry) -> bool:
    same = (back.account, back.currency, back.outflow) == (entry.account, entry.currency, entry.inflow)
    return same and entry.day <= back.day and _may_be_of(back, entry)


def _may_be_of(back: Entry | Hidden, entry: Entry) -> bool:
    """Whether what is taken back may be of that payer: none other firm is named."""
    return back.counterparty == entry.counterparty or not trades(back)


def taken(entries: Sequence[Entry], holder: str, known: frozenset[int]) -> Decimal:
    """What lines that are money out take back of receipts that no line shows. known: those whose receipt is shown."""
    alone = (entry for entry in entries if entry.outflow > 0 and id(entry) not in known and takes_back(entry))
    red = (replace(entry, inflow=-entry.outflow, outflow=ZERO) for entry in alone)
    return -sum((entry.inflow for entry in red if is_receipt(entry, holder)), ZERO)

"""Statements as facts: what came in and went out, by month; business receipts; whether the balances hold.

The mechanism for every kind of dated amounts with a heading: sheets, PDF and pictures give the same entries. Sums are
exact to the 分 and take every printed transaction at its printed amount, whatever its currency; receipts take only
CNY inflows that are no transfer of the holder's own, refund, interest, loan, wage or investment (credit-method, 2).
A wallet serves a household as well as a shop: there only what was paid to a merchant's code is a receipt, and nothing
on a bill that says of itself that it only serves its holder's own reconciliation.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from selfproof.identity import Same
from selfproof.layout import squash
from selfproof.model import Carrier, Derived, Document, Word
from selfproof.statements import chain, hidden, labels, losses, partners, receipts, reversals, sheets
from selfproof.statements.amounts import ZERO
from selfproof.statements.entries import Table
from selfproof.statements.headings import BANK, Dialect, Row
from selfproof.statements.hidden import Hidden
from selfproof.statements.sheets import PRINTED, Sheet
from selfproof.statements.ways import Entry
from selfproof.statements.words import words

_LAST_ROWS = 30  # of a sheet
_MOST_RESTORED = 50  # places that are told one by one


@dataclass(frozen=True, slots=True)
class Statement:
    """Every table of a document with the sheet that it stands in. holder: the printed name of the account's holder.

    proof: whether it may show receipts: a bill that is marked as its holder's own reconciliation may not.
    lost: whether a printed line with its day and an amount stands under a heading and is no transaction.
    hidden: of each part, the transactions without a legible amount; they are no entries.
    undone: the `id` of each receipt that was taken back, and of the line that did it.
    """

    parts: tuple[tuple[Sheet, Table], ...]
    holder: str
    dialect: Dialect = BANK
    proof: bool = True
    lost: bool = False
    hidden: tuple[tuple[Hidden, ...], ...] = ()
    undone: frozenset[int] = frozenset()

    @property
    def unseen(self) -> list[Hidden]:
        """All transactions without a legible amount."""
        return [line for part in self.hidden for line in part]

    @property
    def entries(self) -> list[Entry]:
        """All transactions in printed order."""
        return [entry for _, table in self.parts for entry in table.entries]

    @property
    def preamble(self) -> str:
        """What stands above the tables, with the sheets' names; of a heading that comes again no line of the first."""
        lines: list[Row] = []
        for index, (sheet, table) in enumerate(self.parts):
            over = [other.entries[-1].row + 1 for same, other in self.parts[:index] if same is sheet]
            lines += sheet.rows[max(over, default=0) : table.start]
        return "\n".join([*(sheet.name for sheet, _ in self.parts), *(" ".join(row) for row in lines)])


def parse(document: Document, dialect: Dialect = BANK) -> Statement | None:
    """The statement in a document; None when it holds no heading of dated amounts with a transaction below it."""
    return _parsed(Same(document), dialect)


@lru_cache(maxsize=4)
def _parsed(same: Same[Document], dialect: Dialect) -> Statement | None:
    document = same.one
    found = list(sheets.listed(document, dialect))
    parts = [(sheet, table, blanks) for sheet, of in found for table, blanks in of if table.entries]
    if document.carrier is Carrier.OCR:
        parts = [(sheet, _settled(sheet, table), blanks) for sheet, table, blanks in parts]
    own = words()["own_use"].search(around(document)) is not None
    lost = any(blanks and not table.entries for _, of in found for table, blanks in of)
    lost |= document.carrier in PRINTED and any(sheets.loses_dated(sheet, of) for sheet, of in found)
    pairs = tuple((sheet, table) for sheet, table, _ in parts)
    unseen = tuple(blanks for _, _, blanks in parts)
    holder = _holder(pairs)
    undone = reversals.undone((entry for _, table in pairs for entry in table.entries), holder)
    return Statement(pairs, holder, dialect, not own, lost, unseen, undone) if parts else None


def around(document: Document) -> str:
    """What is printed on the first rows, and on the last ones, where notes stand too."""
    rows = (row for table in document.tables for row in table.rows[-_LAST_ROWS:])
    return squash("\n".join([document.text, *("".join(row) for row in rows)]))


def _holder(parts: Iterable[tuple[Sheet, Table]]) -> str:
    for sheet, table in parts:
        for row in sheet.rows[: table.start]:
            for index, cell in enumerate(row):
                begin = labels.holder(cell)
                if begin is None:
                    continue
                told = (text[labels.holder(text) or labels.said_from(text) :] for text in row[index + 1 :])
                beside = next(filter(None, told), "")  # behind another label stands no name, but what that one is of
                return squash(labels.name(cell[begin:] or ("" if labels.is_label(beside) else beside)))
    return ""


def printed(document: Document, dialect: Dialect = BANK) -> Iterator[Row]:
    """The headings and the transactions as printed, a heading once for every table."""
    statement = parse(document, dialect)
    for _, table in statement.parts if statement else ():
        yield table.columns.headings
        yield from (entry.cells for entry in table.entries)


def summary(document: Document, dialect: Dialect = BANK) -> Iterator[Derived]:
    """Number, sums, first and last day, months, payers; breaks of the chain where balances are printed.

    Of a picture on which something was misread, only breaks between figures that are sure: sums without a line would
    be wrong, not incomplete. Of lines that were lost, not even these. A balance that was misread alone, under a seal,
    spoils no sum: the next one bridges it. A line without a legible amount counts, and spoils the sums of its side and
    its month; the balances on both sides of it are chains of their own, which prove no whole one.
    """
    statement = parse(document, dialect)
    if statement is None:
        return
    entries, unseen = statement.entries, statement.unseen
    cited = tuple(headings(statement))
    lines = list(_chained(statement))
    breaks = chain.breaks(lines)
    seen = document.carrier is Carrier.OCR
    doubtful = statement.lost or (seen and (_loses(statement) or (bool(breaks) and not _certain(statement))))
    if breaks is not None and not doubtful and (breaks or not unseen):
        yield Derived("chain_breaks", breaks, f"{breaks}", cited)
    if statement.lost or (seen and (_loses(statement) or (breaks and chain.breaks(lines, bridged=True)))):
        return
    yield Derived("n_transactions", len(entries) + len(unseen), f"{len(entries) + len(unseen)}", cited)
    yield from _restored(statement)
    yield from _totals("", entries, cited, unseen)
    dated: list[Entry | Hidden] = [*entries, *unseen]
    for name, line in (("first_date", min(dated, key=_by_day)), ("last_date", max(dated, key=_by_day))):
        yield Derived(name, line.day, line.time, cited_day(statement, line))
    yield from _months(statement, cited, recognised=seen)
    yield from _payers(statement)
    yield from _partners(statement)


def _chained(statement: Statement) -> Iterator[tuple[str, Entry]]:
    """Each transaction with the chain that it belongs to: its sheet, up to the next line without a legible amount."""
    for (sheet, table), blanks in zip(statement.parts, statement.hidden, strict=True):
        rows = [line.row for line in blanks]
        yield from ((f"{sheet.name}\x1f{bisect_left(rows, entry.row)}", entry) for entry in table.entries)


def _restored(statement: Statement) -> Iterator[Derived]:
    """The places that only the lines around them tell: how many, what they add up to, and each of them."""
    found = [
        (entry, column == table.columns.at["date"][0], sheet.words.get((row, column), ()))
        for sheet, table in statement.parts
        for row, column in sorted(sheet.restored)
        for entry in _of_row(table, row)
    ]
    if not found:
        return
    cited = tuple(word for entry, _, left in found for word in left or cited_day(statement, entry))
    amounts = [abs(entry.inflow - entry.outflow) for entry, is_day, _ in found if not is_day]
    yield Derived("restored_cells", len(found), f"{len(found)}", cited)
    if amounts:
        yield Derived("restored_amount", sum_of(amounts), f"{sum_of(amounts)}", cited)
    for place, (entry, is_day, left) in enumerate(found[:_MOST_RESTORED]):
        name, value = ("day", entry.day) if is_day else ("amount", sum_of([abs(entry.inflow - entry.outflow)]))
        legible = " ".join(word.text for word in left)
        yield Derived(f"restored[{place}].{name}", value, legible, left or cited_day(statement, entry))


def _of_row(table: Table, row: int) -> Sequence[Entry]:
    """The transaction of a row, if it is one."""
    place = bisect_left(table.entries, row, key=_row)
    return [entry for entry in table.entries[place : place + 1] if entry.row == row]


def _loses(statement: Statement) -> bool:
    """Whether lines of a picture, or points of its amounts, are missing."""
    if losses.miscounted(statement.preamble, len(statement.entries) + len(statement.unseen)):
        return True
    for (sheet, table), blanks in zip(statement.parts, statement.hidden, strict=True):
        begin, known = table.start + table.columns.height, {entry.row for entry in table.entries}
        standing = {index for index in range(begin, len(sheet.rows)) if losses.stands(table, index, sheet.rows[index])}
        if losses.loses_lines(sheet.rows, table.columns, begin, known | standing | {line.row for line in blanks}):
            return True
        if losses.loses_points(sheet.rows, table.columns, known):
            return True
    return False


_MOST_PAYERS = 200  # the largest; what is below them moves no match


def _payers(statement: Statement) -> Iterator[Derived]:
    """What each payer paid in as business receipts, the largest first, with its first line as the place."""
    by_payer: dict[str, list[Entry]] = {}
    for entry in statement.entries:
        if entry.counterparty and earned(statement, entry):
            by_payer.setdefault(entry.counterparty.translate(_BRACKETS), []).append(entry)
    unsure = [line.counterparty for line in statement.unseen if line.comes]
    for payer in (*unsure, *(entry.counterparty for entry in _doubted(statement))):
        by_payer.pop(payer.translate(_BRACKETS), None)
    largest = sorted(by_payer.items(), key=lambda item: (-sum_of(entry.inflow for entry in item[1]), item[0]))
    for payer, entries in largest[:_MOST_PAYERS]:
        amount = sum_of(entry.inflow for entry in entries)
        yield Derived(f"counterparties[{payer}].total_in", amount, f"{amount}", cited_day(statement, entries[0]))


def _partners(statement: Statement) -> Iterator[Derived]:
    """What partners were paid, and what went round; a card's own payments and a household's are nobody's trade."""
    if not statement.proof or any(table.card for _, table in statement.parts):
        return
    unsure = {line.counterparty for line in statement.unseen}
    unsure |= {entry.counterparty for entry in _doubted(statement)}
    whole = (entry for entry in statement.entries if entry.counterparty not in unsure)
    stood = [entry for entry in whole if id(entry) not in statement.undone]
    found = partners.partners(stood, lambda entry: earned(statement, entry))
    for partner, field, amount, entry in found:
        name = f"counterparties[{partner.translate(_BRACKETS)}].{field}"
        yield Derived(name, amount, f"{amount}", cited_day(statement, entry))


_BRACKETS = str.maketrans("[]", "()")  # square ones delimit the name of a fact


def _by_day(line: Entry | Hidden) -> date:
    return line.day


def _totals(
    prefix: str, entries: Iterable[Entry], cited: tuple[Word, ...], unseen: Sequence[Hidden]
) -> Iterator[Derived]:
    """What came in and went out; not the side on which an amount is not legible."""
    listed = list(entries)
    for name, amount, told in (
        ("total_in", sum_of(e.inflow for e in listed), not any(line.comes for line in unseen)),
        ("total_out", sum_of(e.outflow for e in listed), not any(line.goes for line in unseen)),
    ):
        if told:
            yield Derived(f"{prefix}{name}", amount, f"{amount}", cited)


def _months(statement: Statement, cited: tuple[Word, ...], *, recognised: bool) -> Iterator[Derived]:
    silent = not statement.proof or all(table.card for _, table in statement.parts)
    by_month: dict[str, list[Entry]] = {}
    for entry in sorted(statement.entries, key=_by_day):
        by_month.setdefault(f"{entry.day:%Y-%m}", []).append(entry)
    unseen = statement.unseen
    doubtful = set(_hanging_on_a_sign(statement)) if recognised and not silent else set()
    doubtful |= {id(entry) for entry in _doubted(statement)}
    for month, entries in by_month.items():
        blanks = [line for line in unseen if f"{line.day:%Y-%m}" == month]
        yield from _totals(f"months[{month}].", entries, cited, blanks)
        if not silent and doubtful.isdisjoint(map(id, entries)) and not any(line.comes or line.back for line in blanks):
            back = reversals.taken(entries, statement.holder, statement.undone) if statement.dialect is BANK else ZERO
            amount = sum_of(entry.inflow for entry in entries if earned(statement, entry)) - back
            yield Derived(f"months[{month}].receipts", amount, f"{amount}", cited)
            yield from _paid_out(f"months[{month}].", statement, entries, cited)


def _paid_out(
    prefix: str, statement: Statement, entries: Sequence[Entry], cited: tuple[Word, ...]
) -> Iterator[Derived]:
    """What of a month's receipts came from those who take payments for a merchant: their own lists may show it too."""
    for sort, pattern in words()["paid_out"].items() if statement.dialect is BANK else ():
        said = (entry for entry in entries if pattern.search(f"{entry.summary} {entry.counterparty}"))
        amount = sum_of(entry.inflow for entry in said if earned(statement, entry))
        if amount:
            yield Derived(f"{prefix}from_{sort}", amount, f"{amount}", cited)


def _doubted(statement: Statement) -> tuple[Entry, ...]:
    """Receipts that a line may have taken back which is not wholly legible."""
    return _may_be_undone(Same(statement)) if statement.dialect is BANK else ()


@lru_cache(maxsize=4)
def _may_be_undone(same: Same[Statement]) -> tuple[Entry, ...]:
    statement = same.one
    unsaid = [
        entry
        for sheet, table in statement.parts
        for entry in table.entries
        if hidden.unsaid(table.columns, entry.cells) and (_is_restored(sheet, entry) or _is_masked(table, entry))
    ]
    return tuple(reversals.doubted(statement.entries, statement.unseen, unsaid, statement.holder))


def _is_restored(sheet: Sheet, entry: Entry) -> bool:
    return any(row == entry.row for row, _ in sheet.restored)


def _is_masked(table: Table, entry: Entry) -> bool:
    return any(map(hidden.is_mask, table.columns.cells("summary", entry.cells)))


def _hanging_on_a_sign(statement: Statement) -> Iterator[int]:
    """The `id` of each recognised line that is a receipt or not by one sign that may be another: 贷款 for 货款."""
    for sheet, table in statement.parts:
        for entry in table.entries:
            if receipts.in_doubt(entry, _notes(sheet, table, entry), statement.holder):
                yield id(entry)


def _notes(sheet: Sheet, table: Table, entry: Entry) -> list[Word]:
    """The words that say what a line is for."""
    columns = table.columns.at.get("summary", ())
    return [word for column in columns for word in sheet.words.get((entry.row, column), ())]


def _settled(sheet: Sheet, table: Table) -> Table:
    entries = (receipts.settled(entry, _notes(sheet, table, entry)) for entry in table.entries)
    return replace(table, entries=tuple(entries))


def _certain(statement: Statement) -> bool:
    return all(losses.certain(table, sheet.words) for sheet, table in statement.parts)


def sum_of(amounts: Iterable[Decimal]) -> Decimal:
    """An exact sum, to the 分."""
    return sum(amounts, ZERO).quantize(Decimal("0.01"))


def earned(statement: Statement, entry: Entry) -> bool:
    """Whether a line of this paper is a business receipt on it."""
    return id(entry) in _earned(Same(statement))


@lru_cache(maxsize=4)
def _earned(same: Same[Statement]) -> frozenset[int]:
    """The `id` of each such line: every sum over them asks again."""
    statement = same.one
    stood = [entry for entry in statement.entries if id(entry) not in statement.undone] if statement.proof else []
    paid = words()["paid_to_merchant"]
    return frozenset(
        id(entry)
        for entry in stood
        if receipts.is_receipt(entry, statement.holder)
        and (statement.dialect is BANK or paid.search(entry.summary) is not None)
    )


def headings(statement: Statement) -> Iterator[Word]:
    """The headings of the amounts in the first table: the place that shows best what was added up."""
    sheet, table = statement.parts[0]
    for name in ("income", "expense", "amount"):
        for column in table.columns.at.get(name, ())[:1]:
            yield from sheet.words.get((table.start, column), ())


def _row(line: Entry | Hidden) -> int:
    return line.row


def cited_day(statement: Statement, line: Entry | Hidden) -> tuple[Word, ...]:
    """The day of a line, where the page that shows it is known."""
    for (sheet, table), blanks in zip(statement.parts, statement.hidden, strict=True):
        lines: Sequence[Entry | Hidden] = blanks if isinstance(line, Hidden) else table.entries
        place = bisect_left(lines, line.row, key=_row)  # both stand in printed order
        if place < len(lines) and lines[place] is line:
            places = (sheet.words.get((line.row, column), ()) for column in table.columns.at["date"])
            return tuple(word for cell in places for word in cell)
    return ()

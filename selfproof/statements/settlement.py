"""Files of who settles with a shop: what was sold or taken, returned and kept back as fees, and what is left.

Two forms: a line for every order, payment or day with a column for every sort of amount, and a ledger whose lines say
what they are. Platforms and acquirers of payments differ in their headings (`Dialect`) and in how they show what was
taken back; `selfproof.statements.sums` adds the lines up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from selfproof.identity import Same
from selfproof.layout import squash
from selfproof.model import Carrier, Document
from selfproof.statements import proven, signs, states
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.entries import Headed, headed
from selfproof.statements.headings import Columns, Dialect, Row
from selfproof.statements.lines import Line
from selfproof.statements.proven import unnamed
from selfproof.statements.sheets import Sheet, sheets
from selfproof.statements.words import is_sum, words

PLATFORM = Dialect(
    "statement_columns_platform",
    amounts=(("gross",), ("net",), ("income", "expense"), ("amount",), ("fee",)),
)
ACQUIRER = Dialect(
    "statement_columns_acquirer",
    amounts=(("gross",), ("net",), ("received",), ("income", "expense"), ("amount",)),
)
_OF_ONE_SORT = re.compile(r"佣金|(?:技术|平台)?服务费|手续费|推广费")
ADDED = ("fee", "refund", "discount", "subsidy")  # sorts of which a file may print several columns
_MONTH = re.compile(r"(20\d{2})[-./年]?(0?[1-9]|1[0-2])月?份?")
SORTS = ("gross", "net", "received", *ADDED)
_TOLD = {*SORTS, "amount", "income"} - {"fee"}  # what a list says besides its fees: a table of fees alone is none


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a sheet. sums: the rows of sums in it, by number; unpaid: rows of what was tried and not paid."""

    sheet: Sheet
    at: Headed
    lines: tuple[Line, ...]
    sums: tuple[int, ...]
    unpaid: tuple[int, ...] = ()

    @property
    def monthly(self) -> bool:
        """Whether its lines are months, each under its first day: they are no payments, and no day is printed."""
        dated = (self.at.columns.cells("date", line.cells)[:1] for line in self.lines)
        return all(cells and _MONTH.fullmatch(squash(cells[0])) for cells in dated)

    @property
    def ledger(self) -> bool:
        """Whether its lines say what they are in words."""
        return not any(sort in self.at.columns.at for sort in ("gross", "net", "fee", "refund"))


def parse(document: Document, dialect: Dialect = PLATFORM) -> tuple[Part, ...]:
    """Every table of settled amounts; empty when there is none."""
    return _parsed(Same(document), dialect)


@lru_cache(maxsize=4)
def _parsed(same: Same[Document], dialect: Dialect) -> tuple[Part, ...]:
    recognised = same.one.carrier is Carrier.OCR
    found = (
        _part(_in_yuan(_signed(sheet, at) if recognised else sheet, at), at)
        for sheet in sheets(same.one, dialect)
        for at in map(_as_ledger, headed(sheet.rows, sheet.name, dialect))
    )
    return tuple(_once([part for part in found if part.lines and set(part.at.columns.at) & _TOLD]))


def _as_ledger(at: Headed) -> Headed:
    """The table; where its lines say what they are and which way they go, its one amount, settled, is a movement's."""
    columns = at.columns
    alone = columns.dialect is PLATFORM and {*SORTS, "amount"} & set(columns.at) == {"net"}
    if not alone or not {"kind", "direction"} <= set(columns.at):
        return at
    named = {"amount" if role == "net" else role: places for role, places in columns.at.items()}
    return replace(at, columns=replace(columns, at=named))


def _signed(sheet: Sheet, at: Headed) -> Sheet:
    return replace(sheet, rows=signs.signed(sheet.rows, at.columns, at.start + at.columns.height))


def _in_yuan(sheet: Sheet, at: Headed) -> Sheet:
    """The sheet with the amounts of its lines and sums in CNY, where it is printed in thousands."""
    if not at.columns.factors:
        return sheet
    body = range(at.start, at.end)
    rows = (_row_in_yuan(at.columns, row) if index in body else row for index, row in enumerate(sheet.rows))
    return replace(sheet, rows=tuple(rows))


def _row_in_yuan(columns: Columns, row: Row) -> tuple[str, ...]:
    if not any(map(is_sum, row)) and not any(columns.cells("date", row)):
        return tuple(row)  # what is told beside the lines may be their number
    told = ((columns.amount(index, row) if index in columns.factors else None, cell) for index, cell in enumerate(row))
    return tuple(cell if amount is None else f"{amount}" for amount, cell in told)


def _once(parts: Sequence[Part]) -> Iterator[Part]:
    """Without the sheets that only sum up a longer one by day or month: their totals are the same."""
    for part in parts:
        longer = (other for other in parts if len(other.lines) > len(part.lines))
        if not any(_totals(part) == _totals(other) for other in longer):
            yield part


def _totals(part: Part) -> tuple[Decimal, ...]:
    return tuple(sum((line.of(sort) for line in part.lines), ZERO) for sort in ("gross", "net"))


def _part(sheet: Sheet, at: Headed) -> Part:
    body = [(index, sheet.rows[index]) for index in range(at.start + at.columns.height, at.end)]
    summed = tuple(index for index, row in body if any(map(is_sum, row)))
    days = at.days(sheet.rows)
    dated = [(index, row, day) for index, row in body if index not in summed and (day := _day(days.parse, at, row))]
    if at.columns.dialect is PLATFORM:
        at = replace(at, columns=proven.columns(at.columns, [row for _, row, _ in dated]))
    paid = [item for item in dated if not _unpaid(at, item[1])]
    part = Part(sheet, at, (), summed, tuple({index for index, _, _ in dated} - {index for index, _, _ in paid}))
    lines = tuple(_with_rest(at.columns, list(_lines(part, paid))))
    if at.columns.dialect is not PLATFORM:
        lines = tuple(states.undone(states.received(lines)))
    return replace(part, lines=lines)


def _unpaid(at: Headed, row: Row) -> bool:
    """Whether a line was tried and not paid; of an order on a platform, where nothing was settled or paid back."""
    if not states.failed(at.columns, row):
        return False
    amounts = sorted_amounts(at, row) if at.columns.dialect is PLATFORM else {}
    return not any(amounts.get(sort) for sort in ("net", "refund"))


def _lines(part: Part, dated: Sequence[tuple[int, Row, date]]) -> Iterator[Line]:
    reader = _moved if part.ledger else _taken if part.at.columns.dialect is not PLATFORM else sorted_amounts
    columns = part.at.columns
    lines = (
        Line(
            day,
            amounts,
            index,
            states.count(columns, row),
            states.taken_back(columns, row),
            row_cells,
        )
        for index, row, day in dated
        if (amounts := reader(part.at, row)) and (row_cells := tuple(row))
    )
    yield from _upright(list(lines))


def _with_rest(columns: Columns, lines: Sequence[Line]) -> Iterator[Line]:
    """The lines; an amount that no heading says the sort of is what is left, where it comes out so on most of them.

    So is what was sold. Of a column whose heading is not known, most of the lines that show costs must do so too, and
    every line must have an amount: without costs, what was sold and what is left are the same.
    """
    costs = [line.of("fee") + line.of("refund") for line in lines]
    told = [sum(sort in line.amounts for line in lines) for sort in ("gross", "net")]
    if told not in ([len(lines), 0], [0, len(lines)]):
        yield from lines
        return
    sought, known, way = ("net", "gross", -1) if told[0] else ("gross", "net", 1)
    wanted = [line.of(known) + way * cost for line, cost in zip(lines, costs, strict=True)]
    said = columns.at.get("amount", ()) if sought == "net" else ()
    for index in (*said, *unnamed(columns)):
        found = [parse_amount(cell) for line in lines for cell in [*line.cells[index : index + 1], ""][:1]]
        held = [amount in (rest, abs(rest)) for amount, rest in zip(found, wanted, strict=True)]
        costly = [fits for fits, cost in zip(held, costs, strict=True) if cost]
        proved = index in said or (None not in found and 2 * sum(costly) > len(costly))
        if proved and 2 * sum(held) > len(lines):
            for line, amount, rest in zip(lines, found, wanted, strict=True):
                value = rest if amount == abs(rest) else amount
                yield line if value is None else replace(line, amounts={**line.amounts, sought: value})
            return
    yield from lines


def _taken(at: Headed, row: Row) -> dict[str, Decimal]:
    """The amounts of a payment; of one that was paid back they are negative, whatever the sign that is printed."""
    amounts = sorted_amounts(at, row)
    if "gross" not in amounts and "received" in amounts and "net" not in amounts:
        amounts["gross"] = amounts["received"]
    return states.negative(amounts) if states.reverses(at.columns, row) else amounts


def _day(parsed: Callable[[str], date | None], at: Headed, row: Row) -> date | None:
    return next((day for cell in at.columns.cells("date", row) if (day := parsed(cell) or _first_of(cell))), None)


def _first_of(cell: str) -> date | None:
    """The first day of the month that a cell prints."""
    match = _MONTH.fullmatch(squash(cell))
    return date(int(match[1]), int(match[2]), 1) if match else None


def sorted_amounts(at: Headed, row: Row) -> dict[str, Decimal]:
    """The amounts of a line by its columns."""
    found: dict[str, Decimal] = {}
    for sort in SORTS:
        cells = [amount for cell in _cells(at, sort, row) if (amount := parse_amount(cell)) is not None]
        if cells:
            found[sort] = sum(cells, ZERO) if sort in ADDED else cells[0]
    return found


def _cells(at: Headed, sort: str, row: Row) -> list[str]:
    """A sort's cells: a column that is a printed total stands for all its parts, which are not added again."""
    columns = at.columns
    totals = [index for index in columns.at.get(sort, ()) if _total(columns.headings[index])]
    whole = any(_total(columns.headings[index]) for index in columns.at.get("gross", ())[:1])
    if sort == "subsidy" and whole:
        return []
    others = [index for index in columns.at.get(sort, ()) if not any(_adds(columns, one, index) for one in totals)]
    return [row[index] for index in (*totals, *others) if index < len(row)]


def _adds(columns: Columns, total: int, part: int) -> bool:
    """Whether a column is a total or a part of it: of all costs, or of commissions alone, as it says."""
    headings = columns.headings
    sort = _OF_ONE_SORT.match(headings[total])
    return part == total or sort is None or sort[0] in headings[part]


def _total(heading: str) -> bool:
    return re.search(r"合计|总计|总额|小计|总金额|^总", heading) is not None


def _moved(at: Headed, row: Row) -> dict[str, Decimal]:
    """The amount of a ledger's line under what its words say it is; own transfers are none of these."""
    columns = at.columns
    pair = [_magnitude(columns.cells(side, row)) for side in ("income", "expense")]
    amount = next((found for cell in columns.cells("amount", row) if (found := parse_amount(cell)) is not None), None)
    out = any(words()["out"].search(cell.strip()) for cell in columns.cells("direction", row))
    if amount is not None and not any(pair):
        pair = [ZERO, abs(amount)] if out or amount < 0 else [amount, ZERO]
    elif amount is None and pair == [None, None]:
        return {}
    moved = (pair[0] or ZERO) - (pair[1] or ZERO)
    said = " ".join([*columns.cells("kind", row), *columns.cells("summary", row)])
    sort = next((name for name, pattern in words()["settled"].items() if pattern.search(said)), "trade")
    return {"own": moved} if sort == "own" else _ledger(sort, moved)


def _ledger(sort: str, moved: Decimal) -> dict[str, Decimal]:
    if sort == "trade":
        sort = "gross" if moved >= 0 else "refund"
    return {sort: moved if sort in ("gross", "subsidy") else -moved, "net": moved}


def _magnitude(cells: Sequence[str]) -> Decimal | None:
    amounts = [abs(amount) for cell in cells if (amount := parse_amount(cell)) is not None]
    return next((amount for amount in amounts if amount), amounts[0] if amounts else None)


def _upright(lines: Sequence[Line]) -> Iterator[Line]:
    """Costs printed as negative amounts turned positive, and orders that were taken back counted as refunds."""
    lines = list(_paid_by_the_shop(lines))
    totals = {sort: sum((line.of(sort) for line in lines), ZERO) for sort in ("fee", "refund", "discount")}
    for line in lines:
        amounts = {sort: -amount if totals.get(sort, ZERO) < 0 else amount for sort, amount in line.amounts.items()}
        gross, net = amounts.get("gross", ZERO), amounts.get("net", ZERO)
        if gross < 0 or (gross > 0 and net < 0 and not amounts.get("refund") and "gross" in line.amounts):
            amounts |= {"gross": ZERO, "refund": amounts.get("refund", ZERO) + abs(gross)}
        yield replace(line, amounts=amounts)


def _paid_by_the_shop(lines: Sequence[Line]) -> Iterator[Line]:
    """Costs of delivery are the shop's where they are printed as negative amounts or taken off: a fee, no subsidy."""
    costs, fees = (sum((line.of(sort) for line in lines), ZERO) for sort in ("subsidy", "fee"))
    taken_off = costs > 0 and all(_takes_off(line) for line in lines)
    for line in lines:
        if (costs < 0 or taken_off) and "subsidy" in line.amounts:
            kept = {sort: amount for sort, amount in line.amounts.items() if sort != "subsidy"}
            alike = taken_off if fees > 0 else not taken_off
            fee = line.of("fee") + (line.of("subsidy") if alike else -line.of("subsidy"))
            yield replace(line, amounts=kept | {"fee": fee})
        else:
            yield line


def _takes_off(line: Line) -> bool:
    """Whether what is left of a sale is less by what its column of subsidies prints too."""
    costs = sum((abs(line.of(sort)) for sort in ADDED), ZERO)
    return {"gross", "net"} <= line.amounts.keys() and line.of("gross") - costs == line.of("net")

"""Files of who settles with a shop: what was sold or taken, returned and kept back as fees, and what is left.

Two forms: a line for every order, payment or day with a column for every sort of amount, and a ledger whose lines say
what they are. Platforms and acquirers of payments differ in their headings (`Dialect`) and in how they show what was
taken back; `selfproof.statements.sums` adds the lines up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from selfproof.identity import Same
from selfproof.layout import squash
from selfproof.model import Carrier, Document
from selfproof.statements import balanced, proven, signs, states
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.entries import Headed, headed
from selfproof.statements.headings import Columns, Dialect, Row
from selfproof.statements.lines import Line, explained
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
_OF_ONE_SORT = re.compile(r"佣金|(?:技术|平台|履约|配送)?服务费|手续费|推广费")
_PAID_OUT = re.compile(r"\s*(?:transfers?|payouts?|disbursements?|withdrawals?|提现|余额提现|打款)\s*", re.IGNORECASE)
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
    return tuple(_once([part for part in found if _tells(part)]))


def _tells(part: Part) -> bool:
    sorts = {sort for line in part.lines for sort in line.amounts}
    return bool(part.lines) and bool(_TOLD & ({*part.at.columns.at} | sorts))


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
        if not any(_says_again(part, other) for other in longer):
            yield part


def _says_again(part: Part, other: Part) -> bool:
    """Whether the totals of what a part tells are those of another, by which it is told more."""
    told = [sort for sort in ("gross", "net") if any(sort in line.amounts for line in part.lines)]
    return bool(told) and all(_total_of(part, sort) == _total_of(other, sort) for sort in told)


def _total_of(part: Part, sort: str) -> Decimal:
    return sum((line.of(sort) for line in part.lines), ZERO)


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
    elif not part.ledger and (known := balanced.lines(at.columns, lines) if _unexplained(lines) else None):
        lines = tuple(map(_taken_back, known))
    elif not any(line.of("fee") or line.of("refund") for line in lines):
        lines = tuple(states.undone(lines))  # a list of orders
    return replace(part, lines=lines)


def _unexplained(lines: Sequence[Line]) -> bool:
    """Whether what was sold and kept back, as the headings tell, is not what is left, on some line or on all."""
    told, held = explained(lines)
    return told < len(lines) or held < told


def _unpaid(at: Headed, row: Row) -> bool:
    """Whether a line was tried and not paid; of an order on a platform, where nothing was settled or paid back.

    So is a pay-out to the shop's own account among its orders; in a ledger it is a movement like others. A list of
    orders prints what would be left of one that was not paid, too: its price, less what the shop takes off.
    """
    sold = at.columns.dialect is PLATFORM and {"gross", "net"} & set(at.columns.at)
    if sold and any(map(_PAID_OUT.fullmatch, at.columns.cells("kind", row))):
        return True
    if not states.failed(at.columns, row):
        return False
    amounts = sorted_amounts(at, row) if at.columns.dialect is PLATFORM else {}
    gross, net = amounts.get("gross"), amounts.get("net")
    priced = gross is not None and net in (gross, gross - amounts.get("discount", ZERO))
    return not (amounts.get("refund") or amounts.get("fee")) and (priced or not net)


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
    told = [sum(sort in line.amounts for line in lines) for sort in ("gross", "net")]
    if told not in ([len(lines), 0], [0, len(lines)]):
        yield from lines
        return
    sought, known, way = ("net", "gross", -1) if told[0] else ("gross", "net", 1)
    said = columns.at.get("amount", ()) if sought == "net" else ()
    costs = _taken_off(lines, said)
    wanted = [line.of(known) + way * cost for line, cost in zip(lines, costs, strict=True)]
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


def _taken_off(lines: Sequence[Line], said: Sequence[int]) -> list[Decimal]:
    """What is taken off each sale; less what the platform adds, where that comes to what its line says it moved."""
    costs = [line.of("fee") + line.of("refund") for line in lines]
    rest = [cost - line.of("subsidy") for line, cost in zip(lines, costs, strict=True)]
    moved = [_magnitude([line.cells[index] for index in said if index < len(line.cells)]) for line in lines]
    fits = [abs(line.of("gross") - cost) == amount for line, cost, amount in zip(lines, rest, moved, strict=True)]
    return rest if said and all(fits) else costs


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
    packing = sum((parse_amount(cell) or ZERO for cell in at.columns.cells("packing", row)), ZERO)
    if packing:
        sort = "gross" if "gross" in found and _of_goods(at) else "subsidy"
        found[sort] = found.get(sort, ZERO) + packing
    if found.get("gross") is not None and found.get("refund"):
        found["gross"] = _before_refunds(at, row, found)
    if found.get("fee") and found.get("refund"):
        found["fee"] = _fees_alone(at, row, found)
    if {"gross", "net", "fee"} <= found.keys():
        found["fee"] = _with_parts(at, row, found)
    return found


def _before_refunds(at: Headed, row: Row, found: Mapping[str, Decimal]) -> Decimal:
    """What was sold in a line; a printed total of what came in that is less by what went back is more by that."""
    columns = at.columns
    printed, *others = (parse_amount(row[index]) for index in columns.at["gross"] if index < len(row))
    paid = next((amount for amount in others if amount is not None), None)
    if paid is None or not _total(_sold_as(columns)):
        return found["gross"]
    whole = paid + sum((parse_amount(cell) or ZERO for cell in columns.cells("subsidy", row)), ZERO)
    return whole if printed == whole - abs(found["refund"]) else found["gross"]


def _of_goods(at: Headed) -> bool:
    """Whether what was sold is printed for the goods alone, without what they are packed in."""
    return re.search(r"商品|菜品|餐品|货款", _sold_as(at.columns)) is not None


def _fees_alone(at: Headed, row: Row, found: Mapping[str, Decimal]) -> Decimal:
    """The fees of a line; a printed total of costs that holds what went back, too, is less by that."""
    columns = at.columns
    parts = [index for index in columns.at["fee"] if not _total(columns.headings[index])]
    kept = sum((parse_amount(row[index]) or ZERO for index in parts if index < len(row)), ZERO)
    return kept if abs(kept) + abs(found["refund"]) == abs(found["fee"]) else found["fee"]


def _with_parts(at: Headed, row: Row, found: Mapping[str, Decimal]) -> Decimal:
    """The fees of a line; beside a printed total of one sort others of its name, where only they explain the rest."""
    whole = sum((parse_amount(row[index]) or ZERO for index in at.columns.at["fee"] if index < len(row)), ZERO)
    taken = sum((abs(found.get(sort, ZERO)) for sort in ("refund", "discount")), ZERO)
    rest = found["gross"] - found["net"]
    kept = {rest + more - less for more in (ZERO, found.get("subsidy", ZERO)) for less in (ZERO, taken)}
    return whole if abs(whole) in kept and abs(found["fee"]) not in kept else found["fee"]


def _cells(at: Headed, sort: str, row: Row) -> list[str]:
    """A sort's cells: a column that is a printed total stands for all its parts, which are not added again."""
    columns = at.columns
    totals = [index for index in columns.at.get(sort, ()) if _total(columns.headings[index])]
    if sort == "subsidy" and _total(_sold_as(columns)):
        return []
    others = [index for index in columns.at.get(sort, ()) if not any(_adds(columns, one, index) for one in totals)]
    return [row[index] for index in (*totals, *others) if index < len(row)]


def _adds(columns: Columns, total: int, part: int) -> bool:
    """Whether a column is a total or a part of it: of all costs, or of commissions alone, as it says."""
    headings = columns.headings
    sort = _OF_ONE_SORT.match(headings[total])
    return part == total or sort is None or sort[0] in headings[part]


def _sold_as(columns: Columns) -> str:
    """What the first column of what was sold is called; "" where there is none."""
    return next((columns.headings[index] for index in columns.at.get("gross", ())), "")


def _total(heading: str) -> bool:
    return re.search(r"合计|总计|总额|小计|总金额|^总|^total\b", heading, re.IGNORECASE) is not None


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
        yield _taken_back(replace(line, amounts=amounts))


def _taken_back(line: Line) -> Line:
    gross = line.of("gross")
    if gross < 0 or (gross > 0 and line.of("net") < 0 and not line.of("refund")):
        return replace(line, amounts={**line.amounts, "gross": ZERO, "refund": line.of("refund") + abs(gross)})
    return line


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

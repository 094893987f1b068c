"""Platforms' settlement files as facts: what was sold, returned and kept back as fees, and what is left, by month.

Two forms: a line for every order or day with a column for every sort of amount, and a ledger whose lines say what they
are. Turnover is what was sold net of the shop's own discounts and of refunds (credit-method, section 3, e-commerce);
fees are costs and stay in it. A sort of amount for which there is no column is not told, and no fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product

from selfproof import statement_entries, statement_losses
from selfproof.model import Carrier, Derived, Document, Word
from selfproof.statement import Same, Sheet, sheets, sum_of
from selfproof.statement_amounts import ZERO, parse_amount
from selfproof.statement_columns import Dialect, Row
from selfproof.statement_entries import Headed, words

PLATFORM = Dialect(
    "statement_columns_platform",
    amounts=(("gross",), ("net",), ("income", "expense"), ("amount",), ("fee", "refund")),
)
ADDED = ("fee", "refund", "discount", "subsidy")  # sorts of which a file may print several columns
SORTS = ("gross", "net", *ADDED)
_MOST = Decimal("0.5")  # of the lines must add up before one that does not is called wrong


@dataclass(frozen=True, slots=True)
class Line:
    """One order, day or movement. amounts: by sort, positive as a rule; a sort that is not printed is absent."""

    day: date
    amounts: Mapping[str, Decimal]
    store: str
    row: int
    cells: tuple[str, ...] = field(default=(), repr=False)

    def of(self, sort: str) -> Decimal:
        """The amount of a sort, 0 where there is none."""
        return self.amounts.get(sort, ZERO)


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a sheet. sums: the sorts' totals as printed below it, where they are."""

    sheet: Sheet
    at: Headed
    lines: tuple[Line, ...]
    sums: tuple[Mapping[str, Decimal], ...]

    @property
    def ledger(self) -> bool:
        """Whether its lines say what they are in words."""
        return not any(sort in self.at.columns.at for sort in ("gross", "net", "fee", "refund"))


def parse(document: Document) -> tuple[Part, ...]:
    """Every table of settled amounts; empty when there is none."""
    return _parsed(Same(document))


@lru_cache(maxsize=2)
def _parsed(same: Same) -> tuple[Part, ...]:
    found = (
        _part(sheet, at)
        for sheet in sheets(same.document, PLATFORM)
        for at in statement_entries.headed(sheet.rows, sheet.name, PLATFORM)
    )
    return tuple(_once([part for part in found if part.lines]))


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
    summed = {index: row for index, row in body if any(map(statement_entries.is_sum, row))}
    days = at.days(sheet.rows)
    dated = [(index, row, day) for index, row in body if index not in summed and (day := _day(days.parse, at, row))]
    part = Part(sheet, at, (), ())
    reader = _moved if part.ledger else _sorted
    lines = [
        Line(day, amounts, "".join(at.columns.cells("store", row)[:1]), index, tuple(row))
        for index, row, day in dated
        if (amounts := reader(at, row))
    ]
    sums = () if part.ledger else tuple(amounts for row in summed.values() if (amounts := _sorted(at, row)))
    return replace(part, lines=tuple(_upright(lines)), sums=sums)


def _day(parsed: Callable[[str], date | None], at: Headed, row: Row) -> date | None:
    return next((day for cell in at.columns.cells("date", row) if (day := parsed(cell))), None)


def _sorted(at: Headed, row: Row) -> dict[str, Decimal]:
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
    return [row[index] for index in totals if index < len(row)] or columns.cells(sort, row)


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
    sort = next((name for name, pattern in words()["settled"].items() if re.search(pattern, said)), "trade")
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
    totals = {sort: sum((line.of(sort) for line in lines), ZERO) for sort in ("fee", "refund", "discount")}
    for line in lines:
        amounts = {sort: -amount if totals.get(sort, ZERO) < 0 else amount for sort, amount in line.amounts.items()}
        gross, net = amounts.get("gross", ZERO), amounts.get("net", ZERO)
        if gross < 0 or (gross > 0 and net < 0 and not amounts.get("refund") and "gross" in line.amounts):
            amounts |= {"gross": ZERO, "refund": amounts.get("refund", ZERO) + abs(gross)}
        yield replace(line, amounts=amounts)


def breaks(part: Part) -> int | None:
    """How many lines and printed sums do not add up; None when nothing tells.

    Platforms differ in what the settled amount already holds: the reading that most lines follow is taken.
    """
    wrong = sum(_differs(part, sums) for sums in part.sums)
    told = [line for line in part.lines if "net" in line.amounts and "gross" in line.amounts and not part.ledger]
    held = max((sum(_adds_up(line, way) for line in told) for way in product((0, 1), repeat=3)), default=0)
    if told and held > _MOST * len(told):
        return wrong + len(told) - held
    return wrong if part.sums else None


def _adds_up(line: Line, way: Sequence[int]) -> bool:
    refund, discount, subsidy = way
    rest = line.of("gross") - line.of("fee") + subsidy * line.of("subsidy")
    return rest - refund * line.of("refund") - discount * line.of("discount") == line.of("net")


def _differs(part: Part, sums: Mapping[str, Decimal]) -> bool:
    """Whether a printed sum is not that of its column: gross and net, which are one column each."""
    for sort in ("gross", "net"):
        printed = [amount for line in part.lines if (amount := _sorted(part.at, line.cells).get(sort)) is not None]
        if sort in sums and printed and sum(printed, ZERO) != sums[sort]:
            return True
    return False


def whole(parts: Sequence[Part]) -> bool:
    """Whether a recognised settlement was read whole and right: no line, no cell is lost, and every line adds up."""
    return all(
        not part.ledger and len(part.lines) > 1 and _filled(part) and breaks(part) == 0 and not _loses(part)
        for part in parts
    )


def _filled(part: Part) -> bool:
    """Whether all lines have the same sorts of amounts: one without its net amount adds up to anything."""
    return len({frozenset(line.amounts) for line in part.lines}) == 1


def _loses(part: Part) -> bool:
    columns, known = part.at.columns, {line.row for line in part.lines}
    rows = part.sheet.rows[: part.at.end]
    return statement_losses.loses_lines(rows, columns, part.at.start + columns.height, known, SORTS)


def summary(document: Document) -> Iterator[Derived]:
    """Number of lines, sums by sort, first and last day, months, and what does not add up.

    Of a picture nothing, unless it was read whole and adds up.
    """
    parts = parse(document)
    if document.carrier is Carrier.OCR and not whole(parts):
        return
    lines = [line for part in parts for line in part.lines]
    if not lines:
        return
    cited = tuple(_headings(parts[0]))
    yield Derived("n_transactions", len(lines), f"{len(lines)}", cited)
    yield from _sums("", lines, parts, cited)
    for name, day in (("first_date", min(line.day for line in lines)), ("last_date", max(line.day for line in lines))):
        yield Derived(name, day, f"{day}", cited)
    counted = [found for part in parts if (found := breaks(part)) is not None]
    if counted:
        yield Derived("sum_breaks", sum(counted), f"{sum(counted)}", cited)
    for month in sorted({f"{line.day:%Y-%m}" for line in lines}):
        inside = [line for line in lines if f"{line.day:%Y-%m}" == month]
        yield from _sums(f"months[{month}].", inside, parts, cited)
        amount = sum_of(_earned(line) for line in inside)
        yield Derived(f"months[{month}].receipts", amount, f"{amount}", cited)


_NAMES = {"gross": "gross", "refunds": "refund", "fees": "fee", "net": "net"}


def _sums(prefix: str, lines: Sequence[Line], parts: Sequence[Part], cited: tuple[Word, ...]) -> Iterator[Derived]:
    told = {sort for part in parts for line in part.lines for sort in line.amounts}
    told |= {"gross", "refund", "fee", "net"} if any(part.ledger for part in parts) else set()
    for name, sort in _NAMES.items():
        if sort in told:
            amount = sum_of(line.of(sort) for line in lines)
            yield Derived(f"{prefix}{name}", amount, f"{amount}", cited)


def _earned(line: Line) -> Decimal:
    """What the line adds to turnover: what was sold less own discounts and refunds, else what is left before fees."""
    if "own" in line.amounts:
        return ZERO
    if "gross" in line.amounts or "refund" in line.amounts:
        return line.of("gross") - line.of("discount") - line.of("refund")
    return ZERO if "fee" in line.amounts and "net" in line.amounts and not line.of("net") else _before_fees(line)


def _before_fees(line: Line) -> Decimal:
    return line.of("net") + line.of("fee") - line.of("subsidy")


def _headings(part: Part) -> Iterator[Word]:
    for sort in ("gross", "net", "income", "amount"):
        for column in part.at.columns.at.get(sort, ())[:1]:
            yield from part.sheet.words.get((part.at.start, column), ())


def store(document: Document) -> tuple[Word, ...]:
    """The cell that names the shop where every line names the same one."""
    parts = parse(document)
    named = Counter(line.store for part in parts for line in part.lines)
    if len(named) != 1 or not next(iter(named)):
        return ()
    part = parts[0]
    return part.sheet.words.get((part.lines[0].row, part.at.columns.at["store"][0]), ())

"""Settled lines as facts: sums by sort and month, what a month's turnover is, and what does not add up.

Turnover is what was sold or taken net of the shop's own discounts and of refunds (credit-method, section 3); fees are
costs and stay in it. A sort of amount for which there is no column is not told, and no fact. Of a picture on which
lines were misread, only what does not add up is told: sums without a line would be wrong, not incomplete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from selfproof.layout import squash
from selfproof.model import Carrier, Derived, Document, Word
from selfproof.statements import abroad, likely, losses, states
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.headings import Dialect
from selfproof.statements.lines import Line, explained
from selfproof.statements.proven import unnamed
from selfproof.statements.settlement import PLATFORM, SORTS, Part, parse
from selfproof.statements.statement import sum_of
from selfproof.statements.words import words

_TOLD = 0.9  # of the lines must be explained before fees are told: else some of them have no name
_MOST = Decimal("0.5")  # of the lines must add up before one that does not is called wrong
_COMPARED = ("gross", "net", "fee", "refund")
_CENTS = re.compile(r"\d\.\d{1,2}\D*$")  # of an amount, which numbers of orders and days lack
_LABELLED = re.compile(r"([^:：\d,，;；]{2,12})[:：]\s*(?:人民币|[￥¥])?\s*(-?[\d,]+(?:\.\d+)?)")
_ENDS = ("first_date", "last_date")
NAMES = {"gross": "gross", "refunds": "refund", "fees": "fee", "net": "net"}
PAID = {"total": "gross", "refunds": "refund", "fees": "fee", "net": "net"}  # the names of an acquirer's list


def breaks(part: Part, *, alone: bool = True) -> int | None:
    """How many lines and printed sums do not add up; None when nothing tells.

    alone: whether it is the only table, so that totals printed beside it are its own.

    Platforms differ in what the settled amount already holds: the reading that most lines follow is taken.
    """
    compared = [_holds(part, row) for row in part.sums] if not part.ledger else []
    beside = list(_beside(part)) if alone else []
    wrong = sum(held is False for held in [*compared, *beside])
    told, held = _explained(part)
    if told and held > _MOST * told:
        return wrong + told - held
    return wrong if any(one is not None for one in [*compared, *beside]) else None


def _explained(part: Part) -> tuple[int, int]:
    return (0, 0) if part.ledger else explained(part.lines)


def _holds(part: Part, row: int) -> bool | None:
    """Whether a printed sum is that of its columns, over all lines above it or over those since another sum."""
    printed = part.sheet.rows[row]
    columns = [index for sort in _COMPARED for index in part.at.columns.at.get(sort, ())]
    told = {index: amount for index in columns if index < len(printed) and (amount := parse_amount(printed[index]))}
    if not told:
        return None
    starts = [0, *(other + 1 for other in part.sums if other < row)]
    above = row < part.lines[0].row
    spans = [(0, len(part.sheet.rows))] if above else [(start, row) for start in starts]
    return any(
        all(_column(part, index, span, back) == told[index] for index in told)
        for span, back in product(spans, (None, -1, 0))
    )


def _column(part: Part, index: int, span: tuple[int, int], back: int | None) -> Decimal:
    """The sum of a column. back: what a line that pays back counts for; None for what is printed."""
    total = ZERO
    for line in part.lines:
        if span[0] <= line.row < span[1] and index < len(line.cells):
            amount = parse_amount(line.cells[index]) or ZERO
            turned = back is not None and states.reverses(part.at.columns, line.cells)
            total += back * abs(amount) if turned and back is not None else amount
    return total


def _beside(part: Part) -> Iterator[bool | None]:
    """Of each total that stands beside the table whether it is that of the lines."""
    if part.at.columns.dialect is PLATFORM or part.at.columns.factors:
        return
    sums = {sort: sum((line.of(sort) for line in part.lines), ZERO) for sort in _COMPARED}
    shown = {sort for line in part.lines for sort in line.amounts}
    kept = sums["gross"] - sums["refund"]
    for sort, amount in stated(part).items():
        if sort in shown:
            yield amount in (sums[sort], -sums[sort], kept if sort == "gross" else sums[sort])


def stated(part: Part) -> dict[str, Decimal]:
    """Totals by sort and ``count``, as labels with figures above or below the table state them."""
    inside = {line.row for line in part.lines} | {*part.unpaid, *part.sums}
    rows = [row for index, row in enumerate(part.sheet.rows) if index not in inside]
    found: dict[str, Decimal] = {}
    for label, figure in (
        pair for number, row in enumerate(rows) for pair in _pairs(row, rows[number + 1 : number + 2])
    ):
        sort = next((name for name, shape in words()["stated"].items() if shape.search(label)), None)
        amount = parse_amount(figure)
        if sort is not None and amount is not None:
            found.setdefault(sort, amount)
    return found


def _pairs(row: Sequence[str], below: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Labels with the figures after their colons, in the next cells, or in the cells below."""
    under = below[0] if below else ()
    for index, cell in enumerate(row):
        yield from ((squash(label).lstrip("#"), figure) for label, figure in _LABELLED.findall(cell))
        label = squash(cell).strip(":#")
        yield from ((label, figure) for figure in (*row[index + 1 : index + 2], *under[index : index + 1]))


def misread(document: Document, parts: Sequence[Part]) -> bool:
    """Whether a picture's lines may be lost or misread: only sums that hold prove that none is."""
    return document.carrier is Carrier.OCR and not all(map(_whole, parts))


def _whole(part: Part) -> bool:
    known = {line.row for line in part.lines} | {*part.unpaid, *part.sums}
    columns, rows = part.at.columns, part.sheet.rows[: part.at.end]
    lost = losses.loses_lines(rows, columns, part.at.start + columns.height, known, SORTS)
    alike = len({frozenset(line.amounts) for line in part.lines}) == 1  # a line without its net adds up to anything
    told = alike or bool(part.sums) or bool(stated(part))
    return not part.ledger and len(part.lines) > 1 and told and breaks(part) == 0 and not lost


def summary(document: Document, dialect: Dialect = PLATFORM, names: Mapping[str, str] = NAMES) -> Iterator[Derived]:
    """Number of payments, sums by sort (as `names` call them), first and last day, months, what does not add up."""
    parts = parse(document, dialect)
    lines = [line for part in parts for line in part.lines]
    if not lines:
        return
    cited = tuple(_headings(parts[0]))
    counted = [found for part in parts if (found := breaks(part, alone=len(parts) == 1)) is not None]
    if counted:
        yield Derived("sum_breaks", sum(counted), f"{sum(counted)}", cited)
    if misread(document, parts):
        return
    told = _told(parts, names)
    yield from _sums("", lines, told, cited)
    if not any(part.monthly for part in parts):
        yield from _counted(parts, cited)
        days = [line.day for line in lines]
        yield from (
            Derived(name, day, f"{day}", cited) for name, day in zip(_ENDS, (min(days), max(days)), strict=True)
        )
    earned: dict[str, list[Decimal]] = {}
    for line in (line for part in parts for line in abroad.in_own(part)):
        earned.setdefault(f"{line.day:%Y-%m}", []).append(_earned(line))
    for month in sorted({f"{line.day:%Y-%m}" for line in lines}):
        inside = [line for line in lines if f"{line.day:%Y-%m}" == month]
        yield from _sums(f"months[{month}].", inside, told, cited)
        if month in earned:
            amount = sum_of(earned[month])
            yield Derived(f"months[{month}].receipts", amount, f"{amount}", cited)


def _counted(parts: Sequence[Part], cited: tuple[Word, ...]) -> Iterator[Derived]:
    """How many payments there are, and how many the paper says that there are."""
    number = sum(line.count for part in parts for line in part.lines)
    yield Derived("n_transactions", number, f"{number}", cited)
    told = stated(parts[0]) if len(parts) == 1 and parts[0].at.columns.dialect is not PLATFORM else {}
    count = told.get("count")
    if count is None:
        return
    # Some count what was tried as well, some count apart what was paid back.
    ways = (count, count - len(parts[0].unpaid), count + told.get("count_back", ZERO))
    yield Derived("stated_transactions", number if number in ways else int(count), f"{count}", cited)


def _told(parts: Sequence[Part], names: Mapping[str, str]) -> dict[str, str]:
    """The sorts of amount that the lines tell, by the names of their sums."""
    told = {sort for part in parts for line in part.lines for sort in line.amounts}
    told |= {"gross", "refund", "fee", "net"} if any(part.ledger for part in parts) else set()
    if any(
        held < _TOLD * lines if lines else _keeps_unnamed(part) for part in parts for lines, held in [_explained(part)]
    ):
        told.discard("fee")  # the platform kept something besides that no column names
    return {name: sort for name, sort in names.items() if sort in told}


def _sums(prefix: str, lines: Sequence[Line], told: Mapping[str, str], cited: tuple[Word, ...]) -> Iterator[Derived]:
    for name, sort in told.items():
        amount = sum_of(line.of(sort) for line in lines)
        yield Derived(f"{prefix}{name}", amount, f"{amount}", cited)


def _keeps_unnamed(part: Part) -> bool:
    """Whether lines of which nothing tells what their costs are take off amounts under no known heading."""
    if part.ledger or part.at.columns.dialect is not PLATFORM:
        return False
    cells = [cell for index in unnamed(part.at.columns) for line in part.lines for cell in line.cells[index:][:1]]
    if any(_of_a_cost(part, index) for index in unnamed(part.at.columns)):
        return True
    alone = "net" in part.at.columns.at  # what was sold would be told by what is left, and is not
    return any(amount < 0 or (alone and _CENTS.search(cell)) for cell in cells if (amount := parse_amount(cell)))


def _of_a_cost(part: Part, index: int) -> bool:
    """Whether a column of no known name is likely one of costs, and has some."""
    amounts = (parse_amount(cell) for line in part.lines for cell in line.cells[index : index + 1])
    return likely.sort(part.at.columns.headings[index]) == "fee" and any(amounts)


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


def alike(document: Document, role: str, dialect: Dialect = PLATFORM) -> tuple[Word, ...]:
    """The cell of a column (the shop's name, a terminal's number) where every line says the same."""
    parts = parse(document, dialect)
    said = Counter("".join(part.at.columns.cells(role, line.cells)[:1]) for part in parts for line in part.lines)
    if len(said) != 1 or not next(iter(said)):
        return ()
    part = parts[0]
    return part.sheet.words.get((part.lines[0].row, part.at.columns.at[role][0]), ())

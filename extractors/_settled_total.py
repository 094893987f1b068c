"""A platform's bill that only sums up a month: names with their amounts, and no line for a day or an order.

Nothing tells such a paper from a list of any amounts but its own arithmetic: what was sold less what went back and
what the platform kept is what is left, to the 分. Where that does not hold nothing is told: a figure may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml

from extractors import _periods
from extractors import _statement_head as head
from selfproof import layout
from selfproof.identity import Same
from selfproof.layout import squash
from selfproof.model import Derived, Document, Word
from selfproof.statements import abroad, headings, likely, sheets
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.settlement import PLATFORM
from selfproof.statements.sheets import Sheet
from selfproof.statements.words import is_sum

_GUESSED = "likely "  # before the sort of a figure whose name only likely says it
_OTHER = "other"  # under a name that the table does not know, with its sign
_COSTS = ("refund", "fee", "discount", "subsidy")
_MONEY = re.compile(r"[-+−]?\s*(?:人民币|[¥￥])?\s*[-+−]?\d[\d,]*(?:\.\d{1,2})?\s*元?")
_EXACT = re.compile(r"\.\d{1,2}\s*元?$|[¥￥]|元$")
_DASH = re.compile(r"\s*[-—–/]+\s*")  # of a cell that holds no figure
_DAY = r"20\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?"
_BARE = re.compile(  # under a title, without a label
    rf"{_DAY}\s*(?:至|到|[-~—–]+)\s*{_DAY}|20\d{{2}}年\d{{1,2}}月份?\W*"
)
_BEHIND = re.compile(r"[·|]\s*(20\d{2}年\d{1,2}月)\s*$")  # a shop's name
_LABELLED = re.compile(r"([^:：]{2,20})[:：]\s*(\S.*)")
_PRICED = re.compile(r"([\u4e00-\u9fff()（）]{2,20})([-+]?\s*[¥￥]?\s*[-+]?\d[\d,]*\.\d{1,2}元?)")  # 运费总额¥1809.23
_DATES = re.compile(
    r"[·|,，(（]?\s*(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}日?(?:\s*[-~至—]+\s*(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}日?)?[)）]?"
)
_SOLD_AND_LEFT = {"gross", "net"}
_NAMED = 3  # cells of an amount's name, which may hold its days
_MOST, _LONGEST = 60, 2000  # figures that are tried; rows of a sheet that may sum up a month
_FEWEST = 3  # names with amounts: less adds up by chance


_Cell = tuple[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A named amount. sort: as in the table of names; words: where it stands; inner: a part of the one before it."""

    sort: str
    amount: Decimal
    words: tuple[Word, ...]
    inner: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """What adds up. turnover: sold, less what went back and the shop's own discounts, where the paper names them."""

    gross: Figure
    net: Figure
    refunds: tuple[Figure, ...]
    fees: tuple[Figure, ...]
    turnover: Decimal


def derive(document: Document) -> Iterator[Derived]:
    """The sums, and those of the month that the bill is for, where it is for one."""
    found = total(document)
    if found is None:
        return
    yield from _sums("", found)
    spans = (_periods.span(layout.join(words)) for words in _spans(list(document.words)))
    covered = {month for span in spans if span for month in (_periods.months(span) or [""])}
    if len(covered) == 1 and (month := covered.pop()):
        yield from _sums(f"months[{month}].", found)
        if abroad.in_cny(document.text):
            yield Derived(f"months[{month}].receipts", found.turnover, f"{found.turnover}", found.gross.words)


def _sums(prefix: str, found: Total) -> Iterator[Derived]:
    rows = (("gross", (found.gross,)), ("refunds", found.refunds), ("fees", found.fees), ("net", (found.net,)))
    for name, figures in rows:
        if figures:
            amount = found.net.amount if name == "net" else _sum(figures)
            words = tuple(word for figure in figures for word in figure.words)
            yield Derived(f"{prefix}{name}", amount, f"{amount}", words)


def months(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """What prints the month of a bill: behind its label, or in its title."""
    return (place for place in _spans(words) if _periods.span(layout.join(place)))


def _spans(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    yield from head.spans(words)
    yield from ([word] for word in words if _BARE.fullmatch(word.text.strip()))
    for word in words:
        if re.match(table()["month"], layout.squash(word.text)):
            behind = layout.right_of(word, words)[:1]
            yield [word] if _periods.span(word.text) else behind
            yield [word, *behind]  # 2026年2月1日 —2026年2月28日
        elif match := _BEHIND.search(word.text):
            yield [word.slice(*match.span(1))]


@cache
def table() -> Mapping[str, Any]:
    """The names of figures."""
    read: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "platform_summary.yaml").read_text("utf-8")
    )
    return read


def total(document: Document) -> Total | None:
    """The one set of sums on the paper; None where figures are missing, doubled, or do not add up.

    Where movements are listed below the sums, these are what stands before a name that was there already.
    """
    return _total(Same(document))


@lru_cache(maxsize=4)
def _total(same: Same[Document]) -> Total | None:
    found = list(_figures(same.one))
    known = [figure for figure in found if not figure.sort.startswith(_GUESSED)]
    outer = [figure for figure in known if not figure.inner]
    return _added_up(known) or _added_up(outer) or _added_up(_before_lines(known)) or _searched(found)


def _searched(found: Sequence[Figure]) -> Total | None:
    """What adds up of figures whose names only likely say what they are: of all, or of those above a list of lines.

    Of several amounts that may have been sold, or be left, one pair alone must do with all the costs that are printed.
    """
    figures = [replace(one, sort=one.sort.removeprefix(_GUESSED)) for one in found[:_MOST] if not one.inner]
    for end in range(len(figures), _FEWEST - 1, -1):
        lines = [figure for figure in figures[end:] if figure.sort == "gross"]
        told = {total.turnover: total for total in _pairs(figures[:end]) if _sums_up(total.gross, lines)}
        if len(told) == 1:
            return next(iter(told.values()))
    return None


def _sums_up(sold: Figure, lines: Sequence[Figure]) -> bool:
    """Whether what was sold may be that of lines below, of which a picture may show a part, and is none of them."""
    return len(lines) != 1 and _sum(lines) <= sold.amount and all(line.name != sold.name for line in lines)


def _pairs(figures: Sequence[Figure]) -> Iterator[Total]:
    """What adds up with one amount sold and one left; where nothing is called left, the less of two called sold is."""
    least = min((figure.amount for figure in figures if figure.sort == "gross"), default=ZERO)
    if not _has(figures, "net"):
        figures = [replace(one, sort="net") if (one.sort, one.amount) == ("gross", least) else one for one in figures]
    amounts = [{figure.amount for figure in figures if figure.sort == sort} for sort in ("gross", "net")]
    for sold, left in product(*amounts):
        wanted = {"gross": sold, "net": left}
        chosen = [figure for figure in figures if wanted.get(figure.sort, figure.amount) == figure.amount]
        if sold > left > 0 and (total := _added_up(chosen)):
            yield total


def _before_lines(found: Sequence[Figure]) -> Sequence[Figure]:
    """The figures up to the second sale that is not the first one printed again."""
    sales = [index for index, figure in enumerate(found) if figure.sort == "gross"]
    if len(sales) <= 2 or not _sums_up(found[sales[0]], [found[index] for index in sales[1:]]):  # noqa: PLR2004  a list
        return ()
    return found[: sales[1]]


def _added_up(found: Sequence[Figure]) -> Total | None:
    found = _sold_first(found)
    sold, left = _only(found, "gross"), _only(found, "net" if _has(found, "net") else "sum")
    if sold is None or left is None or len(found) < _FEWEST:
        return None
    parts = {sort: [figure for figure in found if figure.sort == sort] for sort in _COSTS}
    summed = [figure for figure in found if figure.sort == "fees"]
    if _sum(summed) != _sum(parts["refund"]) + _sum(parts["fee"]):  # else it holds what went back too
        parts["fee"] = summed or parts["fee"]
    sums = {sort: _sum(parts[sort]) for sort in _COSTS}
    adjusted = sum((figure.amount for figure in found if figure.sort == _OTHER), ZERO)
    kept = sold.amount - left.amount
    way = next((way for rest in dict.fromkeys((ZERO, adjusted)) for way in _ways(kept + rest, sums)), None)
    if way is None or not (parts["fee"] or parts["refund"]):
        return None
    if summed and any(sums[sort] and sort not in way for sort in ("refund", "discount")):
        return None  # whether the printed sum of costs holds these is not told
    back = sum((_sum(parts[sort]) for sort in ("refund", "discount") if sort in way), ZERO)
    return Total(sold, left, tuple(parts["refund"]), tuple(parts["fee"]), sold.amount - back)


def _ways(kept: Decimal, sums: Mapping[str, Decimal]) -> Iterator[frozenset[str]]:
    """Which sorts were taken off what was sold to give what is left: all if that fits, and fees always."""
    for chosen in product((True, False), repeat=3):
        taken = frozenset(
            {"fee", *(sort for sort, on in zip(("refund", "discount", "subsidy"), chosen, strict=True) if on)}
        )
        if sum((-sums[sort] if sort == "subsidy" else sums[sort] for sort in taken), ZERO) == kept:
            yield taken


def _sold_first(found: Sequence[Figure]) -> Sequence[Figure]:
    """Where nothing is called sold and two amounts are called settled, the first is what was sold if it is more."""
    settled = [figure for figure in found if figure.sort == "net"]
    if _has(found, "gross") or len(settled) != 2 or settled[0].amount <= settled[1].amount:  # noqa: PLR2004  before costs, and after
        return found
    return [replace(figure, sort="gross") if figure is settled[0] else figure for figure in found]


def _has(found: Sequence[Figure], sort: str) -> bool:
    return any(figure.sort == sort for figure in found)


def _only(found: Sequence[Figure], sort: str) -> Figure | None:
    """The figure of a sort, printed once or more often alike."""
    of = [figure for figure in found if figure.sort == sort]
    return of[0] if of and len({figure.amount for figure in of}) == 1 else None


def _sum(figures: Sequence[Figure]) -> Decimal:
    return sum((abs(figure.amount) for figure in figures), ZERO)


def _figures(document: Document) -> Iterator[Figure]:
    for sheet in (sheet for sheet in sheets.sheets(document, PLATFORM) if len(sheet.rows) <= _LONGEST):
        current = next((place for row in sheet.rows if (place := _current(row)) is not None), None)
        filled = [
            [(cell, sheet.words.get((number, column), ())) for column, cell in enumerate(row) if cell.strip()]
            for number, row in enumerate(sheet.rows)
        ]
        for number, (over, cells, under) in enumerate(zip([[], *filled], filled, [*filled[1:], []], strict=False)):
            yield from list(_beside(cells, current)) or list(_below(cells, under)) or _headline(over, cells, under)
            if cells and is_sum("".join(text for text, _ in cells if not _MONEY.fullmatch(text.strip()))):
                yield from _foot(sheet, number)


def _foot(sheet: Sheet, number: int) -> Iterator[Figure]:
    """The sums at the foot of a table, each under the heading of its column."""
    sorts = [{likely.sort(cell) for cell in row} for row in sheet.rows[:number]]
    at = next((row for row, known in enumerate(sorts) if len(_SOLD_AND_LEFT & known) > 1), None)
    if at is None:
        return
    names = [(_across(sheet, at, column), name) for column, name in enumerate(sheet.rows[at]) if name.strip()]
    for column, cell in enumerate(sheet.rows[number]):
        if _EXACT.search(cell.strip()) and _MONEY.fullmatch(cell.strip()):
            here = _across(sheet, number, column)
            name = min(names, key=lambda known: abs(known[0] - here))[1]
            yield from _named(name, [(cell, sheet.words.get((number, column), ()))])


def _across(sheet: Sheet, row: int, column: int) -> float:
    """Where a cell stands, from the left of its page, else of its sheet."""
    words = sheet.words.get((row, column), ())
    return words[0].centre[0] if words and any(words[0].box) else float(column)


def _headline(over: Sequence[_Cell], cells: Sequence[_Cell], under: Sequence[_Cell]) -> Iterator[Figure]:
    """An amount that stands alone, large, under its name or over it."""
    if len(cells) != 1 or not (_MONEY.fullmatch(cells[0][0].strip()) and _EXACT.search(cells[0][0].strip())):
        return
    for name in (over, under[:1] if len(under) == 1 else ()):
        said = _DATES.sub("", "".join(text for text, _ in name[:_NAMED]))
        if found := list(_named(said, cells)):
            yield from found
            return


def _current(row: Sequence[str]) -> tuple[int, int] | None:
    """Which of how many columns of amounts is the bill's own, where another month's stands beside it."""
    columns = [squash(cell) for cell in row if re.search(table()["columns"], squash(cell))]
    own = [place for place, cell in enumerate(columns) if re.match(table()["own"], cell)]
    return (own[0], len(columns)) if len(own) == 1 and len(columns) > 1 else None


def _beside(cells: Sequence[_Cell], current: tuple[int, int] | None) -> Iterator[Figure]:
    """Names with the amount behind the colon or in the next cells; of several figures the only one that is money."""
    name, last, amounts = "", "", list[_Cell]()
    parted = [(part, words) for cell, words in cells for part in _parted(cell)]
    for text, words in [*((text, words) for text, words in parted if not _DASH.fullmatch(text)), ("", ())]:
        if text and _MONEY.fullmatch(text.strip()):
            amounts.append((text, words))
        elif amounts or not text:
            exact = [cell for cell in amounts if _EXACT.search(cell[0].strip())]
            own = exact[current[0] :][:1] if current and len(exact) == current[1] else amounts
            yield from _named(last if sort_of(last) in _SOLD_AND_LEFT and not sort_of(name) else name, own)
            name, last, amounts = text, text, []
        else:
            name, last = name + text, text


def _parted(text: str) -> Sequence[str]:
    match = _LABELLED.fullmatch(text.strip()) or _PRICED.fullmatch(text.strip())
    return match.groups() if match and _MONEY.fullmatch(match[2].strip()) else (text,)


def _named(name: str, amounts: Sequence[_Cell]) -> Iterator[Figure]:
    sort = sort_of(name) or (_OTHER if re.search(table()["adjusting"], name) else _likely(name))
    exact = [cell for cell in amounts if _EXACT.search(cell[0].strip())]
    chosen = amounts if len(amounts) == 1 else exact
    amount = parse_amount(chosen[0][0].strip().removesuffix("元")) if len(chosen) == 1 else None
    if sort and amount is not None:
        yield Figure(sort, amount, chosen[0][1], squash(name).startswith("其中"), name)


def _likely(name: str) -> str:
    plain = re.sub(table()["lead"], "", squash(name).rstrip(":"))
    sort = likely.sort(re.sub(rf"(?<=..)(?:{table()['way']})$", "", plain)) or likely.sort(plain)
    return f"{_GUESSED}{sort}" if sort and sort not in (likely.NONE, "fee_back") else ""


def _below(cells: Sequence[_Cell], under: Sequence[_Cell]) -> Iterator[Figure]:
    """A row of names over a row of as many amounts."""
    if len(cells) == len(under) > 1 and all(_MONEY.fullmatch(text.strip()) for text, _ in under):
        for (name, _), cell in zip(cells, under, strict=True):
            yield from _named(name, [cell])


def sort_of(name: str) -> str:
    """What a name says that its amount is; "" when it is none of the table's.

    >>> sort_of("减：平台服务费（佣金）"), sort_of("订单交易总额"), sort_of("本期应结金额"), sort_of("可提现余额")
    ('fee', 'gross', 'net', '')
    >>> sort_of("技术服务费及配送费"), sort_of("用户实付及补贴（营业额）"), sort_of("货款及保证金")
    ('fee', 'gross', '')
    >>> sort_of("收入交易收款"), sort_of("支出天猫佣金"), sort_of("合计本期结算净额"), sort_of("支出合计")
    ('gross', 'fee', 'net', 'fees')
    >>> sort_of("支出违规扣款—延迟发货"), sort_of("支出运费险保费"), sort_of("小计收入小计")
    ('fee', 'fee', '')
    >>> sort_of("订单收入打包袋金额")
    'subsidy'
    """
    plain = re.sub(table()["lead"], "", headings.plain(squash(name).rstrip(":")))
    whole = re.sub(rf"(?:{table()['way']})$", "", plain)
    inside = "".join(re.findall(table()["aside"], plain)).strip("()")
    behind = re.sub(rf"^(?:(?:订单|其他)?(?:{table()['way']})|合计|总计)(?=[\u4e00-\u9fff]{{2}})", "", plain)
    before = re.split(r"[-—–]", plain)[0]  # what it is for stands behind: 违规扣款—延迟发货
    for text in (plain, re.sub(table()["aside"], "", plain), whole, inside, behind, before):
        for sort in ("fees", "net", "gross", "refund", "sum"):
            if any(re.fullmatch(pattern, text) for pattern in table()[sort]):
                return sort
        known = headings.role(text, PLATFORM)
        if known and known[0] in ("gross", "net", *_COSTS, "packing"):
            return "subsidy" if known[0] == "packing" else known[0]  # it is added to what was sold
    parts = re.split(r"[及和与、]", plain)
    sorts = {sort_of(part) for part in parts} if len(parts) > 1 else set()
    return "fee" if "fee" in sorts and sorts <= {"fee", "subsidy"} else ""  # fees and what delivery costs

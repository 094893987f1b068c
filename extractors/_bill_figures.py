"""Names with their amounts, as platforms print them on bills that only sum up: beside, below, or at a table's foot.

A name says what its amount is by the table of names, or likely says it by its parts; whether it is so, arithmetic has
to prove (`extractors._settled_total`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof.layout import squash
from selfproof.model import Document, Word
from selfproof.statements import headings, likely, sheets
from selfproof.statements.amounts import parse_amount
from selfproof.statements.settlement import PLATFORM
from selfproof.statements.sheets import Sheet

GUESSED = "likely "  # before the sort of a figure whose name only likely says it
OTHER = "other"  # under a name that the table does not know, with its sign
COSTS = ("refund", "fee", "discount", "subsidy")
_MONEY = re.compile(r"[-+−]?\s*(?:人民币|[¥￥])?\s*[-+−]?\d[\d,]*(?:\.\d{1,2})?\s*元?")
_EXACT = re.compile(r"\.\d{1,2}\s*元?$|[¥￥]|元$")
_NO_FIGURE = re.compile(r"\s*(?:[-—–/]+|(?:订单|单号)?\s*\d{9,})\s*")  # a dash, or the number of an order
_LABELLED = re.compile(r"([^:：]{2,20})[:：]\s*(\S.*)")
_PRICED = re.compile(r"([\u4e00-\u9fff()（）]{2,20})([-+]?\s*[¥￥]?\s*[-+]?\d[\d,]*\.\d{1,2}元?)")  # 运费总额¥1809.23
_DATES = re.compile(
    r"[·|,，(（]?\s*(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}日?(?:\s*[-~至—]+\s*(?:20\d{2}[-./年])?\d{1,2}[-./月]\d{1,2}日?)?[)）]?"
)
_NUMBERED = re.compile(r"(?:[一二三四五六七八九十]{1,2}[、.]?|[(（]?\d{1,2}[)）.、]?)")
_UNITS = re.compile(r"[笔单件张次个人天]|间夜|订单")
_SOLD_AND_LEFT = {"gross", "net"}
_OTHER_SPAN = re.compile(r"累计|全年|本年|年度|去年|同期|季度|上[月期年]")  # than the bill's own
_NAMED = 3  # cells of an amount's name, which may hold its days
_FOOT = re.compile(r"(?:本?[期月年次])?(?:合计|总计|总额|合)")  # of all lines, and not of a page's or a day's
_LONGEST = 2000  # rows of a sheet that may sum up a month
_Cell = tuple[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A named amount. sort: as in the table of names; words: where it stands; inner: a part of the one before it.

    sure: whether it stands beside its name, in a row of names over a row of amounts, and not large or at a foot alone.
    """

    sort: str
    amount: Decimal
    words: tuple[Word, ...]
    inner: bool = False
    name: str = ""
    sure: bool = True


@cache
def table() -> Mapping[str, Any]:
    """The names of figures."""
    read: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "platform_summary.yaml").read_text("utf-8")
    )
    return read


def figures(document: Document) -> Iterator[Figure]:
    """All named amounts, in the order of print."""
    for sheet in (sheet for sheet in sheets.sheets(document, PLATFORM) if len(sheet.rows) <= _LONGEST):
        current = next((place for row in sheet.rows if (place := _current(row)) is not None), None)
        filled = [
            [(cell, sheet.words.get((number, column), ())) for column, cell in enumerate(row) if cell.strip()]
            for number, row in enumerate(sheet.rows)
        ]
        for over, cells, under in zip([[], *filled], filled, [*filled[1:], []], strict=False):
            yield from list(_beside(cells, current)) or list(_below(cells, under)) or _headline(over, cells, under)
        summed = [number for number, row in enumerate(sheet.rows) if any(map(_FOOT.fullmatch, map(squash, row)))]
        yield from _foot(sheet, summed[-1]) if summed else ()


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
            found = _named(name, [(cell, sheet.words.get((number, column), ()))])
            yield from (replace(figure, sure=False) for figure in found)


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
            yield from (replace(figure, sure=False) for figure in found)
            return


def _current(row: Sequence[str]) -> tuple[int, int] | None:
    """Which of how many columns of amounts is the bill's own, where another month's stands beside it."""
    columns = [squash(cell) for cell in row if re.search(table()["columns"], squash(cell))]
    own = [place for place, cell in enumerate(columns) if re.match(table()["own"], cell)]
    return (own[0], len(columns)) if len(own) == 1 and len(columns) > 1 else None


def _beside(cells: Sequence[_Cell], current: tuple[int, int] | None) -> Iterator[Figure]:
    """Names with the amount behind the colon or in the next cells; of several figures the only one that is money."""
    names, amounts = list[str](), list[_Cell]()
    parted = _without_counts([(part, words) for cell, words in cells for part in _parted(cell)])
    for text, words in [*((text, words) for text, words in parted if not _NO_FIGURE.fullmatch(text)), ("", ())]:
        if text and _MONEY.fullmatch(text.strip()):
            amounts.append((text, words))
        elif amounts or not text:
            exact = [cell for cell in amounts if _EXACT.search(cell[0].strip())]
            own = exact[current[0] :][:1] if current and len(exact) == current[1] else amounts
            yield from _named(_told_by(names), own)
            names, amounts = [text], []
        else:
            names.append(text)


def _told_by(names: Sequence[str]) -> str:
    """The name of an amount: all that stands before it, or what is known of that: what explains it stands behind."""
    named = [name for name in names if not _NUMBERED.fullmatch(name.strip())]
    whole = "".join(names)
    if sort_of(whole) or len(named) < 2:  # noqa: PLR2004  a name and what is said of it
        return whole
    if named and sort_of(named[-1]) in _SOLD_AND_LEFT:
        return named[-1]
    return named[0] if sort_of(named[0]) or _likely(named[0]) else whole


def _without_counts(cells: Sequence[_Cell]) -> list[_Cell]:
    """Without the figures that a unit follows: 326 笔."""
    counts = [
        at
        for at, (text, _) in enumerate(cells[1:])
        if _UNITS.fullmatch(text.strip()) and _MONEY.fullmatch(cells[at][0].strip())
    ]
    return [cell for at, cell in enumerate(cells) if at not in counts and at - 1 not in counts]


def _parted(text: str) -> Sequence[str]:
    match = _LABELLED.fullmatch(text.strip()) or _PRICED.fullmatch(text.strip())
    return match.groups() if match and _MONEY.fullmatch(match[2].strip()) else (text,)


def _named(name: str, amounts: Sequence[_Cell]) -> Iterator[Figure]:
    if _OTHER_SPAN.search(name):
        return
    sort = sort_of(name) or (OTHER if re.search(table()["adjusting"], name) else _likely(name))
    exact = [cell for cell in amounts if _EXACT.search(cell[0].strip())]
    chosen = amounts if len(amounts) == 1 else exact
    amount = parse_amount(chosen[0][0].strip().removesuffix("元")) if len(chosen) == 1 else None
    if sort and amount is not None:
        yield Figure(sort, amount, chosen[0][1], squash(name).startswith("其中"), name)


def _likely(name: str) -> str:
    plain = re.sub(table()["lead"], "", squash(name).rstrip(":"))
    sort = likely.sort(re.sub(rf"(?<=..)(?:{table()['way']})$", "", plain)) or likely.sort(plain)
    return f"{GUESSED}{sort}" if sort and sort not in (likely.NONE, "fee_back") else ""


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
        if known and known[0] in ("gross", "net", *COSTS, "packing"):
            return "subsidy" if known[0] == "packing" else known[0]  # it is added to what was sold
    parts = re.split(r"[及和与、]", plain)
    sorts = {sort_of(part) for part in parts} if len(parts) > 1 else set()
    return "fee" if "fee" in sorts and sorts <= {"fee", "subsidy"} else ""  # fees and what delivery costs

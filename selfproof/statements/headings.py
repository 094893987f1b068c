"""Where the columns of a statement stand: headings by the table of synonyms, in one line or two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

import yaml
from rapidfuzz.distance import Hamming

from selfproof import units
from selfproof.layout import squash
from selfproof.statements.amounts import parse_amount
from selfproof.values import day, number

_LATIN = re.compile(r"(?<![a-z])(?!id(?![a-z]))[a-z][a-z.'&\s-]*", re.IGNORECASE)  # 商品ID is no 商品
_YUAN = r"(?:[百千]?万|[百千亿])?元"
_UNIT = re.compile(
    rf"[(\[/]?(?:单位:?)?(?:人民币)?(?:{_YUAN}|rmb|cny)[)\]]|/{_YUAN}|\([+\-]?元?\)|\[\]|\(\)|[*#:]|\(\+?-?\)|/币种$",
    re.IGNORECASE,
)
_RATE = re.compile(r"\(?\d+(?:\.\d+)?%\)?$")  # of what a fee is: 技术服务费7%
_BRACKETED = re.compile(r"^[\[(]([^\[\]()]+)[\])]$")  # behind what it translates: Trade Amount[ 交易金额 ]
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_FEWEST_ROLES = 3
_DAY = ("日期", "时间", "日")  # the end of a day's name
_SEEN = 6  # rows, of which five lie below a heading
_LONGEST = 40  # characters of a heading: English ones are long
DAYS = "日|时间|月份|账期|入住|离店|退房"  # in the heading of a column of days
_DATED = re.compile(
    rf"(?:^|\x1f)(?:20\d{{2}}年)?[^\d\x1f]{{0,24}}(?:{DAYS}|date|time)[^\d\x1f]{{0,24}}(?:\x1f|$)", re.IGNORECASE
)

MONEY = frozenset(
    ("amount", "income", "expense", "balance", "gross", "net", "received", "fee", "refund", "discount", "subsidy")
)
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Whose headings a table has. table: beside the banks' own, the headings that only these papers print, tried first.

    amounts: roles of which one group must be there whole. neutral: lines that are neither in nor out are transactions.
    """

    table: str = ""
    amounts: tuple[tuple[str, ...], ...] = (("amount",), ("income", "expense"))
    neutral: bool = False


BANK = Dialect()


@dataclass(frozen=True, slots=True)
class Columns:
    """at: role → columns (from 0), best first. headings: as printed, the two lines of a double heading joined.

    height: how many printed rows the heading takes. factors: of columns whose amounts are not in CNY but in thousands.
    """

    at: Mapping[str, tuple[int, ...]]
    headings: tuple[str, ...]
    height: int = 1
    dialect: Dialect = BANK
    factors: Mapping[int, Decimal] = field(default_factory=dict)

    def within(self, context: str) -> str:
        """What stands above the headings, with these."""
        return "\n".join((context, *self.headings))

    def amounts(self, role: str, row: Row) -> Iterator[Decimal]:
        """The amounts of a role in CNY, best column first."""
        for index in self.at.get(role, ()):
            if (amount := self.amount(index, row)) is not None:
                yield amount

    def amount(self, index: int, row: Row) -> Decimal | None:
        """The amount in a column in CNY; one that says its own unit stays."""
        amount = parse_amount(row[index]) if index < len(row) else None
        if amount is None or index not in self.factors or units.says_own(row[index]):
            return amount
        return amount * self.factors[index]

    def cells(self, role: str, row: Row) -> list[str]:
        """The row's texts in the columns of a role, best column first; nothing for columns beyond its end."""
        return [row[index] for index in self.at.get(role, ()) if index < len(row)]


@cache
def _ranks(table: str) -> list[tuple[str, int, re.Pattern[str]]]:
    """(role, rank, pattern) in the order in which they are tried; no heading is foreign to a dialect of its own."""
    own = _listed(table) if table else []
    most = max((rank for _, rank, _ in own), default=-1) + 1
    return own + [
        (role, rank + most, pattern)
        for role, rank, pattern in _listed("statement_columns")
        if not table or role != "foreign"
    ]


def _listed(table: str) -> list[tuple[str, int, re.Pattern[str]]]:
    roles = yaml.safe_load(files("selfproof").joinpath("tables", f"{table}.yaml").read_text("utf-8"))
    return [(role, rank, re.compile(pattern)) for role, ranks in roles.items() for rank, pattern in enumerate(ranks)]


@lru_cache(4096)
def plain(heading: str) -> str:
    """A heading in the form that the table knows.

    >>> plain("入帐日期[ Date ]"), plain("Trade Amount[ 交易金额 ]"), plain("借方发生额/元 (支取)"), plain("商品ID")
    ('入账日期', '交易金额', '借方发生额(支取)', '商品id')
    """
    text = squash(heading).lower().replace("帐", "账")
    if _CHINESE.search(text):
        text = _LATIN.sub("", text)
    text = _RATE.sub("", _UNIT.sub("", text))
    return _BRACKETED.sub(r"\1", text)


@cache
def _spelled() -> tuple[str, ...]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "statement_headings.yaml").read_text("utf-8"))
    return tuple(heading for line in table for heading in line)


_SEALED = re.compile(r"(?:(?<=[)）])[\u4e00-\u9fff]{1,2}|[专章印★]{1,2})$")  # signs of a seal over a heading's end


@lru_cache(4096)
def mended(heading: str, dialect: Dialect = BANK) -> str:
    """A recognised heading that the table does not know without a seal's signs, or as the nearest, by a sign in four.

    >>> mended("货方发生制(收入)"), mended("账户余额"), mended("借方贷方发生"), mended("货方")
    ('贷方发生额(收入)', '账户余额', '借方贷方发生', '贷方')
    >>> mended("金额(元)专"), mended("交易时间章"), mended("金额(元)摘要")
    ('金额(元)', '交易时间', '金额(元)摘要')
    """
    sealed = _SEALED.search(heading)
    if sealed and role(sealed[0], dialect) is None and role(clear := heading[: sealed.start()], dialect) is not None:
        return clear if role(heading, dialect) is None else heading
    text = plain(heading)
    if role(heading, dialect) is not None or units.behind(heading) not in (None, 1):
        return heading
    credit = text.replace("货", "贷")  # short headings are mended by this pair alone
    if credit != text and role(credit, dialect) is not None:
        return credit
    apart = [(Hamming.distance(known, text), known) for known in _spelled() if len(known) == len(text)]
    near = sorted(pair for pair in apart if pair[0] <= len(text) // 4)[:2]
    return near[0][1] if near and (len(near) == 1 or near[0][0] < near[1][0]) else heading


_ASIDE = re.compile(r"([^()]+)\(([^()]+)\)")  # a name and what else it is called: 平台服务费(佣金)


@lru_cache(8192)
def role(heading: str, dialect: Dialect = BANK) -> tuple[str, int] | None:
    """(role, rank) of a heading; None when it is none of the table's."""
    text = plain(heading)
    ranks = _ranks(dialect.table) if 0 < len(text) <= _LONGEST else []
    known = next(((name, rank) for name, rank, pattern in ranks if pattern.fullmatch(text)), None)
    aside = None if known else _ASIDE.fullmatch(text)
    if aside is None:
        return known
    both = [role(name, dialect) for name in aside.groups()]
    return both[0] if both[0] and both[1] and both[0][0] == both[1][0] else None


def of(headings: Row, height: int = 1, dialect: Dialect = BANK) -> Columns | None:
    """The columns of a heading row; None when it does not head a table of dated amounts."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, heading in enumerate(headings):
        known = role(heading, dialect)
        if known is not None:
            found.setdefault(known[0], []).append((known[1], index))
    at = {name: tuple(index for _, index in sorted(places)) for name, places in found.items()}
    if "amount_signed" in at:
        at["amount"] = (*at.pop("amount_signed"), *at.get("amount", ()))
    amounts = any(all(role in at for role in group) for group in dialect.amounts)
    if "date" not in at or not amounts or len(at) < _FEWEST_ROLES:
        return None
    return Columns(at, tuple(headings), height, dialect)


def heading(rows: Sequence[Row], index: int, dialect: Dialect = BANK) -> Columns | None:
    """The columns when a heading begins at this row, alone or together with the next row."""
    row = rows[index]
    if not _DATED.search("\x1f".join(row)) or sum(map(bool, row)) < _FEWEST_ROLES or _holds_data(row):
        return None
    single = of(
        _under(rows[index - 1] if index else (), _closed(rows[index : index + _SEEN], dialect)), dialect=dialect
    )
    below = rows[index + 1] if index + 1 < len(rows) else ()
    if not any(below) or _holds_data(below):
        return single
    double = of(_two_lines(row, below), 2, dialect)
    if double is not None and (single is None or len(double.at) > len(single.at) or translates(below)):
        return double
    return single


def _closed(rows: Sequence[Row], dialect: Dialect) -> Row:
    """A heading row with the parts of a day's name that stand apart for their letters' spacing put together."""
    row, *body = ([*row] for row in rows)
    for index in range(len(row) - 1):
        joined = row[index] + row[index + 1]
        filled, full = (any("".join(line[at : at + 1]).strip() for line in body) for at in (index, index + 1))
        if filled and not full and row[index + 1] in _DAY and (role(joined, dialect) or ("",))[0] == "date":
            row[index : index + 2] = joined, ""
    return row


def _under(above: Row, row: Row) -> Row:
    """A heading row with the names in the row above that stand over cells of both: 商家应收款 over an empty one."""
    if sum(map(bool, above)) < _FEWEST_ROLES or _holds_data(above):
        return row
    over = [*above, *([""] * len(row))]
    return [cell or over[place] for place, cell in enumerate(row)]


def year(rows: Sequence[Row]) -> str:
    """The last row that only prints a year, as one over headings does, "" without one.

    >>> year([("2025年", ""), ("月/日", "摘要"), ("2026年", ""), ("月/日", "摘要")]), year([("2025年", "摘要")])
    ('2026年', '')
    """
    said = ("".join(row).strip() for row in reversed(rows))
    return next((text for text in said if re.fullmatch(r"20\d{2}年", text)), "")


def translates(row: Row) -> bool:
    """Whether a row only says headings again in Latin letters."""
    return not any(re.search(r"[\u4e00-\u9fff\d]", cell) for cell in row)


def _holds_data(row: Row) -> bool:
    return any(day(cell) is not None or (number(cell) is not None and len(cell) > 1) for cell in row if len(cell) < 40)  # noqa: PLR2004  longer cells are sentences


def _two_lines(upper: Row, lower: Row) -> list[str]:
    """A merged heading over its parts: an empty upper cell continues the one before when something stands below it."""
    joined: list[str] = []
    over = ""
    for index in range(max(len(upper), len(lower))):
        top = upper[index] if index < len(upper) else ""
        bottom = lower[index] if index < len(lower) else ""
        over = top or (over if bottom else "")
        joined.append(f"{over}{bottom}")
    return joined

"""Amounts and days that a seal or a bar hides, or of which figures are lost, told by the lines around them.

What a line moved is its balance less the one before it. It is put in only where both of these are proven by the lines
beside them and nothing that is still legible speaks against it: what is left of the figures must be part of it. Where
no line proves the second balance, the figures must have lost their end: an amount that looks whole contradicts it.
On an exact carrier no balance is misread: there an amount is put in where none is legible, and one that is stays; but
none between balances of which one does not follow where it can be seen. Each account has balances of its own: none is
told where the days run back, for there another account may begin, nor in a table under the numbers of several.
A day lies between those of the lines above and below where all days run one way; its figures must leave only one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from selfproof.layout import squash
from selfproof.statements.amounts import ZERO, parse_amount
from selfproof.statements.entries import Headed
from selfproof.statements.headings import Columns, Row
from selfproof.statements.ways import way
from selfproof.statements.words import is_sum
from selfproof.values import CENT

_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s*$")
_FITTING = Decimal("0.5")  # of the lines: less is no chain that could tell what is missing
_LEFT = 3  # figures that prove an amount whose own balance nothing follows
_MOST_OF_A_DAY = 6
_LOST = 2  # of the last figures of such an amount
_CENTS = re.compile(r"[.,]\s*\d\s*\d\s*$")
_CARRIED = re.compile(r"[\u4e00-\u9fff]{0,4}(?:余额|结存|结余)")  # all that such a line says: it moves nothing
_NUMBER = re.compile(r"\d[\d*]{4,}\d")
_ACCOUNT = re.compile(
    rf"([账帐卡]户?号码?|account no)[^\w\n]*({_NUMBER.pattern}(?:\s*[、,，;；/及和]\s*{_NUMBER.pattern})*)",
    re.IGNORECASE,
)

Places = Mapping[tuple[int, int], str]  # row and column from 0: the text that belongs there


@dataclass(frozen=True, slots=True)
class _Step:
    """A line with the change of the balance since the line before it.

    goes_on: nothing stands between the two, so that no line is lost there, and the days do not run back, as they do
    where another account begins; moved: as far as it can be read.
    """

    row: int
    goes_on: bool
    moved: Decimal | None
    step: Decimal

    @property
    def fits(self) -> bool:
        """Whether its own amount is that change."""
        return self.moved == self.step


def restored(rows: Sequence[Row], at: Headed) -> dict[tuple[int, int], str]:
    """The days and amounts that the lines around them tell, by their places; empty where they tell none."""
    column, calendar = at.columns.at["date"][0], at.days(rows)
    body = [index for index in range(at.start + at.columns.height, at.end) if column < len(rows[index])]
    known = {index: day for index in body if (day := calendar.parse(rows[index][column]))}
    told = dict(_days(rows, at.columns, body, known))
    places = {(index, column): text for index, text in told.items()}
    days = {index: day for index in body if (day := known.get(index) or calendar.parse(told.get(index, "")))}
    return places | _amounts_told(rows, at, days)


def blacked_out(rows: Sequence[Row], at: Headed) -> dict[tuple[int, int], str]:
    """The same of an exact carrier: amounts of which nothing is legible, by the balances before and after them."""
    column, calendar = at.columns.at["date"][0], at.days(rows)
    body = (index for index in range(at.start + at.columns.height, at.end) if column < len(rows[index]))
    days = {index: day for index in body if (day := calendar.parse(rows[index][column]))}
    return _amounts_told(rows, at, days, exact=True)


def _days(
    rows: Sequence[Row], columns: Columns, body: Sequence[int], known: Mapping[int, date]
) -> Iterator[tuple[int, str]]:
    """The days of rows of which a part is legible, by row."""
    days = list(known.values())
    for index in body if _runs(days) or _runs(days[::-1]) else ():
        if index in known or not _paid(columns, rows[index]):
            continue
        cell = rows[index][columns.at["date"][0]]
        time = _TIME.search(cell)
        said = re.sub(r"\D", "", cell[: time.start()] if time else cell)
        above = [day for other, day in known.items() if other < index][-1:]
        below = [day for other, day in known.items() if other > index][:1]
        fitting = [day for day in _between(above, below) if _shows(said, f"{day:%Y%m%d}", ended=time is not None)]
        if len(fitting) == 1:
            yield index, f"{fitting[0]} {time[0] if time else ''}".strip()


def _shows(said: str, day: str, *, ended: bool) -> bool:
    """Whether the legible figures may be those of a day. ended: its end is legible too, for the time follows it."""
    if ended and len(said) < _MOST_OF_A_DAY:
        return bool(said) and day.endswith(said)
    return bool(said) and _part(said, day)


def _between(above: Sequence[date], below: Sequence[date]) -> list[date]:
    """The days from one to the other; none where one of them is missing."""
    if not above or not below:
        return []
    first, last = sorted((*above, *below))
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def _runs(days: Sequence[date]) -> bool:
    return all(one <= other for one, other in pairwise(days))


def _paid(columns: Columns, row: Row) -> bool:
    """Whether a row that is no sum moves something."""
    roles = ("income", "expense", "amount")
    return not any(map(is_sum, row)) and any(_first(columns, role, row) is not None for role in roles)


def _amounts_told(
    rows: Sequence[Row], at: Headed, days: Mapping[int, date], *, exact: bool = False
) -> dict[tuple[int, int], str]:
    accounts: dict[tuple[str, ...], dict[int, date]] = {}
    for index, day in days.items():
        if not any(is_sum(cell) or _CARRIED.fullmatch(squash(cell)) for cell in rows[index]):
            kept = (*at.columns.cells("account", rows[index]), *at.columns.cells("currency", rows[index]))
            accounts.setdefault(kept, {})[index] = day
    if "account" not in at.columns.at and _several(at.context):
        return {}
    told = (_of_account(rows, at.columns, lines, exact=exact) for lines in accounts.values())
    return {place: text for places in told for place, text in places.items()}


def _several(said: str) -> bool:
    """Whether the numbers of several accounts stand behind one label, or behind the same one twice.

    >>> _several("账号：6999000000000018 卡号：6999123400000018"), _several("账号：699900018 账号：699900026")
    (False, True)
    """
    numbers: dict[str, set[str]] = {}
    for label, listed in _ACCOUNT.findall(said):
        numbers.setdefault(label, set()).update(re.sub(r"\s", "", number) for number in _NUMBER.findall(listed))
    return any(len(found) > 1 for found in numbers.values())


def _of_account(
    rows: Sequence[Row], columns: Columns, dated: Mapping[int, date], *, exact: bool
) -> dict[tuple[int, int], str]:
    balances = [_first(columns, "balance", rows[index]) for index in dated]
    known = [(index, balance) for index, balance in zip(dated, balances, strict=True) if balance is not None]
    if not known or len(known) < len(dated):
        return {}
    chains = [_steps(rows, columns, order, dated) for order in (known, known[::-1])]
    fits = [sum(step.fits for step in chain) for chain in chains]
    steps = chains[fits.index(max(fits))]
    if fits[0] == fits[1] or max(fits) < _FITTING * len(steps):  # as many either way: it is not known which comes first
        return {}
    told: dict[int, Places] = {}
    for place, step in enumerate(steps):
        if not step.fits and step.goes_on and exact:
            before, after = steps[max(place - 1, 0) : place], steps[place + 1 : place + 2]
            follows = all(one.fits or told.get(place - 1) for one in before)
            proven = follows and all(one.fits or one.moved is None for one in after)
            told[place] = _unseen(rows[step.row], columns, step) if proven else {}
        elif not step.fits and step.goes_on and place > 0 and (steps[place - 1].fits or told.get(place - 1)):
            told[place] = _told(rows, columns, steps, place)
    return {place: text for places in told.values() for place, text in places.items()}


def _first(columns: Columns, role: str, row: Row) -> Decimal | None:
    return next((amount for cell in columns.cells(role, row) if (amount := parse_amount(cell)) is not None), None)


def _steps(
    rows: Sequence[Row], columns: Columns, order: Sequence[tuple[int, Decimal]], days: Mapping[int, date]
) -> list[_Step]:
    return [
        _Step(row, abs(row - last) == 1 and days[last] <= days[row], _moved(columns, rows[row]), after - before)
        for (last, before), (row, after) in pairwise(order)
    ]


def _moved(columns: Columns, row: Row) -> Decimal | None:
    """What a line says that it moved; None where that is not legible."""
    if "income" in columns.at and "expense" in columns.at:
        pair = _first(columns, "income", row), _first(columns, "expense", row)
        return None if pair == (None, None) else (pair[0] or ZERO) - abs(pair[1] or ZERO)
    amount = _first(columns, "amount", row)
    told = way(columns.cells("direction", row))
    return amount if amount is None or not told else abs(amount) * told


def _told(rows: Sequence[Row], columns: Columns, steps: Sequence[_Step], place: int) -> Places:
    """The amount of a line that does not fit, at its place, where the lines on both sides or what is left prove it."""
    step, row = steps[place].step, rows[steps[place].row]
    left = {index: re.sub(r"\D", "", row[index]) for index in _amounts(columns, row)}
    legible = {index: figures for index, figures in left.items() if figures}
    column = next(iter(legible), _column(columns, step))
    proven = steps[place - 1].fits and place + 1 < len(steps) and steps[place + 1].fits
    if column is None or column >= len(row) or not step or len(legible) > 1:
        return {}
    wanted, figures = re.sub(r"\D", "", _printed(step)), legible.get(column, "")
    shown = _part(figures, wanted) if proven else _cut(row[column], wanted)
    if not shown or not _agrees(columns, row, column, step):
        return {}
    return {(steps[place].row, column): _as_printed(columns, row, step)}


def _unseen(row: Row, columns: Columns, step: _Step) -> Places:
    """The amount of a line of an exact carrier on which none is legible; what is left of its figures is part of it."""
    column = _column(columns, step.step)
    if column is None or column >= len(row) or not step.step or step.moved or parse_amount(row[column]) is not None:
        return {}
    shown = _part(re.sub(r"\D", "", row[column]), re.sub(r"\D", "", _printed(step.step)))
    others = (row[index].strip("-—–/ ") for index in _amounts(columns, row) if index != column)
    masked = any(parse_amount(cell) is None for cell in others if cell)
    agrees = shown and not masked and _agrees(columns, row, column, step.step)
    return {(step.row, column): _as_printed(columns, row, step.step)} if agrees else {}


def _as_printed(columns: Columns, row: Row, step: Decimal) -> str:
    signed = "income" not in columns.at and not way(columns.cells("direction", row))
    return _printed(step if signed else abs(step))


def _printed(amount: Decimal) -> str:
    """An amount to the 分, or to what its balances are printed to, where they are in thousands."""
    return f"{amount:.2f}" if amount == amount.quantize(CENT) else f"{amount}"


def _amounts(columns: Columns, row: Row) -> Iterator[int]:
    for role in ("income", "expense", "amount"):
        yield from (index for index in columns.at.get(role, ())[:1] if index < len(row))


def _column(columns: Columns, step: Decimal) -> int | None:
    role = ("income" if step > 0 else "expense") if "income" in columns.at else "amount"
    return next(iter(columns.at.get(role, ())), None)


def _agrees(columns: Columns, row: Row, column: int, step: Decimal) -> bool:
    """Whether the column, or the printed direction, goes the way in which the balance went."""
    if "income" in columns.at and "expense" in columns.at:
        return column == _column(columns, step)
    sign = {"-": -1, "+": 1}.get(row[column].strip()[:1], 0)
    return way(columns.cells("direction", row)) * step >= 0 and sign * step >= 0


def _cut(cell: str, whole: str) -> bool:
    """Whether a cell shows all of the figures but for the last ones."""
    figures = re.sub(r"\D", "", cell)
    begun = len(figures) >= _LEFT and len(whole) - len(figures) <= _LOST and whole.startswith(figures)
    return begun and not _CENTS.search(cell)


def _part(figures: str, whole: str) -> bool:
    """Whether the figures stand in the whole in their order."""
    rest = iter(whole)
    return all(figure in rest for figure in figures)

"""Generated books with known truth: bills, statement rows, and which row really paid which bill.

Everybody is invented. A party pays in its own way: a bill at a time, a month's bills at once, in instalments, in
advance, by code (nobody is named), or round sums on a running account (`cut`: one of which the beginning and some bills
are not shown, so that nobody could tell which sum paid which bill). Noise: names misread, cut short, of branches;
fees withheld, sums rounded down; red letters and refunds; bills that nobody uploaded, statements that begin late,
bills that are never paid; strangers with like names and with the very amounts of open bills; the party's own sales.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from selfproof.matching.nouns import Bill, Receipt

FIRST, DAYS = date(2025, 9, 1), 395
SEEN_FROM = FIRST + timedelta(days=60)  # the statement begins later than the bills
LAST = FIRST + timedelta(days=DAYS)
_PLACES = ("云泽市", "临江县", "青州湾市", "松岭区", "白水镇", "")
_SIGNS = (
    "青禾白露朱雀玄武听松望岳云帆晨曦瑞麒安澜鼎泽宏图锦程博远嘉木清源万象启明"
    "星河润泽恒信致远卓越天一若水凌峰海棠银杏紫藤丹枫碧波金穗玉衡长庚"
)
_TRADES = (
    "塑料制品",
    "五金",
    "家电",
    "包装材料",
    "食品",
    "建材",
    "服装",
    "电子科技",
    "机械设备",
    "玩具",
    "印刷",
    "纺织",
)
_FORMS = ("有限公司", "有限公司", "有限责任公司", "厂", "经营部", "商行")
_LIKE = {
    "青": "清",
    "禾": "未",
    "塑": "塑",
    "料": "科",
    "泽": "译",
    "未": "末",
    "木": "本",
    "天": "夭",
    "白": "自",
    "司": "可",
}
Habits = tuple[tuple[str, int], ...]
HABITS: Habits = (("single", 52), ("monthly", 14), ("instalments", 10), ("advance", 8), ("code", 8), ("running", 6))


@dataclass(frozen=True, slots=True)
class Party:
    """A customer of the applicant's. lag: days after which it pays; fixed: 分 of each bill, 0 where they differ."""

    name: str
    habit: str
    lag: int
    fixed: int
    code: str


@dataclass(frozen=True, slots=True)
class Books:
    """truth: (bill, receipt) of every real payment or refund of which both sides are shown. habits: by bill."""

    bills: tuple[Bill, ...]
    receipts: tuple[Receipt, ...]
    truth: frozenset[tuple[str, str]]
    habits: dict[str, str]


@dataclass(slots=True)
class Making:
    """Books on their way."""

    chance: Random
    kinds: Habits
    bills: list[Bill] = field(default_factory=list)
    rows: list[Receipt] = field(default_factory=list)
    truth: set[tuple[str, str]] = field(default_factory=set)
    habits: dict[str, str] = field(default_factory=dict)

    def happens(self, share: float) -> bool:
        """By chance, in this share of cases."""
        return self.chance.random() < share

    def row(self, party: str, day: date, cents: int, note: str = "", fee: int = 0) -> Receipt:
        """A new row of the statement."""
        made = Receipt(f"r{len(self.rows)}", party, day, cents, note, fee, "bank")
        self.rows.append(made)
        return made


def books(rows: int, seed: int, habits: Habits = HABITS) -> Books:
    """Books with about this many statement rows, about half of them paying bills. habits: with their weights."""
    making = Making(Random(seed), habits)  # noqa: S311  seeded chance is the point
    parties: dict[str, Party] = {}
    while len(making.rows) < rows * 0.5:
        party = _party(making)
        if party.name not in parties:
            parties[party.name] = party
            _deal(making, party)
    _noise(making, list(parties.values()), rows)
    return _shown(making)


def _party(making: Making) -> Party:
    habits, weights = zip(*making.kinds, strict=True)
    (habit,) = making.chance.choices(habits, weights)
    fixed = _amount(making) if habit == "single" and making.happens(0.15) else 0
    code = f"91990100MA{making.chance.randrange(10**8):08d}"
    return Party(_name(making.chance), habit, making.chance.randint(3, 75), fixed, code)


def _name(chance: Random) -> str:
    brand = "".join(chance.choice(_SIGNS) for _ in range(chance.choice((2, 2, 2, 3, 4))))
    return chance.choice(_PLACES) + brand + chance.choice(_TRADES) + chance.choice(_FORMS)


def _amount(making: Making) -> int:
    """分: a quarter are round, as of goods that are sold by the hundred."""
    cents = round(making.chance.lognormvariate(14.3, 1.1))
    return max(10_000, round(cents, -4) if making.happens(0.25) else cents)


def _deal(making: Making, party: Party) -> None:
    """The bills of one party over a year, month by month, and how they were paid."""
    chance, several = making.chance, party.habit in ("monthly", "running", "cut")
    first, last = sorted(chance.sample(range(4 if party.habit == "running" else 0, 14), 2))
    everything: list[list[Bill]] = []
    for month in range(first, last):
        count = chance.randint(2, 5) if several else 1 if party.fixed else chance.randint(0, 2)
        days = sorted(FIRST + timedelta(days=30 * month + chance.randrange(28)) for _ in range(count))
        everything.append([_bill(making, party, day) for day in days])
    for bills in (_owed(making, party, bills) for bills in everything) if party.habit in _PAID else ():
        if bills:
            _PAID[party.habit](making, party, bills)
            if party.habit == "single" and making.happens(0.06):
                _taken_back(making, bills[-1])
    if party.habit not in _PAID:
        _running(making, party, [bill for bills in everything for bill in bills])


def _owed(making: Making, party: Party, bills: list[Bill]) -> list[Bill]:
    """Without what is never paid; a standing order is paid each month."""
    return bills if party.habit == "monthly" or party.fixed else [bill for bill in bills if not making.happens(0.08)]


def _bill(making: Making, party: Party, day: date) -> Bill:
    number = f"26{making.chance.randrange(10**18):018d}"
    name = _slip(making.chance, party.name) if making.happens(0.03) else party.name
    code = (
        party.code if making.happens(0.95) else ""
    )  # a firm's is on every invoice (公告2017年第16号); some are not read
    bill = Bill(f"b{len(making.bills)}", name, day, party.fixed or _amount(making), (number,), (), code)
    making.bills.append(bill)
    making.habits[bill.id] = party.habit
    return bill


def _slip(chance: Random, name: str) -> str:
    """One sign misread: a look-alike where there is one, else any other."""
    place = chance.randrange(len(name))
    return name[:place] + _LIKE.get(name[place], chance.choice(_SIGNS)) + name[place + 1 :]


def _printed(making: Making, name: str) -> str:
    """A payer's name as a statement shows it."""
    chance, draw = making.chance, making.chance.random()
    if draw < 0.04:
        return _slip(chance, name)
    if draw < 0.07:
        return name + chance.choice(("临江分公司", "第二分公司", "云泽分公司"))
    if draw < 0.09:
        return name[: max(9, len(name) - 3)]
    return f"{name[:2]} {name[2:]}" if draw < 0.10 else name


def _pay(making: Making, party: Party, bills: Sequence[Bill], cents: int, day: date) -> Receipt:
    """One row that pays these bills: with a note, less a fee or rounded down now and then."""
    chance, draw = making.chance, making.chance.random()
    note = ""
    if draw < 0.15:
        note = "货款 发票" + " ".join(bill.numbers[0][-8:] if draw < 0.07 else bill.numbers[0] for bill in bills[:4])
    elif draw < 0.6:
        note = chance.choice(("货款", "付货款", "往来货款", "转账"))
    kept = chance.random()
    if kept < 0.03:
        cents -= chance.choice((500, 1000, 1500, 50, 1050)) if cents > 100_000 else 0
    elif kept < 0.05:
        cents -= cents % 100
    elif kept < 0.06:
        cents -= round(cents * chance.choice((0.003, 0.0038, 0.006)))
    made = making.row(_printed(making, party.name), day, cents, note)
    making.truth.update((bill.id, made.id) for bill in bills)
    return made


def _late(making: Making, party: Party) -> timedelta:
    return timedelta(days=max(0, party.lag + making.chance.randint(-8, 12)))


def _single(making: Making, party: Party, bills: Sequence[Bill]) -> None:
    for bill in bills:
        _pay(making, party, [bill], bill.cents, bill.day + _late(making, party))


def _monthly(making: Making, party: Party, bills: Sequence[Bill]) -> None:
    _pay(making, party, bills, sum(bill.cents for bill in bills), bills[-1].day + _late(making, party))


def _instalments(making: Making, party: Party, bills: Sequence[Bill]) -> None:
    shares = making.chance.choice(((0.5, 0.5), (0.6, 0.3, 0.1), (0.95, 0.05), (0.4, 0.6), None))
    for bill in bills:
        cuts = shares or (cut := making.chance.uniform(0.2, 0.8), 1 - cut)
        parts = [round(bill.cents * share) for share in cuts[:-1]]
        day = bill.day
        for part in (*parts, bill.cents - sum(parts)):
            day += timedelta(days=making.chance.randint(10, 60))
            made = making.row(_printed(making, party.name), day, part, making.chance.choice(("货款", "进度款", "")))
            making.truth.add((bill.id, made.id))


def _advance(making: Making, party: Party, bills: Sequence[Bill]) -> None:
    for bill in bills:
        share = making.chance.choice((0.3, 0.3, 0.5, 1.0))
        part = round(bill.cents * share)
        before = bill.day - timedelta(days=making.chance.randint(5, 70))
        made = making.row(_printed(making, party.name), before, part, making.chance.choice(("预付款", "定金", "")))
        making.truth.add((bill.id, made.id))
        if part < bill.cents:
            _pay_rest(making, party, bill, bill.cents - part)


def _pay_rest(making: Making, party: Party, bill: Bill, cents: int) -> None:
    day = bill.day + _late(making, party)
    made = making.row(_printed(making, party.name), day, cents, making.chance.choice(("尾款", "货款", "")))
    making.truth.add((bill.id, made.id))


def _code(making: Making, _party: Party, bills: Sequence[Bill]) -> None:
    """By card or code: the acquirer names nobody and keeps its fee."""
    for bill in bills:
        fee = round(bill.cents * making.chance.choice((0.0038, 0.006)))
        day = bill.day + timedelta(days=making.chance.randint(-2, 20))
        made = making.row("", day, bill.cents - fee, fee=fee)
        making.truth.add((bill.id, made.id))


def _running(making: Making, party: Party, bills: Sequence[Bill]) -> None:
    """Round sums now and then, the oldest bill first (民法典 article 560); the last ones may stay unpaid."""
    day, end = bills[0].day, bills[-1].day + timedelta(days=60)
    owed = {bill.id: bill.cents for bill in bills}
    while day < end:
        day += timedelta(days=making.chance.randint(10, 40))
        due = [bill for bill in bills if bill.day <= day and owed[bill.id] > 0]
        total = sum(owed[bill.id] for bill in due)
        cents = min(total, round(total * making.chance.uniform(0.5, 1.0) / 1e6) * 1_000_000 or total)
        if cents <= 0:
            continue
        made = making.row(_printed(making, party.name), day, cents, making.chance.choice(("货款", "")))
        for bill in due:
            part = min(cents, owed[bill.id])
            if part > 0:
                making.truth.add((bill.id, made.id))
            owed[bill.id] -= part
            cents -= part


_PAID = {
    "single": _single, "monthly": _monthly, "instalments": _instalments, "advance": _advance, "code": _code,
}  # fmt: skip


def _taken_back(making: Making, bill: Bill) -> None:
    """A red letter for all or a part of a bill, and the money back."""
    paid = making.rows[-1]
    cents = bill.cents if making.happens(0.6) else round(bill.cents * making.chance.uniform(0.05, 0.5))
    day = paid.day + timedelta(days=making.chance.randint(3, 40))
    names = bill.numbers if making.happens(0.5) or cents < bill.cents else ()
    red = Bill(
        f"b{len(making.bills)}",
        bill.party,
        day,
        -cents,
        (f"26{making.chance.randrange(10**18):018d}",),
        names,
        bill.code,
    )
    making.bills.append(red)
    making.habits[red.id] = "red"
    back = making.row(paid.party, day + timedelta(days=2), -cents, making.chance.choice(("退货款", "退款", "")))
    making.truth.add((bill.id, back.id))


def _noise(making: Making, parties: Sequence[Party], rows: int) -> None:
    """Strangers, some of them with a party's look or an open bill's amount; deposits; what parties sell themselves."""
    chance, bills = making.chance, list(making.bills)
    while len(making.rows) < rows:
        day, draw = FIRST + timedelta(days=chance.randrange(DAYS)), chance.random()
        bill, party = chance.choice(bills), chance.choice(parties)
        near = bill.day + timedelta(days=chance.randint(0, 60))
        if draw < 0.10:
            making.row(_name(chance), near, abs(bill.cents), "货款")  # the very amount of a bill
        elif draw < 0.16:
            making.row(
                _neighbour(chance, party.name), near, abs(bill.cents) if making.happens(0.5) else _amount(making)
            )
        elif draw < 0.18:
            making.row(party.name, day, chance.choice((1_000_000, 2_000_000, 500_000)), "投标保证金")
        elif draw < 0.21:
            making.row(party.name, day, -_amount(making), "采购材料款")
        elif draw < 0.45:
            making.row("", day, _amount(making) // 50, fee=0)  # small sums by code
        else:
            making.row(_name(chance), day, _amount(making), chance.choice(("货款", "往来", "")))


def _neighbour(chance: Random, name: str) -> str:
    """Another firm of the same town, trade and form."""
    place = next(len(place) for place in _PLACES if name.startswith(place))
    return name[:place] + "".join(chance.sample(_SIGNS, 2)) + name[place + 2 :]


def _shown(making: Making) -> Books:
    """Without the bills that nobody uploaded, and the rows before the statement begins or after today."""
    whole = {bill.id for bill in making.bills if bill.cents < 0 or making.habits[bill.id] == "running"}
    bills = {bill.id: bill for bill in making.bills if bill.id in whole or not making.happens(0.06)}
    rows = {row.id: row for row in making.rows if SEEN_FROM <= row.day <= LAST}
    kept = list(rows.values())
    making.chance.shuffle(kept)
    truth = frozenset(pair for pair in making.truth if pair[0] in bills and pair[1] in rows)
    return Books(tuple(bills.values()), tuple(kept), truth, making.habits)


def score(truth: frozenset[tuple[str, str]], found: Iterator[tuple[str, str]]) -> tuple[int, int, int]:
    """How many pairs are right, how many were found, and how many there are."""
    pairs = frozenset(found)
    return len(pairs & truth), len(pairs), len(truth)

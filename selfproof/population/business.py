"""Who applies: the business, its owner, its customers, its true books and debts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stdnum import luhn
from stdnum.cn import uscc

from selfproof.model import Applicant
from selfproof.population import ledger
from selfproof.population.chance import Chance, lot, table, world
from selfproof.population.ledger import Ledger

_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # that GB 32100 allows
_YEAR_DAYS = 365.25
NEED_DAYS = 360
_OTHERS = 500_000_000  # no number of an applicant
_REGIONS = ("330100", "370100", "410100", "430100", "340100", "510100")
_YOUNG = 2.0  # years: a start-up is not older


@dataclass(frozen=True, slots=True)
class Firm:
    """A party of a deal."""

    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class Business:
    """An applicant with all that is true of it; amounts CNY, days calendar days.

    size: units of the capacity that its papers tell (kWh, heads, trucks, square metres, mu), by name.
    """

    id: str
    seed: int
    number: int
    trade: str
    industry: str
    applicant: Applicant
    as_of: date
    founded: date
    band: str
    customers: tuple[Firm, ...]
    ledger: Ledger
    margin: float
    cycle: float
    own_funds: float
    loans: float
    debt_service: float
    size: Mapping[str, float]

    @property
    def rules(self) -> Mapping[str, Any]:
        """The trade's row of the table."""
        found: Mapping[str, Any] = table()["trades"][self.trade]
        return found

    @property
    def account(self) -> str:
        """The bank account that most is paid to; 699999 is no bank's prefix."""
        return _card(self.number)

    @property
    def other_account(self) -> str:
        """The one that takes the rest."""
        return _card(self.number + _OTHERS)

    def lot(self, name: str) -> Chance:
        """What is drawn once by this name, whenever it is asked for."""
        return lot(self.seed, self.number, name)

    def lots(self, name: str) -> Sequence[float]:
        """The same as a number of 0..1 for each deal of the ledger."""
        found: Sequence[float] = self.lot(name).numbers.random(len(self.ledger.deals)).tolist()
        return found


def _card(number: int) -> str:
    head = f"699999{number:012d}"
    return f"{head}{luhn.calc_check_digit(head)}"


def draw(chance: Chance, seed: int, number: int) -> Business:
    """One business of a seed."""
    rules, as_of = table(), _day(chance)
    trade = chance.pick({name: row["weight"] for name, row in rules["trades"].items()})
    row, shift = rules["trades"][trade], world(seed)[trade]
    age = _age(chance, trade)
    books = ledger.draw(
        chance,
        row,
        last=ledger.month_of(as_of) - 1,
        age=int(age * 12),
        median=row["turnover"]["median"] * shift["median"],
    )
    firms = _firms(chance, row, number)
    margin = min(0.7, max(0.02, shift["margin"] * (row["margin"]["mean"] + row["margin"]["sigma"] * _normal(chance))))
    cycle = cycle_of(row["days"], shift["days"]) * chance.spread(0.2)
    need = books.turnover * (1 - margin) * cycle / NEED_DAYS
    loans, service = _debts(chance, books.turnover)
    return Business(
        id=f"S{seed}-{number:06d}",
        seed=seed,
        number=number,
        trade=trade,
        industry=row["industry"],
        applicant=_applicant(chance, firms[0]),
        as_of=as_of,
        founded=as_of - timedelta(days=int(age * _YEAR_DAYS)),
        band=chance.pick(rules["bands"]),
        customers=firms[1:],
        ledger=books,
        margin=margin,
        cycle=cycle,
        own_funds=round(need * chance.between(*rules["own_funds"]), -2),
        loans=loans,
        debt_service=service,
        size=_size(chance, row["unit"], books.turnover),
    )


def _normal(chance: Chance) -> float:
    return float(chance.numbers.standard_normal())


def _day(chance: Chance) -> date:
    span = table()["as_of"]
    found: date = span["first"] + timedelta(days=chance.whole(0, (span["last"] - span["first"]).days))
    return found


def _age(chance: Chance, trade: str) -> float:
    """Years since it was founded, at least half of one."""
    rules = table()["founded"]
    found: float = 0.5 + rules["median"] * chance.spread(rules["sigma"])
    return min(found, chance.between(0.5, _YOUNG)) if trade == "startup" else found


def cycle_of(days: Mapping[str, float], shift: float = 1.0) -> float:
    """Days that money is bound: a seed's world shifts what is bound, not what suppliers grant."""
    return max(0.0, shift * (days["inventory"] + days["receivable"] + days["prepaid"]) - days["payable"])


def _debts(chance: Chance, turnover: float) -> tuple[float, float]:
    """Working-capital loans elsewhere, and what all debts cost a year."""
    rules = table()["debts"]
    if not chance.happens(rules["have"]):
        return 0.0, 0.0
    owed = round(turnover * chance.between(*rules["of_turnover"]), -2)
    return owed, round(owed * rules["service"], -2)


def _size(chance: Chance, unit: Mapping[str, float], turnover: float) -> dict[str, float]:
    """As large as its turnover needs, more or less; a head, a truck and a mu are whole."""
    sizes = {name: turnover / one * chance.spread(0.35) for name, one in unit.items()}
    return {name: round(size) if name == "kwh" else max(1.0, float(round(size))) for name, size in sizes.items()}


def _applicant(chance: Chance, firm: Firm) -> Applicant:
    city = chance.one_of(tuple(table()["cities"]))
    owner = "试" + "".join(chance.one_of(table()["syllables"]) for _ in range(2))
    return Applicant(firm.name, firm.uscc, owner, f"{city}试例路{chance.whole(1, 400)}号")


def _firms(chance: Chance, row: Mapping[str, Any], number: int) -> tuple[Firm, ...]:
    """The applicant and its customers: invented names no two of which are alike."""
    signs = list(table()["syllables"])
    chance.numbers.shuffle(signs)
    count = 1 + (row["customers"][1] if row["b2b"] else 0)
    names = ["试例" + "".join(signs[2 * place : 2 * place + 2]) for place in range(count)]
    trades = [chance.one_of(row["words"]), *(chance.one_of(_BUYERS) for _ in names[1:])]
    forms = [row["form"], *(["有限公司"] * (count - 1))]
    codes = (code(_REGIONS[place % len(_REGIONS)], number * 20 + place) for place in range(count))
    return tuple(
        Firm(name + trade + form, own) for name, trade, form, own in zip(names, trades, forms, codes, strict=True)
    )


_BUYERS = ("商贸", "电器", "食品", "日用品", "建材", "服饰", "机械", "玩具")


def code(region: str, serial: int) -> str:
    """A social-credit code (GB 32100) of nobody: DEM begins no organisation code that was ever given out."""
    body = "DEM" + "".join(_SIGNS[serial // 31**place % 31] for place in (4, 3, 2, 1, 0))
    total = sum(_ALPHABET.index(sign) * weight for sign, weight in zip(body, _BODY_WEIGHTS, strict=True))
    check = "0123456789X"[(11 - total % 11) % 11]
    head = f"91{region}{body}{check}"
    return f"{head}{uscc.calc_check_digit(head)}"

"""The careful reviewer: what somebody would decide who sees the same file and knows the true books.

He is no oracle for the largest safe limit; he is what a prudent credit officer with a perfect memory would do, by rules
that stand here in full and in ``tables/population.yaml``. He shares no code with the engine:

1. Who lies, however little it matters, gets no raise.
2. Genuine papers of at least three months, or a tax record, show that there is a business: he counts its true turnover
   of the last year less a seventh. Fewer months count half of what was truly sold in them, and third-party records as
   they stand.
3. He lends the smallest of: the true working-capital need (regulator's formula) less own funds and loans; what the true
   surplus after debts pays back in two years; a quarter of the turnover that he counts.
4. Nobody gets more than the product allows, nobody with a bad bureau band gets a raise, nobody's limit is lowered.
"""

from __future__ import annotations

from collections.abc import Mapping

from selfproof.population import Simulated
from selfproof.population.chance import table

_YEAR, _DAYS = 12, 360
_BAD = ("D", "E")
_FULL, _PARTIAL = "annual_sales", "annual_receipts"


def rules() -> Mapping[str, float]:
    """His numbers."""
    found: Mapping[str, float] = table()["reviewer"]
    return found


def reviewed(simulated: Simulated) -> float:
    """The limit that he gives, CNY."""
    honest = simulated.truth.honest
    return lent(counted(simulated), simulated) if honest else float(simulated.application.existing_limit)


def lent(turnover: float, simulated: Simulated) -> float:
    """What he lends on a turnover to whom he trusts, by the true terms of the business; CNY."""
    base, truth, mine = float(simulated.application.existing_limit), simulated.truth, rules()
    if truth.band in _BAD and _knows_band(simulated):
        return base
    need = turnover * (1 - truth.margin) * truth.cycle / _DAYS - truth.own_funds - truth.loans
    pays = max(0.0, turnover * truth.margin * mine["surplus"] - truth.debt_service) / _instalments(mine)
    most = min(mine["most"], mine["most_times"] * max(base, mine["entry"]))
    found = max(0.0, min(need, pays, mine["of_turnover"] * turnover, most))
    return max(base, found // 1000 * 1000)


def counted(simulated: Simulated) -> float:
    """The yearly turnover that he counts, CNY."""
    truth, mine = simulated.truth, rules()
    records = {name: float(str(value)) for one in simulated.file.records for name, value in one.fields.items()
               if name in (_FULL, _PARTIAL)}  # fmt: skip
    if truth.genuine_months >= mine["least_months"] or _FULL in records:
        return float(mine["haircut"] * truth.turnover)
    ledger = simulated.file.business.ledger
    shown = simulated.file.shown[-_YEAR:] if truth.genuine_months else ()
    sold = sum(ledger.sales[month - ledger.first] for month in shown if month >= ledger.first)
    return max(sum(records.values()), mine["partial"] * sold)


def _knows_band(simulated: Simulated) -> bool:
    return any(one.source == "bureau" for one in simulated.file.records)


def _instalments(mine: Mapping[str, float]) -> float:
    """What a CNY of loan costs a year."""
    monthly = mine["rate"] / _YEAR
    return float(_YEAR * monthly / (1 - (1 + monthly) ** -mine["months"]))


def raises(limit: float, base: float) -> bool:
    """Whether a limit is a raise and not a trifle."""
    mine = rules()
    return limit >= base + mine["raise"] * max(base, mine["entry"])


def agrees(given: float, his: float, base: float) -> bool:
    """The same on whether to raise, and where both do, no more than a quarter above what he would give."""
    if raises(given, base) != raises(his, base):
        return False
    return not raises(his, base) or given <= (1 + rules()["close"]) * his


def close(given: float, his: float) -> bool:
    """The amounts differ by less than a quarter, whichever is larger."""
    return abs(given - his) <= rules()["close"] * max(given, his)

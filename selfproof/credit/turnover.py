"""Credited turnover V (credit-method, section 2): what was shown, and how far it is believed, as one yearly figure.

Amounts are CNY a year unless a name says otherwise, credibilities and shares are 0..1, sigmas are standard deviations
of logarithms. Sums run in canonical order (kinds as the policy lists them), so equal input gives equal bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from selfproof.credit.policy import Fusion, Policy

DECLARED, ORDERS = "declared", "orders"


@dataclass(frozen=True, slots=True)
class Reading:
    """One kind read at one level cut-off.

    raw: annualised by season; seen: the sum observed in the window; absent: the part of `seen` from stores or payers
    that no third-party record covers; months: length of the window (12 for a yearly figure); r: credibility weighted by
    amount; sigma: the worst carrier's; partial: too short, or completeness not shown; channel: of one channel of
    payment, which contradicts others as a partial one does; facts: ids of the amounts.
    """

    level: int
    raw: float
    r: float
    sigma: float
    months: int = 12
    seen: float = 0.0
    absent: float = 0.0
    partial: bool = False
    channel: bool = False
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of evidence with its readings, strongest first.

    shadows: yearly figures of withdrawn documents; firm: the readings at the levels that its papers have without a
    match, None where no match lifted any.
    """

    name: str
    sigma: float
    readings: tuple[Reading, ...]
    shadows: tuple[float, ...] = ()
    firm: tuple[Reading, ...] | None = None

    def speak(self, index: int) -> tuple[Reading, ...]:
        """Which readings contradict others where one is chosen: that one, and all that are as strong.

        What a match made strong speaks only where it is chosen: which invoices a statement happens to show paid is no
        choice of their owner's, and the few of them are not all that he sold.
        """
        if self.firm is None:
            return self.readings[: index + 1]
        chosen = self.readings[index]
        return (*(reading for reading in self.firm if reading.level > chosen.level), chosen)


@dataclass(frozen=True, slots=True)
class Feed:
    """A third-party figure: full when it covers all of the applicant's trade.

    receives: sources whose money may be in this figure once more.
    """

    source: str
    amount: float
    full: bool
    facts: tuple[str, ...] = ()
    receives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """All that states turnover. ceiling: by capacity evidence, None without; peer, p90: of the registered industry."""

    kinds: tuple[Kind, ...]
    feeds: tuple[Feed, ...]
    peer: float
    p90: float
    photos: bool = False
    ceiling: float | None = None
    part: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turnover:
    """Every value of the formula; `chosen` is the reading that counted, by kind."""

    v: float
    v3: float
    v_all: float
    v_part: float
    c: float
    b: float
    se: float
    centre: float
    chosen: tuple[tuple[str, Reading], ...]


@dataclass(frozen=True, slots=True)
class _Claim:
    """A figure in the contradiction check; `owner` never contradicts itself."""

    owner: str
    value: float
    sigma: float
    full: bool


def shrink(reading: Reading, peer: float, rules: Fusion) -> float:
    """The reading drawn towards the industry while it is short: x = Z·raw + (1 − Z)·min(peer, 2·raw)."""
    if reading.months >= rules.full_months:
        return reading.raw
    z = reading.months / (reading.months + rules.prior_months)
    return z * reading.raw + (1 - z) * min(peer, rules.peer_multiple * reading.raw)


def third_party(feeds: Sequence[Feed], r: float) -> float:
    """V3: the larger of the full figures' log mean and the sum of partial ones, at the third party's credibility."""
    full = [feed.amount for feed in feeds if feed.full and feed.amount > 0]
    mean = math.exp(sum(math.log(amount) for amount in full) / len(full)) if full else 0.0
    return max(mean * r, partial_sum(feeds) * r)


def partial_sum(feeds: Sequence[Feed]) -> float:
    """The sum of partial figures, each yuan once.

    What a platform or an acquirer pays out arrives at a bank, and the bank's record does not tell it apart: the
    accounts add only what they received beyond that.
    """
    own = [feed for feed in feeds if not feed.full and not feed.receives]
    banks = [feed for feed in feeds if not feed.full and feed.receives]
    sources = {name for feed in banks for name in feed.receives}
    paid_out = sum(feed.amount for feed in own if feed.source in sources)
    return sum(feed.amount for feed in own) + max(0.0, sum(feed.amount for feed in banks) - paid_out)


def contradiction(claims: Iterable[tuple[str, float, float, bool]], correlation: float) -> float:
    """B over all pairs of (owner, value, sigma, full) of different owners; at least 1.

    Two full figures contradict by their distance; a partial sum contradicts a full figure only when it exceeds it.
    """
    return _contradiction([_Claim(*claim) for claim in claims], correlation)


def _contradiction(claims: Sequence[_Claim], correlation: float) -> float:
    found = 1.0
    for one, two in combinations(claims, 2):
        distance = math.log(one.value / two.value)
        counts = one.full and two.full
        counts = counts or (one.full and distance < 0) or (two.full and distance > 0)
        if counts and one.owner != two.owner:
            found = max(found, abs(distance) / math.sqrt((one.sigma**2 + two.sigma**2) / correlation))
    return found


def corroboration(credibilities: Sequence[float], *, photos: float, rules: Fusion) -> float:
    """The c before B: strong kinds multiply, of the weak ones only the best counts, photos are one vote (0 without)."""
    if not credibilities:
        return 0.0
    doubt = math.prod(1 - r for r in credibilities if r >= rules.strong)
    doubt *= 1 - max((r for r in credibilities if r < rules.strong), default=0.0)
    return min(rules.corroboration_max, 1 - doubt * (1 - photos))


def credit(shown: Shown, policy: Policy) -> Turnover:
    """The credited turnover under the combination of cut-offs that gives the largest V."""
    pools = [[(kind, index) for index in range(len(kind.readings))] for kind in shown.kinds if kind.readings]
    return max((_under(combination, shown, policy) for combination in product(*pools)), key=lambda found: found.v)


def _under(combination: Sequence[tuple[Kind, int]], shown: Shown, policy: Policy) -> Turnover:
    rules = policy.fusion
    chosen = [(kind, kind.readings[index]) for kind, index in combination]
    full = [(kind, reading) for kind, reading in chosen if not reading.partial and reading.raw > 0]
    v3 = third_party(shown.feeds, policy.levels[5])
    b = _contradiction(list(_claims(combination, shown, policy)), rules.correlation)
    votes = policy.photo_credibility if shown.photos else 0.0
    c = corroboration([reading.r for _, reading in full], photos=votes, rules=rules) / b
    centre, raw, se = _centre(full, shown.peer, b, rules)
    ceiling = shown.p90 if shown.ceiling is None else shown.ceiling
    v_all = min(centre * math.exp(-se), raw, ceiling)
    v_part = _part(chosen, shown, v3)
    v = max(v3 + c * max(0.0, v_all - v3), min(v3 + v_part, max(v3, ceiling)))
    names = tuple((kind.name, reading) for kind, reading in chosen)
    return Turnover(v, v3, v_all, v_part, c, b, se, centre, names)


def _centre(full: Sequence[tuple[Kind, Reading]], peer: float, b: float, rules: Fusion) -> tuple[float, float, float]:
    """exp(mu), the same centre of the raw figures, and se; zeros when nothing is full."""
    if not full:
        return 0.0, 0.0, 0.0
    weights = [1 / kind.sigma**2 for kind, _ in full]
    total = sum(weights)
    shrunk = [shrink(reading, peer, rules) for _, reading in full]
    mu = sum(weight * math.log(x) for weight, x in zip(weights, shrunk, strict=True)) / total
    raw = sum(weight * math.log(reading.raw) for weight, (_, reading) in zip(weights, full, strict=True)) / total
    information = sum(reading.r / reading.sigma**2 for _, reading in full)
    return math.exp(mu), math.exp(raw), b / math.sqrt(information) if information > 0 else math.inf


def _claims(combination: Sequence[tuple[Kind, int]], shown: Shown, policy: Policy) -> Iterator[_Claim]:
    """Figures that may contradict: kinds, third parties, withdrawn documents.

    Of a kind all readings at least as strong as the chosen one: a weak paper cannot dilute what a strong one says.
    """
    for kind, index in combination:
        if kind.name == ORDERS:
            continue  # what is ordered is not yet turnover
        for reading in kind.speak(index):
            least = reading.partial or reading.channel
            value = reading.seen if least else shrink(reading, shown.peer, policy.fusion)
            if value > 0:
                yield _Claim(kind.name, value, kind.sigma, full=not least)
    for kind in shown.kinds:
        for value in kind.shadows:
            yield _Claim(f"{kind.name} withdrawn", value, kind.sigma, full=True)
    sigma = policy.sigma.third_party
    for number, feed in enumerate(feed for feed in shown.feeds if feed.full and feed.amount > 0):
        yield _Claim(f"feed {number}", feed.amount, sigma, full=True)
    partial = partial_sum(shown.feeds)
    if partial > 0:
        yield _Claim("partial feeds", partial, sigma, full=False)


def _part(chosen: Sequence[tuple[Kind, Reading]], shown: Shown, v3: float) -> float:
    """V_part: what was seen and not annualised, of payers absent from V3, by the best stage.

    A complete series counts here only beside a third party that names its payers; alone it is V_all's.
    """
    counted = [
        (kind, reading)
        for kind, reading in chosen
        if kind.name in shown.part and (reading.partial or v3 > 0) and reading.r
    ]
    stages = (reading.r * reading.absent * math.exp(-reading.sigma / math.sqrt(reading.r)) for _, reading in counted)
    return max(stages, default=0.0)


def with_kinds(shown: Shown, kinds: Sequence[Kind], *, photos: bool) -> Shown:
    """The same case with only these kinds, for a step of the waterfall."""
    return replace(shown, kinds=tuple(kinds), photos=photos)

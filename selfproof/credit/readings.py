"""A kind's entries read at each level cut-off: window, seasonality, new invoices, completeness (section 2)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from selfproof.credit.credibility import ORIGINAL
from selfproof.credit.series import Book, Entry, first_day, remembered
from selfproof.credit.turnover import Kind, Reading


@dataclass(frozen=True, slots=True)
class Covered:
    """Whose payments the third party's records cover: nothing at all (`none`), or these stores and these payers."""

    none: bool
    stores: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()

    def misses(self, entry: Entry) -> bool:
        """Whether it is shown to be absent: a store beside named stores, a payer where a record lists its payers.

        A store's name tells nothing of who buys there: the buyer on an invoice may have paid through that very store.
        """
        known = self.stores if entry.account is not None and entry.account.store else self.payers
        return self.none or bool(entry.payer and known and entry.payer not in known)


def kinds(names: Sequence[str], entries: Sequence[Entry], book: Book, covered: Covered) -> tuple[Kind, ...]:
    """The kinds that state an amount, in the policy's order."""
    listed = [name for name in book.policy.kinds if name in names]
    found = (_kind(name, [entry for entry in entries if entry.kind == name], book, covered) for name in listed)
    return tuple(kind for kind in found if kind.readings or kind.shadows)


def _kind(name: str, entries: Sequence[Entry], book: Book, covered: Covered) -> Kind:
    known = [entry for entry in within(entries, book) if entry.level > 0]
    mine = counted(entries, book)
    found = tuple(_readings(mine, book, covered))
    firm = tuple(_readings([_alone(entry) for entry in mine], book, covered)) if any(e.lifted for e in mine) else None
    return Kind(name, book.policy.sigma.kind[name], found, tuple(_shadows(known, book, covered)), firm)


def _alone(entry: Entry) -> Entry:
    """As it is believed without a match."""
    return replace(entry, belief=replace(entry.belief, level=entry.belief.alone))


def within(entries: Sequence[Entry], book: Book, *, years_back: int = 0) -> list[Entry]:
    """Entries of the window's months, or of the same months some years before."""
    last = book.last - 12 * years_back
    return [entry for entry in entries if last - book.policy.fusion.window_months < entry.month <= last]


def counted(entries: Sequence[Entry], book: Book) -> list[Entry]:
    """Entries of the window that state something: neither refused nor withdrawn."""
    return [entry for entry in within(entries, book) if entry.level > 0 and entry.belief.withdrawn is None]


def stated(names: Sequence[str], entries: Sequence[Entry], book: Book) -> bool:
    """Whether papers of these kinds state an amount, or did until they were withdrawn lately."""
    known = within([entry for entry in entries if entry.kind in names], book)
    return any(entry.level > 0 and book.remembers(entry.belief.withdrawn) for entry in known)


def cuts(entries: Sequence[Entry]) -> Iterator[tuple[int, list[Entry]]]:
    """Each level that occurs, strongest first, with the entries at that level or better."""
    for level in sorted({entry.level for entry in entries}, reverse=True):
        yield level, [entry for entry in entries if entry.level >= level]


def _readings(entries: Sequence[Entry], book: Book, covered: Covered) -> Iterator[Reading]:
    """Each cut-off by its own documents alone, then with months that only weaker papers cover left out.

    The first does not know the weaker papers at all, so that they can never lower what the strong ones say.
    Completeness is judged over all months in both: weak papers in the gaps do not turn a few strong months into a year.
    Nor may showing the low months only in pictures raise the yearly figure over what all papers say at face value.
    """
    for level, strong in cuts(entries):
        yield read(strong, frozenset(), level, book=book, covered=covered)
        start = min(entry.month for entry in strong)
        later = [entry for entry in entries if entry.month >= start]
        weak = frozenset(entry.month for entry in later) - {entry.month for entry in strong}
        if weak:
            whole = read(later, frozenset(), level, book=book, covered=covered)
            rest = read(strong, weak, level, book=book, covered=covered)
            yield replace(rest, raw=min(rest.raw, whole.raw))


def _shadows(entries: Sequence[Entry], book: Book, covered: Covered) -> Iterator[float]:
    """What the kind would say with documents that were withdrawn lately; of a copy sent anew the better one counts."""
    kept = remembered(entries, book)
    if any(entry.belief.withdrawn is not None for entry in kept):
        reading = read(kept, frozenset(), 1, book=book, covered=covered)
        if not reading.partial and reading.raw > 0:
            yield reading.raw


def read(strong: Sequence[Entry], skip: frozenset[int], level: int, *, book: Book, covered: Covered) -> Reading:
    """Entries of one cut-off as a yearly figure. skip: months (numbers) that are left out of the window."""
    rules, season = book.policy.fusion, book.industry.season
    full = range(min(entry.month for entry in strong), book.last + 1)
    read = {month: amount for month, amount in zip(full, monthly(strong, full, book), strict=True) if month not in skip}
    shares = [season[month % 12] for month in read]
    flat = [amount / share for amount, share in zip(read.values(), shares, strict=True)]
    most = rules.month_cap * statistics.median(flat)
    observed = sum(min(value, most) * share for value, share in zip(flat, shares, strict=True))
    months = len({entry.month for entry in strong})
    seen, total = sum(read.values()), sum(entry.amount for entry in strong) or 1.0
    missing = sum(entry.amount for entry in strong if covered.misses(entry))
    return Reading(
        level=level,
        raw=max(0.0, observed / sum(shares)),
        r=_credibility(strong, book),
        sigma=max(entry.belief.sigma for entry in strong),
        months=len(read),
        seen=max(0.0, seen),
        absent=max(0.0, seen) if covered.none else max(0.0, seen * missing / total),
        partial=len(read) < rules.min_months or months < rules.min_coverage * len(full),
        channel=all(of_channel(entry, book) for entry in strong),
        facts=tuple(fact for entry in strong for fact in entry.facts),
    )


def of_channel(entry: Entry, book: Book) -> bool:
    """Whether the list that states it is of one channel of payment alone."""
    return entry.account is not None and entry.key[0] in book.policy.kinds[entry.kind].channels


def _credibility(entries: Sequence[Entry], book: Book) -> float:
    """Weighted by amount; papers of one level have exactly its r: no last bit may decide what is strong."""
    amounts: dict[int, float] = {}
    for entry in entries:
        amounts[entry.level] = amounts.get(entry.level, 0.0) + abs(entry.amount)
    weights = [(level, amounts[level]) for level in sorted(amounts, reverse=True)]
    total = sum(amount for _, amount in weights) or 1.0
    return sum(book.policy.levels[level] * (amount / total) for level, amount in weights)


def monthly(entries: Sequence[Entry], window: Sequence[int], book: Book) -> list[float]:
    """Sums by month of the window; new invoices fill a month only up to the mean of the older months.

    An invoice is new for `invoices.new_days` unless a receipt was matched to it: a signature proves who issued it, not
    that the trade happened.
    """
    cutoff = book.application.as_of - timedelta(days=book.policy.invoices.new_days)
    old, new = dict.fromkeys(window, 0.0), dict.fromkeys(window, 0.0)
    for entry in entries:
        (new if fresh(entry, book) else old)[entry.month] += entry.amount
    older = [old[month] for month in window if first_day(month + 1) <= cutoff]
    mean = sum(older) / len(older) if older else 0.0
    return [old[month] + min(new[month], max(0.0, mean - old[month])) for month in window]


def fresh(entry: Entry, book: Book) -> bool:
    """Whether an amount is of an invoice that is too new to count in full."""
    cutoff = book.application.as_of - timedelta(days=book.policy.invoices.new_days)
    return entry.day is not None and entry.day > cutoff and not entry.belief.matched and entry.amount > 0


def volatility(entries: Sequence[Entry], book: Book) -> float | None:
    """Coefficient of variation of the calmest cut-off's months; None under three months."""
    least = book.policy.fusion.min_months
    return min((swing for months, swing in swings(entries, book) if months >= least), default=None)


def swings(entries: Sequence[Entry], book: Book) -> list[tuple[int, float]]:
    """Length in months and coefficient of variation of each cut-off with a sum, the strongest first."""
    found: list[tuple[int, float]] = []
    for _, strong in cuts(within(entries, book)):
        window = range(min(entry.month for entry in strong), book.last + 1)
        sums = [sum(entry.amount for entry in strong if entry.month == month) for month in window]
        if sum(sums) > 0:
            found.append((len(sums), statistics.pstdev(sums) / statistics.fmean(sums)))
    return found


def concentration(entries: Sequence[Entry], book: Book) -> float | None:
    """Herfindahl index of the payers of the least concentrated cut-off; None when payers are not named."""
    found: list[float] = []
    for _, strong in cuts(within(entries, book)):
        payers: dict[str, float] = {}
        for entry in strong:
            if entry.payer and entry.amount > 0:
                payers[entry.payer] = payers.get(entry.payer, 0.0) + entry.amount
        total = sum(payers.values())
        if total > 0:
            found.append(sum((amount / total) ** 2 for amount in payers.values()))
    return min(found, default=None)


def growth(entries: Sequence[Entry], book: Book) -> float:
    """Growth of the last year's months over the same months a year before, by papers at L3 or better; else 0."""
    months, now, before = periods(entries, book)
    return 0.0 if months < book.policy.limit.growth_months or before <= 0 else max(0.0, now / before - 1)


def periods(entries: Sequence[Entry], book: Book) -> tuple[int, float, float]:
    """Calendar months that both years show by papers at L3 or better, and what was taken in them: last year, before.

    Nothing grows by what was withdrawn of the year before.
    """
    strong = [entry for entry in entries if entry.level >= ORIGINAL]
    now = within([entry for entry in strong if entry.belief.withdrawn is None], book)
    before = within(remembered(strong, book), book, years_back=1)
    shared = {entry.month % 12 for entry in now} & {entry.month % 12 for entry in before}
    sums = [sum(entry.amount for entry in year if entry.month % 12 in shared) for year in (now, before)]
    return len(shared), sums[0], sums[1]


def margin(sold: Sequence[Entry], bought: Sequence[Entry], book: Book) -> float | None:
    """1 − purchases / sales over the months that show both; None while they are too few."""
    months, sales, costs = trading(sold, bought, book)
    return None if months < book.policy.fusion.min_months or sales <= 0 else 1 - costs / sales


def trading(sold: Sequence[Entry], bought: Sequence[Entry], book: Book) -> tuple[int, float, float]:
    """The months of the window that show sales and purchases, and the sums of both in them.

    What was paid stays paid where its paper is withdrawn.
    """
    sales = within([entry for entry in sold if entry.belief.withdrawn is None], book)
    costs = within(remembered(bought, book), book)
    shared = {entry.month for entry in sales if entry.level > 0} & {entry.month for entry in costs if entry.level > 0}
    sums = [sum(entry.amount for entry in side if entry.month in shared) for side in (sales, costs)]
    return len(shared), sums[0], sums[1]

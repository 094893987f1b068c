"""A platform's bill that only sums up a month: names with their amounts, and no line for a day or an order.

Nothing tells such a paper from a list of any amounts but its own arithmetic: what was sold less what went back and
what the platform kept is what is left, to the 分. Where that does not hold nothing is told: a figure may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise, product, takewhile

from extractors import _bill_figures as bill
from extractors import _periods
from extractors import _statement_head as head
from extractors._bill_figures import COSTS, GUESSED, OTHER, Figure
from selfproof import layout
from selfproof.identity import Same
from selfproof.model import Derived, Document, Word
from selfproof.statements import abroad
from selfproof.statements.amounts import ZERO

_DAY = r"20\d{2}[年./-]\d{1,2}[月./-]\d{1,2}日?"
_BARE = re.compile(  # under a title, without a label
    rf"{_DAY}\s*(?:至|到|[-~—–]+)\s*{_DAY}|20\d{{2}}年\d{{1,2}}月份?\W*"
)
_BEHIND = re.compile(r"[·|]\s*(20\d{2}年\d{1,2}月)\s*$")  # a shop's name
_MOST = 60  # figures that are tried
_FEWEST = 3  # names with amounts: less adds up by chance


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
            words = _words(figures)
            yield Derived(f"{prefix}{name}", amount, f"{amount}", words)


def months(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """What prints the month of a bill: behind its label, or in its title."""
    return (place for place in _spans(words) if _periods.span(layout.join(place)))


def _spans(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    yield from head.spans(words)
    yield from ([word] for word in words if _BARE.fullmatch(word.text.strip()))
    for word in words:
        if re.match(bill.table()["month"], layout.squash(word.text)):
            behind = layout.right_of(word, words)[:1]
            yield [word] if _periods.span(word.text) else behind
            yield [word, *behind]  # 2026年2月1日 —2026年2月28日
        elif match := _BEHIND.search(word.text):
            yield [word.slice(*match.span(1))]


def total(document: Document) -> Total | None:
    """The one set of sums on the paper; None where figures are missing, doubled, or do not add up.

    Where movements are listed below the sums, these are what stands before a name that was there already.
    """
    return _total(Same(document))[1]


def stated(document: Document) -> Total | None:
    """The same, of figures beside names that are known alone."""
    return _total(Same(document))[0]


@lru_cache(maxsize=4)
def _total(same: Same[Document]) -> tuple[Total | None, Total | None]:
    found = list(bill.figures(same.one))
    known = [figure for figure in found if not figure.sort.startswith(GUESSED)]
    sure = _first([figure for figure in known if figure.sure])
    return sure, sure or _first(known) or _searched(found)


def _first(known: Sequence[Figure]) -> Total | None:
    return _added_up(known) or _added_up([one for one in known if not one.inner]) or _added_up(_before_lines(known))


def _searched(found: Sequence[Figure]) -> Total | None:
    """What adds up of figures whose names only likely say what they are: of all, or of those above a list of lines.

    Of several amounts that may have been sold, or be left, one pair alone must do with all the costs that are printed.
    """
    figures = [replace(one, sort=one.sort.removeprefix(GUESSED)) for one in found[:_MOST] if not one.inner]
    figures = _without_subtotals(figures)
    for end in range(len(figures), _FEWEST - 1, -1):
        told = [total for total in _pairs(figures[:end]) if _sums_up(total.gross, figures, end)]
        if told and all(total.fees for total in told) and _alike(told, figures[:end]):
            return max(told, key=lambda total: total.gross.amount)
    return _of_cards(figures)


def _alike(told: Sequence[Total], figures: Sequence[Figure]) -> bool:
    """Whether totals say the same: of one amount left, and before or after what was given off or added on."""
    beside = {_sum([figure for figure in figures if figure.sort == sort]) for sort in ("discount", "subsidy")}
    most = max(total.gross.amount for total in told)
    apart = {most - total.gross.amount for total in told}
    return len({total.net.amount for total in told}) == 1 and apart <= {ZERO, *beside}


def _of_cards(figures: Sequence[Figure]) -> Total | None:
    """The sums over orders that are printed one below the other, each with the same names, where every one adds up."""
    starts = [at for at, figure in enumerate(figures) if figure.name == figures[0].name]
    cards = [figures[start:end] for start, end in pairwise([*starts, len(figures)])]
    if len(cards) < _FEWEST or len({tuple(figure.name for figure in card) for card in cards}) > 1:
        return None
    told = [next(_pairs(card), None) for card in cards]
    totals = [total for total in told if total is not None]
    if len(totals) < len(cards):
        return None
    gross, net = (
        replace(figures[0], amount=sum((figure.amount for figure in column), ZERO), words=_words(column))
        for column in ([total.gross for total in totals], [total.net for total in totals])
    )
    refunds, fees = (tuple(one for total in totals for one in getattr(total, sort)) for sort in ("refunds", "fees"))
    return Total(gross, net, refunds, fees, sum((total.turnover for total in totals), ZERO))


def _words(figures: Sequence[Figure]) -> tuple[Word, ...]:
    return tuple(word for figure in figures for word in figure.words)


def _without_subtotals(figures: Sequence[Figure]) -> list[Figure]:
    """Without the costs that are the sum of those right below or above them."""
    kept = []
    for at, figure in enumerate(figures):
        below = list(takewhile(_is_cost, figures[at + 1 :]))
        above = list(takewhile(_is_cost, reversed(figures[:at])))
        runs = (run[:end] for run in (below, above) for end in range(2, len(run) + 1))
        if not (_is_cost(figure) and figure.amount and any(_sum(run) == abs(figure.amount) for run in runs)):
            kept.append(figure)
    return kept


def _is_cost(figure: Figure) -> bool:
    return figure.sort in ("fee", "fees")


def _sums_up(sold: Figure, figures: Sequence[Figure], end: int) -> bool:
    """Whether what was sold may be that of lines from `end` on, of which a picture may show a part, and is no line."""
    sales = [figure for figure in figures if figure.sort == "gross"]
    lines = [figure for figure in figures[end:] if figure.sort == "gross"]
    others = {figure.name for figure in sales if figure.amount != sold.amount}
    named = (figure.name for figure in sales if figure.amount == sold.amount)
    return any(_is_a_sum(name, others) for name in named) and len(lines) != 1 and _sum(lines) <= sold.amount


def _is_a_sum(name: str, others: Collection[str]) -> bool:
    """Whether it is called otherwise than lines are, of which each may name its goods or number: 大床房房费, 订单1."""
    plain, *more = (re.sub(r"[\d\W]", "", each) for each in (name, *others))
    if bill.sort_of(name) == "gross":
        return plain not in more
    return all(plain[-2:] != each[-2:] for each in more)


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
    if len(sales) <= 2 or not _sums_up(found[sales[0]], found, sales[1]):  # noqa: PLR2004  a list
        return ()
    return found[: sales[1]]


def _added_up(found: Sequence[Figure]) -> Total | None:
    found = _sold_first(found)
    sold, left = _only(found, "gross"), _only(found, "net" if _has(found, "net") else "sum")
    if sold is None or left is None or len(found) < _FEWEST:
        return None
    parts = {sort: [figure for figure in found if figure.sort == sort] for sort in COSTS}
    summed = [figure for figure in found if figure.sort == "fees"]
    if _sum(summed) != _sum(parts["refund"]) + _sum(parts["fee"]):  # else it holds what went back too
        parts["fee"] = summed or parts["fee"]
    sums = {sort: _sum(parts[sort]) for sort in COSTS}
    adjusted = sum((figure.amount for figure in found if figure.sort == OTHER), ZERO)
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

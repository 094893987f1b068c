"""What a kind's papers leave open: months of the last year without any, and what the year would be with them.

A month without a paper counts as nothing (credit-method, section 2), so that most of a true turnover is lost by papers
that nobody brought. Advice asks for these months by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from selfproof.credit import readings, series
from selfproof.credit.evidence import Evidence, covered
from selfproof.credit.terms import established
from selfproof.credit.turnover import Reading, Turnover


@dataclass(frozen=True, slots=True)
class Lacking:
    """months: without a paper of the kind, oldest first; whole: the reading if they were like those that are shown."""

    months: tuple[int, ...]
    whole: Reading


def lacking(evidence: Evidence, turnover: Turnover) -> dict[str, Lacking]:
    """By kind, of those that were read, where a month of the last year lacks; none before the business began."""
    found = ((kind, _lacking(kind, reading, evidence)) for kind, reading in turnover.chosen)
    return {kind: one for kind, one in found if one is not None and one.months}


def _lacking(kind: str, reading: Reading, evidence: Evidence) -> Lacking | None:
    book = evidence.book
    mine = [entry for entry in readings.counted(evidence.sold, book) if entry.kind == kind]
    strong = [entry for entry in mine if entry.level >= reading.level]
    if not strong:
        return None
    year = _year(evidence)
    shown = {entry.month for entry in mine} | set(_spanned(kind, evidence))
    months = tuple(month for month in year if month not in shown)
    skip = frozenset(months) | ({entry.month for entry in mine} - {entry.month for entry in strong})
    alike = readings.read(strong, skip, reading.level, book=book, covered=covered(evidence))
    length = len(year) - len(skip - frozenset(months))
    seen = alike.raw * length / series.YEAR
    whole = replace(
        reading,
        raw=alike.raw,
        months=length,
        seen=seen,
        absent=alike.absent * seen / alike.seen if alike.seen else alike.absent,
        partial=length < book.policy.fusion.min_months,
    )
    return Lacking(months, whole)


def _year(evidence: Evidence) -> range:
    """The months of the window, from the one after that in which the business was founded."""
    book, born = evidence.book, established(evidence)
    first = book.last - min(series.YEAR, book.policy.fusion.window_months) + 1
    return range(max(first, series.month_of(born) + 1) if born else first, book.last + 1)


def _spanned(kind: str, evidence: Evidence) -> Iterator[int]:
    """Months that a statement of the kind covers: where it lists nothing, nothing came in."""
    source = evidence.book.policy.kinds.get(kind)
    papers = (paper for paper in evidence.papers if source is not None and paper.kind in source.months)
    for paper in papers:
        first, last = paper.day("first_date"), paper.day("last_date")
        if first and last and evidence.levels[paper.document] > 0 and not paper.withdrawn:
            yield from range(series.month_of(first), series.month_of(last) + 1)


def told(months: Sequence[int]) -> str:
    """Months as a list in figures, those that follow each other as a span.

    >>> told([24310, 24311, 24312, 24314])
    '2025-11 – 2026-01, 2026-03'
    """
    starts = [months[0], *(two for one, two in pairwise(months) if two != one + 1)]
    ends = [*(one for one, two in pairwise(months) if two != one + 1), months[-1]]
    return ", ".join(_named(start, end) for start, end in zip(starts, ends, strict=True))


def _named(start: int, end: int) -> str:
    first, last = (f"{series.first_day(month):%Y-%m}" for month in (start, end))
    return first if start == end else f"{first} – {last}"

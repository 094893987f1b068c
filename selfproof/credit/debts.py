"""What loan contracts and repayment schedules say is owed (credit-method, section 3: debt service, loans elsewhere).

An applicant's own papers speak against it here, so every one that was not refused counts, whatever its level, and one
that was withdrawn goes on counting as long as it does in the contradiction check. Debt service is what falls due in
the year after the application: the instalments that a schedule lists, else those that principal, rate and term make,
else a year's interest. A loan for working capital, told by its title, is taken off the need while it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from selfproof.credit.limit import annuity
from selfproof.credit.papers import Paper, day, number
from selfproof.credit.series import Book
from selfproof.model import Fact
from selfproof.names import same_firm

_KIND = "loan_schedule"
_WORKING = re.compile("流动资金|周转")  # 流动资金贷款管理办法: the purpose stands in the contract's title
_ITEM = re.compile(r"(items\[\d+\])\.due_date")
_PAID = (("payment",), ("principal", "interest"))
_DAY = re.compile(r"(20\d{2})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})")
_YEAR, _MONTHS, _SAME_LOAN = timedelta(days=365), 12, timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan of the applicant's, CNY. service: due within a year; working: principal of a running working-capital loan.

    facts: ids of what it was told by.
    """

    service: float
    working: float
    facts: tuple[str, ...]


def loans(papers: Sequence[Paper], book: Book) -> tuple[Loan, ...]:
    """Each loan once, however many papers tell of it; the better-believed paper of two tells what both tell."""
    told = [paper for paper in papers if paper.kind == _KIND and _counts(paper, book)]
    grouped: list[list[Paper]] = []
    for paper in sorted(told, key=lambda paper: (-book.levels[paper.document], paper.document)):
        known = next((group for group in grouped if any(_same(paper, other) for other in group)), None)
        if known is None:
            grouped.append([paper])
        else:
            known.append(paper)
    found = (_loan(group, book.application.as_of) for group in grouped)
    return tuple(loan for loan in found if loan.service or loan.working)


def service(found: Sequence[Loan]) -> float:
    """What all loans together cost in the year after the application, CNY."""
    return sum(loan.service for loan in found)


def working(found: Sequence[Loan]) -> float:
    """Principal of the running loans for working capital, CNY."""
    return sum(loan.working for loan in found)


def _counts(paper: Paper, book: Book) -> bool:
    """Not refused, not long withdrawn, and not a loan that the applicant gave."""
    if book.levels[paper.document] <= 0 or not book.remembers(paper.withdrawn):
        return False
    borrower = paper.text("borrower")
    return book.circle.holds(borrower) if borrower else not book.circle.holds(paper.text("lender"))


def _loan(papers: Sequence[Paper], today: date) -> Loan:
    """By the days that its papers list, each day once; without any by the dearest terms."""
    rows: dict[date, tuple[Fact, ...]] = {}
    for paper in papers:
        rows |= {when: facts for when, facts in _rows(paper).items() if when not in rows}
    due = [fact for when in sorted(rows) if today < when <= today + _YEAR for fact in rows[when]]
    running = any(when > today for when in rows) if rows else all(_runs(paper, today) for paper in papers)
    cost = sum(number(fact) or 0.0 for fact in due) if rows else max(_by_terms(paper, today) for paper in papers)
    titled = [paper.money("principal") or 0.0 for paper in papers if _WORKING.search(paper.text("title"))]
    terms = (name for paper in papers for name in paper.ids("lender", "principal", "rate", "period", "instalments"))
    return Loan(cost, max(titled, default=0.0) if running else 0.0, (*(fact.id for fact in due), *terms))


def _rows(paper: Paper) -> dict[date, tuple[Fact, ...]]:
    """The days of a schedule with what is due on each: the payment, else principal and interest as far as printed."""
    days: dict[date, tuple[Fact, ...]] = {}
    for name, fact in paper.fields.items():
        row = _ITEM.fullmatch(name)
        when = day(fact) if row else None
        if row and when:
            paid = ([paper.fields.get(f"{row[1]}.{part}") for part in parts] for parts in _PAID)
            amounts = next(filter(any, paid), [])
            days[when] = days.get(when, ()) + tuple(amount for amount in amounts if amount)
    return days


def _by_terms(paper: Paper, today: date) -> float:
    """Equal instalments for as many of the next twelve months as are left; a year's interest where none are agreed."""
    principal, rate = paper.money("principal") or 0.0, _rate(paper)
    terms, begun = int(paper.money("instalments") or 0), _begun(paper)
    if not _runs(paper, today):
        return 0.0
    if terms <= 0:
        return principal * rate
    passed = (today.year - begun.year) * _MONTHS + today.month - begun.month if begun else 0
    left = min(_MONTHS, terms, max(0, terms - passed))
    return principal * annuity(rate, terms) * left / _MONTHS


def _runs(paper: Paper, today: date) -> bool:
    """Whether a loan is not over; one whose end is not told is not."""
    end = paper.day("end_date") or max(_days(paper.text("period")), default=None)
    return end is None or end > today


def _begun(paper: Paper) -> date | None:
    return paper.day("start_date") or min(_days(paper.text("period")), default=None) or paper.day("sign_date")


def _days(period: str) -> Iterator[date]:
    for year, month, number_of_day in _DAY.findall(period):
        try:
            yield date(int(year), int(month), int(number_of_day))
        except ValueError:
            continue


def _rate(paper: Paper) -> float:
    """The yearly rate as a fraction; 0 where none was read."""
    printed = re.fullmatch(r"\s*([\d.]+)\s*%\s*", paper.text("rate"))
    return float(printed[1]) / 100 if printed else 0.0


def _same(one: Paper, two: Paper) -> bool:
    """One number, or one principal from one lender at one time."""
    if one.text("number") and one.text("number") == two.text("number"):
        return True
    lenders, begun = (one.text("lender"), two.text("lender")), (_begun(one), _begun(two))
    apart = begun[0] and begun[1] and abs(begun[0] - begun[1]) > _SAME_LOAN
    alike = one.money("principal") is not None and one.money("principal") == two.money("principal")
    return alike and all(lenders) and same_firm(*lenders) and not apart

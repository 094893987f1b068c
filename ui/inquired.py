"""What was asked elsewhere, when, and what came of it; what could not be confirmed yet says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

import streamlit as st

from selfproof.access import Desk, Role
from selfproof.access.asked import Asked
from selfproof.access.review import VERIFICATION
from selfproof.sources.inquiry import Outcome
from ui import widgets
from ui.words import day, kind_name, listed, money, safe, t, t_or

_MONEY = frozenset({
    "annual_sales", "annual_receipts", "arrears", "debt_service_annual", "working_capital_loans", "total_exposure",
})  # fmt: skip
_GOOD = "正常"  # of an invoice at its issuer
_SAID = ("status", "legal_representative", "established_date", "headcount", "band", "store")


def show(desk: Desk, application: str, *, level: int = 2, lead: str = "sources.help") -> None:
    """Every question, those that are open first; nothing where nobody was ever to be asked. lead: what stands above."""
    rows = desk.asked(application)
    if not rows:
        return
    widgets.heading(t("sources.heading"), level)
    widgets.small(t(lead))
    st.html(f'<ul class="papers inquired">{"".join(_lines(rows))}</ul>')
    if desk.session.role is Role.REVIEWER and any(row.source == VERIFICATION and row.answer for row in rows):
        act = widgets.doing(desk.review.verify_again, application)
        st.button(t("sources.verify_again"), on_click=act, key="verify-again")
        widgets.small(t("sources.verify_again_help"))


def pending(desk: Desk, application: str) -> None:
    """A quiet line on what could not be confirmed yet."""
    names = dict.fromkeys(kind_name(row.source) for row in desk.asked(application) if row.open)
    if names:
        widgets.small(t("sources.pending", what=listed(list(names))))


def _lines(rows: Sequence[Asked]) -> Iterator[str]:
    """A line each, what is open first; many invoices of which the same was said share one that unfolds."""
    groups: dict[tuple[str, ...], list[Asked]] = {}
    for row in sorted(rows, key=lambda row: not row.open):
        alike = (row.source, _outcome(row)) if row.subject else (row.source, row.subject, row.outcome)
        groups.setdefault(alike, []).append(row)
    for group in groups.values():
        yield _line(group[0]) if len(group) == 1 else _folded(group)


def _folded(group: Sequence[Asked]) -> str:
    each = "".join(f"<li>{safe(row.subject)} · {safe(_times(row))}</li>" for row in group)
    name = safe(t("sources.invoices", what=kind_name(group[0].source), count=len(group)))
    folded = f'<details class="name"><summary>{name}</summary><ul class="small">{each}</ul></details>'
    return f'<li>{folded}<span class="right">{_chip(group[0])}</span></li>'


def _chip(row: Asked) -> str:
    tone = "weak" if row.open else "strong" if row.answer.get("result", _GOOD) == _GOOD and row.answer else "none"
    return f'<span class="chip {tone}">{safe(_outcome(row))}</span>'


def _line(row: Asked) -> str:
    subject = t("sources.about_invoice", number=row.subject) if row.subject else ""
    what = listed([word for word in (kind_name(row.source), subject) if word])
    more = "".join(f'<br><span class="small">{safe(line)}</span>' for line in (_said(row), _times(row)) if line)
    return f'<li><span class="name">{safe(what)}{more}</span><span class="right">{_chip(row)}</span></li>'


def _outcome(row: Asked) -> str:
    """The issuer's own word on an invoice, else how the question ended."""
    told = t(f"sources.{row.outcome}")
    return told if row.outcome == Outcome.AGAIN else t_or(f"sources.result_{row.answer.get('result', '')}", told)


def _said(row: Asked) -> str:
    """The answer's figures and words that have a name."""
    shown = [name for name in row.answer if name in _MONEY or name in _SAID]
    return listed([f"{t(f'fields.{name}')} {_value(name, row.answer[name])}" for name in shown])


def _value(name: str, text: str) -> str:
    try:
        return money(Decimal(text)) if name in _MONEY else t_or(f"words.{name}_{text}", text)
    except InvalidOperation:
        return text


def _times(row: Asked) -> str:
    parts = [t("sources.asked_at", when=day(row.at.astimezone()), calls=row.calls)] if row.at else []
    parts += [t("sources.again_at", when=day(row.again.astimezone()))] if row.again else []
    parts += [t("sources.earlier", when=day(row.earlier.astimezone()))] if row.earlier else []
    return " ".join(parts)

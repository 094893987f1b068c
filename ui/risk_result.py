"""What a re-score found: the distribution before and after, why, who changes, down to one applicant."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import streamlit as st

from selfproof.access import Desk
from selfproof.batch.tally import Band, Summary
from selfproof.rescoring import table, tabular
from selfproof.rescoring.report import html
from selfproof.store.rescored import Rescored
from selfproof.store.rescores import Run
from selfproof.store.results import Results
from ui import parcels, risk_one, widgets
from ui.words import lang, money, safe, t, t_or

_ROWS = 20
_TYPES = {
    "CSV": "text/csv; charset=utf-8",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "HTML": "text/html; charset=utf-8",
}
_FILTERS = {
    "all": "filter_all",
    "up": "count_up",
    "down": "count_down",
    "other": "count_other",
    "refused": "count_refused",
}
_MOST = 200_000  # applications of tables that a page hands out: they are in memory


def show(desk: Desk, run: Run) -> None:
    """Everything about a run that is not running."""
    total = desk.risk.summary(run.id)
    if not total.total:
        return
    if run.open:
        widgets.small(t("risk.partial", done=total.total))
    _counts(total)
    _singly(desk, run)
    _distribution(total)
    _why(total)
    _who(desk, run, total)
    _export(desk, run, total)


def _counts(total: Summary) -> None:
    widgets.heading(t("risk.summary"))
    names = ("up", "down", "same", "other", "refused")
    cells = [(t("risk.count_applications"), f"{total.total:,}")]
    cells += [(t(f"risk.count_{name}"), f"{getattr(total, name):,}") for name in names]
    cells.append((t("risk.sums"), t("risk.from_to", before=money(total.before), after=money(total.after))))
    widgets.pairs(cells)
    widgets.pairs(
        (table.refusal(error, lang()), t("risk.applications", count=f"{count:,}")) for error, count in total.refusals
    )
    if total.evidence:
        widgets.small(t("risk.evidence", count=f"{total.evidence:,}"))


def _singly(desk: Desk, run: Run) -> None:
    """Where the compiled policy failed and each case was computed by itself: right, but slow, and worth mending."""
    failed = desk.risk.singly(run.id)
    if failed:
        count = sum(number for _, number in failed)
        widgets.note("mind", t("risk.singly", count=f"{count:,}"), t("risk.singly_help"))
        faults(failed)


def faults(failed: Iterable[tuple[str, int]]) -> None:
    """On what the program failed, and for how many applications."""
    widgets.pairs((table.fault(why, lang()), t("risk.applications", count=f"{count:,}")) for why, count in failed)


def _distribution(total: Summary) -> None:
    widgets.heading(t("risk.distribution"))
    widgets.small(t("risk.legend"))
    scale = max(1, *(max(band.before, band.after) for band in total.bands))
    below = [None, *(band.up_to for band in total.bands)]
    rows = "".join(_band(band, low, scale) for band, low in zip(total.bands, below, strict=False))
    st.html(f'<ol class="steps">{rows}</ol>')


def _band(band: Band, low: int | None, scale: int) -> str:
    counts = t("risk.from_to", before=f"{band.before:,}", after=f"{band.after:,}")
    line = f'<div class="line"><span>{safe(_band_name(band, low))}</span><b>{safe(counts)}</b></div>'
    return f"<li>{line}{_bar(band.before, scale, '')}{_bar(band.after, scale, 'up')}</li>"


def _band_name(band: Band, low: int | None) -> str:
    if band.up_to is None:
        return t("risk.band_above", above=money(Decimal(low or 0)))
    return t("risk.band_to", to=money(Decimal(band.up_to))) if band.up_to else t("risk.band_zero")


def _bar(count: int, scale: int, tone: str) -> str:
    mark = f'<i class="{tone}" style="left:0;width:{100 * count / scale:.2f}%"></i>' if count else ""
    return f'<div class="track" aria-hidden="true">{mark}</div>'


def _why(total: Summary) -> None:
    if not total.reasons:
        return
    widgets.heading(t("risk.why"))
    widgets.small(t("risk.why_help"))
    widgets.pairs(
        (risk_one.step_name(code, step), t("risk.applications", count=f"{count:,}"))
        for code, step, count in total.reasons
    )


def _who(desk: Desk, run: Run, total: Summary) -> None:
    widgets.heading(t("risk.who"))
    if not total.moved:
        widgets.note("good", t("risk.nobody"))
        return
    chosen = st.selectbox(t("risk.filter"), list(_FILTERS), format_func=lambda name: t(f"risk.{_FILTERS[name]}"))
    count = total.moved if chosen == "all" else getattr(total, chosen)
    start = _ROWS * _page(f"{run.id} {chosen}", count)
    shown = desk.risk.largest(run.id, chosen, start, _ROWS)
    if not shown:
        widgets.small(t("risk.none_here"))
        return
    st.html(f'<ul class="rows">{"".join(map(_row, shown))}</ul>')
    one = st.selectbox(
        t("risk.one"), [item.application for item in shown], index=None, placeholder=t("risk.choose_one")
    )
    if one:
        risk_one.show(desk, run.id, one)


def _page(key: str, count: int) -> int:
    """The page that is turned to, from 0; ways to turn where there are more."""
    pages = max(1, -(-count // _ROWS))
    if st.session_state.get("risk-pages") != key:
        st.session_state["risk-pages"], st.session_state["risk-page"] = key, 0
    page = min(int(st.session_state["risk-page"]), pages - 1)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(t("risk.earlier"), disabled=page == 0, on_click=_turn, args=(page - 1,))
            st.html(f'<p class="small">{safe(t("risk.page", page=page + 1, pages=pages))}</p>', width="content")
            st.button(t("risk.later"), disabled=page == pages - 1, on_click=_turn, args=(page + 1,))
    return page


def _turn(page: int) -> None:
    st.session_state["risk-page"] = page


def _row(item: Rescored) -> str:
    limits = _limits(item)
    tone = "up" if item.change > 0 else "down" if item.change < 0 or item.after is None else ""
    change = f' <span class="{tone}">{safe(money(item.change, sign=True))}</span>' if item.change else ""
    trade = t_or(f"owner.trade_{item.trade}", "")
    return (
        f'<li><div class="line"><span>{safe(item.application)} <em>{safe(trade)}</em></span><b>{safe(limits)}</b></div>'
        f"{change}<em>{safe(risk_one.main_reasons(item))}</em></li>"
    )


def _limits(item: Rescored) -> str:
    """The limits that hold; where these stay, the recommended ones, for they are what changes."""
    old, new = item.before, item.after
    if new is None:
        return t("risk.from_to", before=money(old.effective), after=t("risk.count_refused"))
    if item.change or old.recommended == new.recommended:
        return t("risk.from_to", before=money(old.effective), after=money(new.effective))
    told = t("risk.from_to", before=money(old.recommended), after=money(new.recommended))
    return t("risk.only_recommended", limits=told)


def _export(desk: Desk, run: Run, total: Summary) -> None:
    """The files are made when somebody asks, for they take time and memory."""
    widgets.heading(t("risk.export"))
    widgets.small(t("risk.export_help"))
    if total.total > _MOST:
        widgets.small(t("risk.export_large", most=f"{_MOST:,}"))
    key = f"risk-export {run.id} {total.total} {lang()}"
    st.button(t("risk.make_export"), on_click=widgets.doing(_make, desk, run, key))
    links: dict[str, str] = st.session_state.get(key, {})
    rows = "".join(
        f'<li><a href="{safe(link)}" download>{safe(t("risk.download", kind=kind))}</a></li>'
        for kind, link in links.items()
    )
    if rows:
        st.html(f'<ul class="rows">{rows}</ul>')


def _make(desk: Desk, run: Run, key: str) -> None:
    """The report, and the tables where they are not too large; read anew: a page that waits is not to hold them."""
    name = f"rescore-{run.name}-{run.id}"
    made = desk.risk.export(run.id, _files)
    st.session_state[key] = {
        kind: parcels.offer(desk.session, f"{name}.{kind.lower()}", _TYPES[kind], data) for kind, data in made.items()
    }


def _files(run: Run, found: Results) -> dict[str, bytes]:
    report = {"HTML": html(run, found, lang()).encode()}
    if found.count() > _MOST:
        return report
    header = table.header(lang())
    csv, xlsx = (make(header, table.rows(found, lang())) for make in (tabular.csv_bytes, tabular.xlsx_bytes))
    return {"CSV": csv, "XLSX": xlsx} | report

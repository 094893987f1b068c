"""What a re-score found: the distribution before and after, why, who changes, down to one applicant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import streamlit as st

from selfproof import rescore_report, rescore_table, rescoring, tabular
from selfproof.access import Desk
from selfproof.rescoring import Band, Summary
from selfproof.store.rescores import Rescored, Run
from ui import parcels, risk_one, widgets
from ui.words import lang, money, safe, t, t_or

_ROWS = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILTERS: Mapping[str, Callable[[Rescored], bool]] = {
    "filter_all": lambda item: item.moved,
    "count_up": lambda item: item.change > 0,
    "count_down": lambda item: item.change < 0,
    "count_other": lambda item: item.moved and item.after is not None and not item.change,
    "count_refused": lambda item: item.after is None,
}


def show(desk: Desk, run: Run) -> None:
    """Everything about a run that is not running."""
    found = desk.risk.results(run.id)
    if not found:
        return
    if run.open:
        widgets.small(t("risk.partial", done=len(found)))
    total = rescoring.summary(found)
    _counts(total)
    _distribution(total)
    _why(total)
    _who(desk, run, rescoring.changed(found))
    _export(desk, run, found)


def _counts(total: Summary) -> None:
    widgets.heading(t("risk.summary"))
    names = ("up", "down", "same", "other", "refused")
    cells = [(t("risk.count_applications"), f"{total.total:,}")]
    cells += [(t(f"risk.count_{name}"), f"{getattr(total, name):,}") for name in names]
    cells.append((t("risk.sums"), t("risk.from_to", before=money(total.before), after=money(total.after))))
    rows = "".join(
        f'<li><div class="line"><span>{safe(name)}</span><b>{safe(value)}</b></div></li>' for name, value in cells
    )
    st.html(f'<ul class="rows risk-counts">{rows}</ul>')
    if total.evidence:
        widgets.small(t("risk.evidence", count=f"{total.evidence:,}"))


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
    rows = "".join(
        f'<li><div class="line"><span>{safe(risk_one.step_name(code, step))}</span>'
        f"<b>{safe(t('risk.applications', count=f'{count:,}'))}</b></div></li>"
        for code, step, count in total.reasons
    )
    st.html(f'<ul class="rows">{rows}</ul>')


def _who(desk: Desk, run: Run, moved: Sequence[Rescored]) -> None:
    widgets.heading(t("risk.who"))
    if not moved:
        widgets.note("good", t("risk.nobody"))
        return
    chosen = st.selectbox(t("risk.filter"), list(_FILTERS), format_func=lambda name: t(f"risk.{name}"))
    rows = [item for item in moved if _FILTERS[chosen](item)]
    shown = _page(f"{run.id} {chosen}", rows)
    if not shown:
        widgets.small(t("risk.none_here"))
        return
    st.html(f'<ul class="rows">{"".join(map(_row, shown))}</ul>')
    one = st.selectbox(
        t("risk.one"), [item.application for item in shown], index=None, placeholder=t("risk.choose_one")
    )
    if one:
        risk_one.show(desk, run.id, one)


def _page(key: str, rows: Sequence[Rescored]) -> Sequence[Rescored]:
    """The rows of the page that is turned to; ways to turn where there are more."""
    pages = max(1, -(-len(rows) // _ROWS))
    if st.session_state.get("risk-pages") != key:
        st.session_state["risk-pages"], st.session_state["risk-page"] = key, 0
    page = min(st.session_state["risk-page"], pages - 1)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(t("risk.earlier"), disabled=page == 0, on_click=_turn, args=(page - 1,))
            st.html(f'<p class="small">{safe(t("risk.page", page=page + 1, pages=pages))}</p>', width="content")
            st.button(t("risk.later"), disabled=page == pages - 1, on_click=_turn, args=(page + 1,))
    return rows[page * _ROWS : (page + 1) * _ROWS]


def _turn(page: int) -> None:
    st.session_state["risk-page"] = page


def _row(item: Rescored) -> str:
    after = money(item.after.effective) if item.after else t("risk.count_refused")
    limits = t("risk.from_to", before=money(item.before.effective), after=after)
    tone = "up" if item.change > 0 else "down" if item.change < 0 or item.after is None else ""
    change = f' <span class="{tone}">{safe(money(item.change, sign=True))}</span>' if item.change else ""
    trade = t_or(f"owner.trade_{item.trade}", "")
    return (
        f'<li><div class="line"><span>{safe(item.application)} <em>{safe(trade)}</em></span><b>{safe(limits)}</b></div>'
        f"{change}<em>{safe(risk_one.main_reasons(item))}</em></li>"
    )


def _export(desk: Desk, run: Run, found: Sequence[Rescored]) -> None:
    """The files are made when somebody asks, for they take time and memory."""
    widgets.heading(t("risk.export"))
    widgets.small(t("risk.export_help"))
    key = f"risk-export {run.id} {len(found)} {lang()}"
    st.button(t("risk.make_export"), on_click=widgets.doing(_make, desk, run, key))
    links: dict[str, str] = st.session_state.get(key, {})
    rows = "".join(
        f'<li><a href="{safe(link)}" download>{safe(t("risk.download", kind=kind))}</a></li>'
        for kind, link in links.items()
    )
    if rows:
        st.html(f'<ul class="rows">{rows}</ul>')


def _make(desk: Desk, run: Run, key: str) -> None:
    """All three files; the results are read anew, since a page that waits for a click is not to hold them."""
    found = desk.risk.results(run.id)
    header, table = rescore_table.header(lang()), tuple(rescore_table.rows(found))
    name = f"rescore-{run.name}-{run.id}"
    report = rescore_report.html(run, found, desk.risk.told(run.id), lang())
    csv, xlsx = tabular.csv_bytes(header, table), tabular.xlsx_bytes(header, table)
    st.session_state[key] = {
        "CSV": parcels.offer(desk.session, f"{name}.csv", "text/csv; charset=utf-8", csv),
        "XLSX": parcels.offer(desk.session, f"{name}.xlsx", _XLSX, xlsx),
        "HTML": parcels.offer(desk.session, f"{name}.html", "text/html; charset=utf-8", report.encode()),
    }

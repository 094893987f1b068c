"""Figures to watch, for risk staff: straight-through, referral, overrides, drift, second looks by chance."""

from __future__ import annotations

from selfproof.access import Desk
from selfproof.monitoring.figures import Drift, Drifted, Figures, recent
from ui import attended, risk_life, widgets
from ui.words import day, t, t_or


def show(desk: Desk) -> None:
    """The page."""
    widgets.heading(t("watch.title"), 1)
    widgets.small(t("watch.lead"))
    attended.show(desk)
    risk_life.alarm(desk)
    found = desk.risk.figures(recent(desk.governing.today))
    _counts(found)
    _why(found)
    _overruled(desk, found)
    _drift(found)
    again = found.second
    widgets.heading(t("watch.second", share=f"{again.share:.0%}"))
    widgets.small(t("watch.second_told", drawn=again.drawn, closed=again.closed, refuted=again.refuted))


def _of(count: int, total: int) -> str:
    return t("watch.of", count=f"{count:,}", share=f"{count / total:.0%}" if total else "—")


def _counts(found: Figures) -> None:
    cells = [
        (t("watch.decided"), f"{found.decided:,}"),
        (t("watch.straight"), _of(found.straight, found.decided)),
        (t("watch.referred"), _of(found.referred, found.decided)),
    ]
    if found.uplift is not None:
        cells.append((t("watch.uplift"), f"{found.uplift:.2f}"))
    widgets.pairs(cells)


def _reason(key: str) -> str:
    return t_or(f"watch.why_{key.removeprefix('reasons.review_')}", key)


def _why(found: Figures) -> None:
    if found.why:
        widgets.heading(t("watch.why"))
        widgets.pairs([(_reason(key), _of(times, found.decided)) for key, times in found.why])


def _overruled(desk: Desk, found: Figures) -> None:
    widgets.heading(t("watch.overrides"))
    if not found.overruled:
        widgets.small(t("watch.overrides_none"))
        return
    names = desk.governing.names()
    cells = []
    for item in found.overruled:
        parts = (names.get(item.reviewer, item.reviewer), t(f"watch.act_{item.act}"), _reason(item.reason))
        cells.append((" · ".join(part for part in parts if part), f"{item.times:,}"))
    widgets.pairs(cells)


def _drift(found: Figures) -> None:
    widgets.heading(t("watch.drift", since=day(found.since)))
    widgets.small(t("watch.drift_help"))
    widgets.pairs([(t(f"watch.drift_{item.name}"), _index(item)) for item in found.drift])


def _index(item: Drift) -> str:
    verdict = t(f"watch.drift_{item.verdict}")
    return verdict if item.verdict is Drifted.TOO_FEW else f"{item.index:.3f} · {verdict}"

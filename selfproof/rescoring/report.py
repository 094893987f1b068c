"""A re-score as a report with charts: who changes and why, by trade, region and set of evidence; no names.

One HTML file that needs nothing else: its charts are drawings in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from selfproof import texts
from selfproof.batch import tally
from selfproof.batch.tally import Group
from selfproof.model import Message
from selfproof.rescoring import table
from selfproof.store.rescores import Run
from selfproof.store.results import Results
from selfproof.texts import Lang

_MOST = 15  # groups or reasons of one chart
_WIDE, _HIGH = 420, 14  # of a bar, pixels
_BESIDE, _FITS = 220, 16  # pixels left for labels beside bars, and how many signs these hold
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.2em .6em;border-bottom:1px solid #ddd}"
    "th:first-child,td:first-child,td:last-child,th:last-child{text-align:left}svg text{font-size:12px}"
)


def html(run: Run, results: Results, lang: Lang = "zh") -> str:
    """The report of a run in one language."""
    found = results.ask
    total = tally.summary(found)
    parts = [
        f"<h1>{_say('title', lang)}</h1>",
        f"<p>{_say('lead', lang, name=run.name, total=str(total.total), engine=run.engine)}</p>",
        f"<p>{_say('counts', lang, **{key: str(getattr(total, key)) for key in _COUNTS})}</p>",
        f"<p>{_say('sums', lang, before=f'{total.before:,.0f}', after=f'{total.after:,.0f}')}</p>",
        f"<h2>{_say('bands', lang)}</h2>",
        _bars([(_band(band, total.bands), (band.before, band.after)) for band in total.bands]),
        f"<h2>{_say('reasons', lang)}</h2>",
        _bars([(f"{code} {_step(step, lang)}", (count,)) for code, step, count in total.reasons[:_MOST]]),
    ]
    parts += _listed("refused", [(table.refusal(error, lang), count) for error, count in total.refusals], lang)
    for title, failed in {"aside": tally.set_aside(results), "singly": tally.singly(results)}.items():
        parts += _listed(title, [(table.fault(reason, lang), count) for reason, count in failed], lang)
    for column, name in _NAMES.items():
        groups = [(name(group.name, lang), group) for group in tally.grouped(found, column)]
        title = _say(f"by_{_TITLES[column]}", lang)
        parts += [f"<h2>{title}</h2>", _changes(groups), _table(groups, lang)]
    page = "".join(parts)
    return f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><style>{_STYLE}</style>{page}</html>\n'


_COUNTS = ("up", "down", "same", "other", "refused")


def _listed(title: str, why: Sequence[tuple[str, int]], lang: Lang) -> list[str]:
    """Reasons with how many applications each holds for; nothing where there are none."""
    lines = "".join(f"<li>{count:,} · {escape(reason)}</li>" for reason, count in why[:_MOST])
    return [f"<h2>{_say(title, lang)}</h2><ul>{lines}</ul>"] if lines else []


def _table(groups: Sequence[tuple[str, Group]], lang: Lang) -> str:
    titles = ("group", "applications", "up", "down", "refused", "before", "after", "change", "main")
    head = "".join(f"<th>{_say(title, lang)}</th>" for title in titles)
    rows = "".join(_row(name, group, lang) for name, group in groups)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _row(name: str, group: Group, lang: Lang) -> str:
    sums = (group.before, group.after, group.after - group.before)
    cells = (
        name,
        group.total,
        group.up,
        group.down,
        group.refused,
        *(f"{value:,.0f}" for value in sums),
        "; ".join(f"{code} {_step(step, lang)}" for code, step in group.reasons),
    )
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _bars(rows: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    """A bar for each number, a colour for each place; labels stand above their bars where one is too long."""
    most = max((number for _, numbers in rows for number in numbers), default=0) or 1
    left = _BESIDE if all(len(label) <= _FITS for label, _ in rows) else 0
    drawn, y = [], 0
    for label, numbers in rows:
        drawn.append(f'<text x="0" y="{y + _HIGH - 2}">{escape(label)}</text>')
        y += 0 if left else _HIGH + 2
        for place, number in enumerate(numbers):
            wide, colour = _WIDE * number / most, ("#345", "#2a8")[place]
            drawn.append(f'<rect x="{left}" y="{y}" width="{wide:.1f}" height="{_HIGH - 2}" fill="{colour}"/>')
            drawn.append(f'<text x="{left + 6 + wide:.1f}" y="{y + _HIGH - 3}">{number:,}</text>')
            y += _HIGH
        y += _HIGH // 2
    return f'<svg role="img" width="720" height="{y}" xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'


def _changes(groups: Sequence[tuple[str, Group]]) -> str:
    """How many rise and how many fall, by group."""
    return _bars([(name, (group.down, group.up)) for name, group in groups[:_MOST]])


def _band(band: tally.Band, bands: Sequence[tally.Band]) -> str:
    """Up to which limit; of the last, above which."""
    return f"≤ {band.up_to:,}" if band.up_to is not None else f"> {max(other.up_to or 0 for other in bands):,}"


def _trade(trade: str | None, lang: Lang) -> str:
    return texts.say(f"owner.trade_{trade}", lang) if f"owner.trade_{trade}" in texts.table() else trade or ""


def _region(region: str | None, lang: Lang) -> str:
    key = f"province_{region}"
    return _say(key, lang) if f"rescoring.{key}" in texts.table() else _say("unknown", lang)


def _evidence(shown: str | None, lang: Lang) -> str:
    if shown is None:
        return _say("unknown", lang)
    return " + ".join(_kind(kind, lang) for kind in shown.split()) or _say("nothing", lang)


def _kind(kind: str, lang: Lang) -> str:
    return _say(f"kind_{kind}", lang) if f"rescoring.kind_{kind}" in texts.table() else kind


_NAMES: Mapping[str, Callable[[str | None, Lang], str]] = {"trade": _trade, "region": _region, "shown": _evidence}
_TITLES = {"trade": "trade", "region": "region", "shown": "evidence"}


def _step(step: str, lang: Lang) -> str:
    keys = (f"{area}.{step}" for area in ("steps", "checks"))
    return next((texts.say(key, lang) for key in keys if key in texts.table()), step)


def _say(key: str, lang: Lang, **values: str) -> str:
    return escape(texts.say(Message(f"rescoring.{key}", values), lang))

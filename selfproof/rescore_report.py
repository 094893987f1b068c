"""A re-score as a report with charts: who changes and why, by trade, region and set of evidence; no names.

One HTML file that needs nothing else: its charts are drawings in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import polars as pl

from selfproof import rescoring, texts
from selfproof.batch.row import reading_key
from selfproof.model import Message
from selfproof.store import Store
from selfproof.store.rescores import Rescored, Run
from selfproof.texts import Lang

_MOST = 15  # groups or reasons of one chart
_ABOVE = ">"  # all bounds
_WIDE, _HIGH = 420, 14  # of a bar, pixels
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.2em .6em;border-bottom:1px solid #ddd}"
    "th:first-child,td:first-child,td:last-child,th:last-child{text-align:left}svg text{font-size:12px}"
)


@dataclass(frozen=True, slots=True)
class About:
    """What an application is grouped by. region: a province's two digits, or ""; evidence: kinds that were shown."""

    region: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Applications that have something in common. before, after: sums of effective limits, CNY; reasons: most first."""

    name: str
    total: int
    up: int
    down: int
    refused: int
    before: Decimal
    after: Decimal
    reasons: tuple[str, ...]


def about(store: Store, policy_text: str) -> dict[str, About]:
    """What the snapshot of a policy tells of each application; nothing of those that it does not hold."""
    rules = rescoring.policy_of(policy_text)
    shown = [pl.when(pl.col(f"{kind}.0.level").is_not_null()).then(pl.lit(kind)) for kind in rules.kinds]
    feeds = pl.any_horizontal(*(pl.col(f"feed.{source}.0").is_not_null() for source in rules.third_party))
    orders = pl.any_horizontal(*(pl.col(f"orders.total.{level}").is_not_null() for level in range(1, 6)))
    others = {"photos": pl.col("photos"), "feeds": feeds, "orders": orders, "declared": pl.col("declared") > 0}
    shown += [pl.when(there.fill_null(value=False)).then(pl.lit(name)) for name, there in others.items()]
    found: dict[str, About] = {}
    for path in store.snapshots.parts(reading_key(rules)):
        if (rows := store.snapshots.load(path)) is not None:
            told = rows.select("application", "region", pl.concat_list(*shown).list.drop_nulls().alias("shown"))
            found |= {one: About(region or "", tuple(kinds)) for one, region, kinds in told.iter_rows()}
    return found


def html(run: Run, found: Sequence[Rescored], told: Mapping[str, About], lang: Lang = "zh") -> str:
    """The report in one language."""
    total = rescoring.summary(found)
    parts = [
        f"<h1>{_say('title', lang)}</h1>",
        f"<p>{_say('lead', lang, name=run.name, total=str(total.total), engine=run.engine)}</p>",
        f"<p>{_say('counts', lang, **{key: str(getattr(total, key)) for key in _COUNTS})}</p>",
        f"<p>{_say('sums', lang, before=f'{total.before:,.0f}', after=f'{total.after:,.0f}')}</p>",
        f"<h2>{_say('bands', lang)}</h2>",
        _bars([(_band(band), (band.before, band.after)) for band in total.bands]),
        f"<h2>{_say('reasons', lang)}</h2>",
        _bars([(f"{code} {_step(step, lang)}", (count,)) for code, step, count in total.reasons[:_MOST]]),
    ]
    if total.refusals:
        lines = "".join(f"<li>{count:,} · {escape(error)}</li>" for error, count in total.refusals[:_MOST])
        parts.append(f"<h2>{_say('refused', lang)}</h2><ul>{lines}</ul>")
    for title, name in _groupings(told, lang).items():
        groups = grouped(found, name)
        parts += [f"<h2>{_say(title, lang)}</h2>", _changes(groups), _table(groups, lang)]
    page = "".join(parts)
    return f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><style>{_STYLE}</style>{page}</html>\n'


_COUNTS = ("up", "down", "same", "other", "refused")


def _groupings(told: Mapping[str, About], lang: Lang) -> dict[str, Callable[[Rescored], str]]:
    unknown = _say("unknown", lang)

    def region(item: Rescored) -> str:
        key = f"province_{told[item.application].region}" if item.application in told else ""
        return _say(key, lang) if f"rescoring.{key}" in texts.table() else unknown

    def evidence(item: Rescored) -> str:
        if item.application not in told:
            return unknown
        kinds = told[item.application].evidence
        return " + ".join(_kind(kind, lang) for kind in kinds) or _say("nothing", lang)

    return {"by_trade": lambda item: _trade(item.trade, lang), "by_region": region, "by_evidence": evidence}


def grouped(found: Iterable[Rescored], name: Callable[[Rescored], str]) -> list[Group]:
    """The results by what `name` says of each, the largest group first."""
    groups: dict[str, list[Rescored]] = {}
    for item in found:
        groups.setdefault(name(item), []).append(item)
    made = (_group(key, items) for key, items in groups.items())
    return sorted(made, key=lambda group: (-group.total, group.name))


def _group(name: str, items: Sequence[Rescored]) -> Group:
    total = rescoring.summary(items)
    reasons = Counter({f"{code} {step}": count for code, step, count in total.reasons})
    main = tuple(reason for reason, _ in reasons.most_common(3))
    return Group(name, total.total, total.up, total.down, total.refused, total.before, total.after, main)


def _table(groups: Sequence[Group], lang: Lang) -> str:
    titles = ("group", "applications", "up", "down", "refused", "before", "after", "change", "main")
    head = "".join(f"<th>{_say(title, lang)}</th>" for title in titles)
    rows = "".join(_row(group, lang) for group in groups)
    return f"<table><tr>{head}</tr>{rows}</table>"


def _row(group: Group, lang: Lang) -> str:
    sums = (group.before, group.after, group.after - group.before)
    reasons = (f"{code} {_step(step, lang)}" for code, _, step in (one.partition(" ") for one in group.reasons))
    cells = (
        group.name,
        group.total,
        group.up,
        group.down,
        group.refused,
        *(f"{value:,.0f}" for value in sums),
        "; ".join(reasons),
    )
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _bars(rows: Sequence[tuple[str, tuple[int, ...]]]) -> str:
    """A bar for each number, a colour for each place."""
    most = max((number for _, numbers in rows for number in numbers), default=0) or 1
    drawn, y = [], 0
    for label, numbers in rows:
        drawn.append(f'<text x="0" y="{y + _HIGH - 2}">{escape(label)}</text>')
        for place, number in enumerate(numbers):
            wide, colour = _WIDE * number / most, ("#345", "#2a8")[place]
            drawn.append(f'<rect x="220" y="{y}" width="{wide:.1f}" height="{_HIGH - 2}" fill="{colour}"/>')
            drawn.append(f'<text x="{226 + wide:.1f}" y="{y + _HIGH - 3}">{number:,}</text>')
            y += _HIGH
        y += _HIGH // 2
    return f'<svg role="img" width="720" height="{y}" xmlns="http://www.w3.org/2000/svg">{"".join(drawn)}</svg>'


def _changes(groups: Sequence[Group]) -> str:
    """How many rise and how many fall, by group."""
    return _bars([(group.name, (group.down, group.up)) for group in groups[:_MOST]])


def _band(band: rescoring.Band) -> str:
    return f"≤ {band.up_to:,}" if band.up_to is not None else _ABOVE


def _kind(kind: str, lang: Lang) -> str:
    return _say(f"kind_{kind}", lang) if f"rescoring.kind_{kind}" in texts.table() else kind


def _trade(trade: str, lang: Lang) -> str:
    return texts.say(f"owner.trade_{trade}", lang) if f"owner.trade_{trade}" in texts.table() else trade


def _step(step: str, lang: Lang) -> str:
    keys = (f"{area}.{step}" for area in ("steps", "checks"))
    return next((texts.say(key, lang) for key in keys if key in texts.table()), step)


def _say(key: str, lang: Lang, **values: str) -> str:
    return escape(texts.say(Message(f"rescoring.{key}", values), lang))

"""The documents: what each is, how far it counts, and what was read where."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import streamlit as st

from selfproof.errors import NotFound
from selfproof.extract import UNKNOWN
from selfproof.model import Box, Extraction, Fact
from selfproof.pipeline import Assessment
from selfproof.store import State, Store, Upload
from ui import widgets
from ui.words import field_name, is_shown, kind_name, listed, nested, row_name, safe, t, t_or, value

Parts: TypeAlias = Mapping[str, tuple[Extraction, ...]]
Spot: TypeAlias = tuple[int, Box]
_WHOLE = 0.9  # of the page: a box that large shows no place
_TONES = {0: "none", 1: "weak", 2: "weak", 3: "strong", 4: "strong", 5: "strong"}
_KEY_FIELDS = ("total_amount", "total_in", "sign_text", "name")


def overview(found: Assessment, parts: Parts) -> None:
    """One line a kind: how many documents there are, and how far they count."""
    groups: dict[str, Counter[str]] = {}
    for upload in found.uploads:
        for kind in kinds(upload, parts):
            groups.setdefault(kind, Counter())[_chip(found, upload, parts)] += 1
    st.html(f'<ul class="papers">{"".join(_kind_row(kind, chips) for kind, chips in groups.items())}</ul>')


def _kind_row(kind: str, chips: Mapping[str, int]) -> str:
    name = safe(t("ui.count", kind=kind, count=sum(chips.values())))
    believed = "<br>".join(f"{chip} × {count}" if len(chips) > 1 else chip for chip, count in chips.items())
    return f'<li><span class="name">{name}</span><span class="right">{believed}</span></li>'


def every(found: Assessment, parts: Parts) -> None:
    """All files by name, folded."""
    rows = (
        f'<li><span class="name">{safe(upload.name)}<br><span class="small">{safe(listed(kinds(upload, parts)))}</span>'
        f"</span><span>{_chip(found, upload, parts)}</span></li>"
        for upload in found.uploads
    )
    title = safe(t("ui.all_files", count=len(found.uploads)))
    st.html(f'<details><summary>{title}</summary><ul class="papers">{"".join(rows)}</ul></details>')


def kinds(upload: Upload, parts: Parts) -> list[str]:
    """What a file is, as an owner calls it."""
    if upload.state is State.FAILED:
        return [t("ui.not_usable")]
    named = dict.fromkeys(kind_name(part.kind) for part in parts.get(upload.id, ()))
    return list(named) or [t("ui.waiting")]


def _chip(found: Assessment, upload: Upload, parts: Parts) -> str:
    if upload.state is State.FAILED:
        return _pill("none", t("ui.please_again"))
    known = [part for part in parts.get(upload.id, ()) if part.kind != UNKNOWN]
    if upload.id not in parts:
        return _pill("", t("levels.none"))
    return chip(found, known[0]) if known else _pill("", t("ui.not_used"))


def chip(found: Assessment, part: Extraction) -> str:
    """How far a document is believed."""
    level = found.decision.levels.get(part.document)
    if part.kind == UNKNOWN or level is None:
        return _pill("", t("ui.not_used" if part.kind == UNKNOWN else "levels.none"))
    return _pill(_TONES[level], t(f"levels.L{level}"))


def _pill(tone: str, text: str) -> str:
    return f'<span class="chip {tone}">{safe(text)}</span>'


def label(upload: Upload, parts: Parts) -> str:
    """A document in a list to choose from: its kind, its amount or name, and the file."""
    facts = {fact.field: fact for part in parts.get(upload.id, ()) for fact in part.facts if fact.kind != "document"}
    said = next((value(facts[field]) for field in _KEY_FIELDS if field in facts), "")
    return " · ".join(word for word in (listed(kinds(upload, parts)), said, upload.name) if word)


def one(store: Store, found: Assessment, upload: Upload, parts: Sequence[Extraction]) -> None:
    """One file: each document in it with its pages and values."""
    if upload.state is State.FAILED:
        widgets.note("bad", failure(upload), t("ui.kept"))
        return
    for part in parts:
        st.html(f"<h3>{safe(kind_name(part.kind))} {chip(found, part)}</h3>")
        facts = [fact for fact in part.facts if is_shown(fact)]
        if not facts:
            widgets.note("mind", t("ui.nothing_read"), t("ui.nothing_read_help"))
        _values(facts, _pages(store, upload, facts))


def failure(upload: Upload) -> str:
    """Why a file could not be used, and what to do about it."""
    return t_or(f"ui.failed_{upload.note}", t("ui.failed"))


def spot(fact: Fact) -> Spot | None:
    """Page and box of a fact; None where it has no place of its own on a page."""
    page, box = fact.provenance.place.page, fact.provenance.place.box
    if page is None or box is None or (box[2] - box[0]) * (box[3] - box[1]) > _WHOLE:
        return None
    return page, box


def numbered(facts: Iterable[Fact]) -> dict[Spot, int]:
    """A number for each place of the paper's own fields, from 1; facts of one place share it."""
    places = dict.fromkeys(place for fact in facts if nested(fact) is None and (place := spot(fact)))
    return {place: number for number, place in enumerate(places, 1)}


def _pages(store: Store, upload: Upload, facts: Sequence[Fact]) -> dict[Spot, int]:
    """The pages as they were read with a numbered box around each value, all but the first folded.

    Returns the numbers: there are none where there is no page to see.
    """
    numbers = sorted({place[0] for fact in facts if (place := spot(fact))}) or [1]
    pictures = {number: shown for number in numbers if (shown := picture(store, upload, number))}
    if facts and not pictures:
        widgets.small(t("ui.no_picture"))
    marks = numbered(fact for fact in facts if fact.provenance.place.page in pictures)
    for number, shown in pictures.items():
        figure = _figure(upload, (number, shown), facts, marks)
        folded = f"<details><summary>{safe(t('ui.page', number=number))}</summary>{figure}</details>"
        st.html(figure if number == min(pictures) else folded)
    return marks


def picture(store: Store, upload: Upload, number: int) -> bytes:
    """The page's picture (WebP), empty where the carrier has none."""
    try:
        return store.page_image(upload.application, upload.id, number)
    except NotFound:
        return b""


def _figure(upload: Upload, page: tuple[int, bytes], facts: Sequence[Fact], marks: Mapping[Spot, int]) -> str:
    number, shown = page
    source = base64.b64encode(shown).decode()
    places = dict.fromkeys(place for fact in facts if (place := spot(fact)) and place[0] == number)
    boxes = "".join(_box(place[1], marks.get(place)) for place in places)
    alt = safe(t("ui.page_alt", name=upload.name, page=number))
    return f'<figure class="page"><img alt="{alt}" src="data:image/webp;base64,{source}">{boxes}</figure>'


def _box(box: Box, number: int | None) -> str:
    left, top, right, bottom = (100 * edge for edge in box)
    place = f"left:{left:.2f}%;top:{top:.2f}%;width:{right - left:.2f}%;height:{bottom - top:.2f}%"
    badge = f"<b>{number}</b>" if number else ""
    return f'<i aria-hidden="true" style="{place}">{badge}</i>'


def _values(facts: Sequence[Fact], marks: Mapping[Spot, int]) -> None:
    """The paper's own fields with the number of their box; lists of items, months and payers folded below."""
    own = "".join(_row(fact, marks) for fact in facts if nested(fact) is None)
    groups: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts:
        if place := nested(fact):
            groups.setdefault(place[0], {}).setdefault(place[1], []).append(fact)
    st.html(f'<dl class="facts">{own}</dl>' + "".join(_group(name, rows) for name, rows in groups.items()))


def _row(fact: Fact, marks: Mapping[Spot, int]) -> str:
    place = spot(fact)
    mark = f"<b>{marks[place]}</b>" if place and place in marks else ""
    mended = f"<small>{safe(t('ui.mended', printed=fact.original))}</small>" if fact.provenance.repaired else ""
    name, said = safe(field_name(fact)), safe(value(fact))
    return f'<div><span class="mark">{mark}</span><dt>{name}</dt><dd>{said}{mended}</dd></div>'


def _group(name: str, rows: Mapping[str, Sequence[Fact]]) -> str:
    lines = "".join(
        f"<li><b>{safe(row_name(name, row))}</b><br>{''.join(_cell(fact) for fact in facts)}</li>"
        for row, facts in rows.items()
    )
    title = t("ui.rows", name=t_or(f"fields.{name}", t("ui.other_field")), count=len(rows))
    return f'<details><summary>{safe(title)}</summary><ul class="rows">{lines}</ul></details>'


def _cell(fact: Fact) -> str:
    return f"<span><em>{safe(field_name(fact))}</em> {safe(value(fact))}</span>"


def stated(facts: Sequence[Fact]) -> None:
    """What the owner filled in and what was looked up with consent, folded."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.kind, []).append(fact)
    blocks = "".join(
        f"<h3>{safe(kind_name(kind))}</h3><dl class='facts'>{''.join(_row(fact, {}) for fact in members)}</dl>"
        for kind, members in groups.items()
    )
    if blocks:
        st.html(f"<details><summary>{safe(t('ui.stated'))}</summary>{blocks}</details>")

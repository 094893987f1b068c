"""The documents: what each is, how far it counts, and what was read where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias
from urllib.parse import quote

import streamlit as st

from selfproof.access import Desk, blanks, shots
from selfproof.errors import Denied
from selfproof.extract import UNKNOWN
from selfproof.model import Box, Carrier, Extraction, Fact, Method, Outcome
from selfproof.pipeline import Assessment
from selfproof.store import State, Upload
from ui import widgets
from ui.words import day, field_name, is_shown, kind_name, listed, nested, row_name, safe, t, t_or, value

Parts: TypeAlias = Mapping[str, tuple[Extraction, ...]]
Spot: TypeAlias = tuple[int, Box]
_WHOLE = 0.9  # of the page: a box that large shows no place
_TONES = {0: "none", 1: "weak", 2: "weak", 3: "strong", 4: "strong", 5: "strong"}
_KEY_FIELDS = ("total_amount", "total_in", "sign_text", "name")


@dataclass(frozen=True)
class Look:
    """One look at an application's documents. parts: what was found in each upload, by its id."""

    desk: Desk
    found: Assessment
    parts: Parts

    @cached_property
    def said(self) -> dict[tuple[str, str], Fact]:
        """The last that people said on a field of a document, by document and name."""
        human = (fact for fact in self.found.facts if fact.provenance.method is Method.HUMAN)
        return {(fact.provenance.document, fact.name): fact for fact in human}

    def added(self, part: Extraction) -> list[Fact]:
        """What people filled in on a document where nothing had been read."""
        read = {fact.name for fact in part.facts}
        said = (fact for (document, _), fact in self.said.items() if document == part.document)
        return [fact for fact in said if fact.kind == part.kind and fact.name not in read]

    def last(self, fact: Fact) -> Fact:
        """The fact as it was put right, or as it was read."""
        return self.said.get((fact.provenance.document, fact.name), fact)

    def redrawn(self, upload: Upload) -> bool:
        """Whether its pages are no pictures of it, but drawn from what it says."""
        facts = (fact for part in self.parts.get(upload.id, ()) for fact in part.facts)
        return any(fact.name == "document.carrier" and fact.value == Carrier.OFD for fact in facts)

    @cached_property
    def withdrawn(self) -> Mapping[str, datetime]:
        """Since when its owner does not want an upload used, by its id."""
        return self.desk.withdrawn(self.found.application.id)

    @property
    def uploads(self) -> list[Upload]:
        """The uploads that are used."""
        return [upload for upload in self.found.uploads if upload.id not in self.withdrawn]

    @cached_property
    def later(self) -> dict[str, str]:
        """Of uploads that wait for a try of their owner's, what to say of them, by id."""
        return later(self.desk, self.found.application.id)

    @cached_property
    def moved(self) -> dict[str, list[str]]:
        """Which steps of the limit rest on a document, by its id."""
        document = {fact.id: fact.provenance.document for fact in self.found.facts}
        steps: dict[str, list[str]] = {}
        for reason in self.found.decision.reasons:
            for name in {document.get(fact, "") for fact in reason.facts} - {""}:
                if reason.effect > 0:
                    steps.setdefault(name, []).append(reason.step)
        return steps


def later(desk: Desk, application: str) -> dict[str, str]:
    """Of uploads that are kept and not counted yet, from when on they are, by id."""
    found = desk.tries(application)
    waiting = found.waiting.items() if found else ()
    return {upload: t("owner.later", day=day(when.astimezone().date())) for upload, when in waiting}


def overview(look: Look) -> None:
    """One line a kind: how many documents there are, and how far they count."""
    groups: dict[str, Counter[str]] = {}
    for upload in look.uploads:
        for kind in kinds(upload, look.parts):
            groups.setdefault(kind, Counter())[_chip(look, upload)] += 1
    st.html(f'<ul class="papers">{"".join(_kind_row(kind, chips) for kind, chips in groups.items())}</ul>')


def _kind_row(kind: str, chips: Mapping[str, int]) -> str:
    name = safe(t("ui.count", kind=kind, count=sum(chips.values())))
    believed = "<br>".join(f"{chip} × {count}" if len(chips) > 1 else chip for chip, count in chips.items())
    return f'<li><span class="name">{name}</span><span class="right">{believed}</span></li>'


def every(look: Look) -> None:
    """All files by name with what each proved, folded."""
    rows = "".join(_file_row(look, upload) for upload in look.uploads)
    title = safe(t("ui.all_files", count=len(look.uploads)))
    st.html(f'<details><summary>{title}</summary><ul class="papers">{rows}</ul></details>')


def _file_row(look: Look, upload: Upload) -> str:
    name = safe(label(upload, look.parts))
    told = "<br>".join(safe(line) for line in (proved(look, upload), brought(upload)) if line)
    return (
        f'<li><span class="name">{name}<br><span class="small">{told}</span></span>'
        f"<span>{_chip(look, upload)}</span></li>"
    )


def brought(upload: Upload) -> str:
    """That somebody else sent a file on the owner's behalf, and when; "" for the owner's own."""
    return t("bring.owner", when=day(upload.received.astimezone())) if upload.brought_by else ""


def proved(look: Look, upload: Upload, parts: Sequence[Extraction] = ()) -> str:
    """In one sentence what a file did for the limit. parts: only these of its documents."""
    if upload.state is State.FAILED:
        return failure(upload)
    if upload.id in look.later:
        return look.later[upload.id]
    known = [part for part in parts or look.parts.get(upload.id, ()) if part.kind != UNKNOWN]
    if not known:
        return t("owner.proved_unknown") if upload.id in look.parts else ""
    steps = dict.fromkeys(step for part in known for step in look.moved.get(part.document, ()))
    names = [t_or(f"steps.{step}", t("steps.other")) for step in steps]
    return t("owner.proved", what=listed(names)) if names else _moved_nothing(look, known)


def _moved_nothing(look: Look, known: Sequence[Extraction]) -> str:
    if all(look.found.decision.levels.get(part.document) == 0 for part in known):
        return t("owner.proved_refused")
    if all(blanks.is_empty(part, look.found.facts) for part in known):
        return t("owner.proved_blank")
    return t_or(f"owner.proved_{known[0].kind}", t("owner.proved_nothing"))


def kinds(upload: Upload, parts: Parts) -> list[str]:
    """What a file is, as an owner calls it."""
    if upload.state is State.FAILED:
        return [t("ui.not_usable")]
    named = dict.fromkeys(kind_name(part.kind) for part in parts.get(upload.id, ()))
    return list(named) or [t("ui.waiting")]


def _chip(look: Look, upload: Upload) -> str:
    if upload.state is State.FAILED:
        return _pill("none", t("ui.please_again"))
    known = [part for part in look.parts.get(upload.id, ()) if part.kind != UNKNOWN]
    if upload.id not in look.parts:
        return _pill("", t("levels.none"))
    return chip(look.found, known[0]) if known else _pill("", t("ui.not_used"))


def chip(found: Assessment, part: Extraction) -> str:
    """How far a document is believed."""
    level = found.decision.levels.get(part.document)
    if part.kind == UNKNOWN or (level and blanks.is_empty(part, found.facts)):
        return _pill("", t("ui.not_used"))
    if level is None:
        return _pill("", t("levels.none"))
    return _pill(_TONES[level], t(f"levels.L{level}"))


def _pill(tone: str, text: str) -> str:
    return f'<span class="chip {tone}">{safe(text)}</span>'


def label(upload: Upload, parts: Parts) -> str:
    """A document in a list to choose from: its kind, its amount or name, and the file."""
    facts = {fact.field: fact for part in parts.get(upload.id, ()) for fact in part.facts if fact.kind != "document"}
    said = next((value(facts[field]) for field in _KEY_FIELDS if field in facts), "")
    return " · ".join(word for word in (listed(kinds(upload, parts)), said, upload.name) if word)


def one(look: Look, upload: Upload) -> None:
    """One file: what it proved, and each document in it with its pages and values."""
    if upload.state is State.FAILED:
        widgets.note("bad", failure(upload), t("ui.kept"), brought(upload))
        return
    if upload.brought_by:
        widgets.small(brought(upload))
    for part in look.parts.get(upload.id, ()):
        st.html(f"<h3>{safe(kind_name(part.kind))} {chip(look.found, part)}</h3>")
        widgets.small(proved(look, upload, [part]))
        _judged(look, part)
        _complained(look, part)
        facts = [fact for fact in (*part.facts, *look.added(part)) if is_shown(fact)]
        if not facts:
            widgets.note("mind", t("ui.nothing_read"), t("ui.nothing_read_help"))
        _values(look, facts, _pages(look, upload, facts))


def _judged(look: Look, part: Extraction) -> None:
    """What a reviewer said of the document."""
    verdict = look.said.get((part.document, "document.review"))
    if verdict is not None:
        widgets.note("good" if verdict.value == "accepted" else "mind", t(f"owner.{verdict.value}"), verdict.original)


def _complained(look: Look, part: Extraction) -> None:
    """What the checks complain of in this document, and why a picture was of little use."""
    failed = (item for item in look.found.findings if item.outcome is Outcome.FAIL and item.document == part.document)
    said = [t(item.message) for item in failed if item.message] + [t(message) for message in shots.complaints(part)]
    if said:
        widgets.note("mind", *dict.fromkeys(said))


def failure(upload: Upload) -> str:
    """Why a file could not be used, and what to do about it."""
    return t_or(f"ui.failed_{upload.note}", t("ui.failed"))


def spot(fact: Fact) -> Spot | None:
    """Page and box of a fact; None where it has no place of its own on a page."""
    number, box = page(fact), fact.provenance.place.box
    if number is None or box is None or (box[2] - box[0]) * (box[3] - box[1]) > _WHOLE:
        return None
    return number, box


def page(fact: Fact) -> int | None:
    """The page that a person finds a fact on: none for data that a file carries beside its print."""
    return None if fact.provenance.method is Method.XML else fact.provenance.place.page


def numbered(facts: Iterable[Fact]) -> dict[Spot, int]:
    """A number for each place of the paper's own fields, from 1; facts of one place share it."""
    places = dict.fromkeys(place for fact in facts if nested(fact) is None and (place := spot(fact)))
    return {place: number for number, place in enumerate(places, 1)}


def _pages(look: Look, upload: Upload, facts: Sequence[Fact]) -> dict[Spot, int]:
    """The pages as they were read with a numbered box around each value, all but the first folded.

    Returns the numbers: there are none where there is no page to see.
    """
    numbers = pages_of(facts)
    shown = [number for number in numbers if has_page(look.desk, upload, number)]
    if facts and not shown:
        widgets.small(t("ui.no_picture"))
    if shown and look.redrawn(upload):
        widgets.small(t("ui.redrawn"))
    marks = numbered(fact for fact in facts if page(fact) in shown)
    for number in shown:
        figure = _figure(upload, number, facts, marks)
        folded = f"<details><summary>{safe(t('ui.page', number=number))}</summary>{figure}</details>"
        st.html(figure if number == shown[0] else folded)
    return marks


def pages_of(facts: Iterable[Fact]) -> list[int]:
    """The pages on which values have a place, else those that values speak of as a whole, else the first."""
    known = list(facts)
    placed = {place[0] for fact in known if (place := spot(fact))}
    return sorted(placed or {number for fact in known if (number := page(fact))}) or [1]


def has_page(desk: Desk, upload: Upload, number: int) -> bool:
    """Whether there is a picture of a page: structured files have none."""
    try:
        return bool(desk.page_image(upload.application, upload.id, number))
    except Denied:
        return False


def _figure(upload: Upload, number: int, facts: Sequence[Fact], marks: Mapping[Spot, int]) -> str:
    """The picture comes over our own route, which asks again who may see it."""
    source = f"/page/{quote(upload.application, safe='')}/{upload.id}/{number}"
    places = dict.fromkeys(place for fact in facts if (place := spot(fact)) and place[0] == number)
    boxes = "".join(_box(place[1], marks.get(place)) for place in places)
    alt = safe(t("ui.page_alt", name=upload.name, page=number))
    return f'<figure class="page"><img alt="{alt}" src="{source}" loading="lazy">{boxes}</figure>'


def _box(box: Box, number: int | None) -> str:
    left, top, right, bottom = (100 * edge for edge in box)
    place = f"left:{left:.2f}%;top:{top:.2f}%;width:{right - left:.2f}%;height:{bottom - top:.2f}%"
    badge = f"<b>{number}</b>" if number else ""
    return f'<i aria-hidden="true" style="{place}">{badge}</i>'


def _values(look: Look, facts: Sequence[Fact], marks: Mapping[Spot, int]) -> None:
    """The paper's own fields with the number of their box; lists of items, months and payers folded below."""
    own = "".join(_row(fact, marks, look.last(fact)) for fact in facts if nested(fact) is None)
    groups: dict[str, dict[str, list[Fact]]] = {}
    for fact in facts:
        if place := nested(fact):
            groups.setdefault(place[0], {}).setdefault(place[1], []).append(fact)
    st.html(f'<dl class="facts">{own}</dl>' + "".join(_group(name, rows) for name, rows in groups.items()))


def _row(fact: Fact, marks: Mapping[Spot, int], last: Fact | None = None) -> str:
    place, last = spot(fact), last or fact
    mark = f"<b>{marks[place]}</b>" if place and place in marks else ""
    name, said = safe(field_name(fact)), safe(value(last))
    return f'<div><dt><span class="mark">{mark}</span>{name}</dt><dd>{said}{_remark(fact, last)}</dd></div>'


def _remark(fact: Fact, last: Fact) -> str:
    """Where a value is not simply what was read: who put it right, or which rule did."""
    if fact.provenance.method is Method.HUMAN and fact.provenance.document:
        own = fact.provenance.origin.startswith("declaration")
        return f"<small>{safe(t('owner.filled_by_you' if own else 'owner.filled_by_staff'))}</small>"
    if last is not fact:
        own = last.provenance.origin.startswith("declaration")
        return f"<small>{safe(t('owner.mended_by_you' if own else 'owner.mended_by_staff', read=value(fact)))}</small>"
    return f"<small>{safe(t('ui.mended', printed=fact.original))}</small>" if fact.provenance.repaired else ""


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

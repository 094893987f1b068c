"""The one component of the reviewer's page, and what it is given of an upload: pages with boxes beside the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias
from urllib.parse import quote

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof.access import Blank
from selfproof.access.casework import Doubt, Entry, Paper, Sheet
from selfproof.extract import UNKNOWN
from selfproof.findings.catalogue import Severity
from selfproof.findings.told import Told
from selfproof.model import Carrier, Fact, Finding, Message, Method, Outcome, Place
from selfproof.pipeline import Assessment
from selfproof.store import State
from ui import compared, papers, review_found, review_photo, words
from ui.mend import as_typed
from ui.papers import Spot, spot
from ui.viewer.links import Link
from ui.words import field_name, kind_name, listed, nested, row_name, t, t_or

Data: TypeAlias = dict[str, Any]
_CHIPS = {Doubt.FAILED: "bad", Doubt.MENDED: "mind", Doubt.FAINT: "mind", Doubt.FINE: "good", Doubt.SAID: "told"}
_LEVELS = {0: "bad", 1: "mind", 2: "mind"}
_OUTCOMES = {Outcome.FAIL: ("failed", ""), Outcome.PASS: ("passed", "good"), Outcome.UNKNOWN: ("unknown", "")}
URGENT = frozenset({"stop", "contradiction", "unread", "adverse"})
"""Reasons why a case waits that say that something is wrong."""
_MOST_PAGES = 12  # shown with all that stands on no value; of longer papers the pages with values
_SHORT = 38  # letters that fit beside a name; a Chinese character takes the room of two, as it does in GB 18030
_DERIVED = "derived"
_FIXED = frozenset(
    {"scene", "goods_density", "capture_place", "capture_time"}
)  # nothing to type: a model's code, or the camera's word


@cache
def _part(*names: str) -> str:
    return "".join(files("ui").joinpath("viewer", name).read_text("utf-8") for name in names)


def component() -> ComponentRenderer:
    """Queue and desk in one component, which speaks once for each act."""
    return st.components.v2.component(
        "selfproof_review",
        html='<div class="root"></div>',
        css=_part("viewer.css"),
        js=_part("make.js", "queue.js", "stage.js", "fields.js", "desk.js", "start.js"),
    )


def first(sheets: Sequence[Sheet]) -> Sheet:
    """The one to begin with: where values need a look, else the most urgent."""
    return next((sheet for sheet in sheets if sheet.doubts), sheets[0])


def document(sheet: Sheet) -> Data:
    """An upload in the list of documents."""
    kinds = listed(list(dict.fromkeys(kind_name(paper.kind) for paper in sheet.papers)))
    gone = sheet.withdrawn and not sheet.failed
    word, tone = (t("review.withdrawn_short"), "told") if gone else _standing(sheet)
    return {
        "upload": sheet.upload.id,
        "kind": kinds or t("review.unusable" if sheet.upload.state is State.FAILED else "review.unknown_yet"),
        "name": sheet.upload.name,
        "word": word,
        "tone": tone,
    }


def _standing(sheet: Sheet) -> tuple[str, str]:
    """What is to be done about an upload, in few words, with its colour."""
    judged = {str(paper.judged.value) for paper in sheet.papers if paper.judged}
    if judged:
        word = next((name for name in ("rejected", "aside") if name in judged), "accepted")
        return t(f"review.judged_{word}"), "bad" if word == "rejected" else "told"
    if sheet.upload.state is State.FAILED:
        return t("review.unusable_next"), "bad"
    if not sheet.papers:
        return t("review.unreadable_yet"), ""
    if sheet.failed:
        return t("review.tone_failed"), "bad"
    if not any(paper.entries for paper in sheet.papers):
        return t("review.no_values"), ""
    return (t("review.doubts", count=sheet.doubts), "mind") if sheet.doubts else (t("review.no_doubts"), "good")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a sheet is drawn with. links: lines between places, in the component's order."""

    found: Assessment
    links: Sequence[Link]


def sheet_data(sheet: Sheet, beside: Beside) -> Data:
    """One upload as the component draws it; values carry the number of their box, findings that of their line."""
    own, marks = _numbered(sheet)
    return {
        "upload": sheet.upload.id,
        "name": sheet.upload.name,
        "failure": _trouble(sheet, empty=not own),
        "tone": "bad" if sheet.upload.state is State.FAILED else "mind" if sheet.papers else "",
        "pages": page_data(sheet),
        "redrawn": t("ui.redrawn") if sheet.redrawn else "",
        "papers": [_paper(paper, marks, beside, said=_sheet_notes(sheet)) for paper in sheet.papers],
    }


def _sheet_notes(sheet: Sheet) -> list[Data]:
    """That its owner has withdrawn the file, and when."""
    if sheet.withdrawn is None:
        return []
    return [{"tone": "mind", "text": t("review.withdrawn", when=words.day(sheet.withdrawn.astimezone()))}]


def _trouble(sheet: Sheet, *, empty: bool) -> str:
    """Why there is nothing to look at, if so."""
    if sheet.upload.state is State.FAILED:
        return papers.failure(sheet.upload)
    if not sheet.papers:
        return t("review.unreadable_yet")
    return t("review.no_fields") if empty else ""


def _numbered(sheet: Sheet) -> tuple[list[Fact], Mapping[Spot, int]]:
    """The values of the papers themselves, and the numbers of their boxes."""
    own = [entry.read for paper in sheet.papers for entry in paper.entries if nested(entry.read) is None]
    return own, papers.numbered(fact for fact in own if papers.page(fact) in sheet.pages)


def page_data(sheet: Sheet) -> list[Data]:
    """The pages to look at, each with its address and its boxes."""
    _, marks = _numbered(sheet)
    entries = [entry for paper in sheet.papers for entry in paper.entries]
    told = papers.pages_of(entry.read for entry in entries)
    numbers = [page for page in sheet.pages if len(sheet.pages) <= _MOST_PAGES or page in told]
    upload = sheet.upload
    address = f"/page/{quote(upload.application, safe='')}/{quote(upload.id, safe='')}"
    return [
        {
            "number": number,
            "src": f"{address}/{number}",
            "alt": t("review.page_alt", name=upload.name, page=number),
            "boxes": _boxes(entries, number, marks),
        }
        for number in numbers
    ]


def _boxes(entries: Sequence[Entry], number: int, marks: Mapping[Spot, int]) -> list[Data]:
    """One box a place, coloured by the most doubtful value there."""
    found: dict[Spot, Entry] = {}
    for entry in entries:
        place = spot(entry.read)
        if place and place[0] == number and (place not in found or entry.doubt < found[place].doubt):
            found[place] = entry
    return [
        {"box": place[1], "number": marks.get(place), "tone": _tone(entry), "spot": str(place), "fact": entry.fact.id}
        for place, entry in found.items()
    ]


def _tone(entry: Entry) -> str:
    return _DERIVED if entry.doubt is Doubt.FINE and _is_derived(entry.read) else entry.doubt.name.lower()


def _is_derived(fact: Fact) -> bool:
    """Whether nobody can read it where it stands: it was worked out from the lines around it."""
    return fact.field.startswith("restored")


def _word(entry: Entry) -> str:
    return "state_accepted" if entry.confirmed and entry.doubt is Doubt.SAID else f"tone_{_tone(entry)}"


def _paper(paper: Paper, marks: Mapping[Spot, int], beside: Beside, *, said: Sequence[Data] = ()) -> Data:
    own = [entry for entry in paper.doubtful_first if nested(entry.read) is None]
    rest = [item for item in paper.findings if item.outcome is not Outcome.FAIL or item.message is None]
    level = "none" if paper.level is None else f"L{paper.level}"
    return {
        "title": kind_name(paper.kind),
        "level": {"text": t(f"levels.{level}"), "tone": _LEVELS.get(paper.level or 0, "good")}
        if paper.kind != UNKNOWN
        else {"text": t("review.counts_nothing"), "tone": ""},
        "notes": [*said, *_notes(paper)],
        "blanks": [_blank(item) for item in paper.blanks if item.key],
        "others": {
            "title": t("review.blanks_other"),
            "fields": [_blank(item) for item in paper.blanks if not item.key],
        },
        "fields": [_field(entry, marks) for entry in own],
        "groups": _groups(paper.entries),
        "failed": [_complaint(item, beside) for item in paper.told],
        "checks": f"{t('review.checks')} · {t('review.check_passed')} {_passed(rest)}",
        "rest": [_verdict(item) for item in sorted(rest, key=lambda item: item.outcome)],
    }


def _passed(findings: Sequence[Finding]) -> int:
    return sum(item.outcome is Outcome.PASS for item in findings)


def _notes(paper: Paper) -> list[Data]:
    """What reviewers said of a document, with the reason that they gave."""
    found = []
    if paper.judged:
        word = str(paper.judged.value)
        text = listed([part for part in (t(f"review.judged_{word}"), paper.judged.original) if part])
        found.append({"tone": "good" if word == "accepted" else "bad", "text": text})
    if paper.asked:
        found.append({"tone": "mind", "text": t("review.asked_again", reason=paper.asked.value)})
    if paper.signals.get("carrier") == Carrier.OFD and any(_is_data(entry.read) for entry in paper.entries):
        found.append({"tone": "", "text": t("review.data_inside")})
    return [*found, *({"tone": tone, "text": text} for tone, text in review_photo.remarks(paper))]


def _is_data(fact: Fact) -> bool:
    """Whether it was taken from the data that a file carries beside its print."""
    return fact.provenance.method is Method.XML


def _verdict(finding: Finding) -> Data:
    word, tone = _OUTCOMES[finding.outcome]
    title = t_or(f"checks.{finding.check}", finding.check)
    text = t(finding.message) if finding.message else title
    return {"word": t(f"review.check_{word}"), "tone": tone, "text": text, "link": None, "more": []}


def _complaint(told: Told, beside: Beside) -> Data:
    """A failed check: its sentence, the line to what it compares; folded the values, the effect and what clears it."""
    line = next((number for number, link in enumerate(beside.links) if link.finding == told.finding), None)
    return {
        "word": t(f"findings.severity_{told.severity}"),
        "tone": "" if told.is_light else "mind" if told.severity is Severity.CAP else "bad",
        "text": t(told.message),
        "link": line,
        "more": [*compared.lines(beside.found, told.compared), *review_found.follows(beside.found, told)],
    }


def _field(entry: Entry, marks: Mapping[Spot, int]) -> Data:
    place, fact = spot(entry.read), entry.fact
    return {
        "fact": fact.id,
        "name": field_name(fact),
        "number": marks.get(place) if place else None,
        "spot": str(place) if place else "",
        "long": len(as_typed(fact.value).encode("gb18030", "replace")) > _SHORT,
        "value": words.value(fact) if fact.field in _FIXED else as_typed(fact.value),
        "open": not isinstance(fact.value, bool) and fact.field not in _FIXED,
        "tone": _tone(entry),
        "word": t(f"review.{_word(entry)}"),
        "chip": "told" if _tone(entry) == _DERIVED else _CHIPS[entry.doubt],
        "says": list(dict.fromkeys(t(message) for message in entry.complaints)),
        "notes": _history(entry),
        "doubtful": entry.open,
    }


def _blank(blank: Blank) -> Data:
    """A field that was not read, as an empty one to fill in; its key tells it from a fact's id."""
    key = blank_key(blank)
    return {
        "fact": key,
        "name": t_or(f"fields.{blank.field}", t("review.other_field")),
        "number": None,
        "spot": "",
        "long": False,
        "value": "",
        "open": True,
        "blank": True,
        "tone": "blank",
        "word": t("review.tone_blank"),
        "chip": "mind" if blank.key else "",
        "says": [],
        "notes": [],
        "doubtful": blank.key,
    }


def blank_key(blank: Blank) -> str:
    """Under what the component speaks of a field that was not read.

    >>> blank_key(Blank("u", "d", "vat_invoice.issue_date"))
    'blank:d:vat_invoice.issue_date'
    """
    return f"blank:{blank.document}:{blank.name}"


def is_filled(entry: Entry) -> bool:
    """Whether a person added this where nothing had been read."""
    return entry.read.provenance.method is Method.HUMAN


def pointed(corners: object) -> Place | None:
    """Where somebody pointed: page and box; None for anything else that a browser may send."""
    if not (isinstance(corners, list) and len(corners) == 5 and all(isinstance(edge, int | float) for edge in corners)):  # noqa: PLR2004  page and four edges
        return None
    page, left, top, right, bottom = (float(edge) for edge in corners)
    return Place(int(page), (left, top, right, bottom))


def _history(entry: Entry) -> list[str]:
    """The printed text where it says more than the value, what mended it, and what a person changed it from."""
    fact, found = entry.fact, []
    if nested(entry.read) and _is_derived(entry.read):
        found.append(t(f"review.derived_{words.leaf(entry.read)}"))
    if entry.read.original and entry.read.original not in {as_typed(entry.read.value), words.value(entry.read)}:
        found.append(t("review.printed", text=entry.read.original))
    if fact.provenance.repaired:
        found.append(t("review.mended"))
    if is_filled(entry):
        owner = entry.read.provenance.origin.startswith("declaration")
        found.append(t("review.filled_by", name=t("review.by_owner" if owner else "review.by_reviewer")))
    if fact.provenance.method is Method.HUMAN and fact.id != entry.read.id and not entry.confirmed:
        owner = fact.provenance.origin.startswith("declaration")
        name = t("review.by_owner" if owner else "review.by_reviewer")
        found.append(t("review.was", value=as_typed(entry.read.value), name=name))
    return found


def _groups(entries: Sequence[Entry]) -> list[Data]:
    """Lists of items, months and payers, folded; their order is the paper's."""
    found: dict[str, dict[str, list[Entry]]] = {}
    for entry in sorted(entries, key=lambda entry: _printed(entry.read)):
        if place := nested(entry.read):
            found.setdefault(place[0], {}).setdefault(place[1], []).append(entry)
    return [
        {
            "title": t("review.rows", name=t_or(f"fields.{name}", t("review.other_field")), count=len(rows)),
            "rows": [
                {"title": row_name(name, row), "fields": [_field(entry, {}) for entry in members]}
                for row, members in rows.items()
            ],
        }
        for name, rows in found.items()
    ]


def _printed(fact: Fact) -> tuple[str, int, str]:
    """Rows by their number where they have one, else by name."""
    group, row = nested(fact) or ("", "")
    return group, int(row) if row.isdigit() else 0, row


def said(message: Message | None) -> str:
    """A message, or nothing."""
    return t(message) if message else ""

"""What the checks complain of in a case: as sentences, with both places, the weight, and what would clear it.

What is about one document stands with it in the viewer; here stands what is about the case as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from selfproof.access.questions import asks
from selfproof.access.review import CaseFile
from selfproof.findings.catalogue import Severity
from selfproof.findings.told import Told
from selfproof.model import Message
from selfproof.pipeline import Assessment
from ui import compared, questions, widgets
from ui.words import listed, safe, t

_TONES = {Severity.STOP: "none", Severity.CONTRADICTION: "weak", Severity.CAP: "weak"}
_MOST = 3  # complaints of one check that are shown in full


def show(case: CaseFile) -> None:
    """The complaints that no sheet shows, by check, the heaviest first."""
    if case.found is None:
        return
    if not case.told:
        widgets.small(t("review.found_none"))
    shown = {paper.document for sheet in case.sheets for paper in sheet.papers}
    rest = [told for told in case.told if told.finding.document not in shown]
    if not rest:
        return
    widgets.heading(t("review.found_rest" if shown else "review.found"))
    by_check: dict[str, list[Told]] = {}
    for told in rest:
        by_check.setdefault(told.finding.check, []).append(told)
    st.html("".join(_check(case.found, of) for of in by_check.values()))


def _check(found: Assessment, told: Sequence[Told]) -> str:
    """One check: its title and weight once, then each complaint."""
    first = told[0]
    chip = f'<span class="chip {_TONES.get(first.severity, "")}">{_said(f"findings.severity_{first.severity}")}</span>'
    effects = "".join(f'<p class="small">{safe(line)}</p>' for line in _effects(first))
    more = t("review.found_more", count=len(told) - _MOST) if len(told) > _MOST else ""
    rows = "".join(_one(found, item) for item in told[:_MOST])
    return (
        f'<section class="found"><h3>{_said(f"checks.{first.finding.check}")} {chip}</h3>{rows}'
        f'{effects}<p class="small">{safe(more)}</p></section>'
    )


def _effects(told: Told) -> list[str]:
    """What it does to the limit, and what would clear it."""
    return [*map(t, told.effects), *([t("review.found_clears", what=t(told.clears))] if told.clears else [])]


def follows(found: Assessment, told: Told) -> list[str]:
    """What came and comes of a complaint: the owner's answer, the effect, what would clear it."""
    return [*([answer] if (answer := _answer(found, told)) else []), *_effects(told)]


def _one(found: Assessment, told: Told) -> str:
    places = compared.lines(found, told.compared) or [listed(list(told.files))]
    said = "".join(f"<li>{safe(line)}</li>" for line in places if line)
    seen, answer = compared.pages(found, told.compared), safe(_answer(found, told))
    return f"<p>{_said(told.message)}</p><ul>{said}</ul><p>{answer}</p>{seen}"


def _answer(found: Assessment, told: Told) -> str:
    """What the owner says where he is asked, or that he has not answered yet."""
    if not asks(told):
        return ""
    if told.answer is None:
        return t("review.found_no_answer")
    return t("review.found_answer", answer=questions.answered(found, told.answer, told.compared))


def _said(message: Message | str) -> str:
    return safe(t(message))

"""What the checks complain of in a case: as sentences, with both places, the weight, and what would clear it."""

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
    """All complaints by check, the heaviest first."""
    if case.found is None:
        return
    widgets.heading(t("review.found"))
    if not case.told:
        widgets.small(t("review.found_none"))
        return
    by_check: dict[str, list[Told]] = {}
    for told in case.told:
        by_check.setdefault(told.finding.check, []).append(told)
    st.html("".join(_check(case.found, of) for of in by_check.values()))


def _check(found: Assessment, told: Sequence[Told]) -> str:
    """One check: its title and weight once, then each complaint."""
    first = told[0]
    chip = f'<span class="chip {_TONES.get(first.severity, "")}">{_said(f"findings.severity_{first.severity}")}</span>'
    effects = "".join(f'<p class="small">{_said(message)}</p>' for message in first.effects)
    clears = t("review.found_clears", what=t(first.clears)) if first.clears else ""
    more = t("review.found_more", count=len(told) - _MOST) if len(told) > _MOST else ""
    rows = "".join(_one(found, item) for item in told[:_MOST])
    return (
        f'<section class="found"><h3>{_said(f"checks.{first.finding.check}")} {chip}</h3>{rows}'
        f'{effects}<p class="small">{safe(clears)}</p><p class="small">{safe(more)}</p></section>'
    )


def _one(found: Assessment, told: Told) -> str:
    places = compared.lines(found, told.compared) or [listed(list(told.files))]
    said = "".join(f"<li>{safe(line)}</li>" for line in places if line)
    return f"<p>{_said(told.message)}</p><ul>{said}</ul>{_answer(found, told)}{compared.pages(found, told.compared)}"


def _answer(found: Assessment, told: Told) -> str:
    if not asks(told):
        return ""
    if told.answer is None:
        return f'<p class="small">{_said("review.found_no_answer")}</p>'
    answer = questions.answered(found, told.answer, told.compared)
    return f"<p><b>{safe(t('review.found_answer', answer=answer))}</b></p>"


def _said(message: Message | str) -> str:
    return safe(t(message))

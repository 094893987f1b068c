"""A case's limit, for reviewers: a year by each sort of proof, every step, and whether it waits for release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import streamlit as st

from selfproof.access import Standing
from selfproof.access.review import CaseFile
from selfproof.model import Reason
from selfproof.pipeline import Assessment
from ui import risk_one, story, widgets
from ui.words import money, t

_RAW, _FEEDS, _TAKEN = ".raw", "v3", "v"  # of a decision's trace


def year(standing: Standing) -> None:
    """A year's turnover by each sort of proof, and what was taken: what contradicts each other stands together."""
    trace = standing.decision.trace
    said = [t("review.year_of", what=name, amount=amount) for name, amount in _figures(trace)]
    if said:
        taken = t("review.year_taken", amount=_yuan(trace.get(_TAKEN, 0.0)))
        widgets.small(t("review.year", figures=" · ".join(said)) + taken)


def _figures(trace: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    for name, amount in trace.items():
        kind = name.removesuffix(_RAW)
        if name != kind and amount > 0:
            months = trace.get(f"{kind}.months", 0.0)
            span = t("review.year_months", count=f"{months:.0f}") if months else ""
            yield risk_one.step_name("", kind), f"{_yuan(amount)}{span}"
    if trace.get(_FEEDS, 0.0) > 0:
        yield risk_one.step_name("", "third_party"), _yuan(trace[_FEEDS])


def _yuan(amount: float) -> str:
    return money(Decimal(round(amount)))


def steps(found: Assessment, standing: Standing) -> None:
    """Every step from the base to the limit that holds, in the words for staff; drawn closed."""
    with st.expander(t("review.reckoned"), key="reckoned"):
        story.waterfall(found, standing, _staff, now=t("review.limit_now"))


def _staff(reason: Reason) -> tuple[str, str]:
    return risk_one.step_name(reason.code, reason.step), t(reason.text)


def held(case: CaseFile, now: Standing) -> None:
    """That a limit is paused or was released; above the policy's amount it takes two people."""
    if not now.needed:
        return
    amount = money(now.decision.recommended)
    if not now.paused:
        widgets.note("good", t("review.released", amount=amount))
        return
    eyes = t("review.four_eyes", count=len(now.by), needed=now.needed) if now.needed > 1 else ""
    if case.mine:
        widgets.note("mind", t("review.second_needed"), eyes)
    else:
        widgets.small(" ".join((t("review.paused", amount=amount), eyes)))


def to_release(case: CaseFile) -> str:
    """What this reviewer's release is called; "" where there is nothing for him to release."""
    now = case.row.standing
    if now is None or not now.paused or case.mine:
        return ""
    name = "release" if now.needed == 1 else "release_second" if now.by else "release_first"
    return t(f"review.{name}", amount=money(now.decision.recommended))

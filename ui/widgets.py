"""Parts of pages; all words come from the text tables."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from selfproof.errors import NotFound
from selfproof.model import Advice, Decision, Extraction, Fact, Message
from selfproof.pipeline import Assessment
from selfproof.store import Store, Upload
from selfproof.texts import Lang, say

_ITEM = re.compile(r"(items|months|counterparties)\[(.+?)\]\.(.+)")
_UP, _DOWN, _TOTAL = "#1a7f5a", "#b3392f", "#33475b"
_STYLE = """
<style>
[data-testid="stAppDeployButton"], [data-testid="stMainMenu"], footer {display: none}
figure.page {position: relative; margin: 0 0 1rem 0; border: 1px solid #d5dbe1}
figure.page img {width: 100%; display: block}
figure.page i {position: absolute; border: 2px solid #1a7f5a; background: #1a7f5a22; border-radius: 2px}
figure.page i:hover {background: #1a7f5a55}
</style>
"""


def language() -> None:
    """A switch between Chinese and English, kept for the session."""
    st.segmented_control(
        "语言 / Language", ["中文", "English"], default="中文", key="lang", label_visibility="collapsed"
    )


def _lang() -> Lang:
    return "en" if st.session_state.get("lang") == "English" else "zh"


def t(message: Message | str, **values: object) -> str:
    """A text of the table in the session's language."""
    if isinstance(message, str):
        message = Message(message, {name: str(value) for name, value in values.items()})
    return say(message, _lang())


def style() -> None:
    """The one theme, and no developer's chrome."""
    st.html(_STYLE)


def money(amount: Decimal, *, sign: bool = False) -> str:
    """An amount in whole yuan.

    >>> money(Decimal("580000.00"))
    '¥580,000'
    """
    prefix = ("+" if amount >= 0 else "-") if sign else ("-" if amount < 0 else "")
    return f"{prefix}¥{abs(amount):,.0f}"


def waterfall(decision: Decision) -> None:
    """From the base to the recommended limit, one bar a step."""
    steps = [reason for reason in decision.reasons if reason.effect]
    figure = go.Figure(
        go.Waterfall(
            x=[t("ui.before"), *(t(f"steps.{reason.step}") for reason in steps), t("ui.recommended")],
            y=[float(decision.base), *(float(reason.effect) for reason in steps), 0],
            measure=["absolute", *("relative" for _ in steps), "total"],
            increasing={"marker": {"color": _UP}},
            decreasing={"marker": {"color": _DOWN}},
            totals={"marker": {"color": _TOTAL}},
        )
    )
    figure.update_layout(height=320, margin={"l": 8, "r": 8, "t": 8, "b": 8}, yaxis_tickformat=",.0f")
    st.plotly_chart(figure, width="stretch", config={"displayModeBar": False})


def reasons(decision: Decision) -> None:
    """Every step in words, with what it moved."""
    for reason in decision.reasons:
        moved = f"**{money(reason.effect, sign=True)}** " if reason.effect else ""
        st.markdown(f"- {moved}{_safe(t(reason.text))}")


def advice(items: Iterable[Advice]) -> None:
    """What to upload next; a band, no promise."""
    for item in items:
        st.markdown(f"- {_safe(t(item.text))}")


def document_table(found: Assessment, parts: Mapping[str, tuple[Extraction, ...]]) -> None:
    """All uploads: what each is, and how far it is believed."""
    rows = [
        {
            t("ui.file"): upload.name,
            t("ui.kind"): "、".join(t(f"kinds.{part.kind}") for part in parts.get(upload.id, ())) or t("ui.waiting"),
            t("ui.belief"): t("ui.not_usable") if upload.note else t(f"levels.{_level(found, upload.document)}"),
        }
        for upload in found.uploads
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _level(found: Assessment, document: str) -> str:
    level = found.decision.levels.get(document)
    return "none" if level is None else f"L{level}"


def heading(found: Assessment, part: Extraction) -> str:
    """Kind and credibility of a document in one line."""
    document = next((fact.provenance.document for fact in part.facts), part.document)
    return f"**{t(f'kinds.{part.kind}')}** · {t(f'levels.{_level(found, document)}')}"


def page(store: Store, upload: Upload, part: Extraction) -> None:
    """The pages as they were read, with a box around each value; nothing where the carrier has no page."""
    for number in sorted({fact.provenance.place.page or 1 for fact in part.facts if fact.kind != "document"}):
        try:
            picture = store.page_image(upload.application, upload.id, number)
        except NotFound:
            continue
        source = base64.b64encode(picture).decode()
        boxes = "".join(_box(fact) for fact in part.facts if fact.provenance.place.page == number)
        label = html.escape(t("ui.page_alt", name=upload.name, page=number))
        st.html(f'<figure class="page"><img alt="{label}" src="data:image/webp;base64,{source}">{boxes}</figure>')


def _box(fact: Fact) -> str:
    if fact.provenance.place.box is None or fact.kind == "document":
        return ""
    left, top, right, bottom = (100 * edge for edge in fact.provenance.place.box)
    title = html.escape(f"{field_name(fact)}: {fact.original}", quote=True)
    place = f"left:{left:.2f}%;top:{top:.2f}%;width:{right - left:.2f}%;height:{bottom - top:.2f}%"
    return f'<i title="{title}" style="{place}"></i>'


def field_name(fact: Fact) -> str:
    """The field's name on the paper, with the row of an item."""
    match = _ITEM.fullmatch(fact.field)
    if match:
        row = str(int(match[2]) + 1) if match[1] == "items" else match[2]
        return f"{t(f'fields.{match[1]}')} {row} · {t(f'fields.{match[3]}')}"
    return t(f"fields.{fact.field}")


def fields(part: Extraction) -> None:
    """What was read, with the text as printed."""
    shown = [fact for fact in part.facts if fact.kind != "document"]
    if not shown:
        st.info(t("ui.nothing_read"))
        return
    rows = [
        {t("ui.field"): field_name(fact), t("ui.value"): str(fact.value), t("ui.printed"): fact.original}
        for fact in shown
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def _safe(sentence: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#$|~])", r"\\\1", sentence)

"""How the limit moved as proof arrived: from what to what, and a plain sentence for each step that moved it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import streamlit as st

from selfproof.access import Desk, Standing
from selfproof.conversation import moves
from selfproof.conversation.moves import Move, Part
from selfproof.lifecycle import withdrawals
from selfproof.pipeline import Assessment
from ui import story, widgets
from ui.words import kind_name, listed, money, safe, t, t_or

_MOST, _STEPS = 8, 4  # moves that are told of, steps of each
_SMALL = frozenset({"rounding"})  # summed with the rest


@dataclass(frozen=True, slots=True)
class _Papers:
    """What facts stand on. kinds: kind and document by a fact's id; gone: documents that their owner has withdrawn."""

    kinds: Mapping[str, tuple[str, str]]
    gone: frozenset[str]

    @classmethod
    def of(cls, found: Assessment) -> Self:
        gone = (fact.provenance.document for fact in found.facts if fact.name == withdrawals.SIGNAL)
        return cls(story.kinds_of_facts(found), frozenset(gone))

    def new(self, part: Part) -> str:
        """By which papers that were not there before."""
        named = self._named(part.facts)
        return t("conversation.by_papers", what=named) if named else ""

    def lost(self, part: Part) -> str:
        """Without which papers, which their owner has withdrawn."""
        named = self._named(fact for fact in part.lost if self.kinds.get(fact, ("", ""))[1] in self.gone)
        return t("conversation.by_withdrawn", what=named) if named else ""

    def _named(self, facts: Iterable[str]) -> str:
        papers = {self.kinds[fact] for fact in facts if fact in self.kinds}
        kinds = Counter(kind for kind, document in papers if kind not in ("document", document))
        return listed([t("ui.count", kind=kind_name(kind), count=count) for kind, count in sorted(kinds.items())])


def news(desk: Desk, found: Assessment, standing: Standing) -> None:
    """What moved the limit while the owner was here, in one line and the heaviest reason."""
    name, application = "moves-seen", found.application.id
    seen: dict[str, Decimal] = st.session_state.setdefault(name, {})
    first = seen.setdefault(application, found.decision.recommended)
    told = moves.of(desk, application, 1) if first != found.decision.recommended else ()
    for move in told:
        key = f"conversation.just_{story.held_back(standing) or 'moved'}"
        first_part = [f"{_name(part)} {money(part.change, sign=True)}" for part in move.parts[:1]]
        why = [line for part in move.parts[:1] for line in (t(part.why), _Papers.of(found).lost(part))]
        head = t(key, **_ends(move))
        widgets.note("good" if move.after > move.before else "mind", head, *first_part, *why)


def show(desk: Desk, found: Assessment, standing: Standing) -> None:
    """The newest move up to the limit that holds, those before it folded; nothing as long as it has not moved."""
    told = moves.of(desk, found.application.id, _MOST)
    if not told:
        return
    widgets.heading(t("conversation.moves"))
    papers = _Papers.of(found)
    st.html(_move(told[0], papers, standing))
    if told[1:]:
        older = "".join(_move(move, papers) for move in told[1:])
        title = safe(t("conversation.earlier", count=len(told) - 1))
        st.html(f"<details><summary>{title}</summary>{older}</details>")


def _move(move: Move, papers: _Papers, standing: Standing | None = None) -> str:
    """standing: of the newest move, what holds of it now."""
    told = [part for part in move.parts if part.step not in _SMALL]
    heaviest = sorted(told, key=lambda part: -abs(part.change))[:_STEPS]
    rows = "".join(_row(part, papers) for part in move.parts if part in heaviest)
    rest = sum((part.change for part in move.parts if part not in heaviest), Decimal(0))
    rows += _line(t("conversation.other_steps"), rest) if rest else ""
    rows += _held_back(standing) if standing else ""
    held = story.held_back(standing) if standing else "held" if move.held else ""
    head = t(f"conversation.moved_{held}" if held else "conversation.moved", **_ends(move))
    return f'<section class="move"><h3>{safe(head)}</h3><ul class="rows">{rows}</ul></section>'


def _ends(move: Move) -> dict[str, str]:
    return {"before": money(move.before), "after": money(move.after)}


def _held_back(standing: Standing) -> str:
    """The last step, where something keeps the recommended limit from holding."""
    word = story.held_back(standing)
    if not word:
        return ""
    change, now = standing.effective - standing.decision.recommended, safe(money(standing.effective))
    last = f'<li><div class="line"><span>{safe(t("ui.after"))}</span><b>{now}</b></div></li>'
    return _line(t(f"ui.{word}_step"), change, t(f"ui.{word}_why")) + last


def _name(part: Part) -> str:
    return t("conversation.base") if part.step == moves.BASE else t_or(f"steps.{part.step}", t("steps.other"))


def _row(part: Part, papers: _Papers) -> str:
    return _line(_name(part), part.change, t(part.why), papers.new(part), papers.lost(part))


def _line(name: str, change: Decimal, *why: str) -> str:
    tone = "up" if change > 0 else "down"
    said = "".join(f'<p class="why">{safe(line)}</p>' for line in why if line)
    amount = f'<b class="{tone}">{safe(money(change, sign=True))}</b>'
    return f'<li><div class="line"><span>{safe(name)}</span>{amount}</div>{said}</li>'

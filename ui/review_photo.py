"""What a reviewer is told of a photo beside its values: what optional models looked at, and what nobody counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from selfproof.access.casework import Paper
from selfproof.vision.models import Role, table
from ui.words import listed, t, t_or

Remark = tuple[str, str]
_UNSURE = "unsure"


def remarks(paper: Paper) -> Iterator[Remark]:
    """Tone and sentence of each remark; none for what is no photo."""
    if paper.kind != "photo":
        return
    if not any(name.startswith("vision.") for name in paper.signals):
        yield "", t("models.photo_none_configured")
        return
    yield from _counts(paper)
    yield from _second(paper)
    if f"vision.{Role.LANGUAGE}" not in paper.signals:
        yield _without(paper, Role.LANGUAGE)


def _without(paper: Paper, role: Role) -> Remark:
    failed = f"vision.{role}_failed" in paper.signals
    return ("mind", t(f"models.photo_{role}_failed")) if failed else ("", t(f"models.photo_no_{role}"))


def _counts(paper: Paper) -> Iterator[Remark]:
    """What was counted stands among the values; here, what was sought and not found, and what could not be sought."""
    if f"vision.{Role.DETECTOR}" not in paper.signals:
        yield _without(paper, Role.DETECTOR)
        return
    able = paper.signals.get("vision.groups", "").split(",")
    found = {entry.fact.field for entry in paper.entries}
    none = [name for name in able if name and name not in found]
    unable = [name for name in table()["detector"]["groups"] if name not in able]
    if found & set(able):
        yield "", t("models.photo_at_least")
    yield from (("", t(f"models.photo_{key}", what=_groups(names))) for key, names in _some(none, unable))


def _some(none: Sequence[str], unable: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((key, names) for key, names in (("none", none), ("unable", unable)) if names)


def _groups(names: Sequence[str]) -> str:
    return listed([t(f"models.group_{name}") for name in names])


def _second(paper: Paper) -> Iterator[Remark]:
    """Whether the second opinion on the scene is the first's; where either is unsure there is nothing to agree on."""
    opinion, scene = paper.signals.get("scene.opinion"), paper.signals.get("scene.label", _UNSURE)
    if opinion is None:
        yield _without(paper, Role.ZERO_SHOT)
    elif opinion == _UNSURE:
        yield "", t("models.photo_second_unsure")
    elif opinion == scene:
        yield "good", t("models.photo_agrees", scene=_word(scene))
    else:
        yield "mind", t("models.photo_disagrees", other=_word(opinion), scene=_word(scene))


def _word(scene: str) -> str:
    return t_or(f"words.scene_{scene}", scene)

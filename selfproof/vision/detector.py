"""People, vehicles and machines in a picture, by RT-DETR or D-FINE (`transformers`) from a local folder.

Every thing that is counted has its box; a picture shows what was before the lens, so a count is at least so many and
never how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PIL import Image

from selfproof.model import Box, Word, box_quad
from selfproof.vision.models import Chosen, loaded, table

PATH = "vision.count."  # before the group's name, in the path of a word that stands for a thing


def things(picture: Image.Image, wanted: Chosen) -> tuple[Word, ...]:
    """What was counted: text is the model's label, quad its box, confidence its score, path says the group.

    The surest first. Raises ModelError when the model cannot be loaded.
    """
    import torch

    with loaded(wanted) as ready, torch.inference_mode():
        outputs = ready.model(**ready.processor(images=picture, return_tensors="pt"))
        found = ready.processor.post_process_object_detection(
            outputs, threshold=_least(), target_sizes=[(picture.height, picture.width)]
        )[0]
        labels = ready.model.config.id2label
    return counted(_words(found, labels, picture))


def groups(labels: Iterable[str]) -> tuple[str, ...]:
    """The groups of which a model has a label; the others it cannot count."""
    known = {label.casefold() for label in labels}
    return tuple(name for name, group in table()["detector"]["groups"].items() if known & set(group["labels"]))


def able(wanted: Chosen) -> tuple[str, ...]:
    """The groups that a model can count. Raises ModelError when it cannot be loaded."""
    with loaded(wanted) as ready:
        return groups(ready.model.config.id2label.values())


def counted(found: Sequence[Word]) -> tuple[Word, ...]:
    """Of detections, those of a group with score enough, each thing once, the surest first, and not too many."""
    rules, kept = table()["detector"], list[Word]()
    for detection in sorted(found, key=lambda word: (-word.confidence, word.box, word.text)):
        group = _group(detection.text)
        if group is None or detection.confidence < rules["groups"][group]["least"] or not _within(detection.box):
            continue
        word = Word(detection.text.casefold(), detection.quad, detection.confidence, path=PATH + group)
        if all(word.path != other.path or _overlap(word.box, other.box) < rules["same"] for other in kept):
            kept.append(word)
    return tuple(kept[: rules["most"]])


def _least() -> float:
    return min(float(group["least"]) for group in table()["detector"]["groups"].values())


def _group(label: str) -> str | None:
    named = table()["detector"]["groups"].items()
    return next((name for name, group in named if label.casefold() in group["labels"]), None)


def _words(found: Mapping[str, Any], labels: Mapping[int, str], picture: Image.Image) -> list[Word]:
    """Detections as the library gives them (scores, labels, boxes in pixels) as words of the page."""
    rows = zip(found["scores"].tolist(), found["labels"].tolist(), found["boxes"].tolist(), strict=True)
    return [
        Word(labels[label], box_quad(_part(box, picture.size)), round(score, 4))
        for score, label, box in rows
        if label in labels
    ]


def _part(pixels: Sequence[float], size: tuple[int, int]) -> Box:
    """A box in fractions of the picture, cut at its edges."""
    left, top, right, bottom = (
        round(min(max(edge / side, 0.0), 1.0), 6) for edge, side in zip(pixels, size * 2, strict=True)
    )
    return left, top, right, bottom


def _within(box: Box) -> bool:
    """Whether there is something of a box on the page."""
    return box[0] < box[2] and box[1] < box[3]


def _overlap(one: Box, two: Box) -> float:
    """Intersection over union, 0..1.

    >>> round(_overlap((0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.75, 1.0)), 3)
    0.333
    """
    across = max(0.0, min(one[2], two[2]) - max(one[0], two[0]))
    down = max(0.0, min(one[3], two[3]) - max(one[1], two[1]))
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return across * down / (sum(areas) - across * down)

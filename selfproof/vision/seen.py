"""What the optional models see in a picture that is no document: counted things, a second opinion, named things.

A model that is not configured, or cannot be used, takes nothing away: the picture is read without, and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from selfproof.errors import ModelError
from selfproof.imaging import Image as Pixels
from selfproof.model import Word
from selfproof.vision import detector, language, models, opinion
from selfproof.vision.models import SETTINGS, Chosen, Role

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen. words: things with their boxes.

    signals: ``vision.<role>`` (which model looked) or ``vision.<role>_failed`` (why not), ``vision.groups`` (what the
    detector can count), ``scene.opinion`` with ``scene.opinion_confidence``.
    """

    words: tuple[Word, ...] = ()
    signals: Mapping[str, str] = field(default_factory=dict)


def look(image: Pixels, words: Sequence[Word]) -> Seen:
    """Ask every model that is configured. image: the page as it was read; words: recognised on it."""
    roles = [role for role, _ in models.configured()]
    if not roles:
        return Seen()
    picture = Image.fromarray(np.ascontiguousarray(image[:, :, ::-1]))
    asked: dict[Role, Callable[[Chosen], Seen]] = {
        Role.DETECTOR: lambda model: _counted(picture, model),
        Role.ZERO_SHOT: lambda model: _opinion(picture, model),
        Role.LANGUAGE: lambda model: Seen(language.named(picture, words, model)),
    }
    found = [_one(role, asked[role]) for role in roles]
    return Seen(
        tuple(word for seen in found for word in seen.words),
        {name: value for seen in found for name, value in seen.signals.items()},
    )


def _one(role: Role, ask: Callable[[Chosen], Seen]) -> Seen:
    try:
        model = models.chosen(role)
        if model is None:
            return Seen()
        seen = ask(model)
    except ModelError as error:  # its words name folders of this machine: for the log, not for facts
        _LOG.warning("%s", error)
        return Seen(signals={f"vision.{role}_failed": "unusable"})
    except Exception as error:  # noqa: BLE001  the edge: whatever a model of others raises, the picture is read
        _LOG.exception("%s failed on a picture", SETTINGS[role])
        return Seen(signals={f"vision.{role}_failed": type(error).__name__})
    return Seen(seen.words, {f"vision.{role}": model.name, **seen.signals})


def _counted(picture: Image.Image, model: Chosen) -> Seen:
    groups = ",".join(detector.able(model))
    return Seen(detector.things(picture, model), {"vision.groups": groups})


def _opinion(picture: Image.Image, model: Chosen) -> Seen:
    scene, share = opinion.opinion(picture, model)
    return Seen(signals={"scene.opinion": scene, "scene.opinion_confidence": f"{share:.4f}"})

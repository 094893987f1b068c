"""Optional vision models in local folders: which are configured, whether they can be used, and loading them.

``SELFPROOF_DETECTOR``, ``SELFPROOF_ZERO_SHOT`` and ``SELFPROOF_VLM`` each name a folder as `transformers` saves it
(``config.json``, weights, preprocessor, tokenizer). None is needed: without them photos are read and decided on all the
same. Nothing is ever fetched, and no code of a folder is run. A model is loaded when the first photo needs it, one at a
time in a process: whichever comes next takes the place of the last.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from selfproof.errors import ModelError
from selfproof.model import Message
from selfproof.texts import say

_LOCK = threading.Lock()
_WEIGHTS = (".safetensors", ".bin")
_WHOLE = 1 << 20  # bytes: smaller files are hashed whole
_SAMPLES, _SAMPLE = 64, 1 << 16  # of a larger one: training anew changes weights everywhere


class Role(StrEnum):
    """What a model is for."""

    DETECTOR = "detector"
    ZERO_SHOT = "zero_shot"
    LANGUAGE = "language"


SETTINGS = {Role.DETECTOR: "SELFPROOF_DETECTOR", Role.ZERO_SHOT: "SELFPROOF_ZERO_SHOT", Role.LANGUAGE: "SELFPROOF_VLM"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model that the deployer named. version: a hash of the folder; family: as its config.json calls it."""

    role: Role
    folder: Path
    family: str
    version: str

    @property
    def name(self) -> str:
        """What stands in facts: family and version."""
        return f"{self.family} {self.version}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a role stands: nobody named a model, the named one can be used, or it cannot and why."""

    role: Role
    chosen: Chosen | None = None
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory, in evaluation mode on the CPU. tokenizer: None for a detector."""

    model: Any
    processor: Any
    tokenizer: Any


@dataclass(slots=True)
class _Slot:
    """The one model that is in memory, and what could not be loaded: it is not tried again by this process."""

    held: tuple[Chosen, Loaded] | None = None
    refused: dict[Chosen, str] | None = None


_SLOT = _Slot()


@cache
def table() -> Mapping[str, Any]:
    """``tables/vision_models.yaml``."""
    found: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "vision_models.yaml").read_text("utf-8")
    )
    return found


def configured() -> tuple[tuple[Role, str], ...]:
    """The roles for which a folder is named, with the folder as it was written."""
    return tuple((role, folder) for role, name in SETTINGS.items() if (folder := os.environ.get(name, "").strip()))


def standing(role: Role) -> Standing:
    """Whether a role's model can be used, as far as its folder tells; nothing is loaded."""
    folder = dict(configured()).get(role)
    if folder is None:
        return Standing(role)
    found = _looked_at(role, folder)
    return Standing(role, chosen=found) if isinstance(found, Chosen) else Standing(role, problem=found)


def chosen(role: Role) -> Chosen | None:
    """The role's model, None where none is named; raises ModelError, with the setting, when it cannot be used."""
    found = standing(role)
    if found.problem is not None:
        raise ModelError(f"{SETTINGS[role]}: {say(found.problem, 'en')}")
    return found.chosen


def versions() -> tuple[str, ...]:
    """What tells whether other models would read: of each named folder its version, or what is wrong with it."""
    found = (standing(role) for role, _ in configured())
    return tuple(f"{item.role} {item.chosen.version if item.chosen else item.problem}" for item in found)


@cache
def _looked_at(role: Role, folder: str) -> Chosen | Message:
    """Looked at once in a process: a folder that changes is seen when the process starts anew."""
    path = Path(folder)
    try:
        family = str(json.loads((path / "config.json").read_text("utf-8"))["model_type"])
        weights = [item for item in path.iterdir() if item.suffix in _WEIGHTS]
        version = _fingerprint(path)
    except (OSError, ValueError, KeyError, TypeError):
        key = "no_config" if path.is_dir() else "no_folder"
        return Message(f"models.{key}", {"folder": folder})
    if family not in table()["families"][role]:
        known = ", ".join(table()["families"][role])
        return Message("models.other_family", {"folder": folder, "family": family, "known": known})
    return Chosen(role, path, family, version) if weights else Message("models.no_weights", {"folder": folder})


def _fingerprint(folder: Path) -> str:
    """Twelve hexadecimal digits over all files: the small ones whole, the large by size and by parts all over them."""
    digest = hashlib.sha256()
    for path in sorted(item for item in folder.iterdir() if item.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as stream:
            if size <= _WHOLE:
                digest.update(stream.read())
            else:
                for part in range(_SAMPLES):
                    stream.seek((size - _SAMPLE) * part // (_SAMPLES - 1))
                    digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()[:12]


@contextmanager
def loaded(wanted: Chosen) -> Iterator[Loaded]:
    """The model for as long as it is used, by one thread at a time; raises ModelError when it cannot be loaded."""
    with _LOCK:
        yield _in_memory(wanted)


def release() -> None:
    """Free the memory of the model that is held, if any, and forget what was refused."""
    with _LOCK:
        _drop()
        _SLOT.refused = None


def _drop() -> None:
    """Weights go at once: a network may hold itself in a circle, and wait long for whoever collects such circles."""
    if _SLOT.held is not None:
        _SLOT.held[1].model.to("meta")
        _SLOT.held = None


def _in_memory(wanted: Chosen) -> Loaded:
    if _SLOT.held is not None and _SLOT.held[0] == wanted:
        return _SLOT.held[1]
    refused = _SLOT.refused = _SLOT.refused or {}
    if wanted in refused:
        raise ModelError(refused[wanted])
    _drop()
    try:
        found = _load(wanted)
    except Exception as error:  # the edge: a folder may hold anything, and what its reading raises has no common root
        refused[wanted] = f"{SETTINGS[wanted.role]}: {wanted.folder} cannot be loaded: {_first_line(error)}"
        raise ModelError(refused[wanted]) from error
    _SLOT.held = (wanted, found)
    return found


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _load(wanted: Chosen) -> Loaded:
    """Through the library's automatic classes. A weight that the folder lacks would be drawn by chance: refused."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    import transformers

    torch.set_num_threads(int(os.environ.get("SELFPROOF_THREADS") or min(os.cpu_count() or 1, 2)))
    makers = {
        Role.DETECTOR: transformers.AutoModelForObjectDetection,
        Role.ZERO_SHOT: transformers.AutoModel,
        Role.LANGUAGE: transformers.AutoModelForImageTextToText,
    }
    options = {"local_files_only": True, "trust_remote_code": False}
    model, told = makers[wanted.role].from_pretrained(
        wanted.folder,
        dtype="auto" if wanted.role is Role.LANGUAGE else torch.float32,
        output_loading_info=True,
        ignore_mismatched_sizes=False,
        **options,
    )
    if told["missing_keys"]:
        raise ModelError(f"weights are missing: {', '.join(sorted(told['missing_keys'])[:3])}")
    processor = transformers.AutoImageProcessor.from_pretrained(wanted.folder, **options)
    return Loaded(model.eval(), processor, None if wanted.role is Role.DETECTOR else _tokenizer(wanted, options))


def _tokenizer(wanted: Chosen, options: Mapping[str, bool]) -> Any:  # noqa: ANN401  transformers ships no types
    import transformers

    found = transformers.AutoTokenizer.from_pretrained(wanted.folder, **options)
    if wanted.role is Role.LANGUAGE and not found.chat_template:  # some folders keep it for the whole processor
        found.chat_template = json.loads((wanted.folder / "chat_template.json").read_text("utf-8"))["chat_template"]
    return found

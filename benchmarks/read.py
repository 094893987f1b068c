"""Seconds and peak memory of reading, per carrier, beside PaddleOCR alone on the same pictures.

    python benchmarks/read.py FOLDER [--most 12] [--truth FOLDER]

FOLDER holds files of any type. Every carrier is read in a process of its own, so that its peak memory is its own, with
nothing kept from before; the first file bears the loading of the models, processor seconds are those of all threads.
The peer is PaddleOCR's `predict` with the same weights and settings, without turning,
flattening, enlarging or a second look under seals. With --truth (one `<stem>.json` of printed values a file) it also
counts how many of the values stand in the words, whatever their order.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz

from selfproof import imaging, intake, ocr, read
from selfproof.errors import IntakeError

PEER = "PaddleOCR alone"
LONG = 30  # characters: a longer value may stand on several lines
ALIKE = 93  # of 100, for long values


def main() -> None:
    """Measure one carrier here, or each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=12, help="files of each carrier")
    parser.add_argument("--truth", type=Path, help="folder of <stem>.json with the printed values")
    parser.add_argument("--carrier", help="measure this one only, in this process; prints JSON")
    given = parser.parse_args()
    files = {carrier: paths[: given.most] for carrier, paths in by_carrier(given.folder).items()}
    if given.carrier:
        print(
            json.dumps(measure(given.carrier, files["image" if given.carrier == PEER else given.carrier], given.truth))
        )
        return
    print(
        f"{'carrier':<16}{'files':>6}{'first s':>9}{'median s':>10}{'most s':>8}{'cpu s':>7}{'peak MB':>9}"
        f"{'values found':>16}"
    )
    for carrier in [*sorted(files), *([PEER] if "image" in files else [])]:
        print_row(carrier, in_own_process(carrier))


def by_carrier(folder: Path) -> dict[str, list[Path]]:
    """Files by the carrier that reads them; those that are not taken in are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        try:
            found[read.CARRIERS[intake.take(path.read_bytes(), path.name).media_type]].append(path)
        except (IntakeError, OSError):
            continue
    return found


def in_own_process(carrier: str) -> dict[str, float]:
    """One carrier's figures, measured in a fresh process with an empty home."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, __file__, *sys.argv[1:], "--carrier", carrier]
        environment = {**os.environ, "SELFPROOF_HOME": home}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def measure(carrier: str, paths: Sequence[Path], truth: Path | None) -> dict[str, float]:
    """Seconds, peak memory in MB, and values found, over these files."""
    words: Callable[[Path], Sequence[str]] = alone if carrier == PEER else whole
    seconds, busy, found, printed = [], [], 0, 0
    for path in paths:
        start, cpu = time.perf_counter(), time.process_time()
        texts = words(path)
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - cpu)
        values = list(printed_values(truth, path))
        printed += len(values)
        found += sum(stands(value, squeezed("".join(texts))) for value in values)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {
        "files": len(paths), "first": seconds[0], "median": statistics.median(seconds[1:] or seconds),
        "most": max(seconds[1:] or seconds), "cpu": statistics.median(busy[1:] or busy), "peak": peak,
        "found": found, "printed": printed,
    }  # fmt: skip


def whole(path: Path) -> list[str]:
    """The words as this project reads them."""
    return [word.text for word in read.read(intake.take(path.read_bytes(), path.name)).words]


def alone(path: Path) -> list[str]:
    """The words as PaddleOCR alone gives them."""
    with imaging.opened(path.read_bytes()) as picture:
        return [word.text for word in ocr.recognise(imaging.upright_pixels(picture), of="peer")]


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


def print_row(carrier: str, row: dict[str, float]) -> None:
    """One line of the table."""
    values = f"{row['found']:.0f} of {row['printed']:.0f}" if row["printed"] else ""
    print(
        f"{carrier:<16}{row['files']:>6.0f}{row['first']:>9.2f}{row['median']:>10.2f}{row['most']:>8.2f}{row['cpu']:>7.2f}"
        f"{row['peak']:>9.0f}{values:>16}",
        flush=True,
    )


if __name__ == "__main__":
    main()

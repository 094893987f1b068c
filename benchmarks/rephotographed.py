"""A labelled corpus photographed: real pages, as phones take them, to be read and scored as the corpus is.

    python benchmarks/rephotographed.py CORPUS OUT [--seed 1] [--longer 0]
    selfproof read OUT/files/* --jsonl > READ

CORPUS holds `manifest.csv` (id, file, ...), `files/` and `truth/`; OUT becomes such a folder. Each picture and each PDF
of one page is photographed once by the fixtures' camera with a phone's mix of faults; its truth stays, though what a
fault hides is not taken from it. `--longer` also makes the pictures smaller, as messengers do: pixels of the longer
side. Other files are left out.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from selfproof.imaging import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
from render import photograph

DPI = 190  # of a rendered page
PICTURES = (".jpg", ".jpeg", ".png")


def main() -> None:
    """Photograph what the corpus has of pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longer", type=int, default=0, help="pixels of the longer side at most; 0 for any")
    given = parser.parse_args()
    (given.out / "files").mkdir(parents=True, exist_ok=True)
    shutil.copytree(given.corpus / "truth", given.out / "truth", dirs_exist_ok=True)
    with (
        (given.corpus / "manifest.csv").open(encoding="utf-8") as listed,
        (given.out / "manifest.csv").open("w", encoding="utf-8", newline="") as kept,
    ):
        rows = csv.DictReader(listed)
        written = csv.DictWriter(kept, rows.fieldnames or ())
        written.writeheader()
        for row in rows:
            page = seen(given.corpus / row["file"])
            if page is not None:
                name = f"files/{row['id']}.jpg"
                (given.out / name).write_bytes(taken(page, zlib.crc32(row["id"].encode()) + given.seed, given.longer))
                written.writerow({**row, "file": name, "format": "jpg"})


def seen(path: Path) -> Image | None:
    """The page in BGR; None for a file that is no picture and no PDF of one page."""
    if path.suffix.lower() in PICTURES:
        return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if path.suffix.lower() != ".pdf":
        return None
    with pypdfium2.PdfDocument(path) as document:
        if len(document) != 1:
            return None
        return np.ascontiguousarray(document[0].render(scale=DPI / 72).to_numpy()[:, :, :3])


def taken(page: Image, seed: int, longer: int) -> bytes:
    """The photograph as JPEG."""
    shot = photograph.photographed(page, seed, photograph.as_a_phone(seed))
    scale = longer / max(shot.picture.shape[:2])
    if not 0 < scale < 1:
        return shot.data
    smaller = cv2.resize(shot.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", smaller)[1].tobytes()


if __name__ == "__main__":
    main()

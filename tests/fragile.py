"""A worker for the tests of clusters: some calls end its process."""

from __future__ import annotations

import os
from pathlib import Path


class Fragile:
    """Doubles numbers; dies of 3 once, of 4 always."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pid(self) -> int:
        return os.getpid()

    def double(self, number: int) -> int:
        if number == 4 or (number == 3 and not (self.folder / "died").exists()):
            (self.folder / "died").touch()
            os._exit(1)
        return 2 * number

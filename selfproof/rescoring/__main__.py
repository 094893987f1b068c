"""``python -m selfproof.rescoring RUN``: carry out a run in a process of its own; `selfproof.rescoring.runs.launch`."""

from __future__ import annotations

import os
import sys

from selfproof.errors import StoreError
from selfproof.rescoring import runs
from selfproof.store import Store

_NICE = 5  # a batch gives way to the people who wait for a page


def main(run: str) -> int:
    """Carry out a run until it ends; 1 when it could not be taken up."""
    os.nice(_NICE)
    with Store.open() as store:
        try:
            runs.carry_out(store, run)
        except StoreError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Opens an old workbook where it can do no harm; run as a program of its own, the file on its standard input.

The reader of old workbooks ends its process when a damaged file asks for more memory than there is, and no caller can
catch that. Exit codes: 0 it can be read; 3 it has a password; any other, it cannot be read.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from typing import Final

_MOST_MEMORY: Final = 2_000_000_000  # bytes of address space
_MOST_SECONDS: Final = 60
_LOCKED: Final = 3


def trial(data: bytes) -> str:
    """``readable``, ``locked`` or ``damaged``: how opening the workbook ended in a process with little memory."""
    command = [sys.executable, "-I", __file__]
    try:
        ended = subprocess.run(command, input=data, capture_output=True, check=False, timeout=_MOST_SECONDS)  # noqa: S603  our own file, no shell
    except subprocess.TimeoutExpired:
        return "damaged"
    return {0: "readable", _LOCKED: "locked"}.get(ended.returncode, "damaged")


def _open_all(data: bytes) -> int:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index in range(len(book.sheet_names)):
            book.get_sheet_by_index(index).to_python()
    except python_calamine.PasswordError:
        return _LOCKED
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(_open_all(sys.stdin.buffer.read()))

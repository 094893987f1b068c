"""The one file that holds inference sessions, in the form that PaddleX asks for: ``run(names, feeds)``.

The recogniser gets each line of text as narrow as it is: PaddleX pads the lines of a batch to the widest of them and to
320 pixels at least, and a third of what it computes is nothing. Lines go side by side, each on one thread: its layers
are too small to share, and two threads on two lines take three quarters of the time that they take on one.
Tried and left out: OpenVINO takes as long in single precision; in bfloat16 six tenths, but twice a worker's memory,
and what it is unsure of must be read again.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Tensor: TypeAlias = npt.NDArray[np.float32]
_STEP: Final = 32  # pixels: widths are rounded up to it
_MARGIN: Final = 32  # pixels left empty behind a line, so that its last character is not cut
_LEAST: Final = 160  # pixels: narrower, the recogniser takes signs for others
_TRIM, _MAPPED = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h
_LARGE: Final = 4 << 20  # bytes: a layer's output of a whole page, hardly one of a line's


class Session(Protocol):
    """What PaddleX asks of a session."""

    def run(self, names: Sequence[str] | None, feeds: Mapping[str, Tensor], /) -> list[Any]:
        """One output; for `Lines` a list of one array (steps x classes) a line."""


class Lines:
    """A recogniser's session, each line by itself and without the padding of its batch, `beside` lines at a time."""

    def __init__(self, session: Session, beside: int) -> None:
        self.session = session
        self.pool = ThreadPoolExecutor(beside)

    def run(self, names: Sequence[str] | None, feeds: Mapping[str, Tensor], /) -> list[Any]:
        """As a session's; shapes of the outputs differ."""
        ((name, batch),) = feeds.items()
        return [list(self.pool.map(lambda line: self.session.run(names, {name: narrowed(line)})[0][0], batch))]


def narrowed(line: Tensor) -> Tensor:
    """Channels x height x width → the same as a batch of one; padding is exactly zero, and no pixel ever is."""
    inked = np.flatnonzero(line.any(axis=(0, 1)))
    used = int(inked[-1]) + 1 if len(inked) else 0
    width = max(_LEAST, -(-(used + _MARGIN) // _STEP) * _STEP)
    found = np.zeros((1, *line.shape[:2], width), dtype=np.float32)
    kept = min(width, line.shape[2])
    found[0, :, :, :kept] = line[:, :, :kept]
    return found


def threads() -> int:
    """SELFPROOF_THREADS, else the machine's, at most four."""
    return int(os.environ.get("SELFPROOF_THREADS") or min(os.cpu_count() or 1, 4))


def session(weights: Path, share: int = 1) -> Session:
    """A session whose idle threads sleep: PaddleX cannot say so, and spinning takes a third more of a busy machine.

    share: how many threads one run may use.
    """
    import onnxruntime

    _give_back()
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False  # 0.94 GB at most, not 6
    options.intra_op_num_threads = share
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made: Session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    return made


def _give_back() -> None:
    """Large arrays go back to the machine when they are freed; other C libraries than glibc are left as they are.

    glibc raises its own threshold to 32 MB once it has seen such arrays, and a worker then holds 1.1 GB, not 0.8.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_MAPPED, _LARGE)
        libc.mallopt(_TRIM, _LARGE)

"""The one file that holds inference sessions. `Pages` and `Lines` stand where PaddleX has its runners.

Both networks run on OpenVINO, in bfloat16 where the processor can: half to two thirds of ONNX Runtime's time for the
same weights; on 372 lines of invoices and photographs seven texts changed, none of which it was sure of, and of the
places found on 27 pages 99.5 % stayed. Elsewhere it computes in single precision, as fast as ONNX Runtime.
The recogniser gets each line of text as narrow as it is: PaddleX pads the lines of a batch to the widest of them and to
320 pixels at least, and a third of what it computes is nothing. Lines go side by side, each on one thread: its layers
are too small to share, and two threads on two lines take three quarters of the time that they take on one. What a line
says is decoded by the thread that computed it, before the next line writes over it: an output is some 6 MB.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from selfproof import networks

Tensor: TypeAlias = npt.NDArray[np.float32]
Pixels: TypeAlias = npt.NDArray[np.uint8]
_STEP: Final = 32  # pixels: widths are rounded up to it
_MARGIN: Final = 16  # pixels left empty behind a line, so that its last character is not cut
_HEIGHT: Final = 48  # pixels of a line as the recogniser takes it
_LEAST: Final = 160  # pixels: narrower, the recogniser takes signs for others
_FOUR: Final = 4  # lines of that width at a time: a sixth faster
_TRIM, _MAPPED = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of glibc's malloc.h
_LARGE: Final = 4 << 20  # bytes: a picture of a page, hardly one of a line
_LARGE_PAGE: Final = 3 << 20  # bytes: of a million pixels
_SIDES: Final = (640, 768, 864, 960, 1088, 1216, 1408, 1600)  # pixels: of large pages' networks
_SIZES: Final = 2  # of them at a time: pages that lie and pages that stand
_KERNELS: Final = 100  # of the detector, enough for one size, in which layers share them; a dozen sizes' hold 0.15 GB
_FIRST = threading.Lock()


class Lines:
    """A recogniser's runner, without the padding of a batch, `beside` lines at a time, narrow ones in fours.

    decode: what becomes of the recogniser's output of a line, steps x classes, which it may not keep.
    """

    def __init__(self, weights: Path, beside: int, decode: Callable[[Tensor], Any]) -> None:
        self.compiled = _compiled(weights, precision(), runs=beside, threads=beside)
        _begin(self.compiled.create_infer_request(), (1, 3, _HEIGHT, _LEAST))
        self.decode = decode
        self.of_thread = threading.local()  # a request that two threads share corrupts its output
        self.pool = ThreadPoolExecutor(beside)

    def __call__(self, x: Sequence[Tensor]) -> list[list[Any]]:
        """What `decode` makes of each line. x: lines of channels x height x width, as PaddleX names it.

        The widest go first, so that no thread waits long for the last of the other. What they took goes back to the
        machine: 24 MB a thread.
        """
        together = _together([_width(line) for line in x])
        decoded = self.pool.map(self._some, ([x[number] for number in run] for run in together))
        found = dict(zip(itertools.chain(*together), itertools.chain(*decoded), strict=True))
        self.compiled.release_memory()
        return [[found[number] for number in range(len(x))]]

    def _some(self, lines: Sequence[Tensor]) -> list[Any]:
        """Lines that are narrowed to the same width."""
        if not hasattr(self.of_thread, "request"):
            self.of_thread.request = self.compiled.create_infer_request()
        return [
            self.decode(found)
            for found in _run(self.of_thread.request, np.concatenate([narrowed(line) for line in lines]))
        ]


class Pages:
    """A detector's runner, one page at a time: half of ONNX Runtime's time for the same weights.

    share: how many threads one run may use. mean, std: of a channel's values in 0..1, which the network takes itself
    (`selfproof.networks`). A large page gets a network of a fixed size, which takes a third of the
    memory: 0.13 GB of the largest page instead of 0.38. One takes 0.2 s to make, and no two flattened photographs are
    of one size: so there are a few sizes, and pages are continued to the next of them. The networks used last are kept,
    23 MB each, and what the last run took, 0.1 GB, until a page of another size comes: fetching it anew from the
    machine takes up to a tenth of a page's reading. Smaller pages, where print is small and a different edge tells, are
    searched as they are, in memory of their own.
    """

    def __init__(self, weights: Path, share: int, mean: Sequence[float], std: Sequence[float]) -> None:
        network = networks.untransposed(_core().read_model(weights))
        self.weights, self.share = networks.for_pixels(network, mean, std), share
        self.of_any = self._made()
        self.of_size: OrderedDict[tuple[int, ...], Any] = OrderedDict()

    def __call__(self, x: Sequence[Pixels]) -> list[Tensor]:
        """How likely each pixel belongs to a line, 1 x 1 x height x width. x: one page, height x width x channels."""
        (page,) = x
        if page.nbytes < _LARGE_PAGE:
            return [_found(self.of_any, page)]
        canvas = continued(page)
        return [_found(self._of_size((1, *canvas.shape)), canvas)[:, :, : page.shape[0], : page.shape[1]]]

    def _of_size(self, shape: tuple[int, ...]) -> Any:  # noqa: ANN401  as below
        last = next(reversed(self.of_size), shape)
        if last != shape:
            self.of_size[last].release_memory()
            _trim()
        network = self.of_size.pop(shape, None)
        if network is None and len(self.of_size) == _SIZES:
            self.of_size.popitem(last=False)
        self.of_size[shape] = network or self._made(shape)
        return self.of_size[shape]

    def _made(self, shape: tuple[int, ...] | None = None) -> Any:  # noqa: ANN401  as below
        """shape: none for any."""
        network = self.weights.clone()
        if shape:
            network.reshape(list(shape))
        return _compiled(network, precision(), runs=1, threads=self.share, CPU_RUNTIME_CACHE_CAPACITY=_KERNELS)


def _found(network: Any, page: Pixels) -> Tensor:  # noqa: ANN401  as below
    return _run(network.create_infer_request(), page[None]).copy()


def _run(request: Any, feed: Tensor | Pixels) -> Tensor:  # noqa: ANN401  as below
    """The one output, which the request's next run writes over."""
    found: Tensor = request.infer({0: feed}, share_inputs=True, share_outputs=True)[0]
    return found


def alone(model: Path, shape: tuple[int, ...], share: int) -> Callable[[Tensor], tuple[Tensor, ...]]:
    """A network of one input of this shape in single precision, for one caller at a time.

    share: threads that it may use.
    """
    request = _compiled(model, "f32", runs=1, threads=share).create_infer_request()
    _begin(request, shape)
    return lambda feed: tuple(found.copy() for found in request.infer({0: feed}).values())


def save(module: Any, shape: tuple[int, ...], model: Path) -> None:  # noqa: ANN401  torch is loaded late
    """A torch module of one input of this shape, in evaluation mode → OpenVINO's two files, .xml and .bin.

    By the frontend itself: `openvino.convert_model` does the same and tells its makers of it.
    """
    import openvino
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    example = torch.zeros(shape)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what torch puts in its place takes twenty seconds
        traced = torch.jit.trace(module, example)  # type: ignore[no-untyped-call]
    decoder = TorchScriptPythonDecoder(traced, example_input=(example,))  # the frontend does not keep it alive
    frontend = FrontEndManager().load_by_framework("pytorch")
    converted = frontend.convert(frontend.load(decoder))
    converted.reshape(list(shape))
    openvino.save_model(converted, model, compress_to_fp16=False)


def continued(page: Pixels) -> Pixels:
    """Height x width x channels → the same, its last row and column repeated up to the next of a network's sides.

    Of what the detector finds on 44 pictures, 1,605 lines, as many are new as are gone: one in eighty.
    """
    more = [next((side for side in _SIDES if side >= size), size) - size for size in page.shape[:2]]
    return np.pad(page, (*((0, grown) for grown in more), (0, 0)), mode="edge")


def _together(widths: Sequence[int]) -> list[list[int]]:
    """Which lines are computed in one run: the narrowest in fours, the widest run first."""
    narrow = [number for number, width in enumerate(widths) if width == _LEAST]
    left = len(narrow) % _FOUR
    runs = [narrow[start : start + _FOUR] for start in range(left, len(narrow), _FOUR)]
    runs += [[number] for number in narrow[:left]]
    runs += [[number] for number, width in enumerate(widths) if width > _LEAST]
    return sorted(runs, key=lambda run: widths[run[0]] * len(run), reverse=True)


def narrowed(line: Tensor) -> Tensor:
    """Channels x height x width → the same as a batch of one, without the padding of its batch."""
    width = _width(line)
    found = np.zeros((1, *line.shape[:2], width), dtype=np.float32)
    kept = min(width, line.shape[2])
    found[0, :, :, :kept] = line[:, :, :kept]
    return found


def _width(line: Tensor) -> int:
    """How wide the recogniser takes it; padding is exactly zero, and no pixel ever is."""
    used = int(np.count_nonzero(line[0, 0]))
    return max(_LEAST, -(-(used + _MARGIN) // _STEP) * _STEP)


def threads() -> int:
    """SELFPROOF_THREADS, else the machine's, at most four."""
    return int(os.environ.get("SELFPROOF_THREADS") or min(os.cpu_count() or 1, 4))


@cache
def precision() -> str:
    """What this processor computes in: "bf16" or "f32". Texts may differ by it, so it belongs to what is kept."""
    return "bf16" if "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _compiled(model: Path, kind: str, *, runs: int, threads: int, **more: int) -> Any:  # noqa: ANN401  as below
    """runs: how many may go on at once."""
    settings = {
        "INFERENCE_PRECISION_HINT": kind,
        "NUM_STREAMS": runs,
        "INFERENCE_NUM_THREADS": threads,
        "ENABLE_CPU_PINNING": False,  # all workers would be bound to the same cores
        **more,
    }
    return _core().compile_model(model, "CPU", settings)


def _begin(request: Any, shape: tuple[int, ...]) -> None:  # noqa: ANN401  the same
    """Run a network once, alone: the binding's first two runs at the same time wait for each other for ever."""
    with _FIRST:
        request.infer({0: np.zeros(shape, dtype=np.float32)})


@cache
def _core() -> Any:  # noqa: ANN401  OpenVINO's types are incomplete
    import openvino

    return openvino.Core()


def give_back() -> None:
    """What is free goes back to the machine now, and large arrays from now on when they are freed.

    Now: 40 MB of PaddleX's own sessions, in whose place ours stand. Later: glibc raises its own threshold to 32 MB once
    it has seen large arrays, and a worker then holds 0.15 GB more. Other C libraries than glibc are left as they are.
    """
    if libc := _glibc():
        libc.mallopt(_MAPPED, _LARGE)
        libc.mallopt(_TRIM, _LARGE)
    _trim()


def _trim() -> None:
    """What is free goes back to the machine: some 30 MB after a page, in 4 ms."""
    if libc := _glibc():
        libc.malloc_trim(0)


@cache
def _glibc() -> ctypes.CDLL | None:
    """The C library, where it is glibc."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    return libc if hasattr(libc, "malloc_trim") else None

"""PDFs opened so that a font of this machine is read once, not for each page that names it without bringing it along.

PDFium knows a font again as long as a page with it is open, but only one from a file of its own: collections (``.ttc``,
as Chinese fonts come, 20 MB each) it reads whole every time (``CFX_FontMapper::GetCachedTTCFace``). Told that they are
plain files it takes the same first face of them, by name.
"""

from __future__ import annotations

import atexit
import ctypes
import io
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pypdfium2
from pypdfium2 import raw

_COLLECTION: Final = int.from_bytes(b"ttcf")
_WHOLE: Final = 0  # the table that stands for the whole file
_MOST_HELD: Final = 64_000_000  # bytes of fonts


@dataclass(frozen=True, slots=True)
class _Held:
    """A page that is kept open for the fonts that were read with it; bytes: of them."""

    pdf: Any
    page: Any
    bytes: int


_held: deque[_Held] = deque()
_read = [0]  # bytes of fonts so far, in the list's only place


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The file as pypdfium2 opens it, with its forms. Raises PdfiumError."""
    _told()
    pdf = pypdfium2.PdfDocument(io.BytesIO(data))
    try:
        pdf.init_forms()
        yield pdf
    finally:
        if all(held.pdf is not pdf for held in _held):
            pdf.close()


def page(pdf: Any, number: int) -> Any:  # noqa: ANN401  pypdfium2 ships no types
    """Page number (from 1) of an opened file, which may stay open for its fonts until others were read or `let_go`."""
    before = _read[0]
    shown = pdf[number - 1]
    if _read[0] > before:
        _held.append(_Held(pdf, pdf[number - 1], _read[0] - before))  # one that is never drawn holds no pictures
        while len(_held) > 1 and sum(held.bytes for held in _held) > _MOST_HELD:
            _close(_held.popleft(), pdf)
    return shown


def let_go() -> None:
    """Give back what the fonts take, before memory is needed for pixels."""
    while _held:
        _close(_held.popleft(), None)


def _close(held: _Held, needed: Any) -> None:  # noqa: ANN401  the same
    held.page.close()
    if held.pdf is not needed and all(other.pdf is not held.pdf for other in _held):
        held.pdf.close()


@cache
def _told() -> object:
    """Puts the answer about collections before PDFium's own; what PDFium calls must live as long as it does."""
    fonts = raw.FPDF_GetDefaultSystemFontInfo()
    kind = dict(raw.FPDF_SYSFONTINFO._fields_)["GetFontData"]
    asked = kind(ctypes.cast(fonts.contents.GetFontData, ctypes.c_void_p).value)

    def answer(this: Any, font: Any, table: int, into: Any, size: int) -> int:  # noqa: ANN401  of ctypes
        if table == _COLLECTION:
            return 0
        if table == _WHOLE:
            table = table if asked(this, font, table, None, 0) else _COLLECTION
            _read[0] += size if into else 0
        return int(asked(this, font, table, into, size))

    fonts.contents.GetFontData = kept = kind(answer)
    raw.FPDF_SetSystemFontInfo(fonts)
    atexit.register(let_go)
    return kept

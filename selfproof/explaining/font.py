"""A Chinese font that a PDF carries along: the characters of one document, cut out of the Noto CJK of the machine.

Noto Sans CJK has cubic outlines and reportlab embeds quadratic ones
alone, so the few characters of a letter are redrawn. Where the machine has no such font, the PDF names STSong, which
readers such as Adobe's and most browsers bring along or replace; it is not embedded then.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from selfproof import fonts

NAMED = "STSong-Light"
_OURS = "LetterSans"
_STRAY = 1.0  # font units that a quadratic curve may be off its cubic one
_EPOCH = 3786912000  # 2024-01-01 in seconds since 1904: equal letters have equal bytes


@contextmanager
def set_in(text: str) -> Iterator[str]:
    """The name under which reportlab can set this text meanwhile; no two threads may be within."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    cut = subset("".join(sorted({*text, *map(chr, range(32, 127))})))
    if cut is None:
        pdfmetrics.registerFont(UnicodeCIDFont(NAMED))
        yield NAMED
        return
    font = TTFont(_OURS, io.BytesIO(cut))
    pdfmetrics.registerFont(font)
    try:
        yield _OURS
    finally:
        font.unregister()


def subset(characters: str) -> bytes | None:
    """A TrueType font of these characters; those that Noto lacks are shown as its empty box. None without Noto."""
    place = fonts.found()
    with fonts.ONE:
        return None if place is None else _built(fonts.source(place), characters)


def _built(source: Any, characters: str) -> bytes:  # noqa: ANN401  the same
    from fontTools.fontBuilder import FontBuilder

    known = source.getBestCmap()
    cmap = {ord(char): known[ord(char)] for char in characters if ord(char) in known}
    order = [".notdef", *dict.fromkeys(cmap.values())]
    widths, line = source["hmtx"], source["hhea"]
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf({glyph: _quadratic(source, glyph) for glyph in order})
    builder.setupHorizontalMetrics({glyph: widths[glyph] for glyph in order})
    builder.setupHorizontalHeader(ascent=line.ascent, descent=line.descent)
    builder.setupNameTable({"familyName": fonts.FAMILY, "styleName": "Regular", "psName": _OURS})
    builder.setupOS2(sTypoAscender=line.ascent, sTypoDescender=line.descent)
    builder.setupPost()
    head = builder.font["head"]
    head.created = head.modified = _EPOCH
    builder.font.recalcTimestamp = False
    into = io.BytesIO()
    builder.save(into)
    return into.getvalue()


def _quadratic(source: Any, glyph: str) -> Any:  # noqa: ANN401  the same
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    source.getGlyphSet()[glyph].draw(Cu2QuPen(pen, _STRAY, reverse_direction=True))
    return pen.glyph()

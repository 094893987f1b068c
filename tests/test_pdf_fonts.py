"""A Chinese font that PDFs name and do not bring along is read from this machine once."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from selfproof import fonts
from selfproof.carriers import pdf_fonts

COUNTER = Path("/proc/self/io")
pytestmark = [
    pytest.mark.skipif(not COUNTER.exists(), reason="only Linux counts what a process reads"),
    pytest.mark.skipif(fonts.found() is None, reason="fonts-noto-cjk is not installed"),
]


def naming_a_font(text: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    into = io.BytesIO()
    canvas = Canvas(into)
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 720, text)
    canvas.save()
    return into.getvalue()


def drawn(data: bytes) -> tuple[int, bytes]:
    """How many bytes were read from files to draw its first page, and the page's pixels."""
    before = bytes_read()
    with pdf_fonts.opened(data) as pdf:
        pixels = pdf_fonts.page(pdf, 1).render().to_numpy().tobytes()
    return bytes_read() - before, pixels


def bytes_read() -> int:
    told = dict(line.split(": ") for line in COUNTER.read_text("ascii").splitlines())
    return int(told["rchar"])


def test_a_font_is_read_once_for_all_pages_that_name_it_until_it_is_let_go() -> None:
    one, other = naming_a_font("塑料制品"), naming_a_font("注塑车间")
    pdf_fonts.let_go()
    try:
        least = 5_000_000
        first, shown = drawn(one)
        assert first > least
        again, different = drawn(other)
        assert again < least
        assert drawn(one) == (again, shown)
        assert different != shown
        pdf_fonts.let_go()
        assert drawn(one)[0] > least
    finally:
        pdf_fonts.let_go()


def test_a_page_looks_as_pdfium_draws_it_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(naming_a_font("塑料制品有限公司"))
    alone = "import sys, pypdfium2 as p; sys.stdout.buffer.write(p.PdfDocument(sys.argv[1])[0].render().to_numpy())"
    itself = subprocess.run([sys.executable, "-c", alone, file], capture_output=True, check=True).stdout
    assert drawn(file.read_bytes())[1] == itself

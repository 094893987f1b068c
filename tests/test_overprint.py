from __future__ import annotations

import io

from reportlab.pdfgen import canvas

from selfproof import intake, read
from selfproof.model import Document


def _document(*strings: tuple[float, float, str]) -> Document:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 300), invariant=True)
    for left, bottom, text in strings:
        sheet.drawString(left, bottom, text)
    sheet.save()
    return read.read(intake.take(stream.getvalue(), "file.pdf"))


def test_figures_painted_over_other_figures_are_no_number_but_a_signal() -> None:
    document = _document((40, 200, "TOTAL"), (100, 200, "1813.80"), (100.4, 200, "9"), (40, 150, "120"))
    assert [word.text for word in document.words] == ["TOTAL", "120"]
    assert "1813.80" in document.signals["overprinted_text"].split("\n")


def test_bold_by_double_drawing_and_lines_under_figures_paint_over_nothing() -> None:
    document = _document((100, 200, "1813.80"), (100.3, 200, "1813.80"), (40, 150, "______"), (44, 150, "120"))
    assert "1813.80" in [word.text for word in document.words]
    assert "120" in "".join(word.text for word in document.words)
    assert "overprinted_text" not in document.signals

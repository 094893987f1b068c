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


def test_a_sign_told_beside_its_drawing_inside_a_form_stands_where_it_is_drawn() -> None:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 300), invariant=True)
    sheet.beginForm("part", 0, 0, 1680, 1200)
    sheet.setFont("Helvetica", 48)
    for left, sign in ((160, "S"), (192, "H"), (227, "O"), (265, "P")):
        sheet.addLiteral(f"/Span << /ActualText <FEFF{ord(sign):04X}> >> BDC" if sign == "H" else "q")
        sheet.drawString(left, 800, sign)
        sheet.addLiteral("EMC" if sign == "H" else "Q")
    sheet.endForm()
    sheet.scale(0.25, 0.25)
    sheet.doForm("part")
    sheet.save()
    document = read.read(intake.take(stream.getvalue(), "shop.pdf"))
    assert [word.text for word in document.words] == ["SHOP"]
    assert "hidden_text" not in document.signals


def test_the_level_glyph_of_a_seal_s_arc_is_no_part_of_the_word_beside_it() -> None:
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 300), invariant=True)
    sheet.setFont("Helvetica", 12)
    sheet.drawString(40, 200, "SAMPLE TRADING")
    for left, sign, turn in ((126, "A", 30), (138, "B", 0), (150, "C", -30)):
        sheet.saveState()
        sheet.translate(left + 4, 200 - abs(turn) / 5)
        sheet.rotate(turn)
        sheet.drawString(0, 0, sign)
        sheet.restoreState()
    sheet.save()
    document = read.read(intake.take(stream.getvalue(), "seal.pdf"))
    assert [word.text for word in document.words] == ["SAMPLE TRADING"]

from __future__ import annotations

import io

import pytest
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


def _in_form(told: dict[str, str], *, scale: float, turned: bool = False) -> Document:
    """SHOP in a form around it, letters of which some stand for what the file tells beside their drawing."""
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 300), invariant=True)
    sheet.beginForm("part", 0, 0, 1680, 1200)
    sheet.setFont("Helvetica", 12 / scale)
    for left, sign in ((40, "S"), (48, "H"), (56.7, "O"), (66.3, "P")):
        text = "".join(f"{ord(letter):04X}" for letter in told.get(sign, ""))
        sheet.addLiteral(f"/Span << /ActualText <FEFF{text}> >> BDC" if text else "q")
        sheet.drawString(left / scale, 200 / scale, sign)
        sheet.addLiteral("EMC" if text else "Q")
    sheet.endForm()
    if turned:
        sheet.translate(300, 0)
        sheet.rotate(90)
    sheet.scale(scale, scale)
    sheet.doForm("part")
    sheet.save()
    return read.read(intake.take(stream.getvalue(), "shop.pdf"))


@pytest.mark.parametrize("scale", [0.25, 0.371, 0.913])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("told", "word"), [({"H": "H"}, "SHOP"), ({"S": "S", "P": "P"}, "SHOP"), ({"O": "ffi"}, "SHffiP")]
)
def test_what_is_told_beside_a_drawing_inside_a_form_stands_where_it_is_drawn(
    told: dict[str, str],
    word: str,
    scale: float,
    turned: bool,  # noqa: FBT001  a parameter
) -> None:
    document = _in_form(told, scale=scale, turned=turned)
    assert [word.text for word in document.words] == [word]
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

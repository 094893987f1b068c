"""OFD pages drawn anew: print at its place, lines, pictures, seals, and the letters that a file brings along."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from fontTools.ttLib import TTFont
from PIL import Image as Pillow

from selfproof import fonts, imaging, read
from selfproof.carriers import ofd, ofd_drawing, ofd_ink
from selfproof.explaining import font
from selfproof.imaging import Image
from selfproof.intake import OFD, Original
from selfproof.model import Box
from tests.test_carriers_ofd import NS, PARTS, package

pytestmark = pytest.mark.skipif(fonts.found() is None, reason="no Chinese font on this machine")
RES = f"""<ofd:Res {NS} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="40" Type="Image">
    <ofd:MediaFile>red.png</ofd:MediaFile></ofd:MultiMedia><ofd:MultiMedia ID="41" Type="Image">
    <ofd:MediaFile>none.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>
    <ofd:DrawParams><ofd:DrawParam ID="50" LineWidth="2"><ofd:StrokeColor Value="0 0 255"/></ofd:DrawParam>
    </ofd:DrawParams><ofd:Fonts><ofd:Font ID="60" FontName="own"><ofd:FontFile>own.ttf</ofd:FontFile></ofd:Font>
    </ofd:Fonts></ofd:Res>"""


def _png(*pixel: int) -> bytes:
    into = io.BytesIO()
    Pillow.new("RGBA", (4, 4), pixel).save(into, "PNG")
    return into.getvalue()


def _original(objects: str, **more: str | bytes) -> Original:
    page = f'<ofd:Page {NS}><ofd:Content><ofd:Layer DrawParam="50">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    parts: dict[str, str | bytes] = {
        **PARTS,
        "Doc_0/Pages/Page_0.xml": page,
        "Doc_0/Res.xml": RES,
        "Doc_0/Res/red.png": _png(255, 0, 0, 255),
    }
    return Original("0fd" + "0" * 61, "a.ofd", OFD, package({**parts, **more}))


def _part(original: Original, box: Box) -> Image:
    """What is drawn in a box of mm, on a page of 200 by 100."""
    image = ofd_drawing.picture(original, 1)
    assert image is not None
    assert image.shape == (800, 1600, 3)
    left, top, right, bottom = (round(8 * side) for side in box)
    return image[top:bottom, left:right]


def _ink(part: Image) -> float:
    return float((imaging.darkest(part) < 128).mean())


def _text(text: str, more: str = "", inside: str = "") -> str:
    code = f'{inside}<ofd:TextCode X="0" Y="8" DeltaX="g 8 8">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="9" Boundary="100 10 80 10" Size="8" {more}>{code}</ofd:TextObject>'


def test_a_page_is_drawn_where_its_words_are_read() -> None:
    original = Original("0fd" + "0" * 61, "a.ofd", OFD, package(PARTS))
    image = ofd_drawing.picture(original, 1)
    assert image is not None
    document = ofd.read(original)
    assert document.pages[0].words
    for word in document.pages[0].words:
        left, top, right, bottom = word.box
        assert _ink(image[int(top * 800) : int(bottom * 800), int(left * 1600) : int(right * 1600)]) > 0.02, word.text
    left, top = 20 / 200, 60 / 100  # of the text that is not to be seen
    assert _ink(image[int(top * 800) : int((top + 0.05) * 800), int(left * 1600) : int((left + 0.1) * 1600)]) == 0


def test_behind_the_printed_pages_nothing_is_drawn() -> None:
    document = read.read(Original("0fd" + "0" * 61, "a.ofd", OFD, package(PARTS)))
    assert [page.number for page in document.pages] == [1, 2]
    assert [number for number, _ in read.pictures(document)] == [1]


def test_what_a_person_points_at_on_a_drawing_is_what_the_file_says_there() -> None:
    document = read.read(Original("0fd" + "0" * 61, "a.ofd", OFD, package(PARTS)))
    word = next(word for word in document.words if word.text == "26990001" and word.page == 1)
    assert read.pointed(document, 1, word.box) == (word,)
    assert read.again(document, 1, word.box) == ()


def test_lines_have_the_colour_and_the_width_of_their_layers_style_and_are_filled_only_with_a_colour() -> None:
    square = "<ofd:AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</ofd:AbbreviatedData>"
    clear = f'<ofd:PathObject ID="9" Boundary="10 10 20 20" Fill="true">{square}</ofd:PathObject>'
    filled = f'<ofd:FillColor Value="0 255 0"/>{square}'
    green = f'<ofd:PathObject ID="9" Boundary="50 10 20 20" Fill="true">{filled}</ofd:PathObject>'
    original = _original(clear + green)
    assert (_part(original, (12, 9.5, 28, 10.5)) == (255, 0, 0)).all(), "blue in BGR, 2 mm wide"
    assert (_part(original, (12, 12, 28, 28)) == 255).all()
    assert (_part(original, (52, 12, 68, 28)) == (0, 255, 0)).all()


def test_a_picture_fills_its_boundary_and_what_cannot_be_shown_is_crossed_out() -> None:
    shown = '<ofd:ImageObject ID="9" Boundary="10 10 20 20" ResourceID="40"/>'
    odd = (
        '<ofd:PathObject ID="9" Boundary="0 0 9 9"><ofd:AbbreviatedData>M 1 L x</ofd:AbbreviatedData></ofd:PathObject>'
    )
    lost = '<ofd:ImageObject ID="9" Boundary="50 10 20 20" ResourceID="41"/>'
    original = _original(odd + shown + lost, **{"Doc_0/Res/none.png": b"no picture"})
    assert (_part(original, (11, 11, 29, 29)) == (0, 0, 255)).all()
    crossed = _part(original, (50, 10, 70, 30))
    assert (crossed[len(crossed) // 2 - 2 : len(crossed) // 2 + 2, 70:90] < 250).any(), "the diagonals meet"
    assert (crossed == 255).mean() > 0.8


def test_text_is_drawn_with_the_letters_that_the_file_brings_along() -> None:
    """So that a person sees what other readers show, where a font shows another sign than the text says."""
    made = font.subset("18") or b""  # its glyphs are 0: none, 1: the 1, 2: the 8
    other = (
        '<ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>2</ofd:Glyphs></ofd:CGTransform>'
    )
    texts = (_text("1", 'Font="60"'), _text("1", 'Font="60"', other), _text("8", 'Font="60"'))
    parts = [_part(_original(text, **{"Doc_0/Res/own.ttf": made}), (100, 10, 108, 20)) for text in texts]
    assert (parts[0] != parts[2]).any()
    assert (parts[1] == parts[2]).all()


def test_a_glyph_for_two_characters_is_not_drawn_for_one_of_them() -> None:
    made = font.subset("18") or b""
    one_for_two = '<ofd:CGTransform CodePosition="0" CodeCount="1"><ofd:Glyphs>1 2</ofd:Glyphs></ofd:CGTransform>'
    texts = (_text("11", 'Font="60"'), _text("11", 'Font="60"', one_for_two))
    parts = [_part(_original(text, **{"Doc_0/Res/own.ttf": made}), (100, 10, 118, 20)) for text in texts]
    assert (parts[0] == parts[1]).all()


@pytest.mark.parametrize("data", [b"", b"\0\1\0\0 no font", b"OTTO" + bytes(60), b"wOF2" + bytes(60)])
def test_a_font_that_is_none_is_replaced(data: bytes) -> None:
    part = _part(_original(_text("字", 'Font="60"'), **{"Doc_0/Res/own.ttf": data}), (100, 10, 108, 20))
    assert _ink(part) > 0.05


def test_a_font_that_was_packed_and_damaged_is_replaced() -> None:
    packed = TTFont(io.BytesIO(font.subset("字" * 9) or b""))
    packed.flavor, into = "woff", io.BytesIO()
    packed.save(into)
    before, start, _ = into.getvalue().partition(b"x\x9c")  # with which zlib begins
    damaged = before + start + bytes(len(into.getvalue()) - len(before + start))
    part = _part(_original(_text("字", 'Font="60"'), **{"Doc_0/Res/own.ttf": damaged}), (100, 10, 108, 20))
    assert _ink(part) > 0.05


@dataclass(frozen=True)
class Twice:
    """A glyph that is twice another one."""

    part: str

    def draw(self, pen: ofd_ink.Outline) -> None:
        for _ in range(2):
            pen.addComponent(self.part, (1, 0, 0, 1, 0, 0))


def test_a_glyph_of_parts_within_parts_is_not_drawn_without_end() -> None:
    glyphs = {str(number): Twice(str(number - 1)) for number in range(1, 60)}
    with pytest.raises(ValueError, match="parts"):
        glyphs["59"].draw(ofd_ink.Outline(glyphs))


def test_a_picture_that_is_shown_often_is_kept_once_and_a_page_has_so_many_pixels_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ofd_ink, "_MOST_PIXELS", 20)  # one of 16 fits
    shown = "".join(f'<ofd:ImageObject ID="9" Boundary="{x} 10 20 20" ResourceID="40"/>' for x in (10, 40))
    more = '<ofd:ImageObject ID="9" Boundary="70 10 20 20" ResourceID="41"/>'
    original = _original(shown + more, **{"Doc_0/Res/none.png": _png(0, 255, 0, 255)})
    assert (_part(original, (41, 11, 59, 29)) == (0, 0, 255)).all()
    assert (_part(original, (70, 10, 90, 30)) == 255).mean() > 0.8


def test_of_a_unit_that_holds_itself_without_end_there_is_no_drawing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ofd_ink, "_MOST_INK", 100_000)
    unit = '<ofd:CompositeObject ID="9" ResourceID="7" Boundary="0 0 1 1"/>' * 40
    endless = f"""<ofd:Res {NS}><ofd:CompositeGraphicUnit ID="7"><ofd:Content>{unit}</ofd:Content>
        </ofd:CompositeGraphicUnit></ofd:Res>"""
    assert ofd_drawing.picture(_original(unit, **{"Doc_0/Res.xml": endless}), 1) is None


def test_a_file_that_is_none_has_no_picture() -> None:
    assert ofd_drawing.picture(Original("0fd" + "0" * 61, "a.ofd", OFD, b"PK"), 1) is None


def test_without_a_font_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PLACES", ())
    assert ofd_drawing.picture(Original("0fd" + "0" * 61, "a.ofd", OFD, package(PARTS)), 1) is None

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import cv2
import numpy as np
import pikepdf
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.colors import black, white
from reportlab.pdfgen import canvas

from selfproof import imaging, intake, ocr, posture, read, seals
from selfproof.errors import IntakeError, ReadError
from selfproof.exif import exif
from selfproof.imaging import Image as Pixels
from selfproof.model import Carrier, Document, Word, box_quad
from tests import read_samples as samples

CODE = "01,31,,26000000000000000001,4813.80,20260315,,ABCD"


def _read(data: bytes) -> Document:
    return read.read(intake.take(data, "file"))


def _texts(document: Document) -> list[str]:
    return [word.text for word in document.words]


def _pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"))[:, :, ::-1].copy()


def _drawn(*steps: Sequence[object]) -> bytes:
    """A PDF page drawn by canvas calls: (method, arguments…)."""
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 300), invariant=True)
    for method, *arguments in steps:
        getattr(sheet, str(method))(*arguments)
    sheet.showPage()
    sheet.save()
    return stream.getvalue()


def _qr() -> Pixels:
    code = np.asarray(zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    return cv2.cvtColor(code, cv2.COLOR_GRAY2BGR)


# electronic pages


def test_an_electronic_page_gives_its_words_exactly_with_their_places() -> None:
    document = _read(samples.pdf())
    assert document.carrier is Carrier.PDF_TEXT
    assert _texts(document) == list(samples.LINES)
    total = next(word for word in document.words if word.text.startswith("TOTAL"))
    assert total.confidence == 1.0
    assert total.box[0] == pytest.approx(40 / 420, abs=0.005)
    assert total.box[1] < 1 - (540 - 30 * 6) / 595 < total.box[3]
    assert total.slice(13, 20).text == "4813.80"
    assert document.pages[0].transform is None


def test_columns_and_ruled_lines_end_words_and_a_word_space_does_not() -> None:
    document = _read(
        _drawn(
            ("drawString", 40, 200, "UNIT PRICE"),
            ("drawString", 200, 200, "AMOUNT"),
            ("drawString", 40, 150, "120"),
            ("line", 60, 100, 60, 180),
            ("drawString", 62, 150, "35.50"),
        )
    )
    assert _texts(document) == ["UNIT PRICE", "AMOUNT", "120", "35.50"]


def test_text_that_is_not_printed_is_no_word_but_a_signal() -> None:
    document = _read(
        _drawn(
            ("drawString", 40, 200, "TOTAL 4813.80"),
            ("setFillColor", white),
            ("drawString", 40, 150, "TOTAL 99999.00"),
            ("setFillColor", black),
            ("drawString", 40, -80, "BELOW THE PAGE"),
        )
    )
    assert _texts(document) == ["TOTAL 4813.80"]
    assert document.signals["hidden_text"].split("\n") == ["TOTAL 99999.00", "BELOW THE PAGE"]


def test_black_print_on_a_bar_of_a_full_colour_is_seen() -> None:
    bar = ("setFillColorRGB", 1, 0.82, 0), ("rect", 0, 190, 300, 30, 0, 1), ("setFillColor", black)
    document = _read(_drawn(*bar, ("drawString", 40, 200, "MONTHLY BILL"), ("drawString", 40, 150, "TOTAL 9.00")))
    assert _texts(document) == ["MONTHLY BILL", "TOTAL 9.00"]
    assert not document.signals.get("hidden_text")


def test_a_searchable_scan_is_read_by_its_print_and_a_lie_beneath_it_is_told() -> None:
    scan = samples.encoded(samples.page_picture())
    document = _read(samples.pdf_of_pictures(scan, words="TOTAL AMOUNT 99999.00"))
    assert document.carrier is Carrier.OCR
    assert "TOTAL AMOUNT 4813.80" in _texts(document)
    assert document.signals["hidden_text"] == "TOTAL AMOUNT 99999.00"


def test_print_that_the_text_layer_does_not_tell_is_recognised_and_added() -> None:
    page = samples.page_picture().copy()
    page.paste("white", (0, 700, 900, 1200))
    stream = io.BytesIO()
    with (
        pikepdf.open(io.BytesIO(samples.pdf_of_pictures(samples.encoded(page)))) as below,
        pikepdf.open(io.BytesIO(_drawn(("drawString", 60, 120, "TOTAL 4813.80")))) as above,
    ):
        below.pages[0].add_overlay(above.pages[0], pikepdf.Rectangle(0, 0, 420, 300))
        below.save(stream)
    document = _read(stream.getvalue())
    told = next(word for word in document.words if word.text == "TOTAL 4813.80")
    assert told.confidence == 1.0
    assert "NET AMOUNT 4260.00 CNY" in _texts(document)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_an_electronic_page_that_lies_on_its_side_is_read_upright(turn: int) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.pdf())) as document:
        document.pages[0].Rotate = turn
        document.save(stream)
    original = intake.take(stream.getvalue(), "a.pdf")
    turned = read.read(original)
    assert _texts(turned) == list(samples.LINES)
    page = turned.pages[0]
    assert (page.width, page.height) == pytest.approx((420, 595), abs=1)
    picture = Image.open(io.BytesIO(read.page_image(original, 1)))
    straight = Image.open(io.BytesIO(read.page_image(intake.take(samples.pdf(), "a.pdf"), 1)))
    difference = np.abs(np.asarray(picture, dtype=int) - np.asarray(straight.resize(picture.size), dtype=int))
    assert difference.mean() < 2


def test_no_more_than_fifty_pages_are_read_and_the_document_says_so() -> None:
    document = _read(samples.pdf(("PAGE",), pages=51, height=80))
    assert len(document.pages) == 50
    assert document.notes == ("too_many_pages",)


def test_attachments_are_told_and_an_attached_invoice_is_kept_as_text() -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.pdf())) as document:
        document.attachments["invoice.xml"] = samples.INVOICE_XML.encode()
        document.attachments["laughs.xml"] = samples.LAUGHS.encode()
        document.save(stream)
    signals = _read(stream.getvalue()).signals
    assert signals["attachment.xml"] == samples.INVOICE_XML
    assert {"attachment.invoice.xml", "attachment.laughs.xml"} <= set(signals)


def test_codes_are_read_from_pages_and_from_pictures() -> None:
    code = _qr()
    page = np.full((700, 700, 3), 255, np.uint8)
    page[50 : 50 + len(code), 50 : 50 + len(code)] = code
    picture = samples.encoded(Image.fromarray(page))
    assert _read(samples.pdf_of_pictures(picture)).signals["qr"] == CODE
    assert _read(picture).signals["qr"] == CODE


def test_the_layer_s_own_words_are_no_garbage_and_private_glyphs_are() -> None:
    from selfproof.carriers import pdf
    from selfproof.carriers.pdf_glyphs import Glyph

    def glyphs(text: str) -> list[Glyph]:
        return [Glyph(char, (0.0, 0.0, 0.1, 0.1), 0.0, 0) for char in text]

    assert not pdf._is_garbage(glyphs("价税合计 4813.80"))
    assert pdf._is_garbage(glyphs("\ue001\ue002\ue003 4813.80"))


def test_a_figure_under_a_seal_stays_in_its_line_and_the_top_of_a_seal_s_arc_leaves_it() -> None:
    from selfproof.carriers import pdf_text
    from selfproof.carriers.pdf_glyphs import Glyph

    def at(char: str, x: float, y: float, angle: float = 0.0) -> Glyph:
        return Glyph(char, (x, y, x + 0.02, y + 0.014), angle, 0)

    arc = [at("样", 0.30, 0.31, -40.0), at("例", 0.32, 0.300), at("行", 0.34, 0.31, 40.0)]
    assert pdf_text.slanted([at("日", 0.1, 0.5), *arc, at("期", 0.9, 0.5)]) == ["样例行"]
    under = [at("样", 0.30, 0.31, -80.0), at("2", 0.29, 0.32), at("例", 0.31, 0.33, -60.0)]
    assert [glyph.char for glyph in pdf_text.level([at("月", 0.27, 0.32), *under, at("日", 0.9, 0.5)]).glyphs] == [
        *"月2日"
    ]


# pictures


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_turned_upright_by_its_content_and_a_scan_is_left_as_it_is(turns: int) -> None:
    upright = _pixels(samples.page_picture())
    seen = np.ascontiguousarray(np.rot90(upright, turns))
    stance = posture.judged(seen)
    assert np.array_equal(posture.applied(seen, stance), upright)
    assert (stance.transform is None) == (turns == 0)


def test_a_page_presumed_upright_is_read_again_when_it_reads_as_if_upside_down() -> None:
    upright = _pixels(samples.page_picture())
    stance, flat, page = posture.read(np.ascontiguousarray(np.rot90(upright, 2)), 1, "turned")
    assert np.array_equal(flat, upright)
    assert stance.transform is not None
    assert page is not None
    assert page.words == posture.page(upright, 1, stance, "turned").words


def test_a_photographed_page_is_cut_out_and_laid_flat() -> None:
    page = _pixels(samples.page_picture())
    corners = np.array([(330, 180), (1240, 250), (1290, 1500), (250, 1420)], dtype=np.float32)
    desk = np.random.default_rng(7).integers(40, 60, (1700, 1600, 3), dtype=np.uint8)
    shape = np.array([(0, 0), (900, 0), (900, 1200), (0, 1200)], dtype=np.float32)
    homography = cv2.getPerspectiveTransform(shape, corners)
    mask = cv2.warpPerspective(np.full_like(page, 255), homography, (1600, 1700))
    photo = np.where(mask > 128, cv2.warpPerspective(page, homography, (1600, 1700)), desk)
    stance = posture.judged(photo)
    assert stance.transform is not None
    back = np.array(stance.transform).reshape(3, 3)
    ends = np.array([[(0, 0), (stance.width, 0), (stance.width, stance.height), (0, stance.height)]], dtype=np.float64)
    found = cv2.perspectiveTransform(ends, back)[0]
    assert np.abs(found - corners).max() < 60
    flat = posture.applied(photo, stance)
    slopes = [abs(line[1][1] - line[0][1]) / abs(line[1][0] - line[0][0]) for line in ocr.lines(flat)]
    assert np.median(slopes) < 0.01


def test_figures_under_a_red_seal_are_read() -> None:
    page = _pixels(samples.page_picture())
    sealed = page.copy()
    cv2.circle(sealed, (420, 770), 120, (40, 40, 225), 14)
    cv2.circle(sealed, (420, 770), 70, (40, 40, 225), 26)
    sealed = np.minimum(sealed, np.where(page < 100, page + 40, 255)).astype(np.uint8)
    words = seals.read_under(sealed, ocr.recognise(sealed, of="seal"), of="seal")
    assert any("4813.80" in word.text for word in words)


def test_a_second_look_finds_the_word_at_its_place() -> None:
    document = _read(samples.pdf())
    total = next(word for word in document.words if word.text.startswith("TOTAL"))
    (again,) = read.again(document, 1, total.box)
    assert again.text == "TOTAL AMOUNT 4813.80"
    assert again.centre == pytest.approx(total.centre, abs=0.02)
    assert again.alternatives


def test_there_is_no_second_look_where_there_is_no_picture() -> None:
    document = _read(samples.INVOICE_XML.encode())
    assert read.again(document, 1, document.words[0].box) == ()
    with pytest.raises(ReadError, match="no_picture"):
        read.page_image(intake.take(samples.INVOICE_XML.encode(), "a.xml"), 1)


def test_a_fax_of_several_pages_is_a_page_each() -> None:
    pages = [Image.new("L", (60, 80), shade) for shade in (255, 250, 245)]
    data = samples.encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [page.number for page in _read(data).pages] == [1, 2, 3]


def test_a_camera_s_orientation_is_followed_and_what_it_wrote_is_told() -> None:
    picture = Image.new("RGB", (60, 40), "white")
    picture.putpixel((0, 0), (255, 0, 0))
    tags = Image.Exif()
    tags[274], tags[271], tags[272], tags[305] = 6, "SAMPLE", "DEMO-1", "Editor 1"
    tags.get_ifd(0x8769).update({0x9003: "2026:03:15 10:20:30", 0x9011: "+08:00"})
    tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 0.0), 3: "E", 4: (121.0, 30.0, 0.0)})
    data = samples.encoded(picture, "PNG", exif=tags)
    with imaging.opened(data) as opened:
        assert exif(opened) == {
            "time": "2026-03-15T10:20:30+08:00",
            "gps": "31.200000,121.500000",
            "device": "SAMPLE DEMO-1",
            "software": "Editor 1",
        }
        upright = imaging.upright_pixels(opened)
    assert upright.shape == (60, 40, 3)
    assert tuple(upright[0, 39]) == (0, 0, 255)


def test_transparent_and_sixteen_bit_pictures_keep_their_print() -> None:
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert imaging.upright_pixels(clear).min() == 255
    deep = Image.fromarray((np.eye(10) * 60000).astype(np.uint16))
    assert set(np.unique(imaging.upright_pixels(deep))) == {0, 255}


def test_a_fingerprint_survives_scaling_and_an_empty_picture_has_none() -> None:
    rng = np.random.default_rng(3)
    photo = cv2.resize(rng.integers(0, 255, (24, 32, 3), dtype=np.uint8), (800, 600), interpolation=cv2.INTER_CUBIC)
    first, second = imaging.fingerprint(photo), imaging.fingerprint(cv2.resize(photo, (400, 300)))
    assert (int(first, 16) ^ int(second, 16)).bit_count() <= 31
    assert imaging.fingerprint(np.full((300, 300, 3), 128, np.uint8)) == ""


# anything


@pytest.mark.parametrize("ending", sorted(samples.samples()))
def test_every_type_that_is_taken_in_is_read(ending: str) -> None:
    document = _read(samples.samples()[ending])
    assert document.pages
    assert all(word.page == page.number for page in document.pages for word in page.words)


def _damaged(data: bytes, seed: int) -> bytes:
    chance, body = random.Random(seed), bytearray(data)  # noqa: S311  repeatable damage is the point
    for _ in range(chance.choice((1, 3, 12))):
        place = chance.randrange(len(body) or 1)
        match chance.randrange(4):
            case 0:
                body[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del body[place : place + chance.randrange(1, 30)]
            case 2:
                body[place:place] = chance.randbytes(12)
            case _:
                body[place:place] = body[: chance.randrange(60)]
    return bytes(body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(samples.samples().keys() - {"bmp", "gif", "webp", "tiff"})), st.integers(0, 2**32))
def test_no_bytes_crash_the_reading(ending: str, seed: int) -> None:
    data = _damaged(samples.samples()[ending], seed)
    try:
        document = _read(data)
    except IntakeError:
        return
    assert document.id == intake.take(data, "again").id


def test_a_second_look_that_a_regions_edge_cuts_adds_no_signs_of_the_neighbour() -> None:
    def word(text: str, left: float, right: float, confidence: float) -> Word:
        signs = tuple(((char, confidence),) for char in text)
        return Word(text, box_quad((left, 0.5, right, 0.53)), confidence, signs)

    label, number = word("识别号:", 0.1, 0.2, 0.85), word("91330000", 0.2, 0.4, 0.99)
    cut = word("识别号:91", 0.1, 0.25, 0.98)
    chosen = seals._chosen([label, number], [cut], [label])
    assert sorted(each.text for each in chosen) == ["91330000", "识别号:"]

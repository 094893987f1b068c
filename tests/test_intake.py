from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from selfproof import intake, texts
from selfproof.errors import IntakeError
from tests import read_samples as samples

WAVE = b"RIFF\0\0\0\0WAVEfmt " + bytes(64)
OLD_WORD = samples.compound_with("WordDocument")


def _code(data: bytes, name: str = "file.bin") -> str:
    with pytest.raises(IntakeError) as caught:
        intake.take(data, name)
    texts.table()[f"errors.{caught.value.code}"][0].format_map(caught.value.values)  # the owner is told in a sentence
    return caught.value.code


@pytest.mark.parametrize("ending", sorted(samples.samples()))
def test_every_type_that_is_read_is_told_by_its_content_not_by_its_name(ending: str) -> None:
    expected = {
        "pdf": intake.PDF, "docx": intake.DOCX, "xlsx": intake.XLSX, "xls": intake.XLS, "csv": intake.CSV,
        "txt": intake.TEXT, "xml": intake.XML, "ofd": intake.OFD, "html": intake.HTML, "jpg": "image/jpeg",
    }.get(ending, f"image/{ending}")  # fmt: skip
    data = samples.samples()[ending]
    original = intake.take(data, "misleading.exe")
    assert original.media_type == expected
    assert original.id == hashlib.sha256(data).hexdigest()
    assert original.data == data


def test_a_phone_s_heic_photo_is_a_picture() -> None:
    assert intake.take(samples.encoded(Image.new("RGB", (64, 48), "red"), "HEIF"), "p.heic").media_type == "image/heic"


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b" \r\n\t ", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert _code(data) == "empty"


@pytest.mark.parametrize(
    ("data", "told"),
    [(WAVE, "WAV"), (OLD_WORD, "DOC"), (samples.archive({"a.txt": "x"}), "ZIP"), (bytes(range(256)) * 4, "?")],
)
def test_a_file_of_another_type_is_refused_and_its_type_is_named(data: bytes, told: str) -> None:
    with pytest.raises(IntakeError) as caught:
        intake.take(data, "a.pdf")
    assert (caught.value.code, caught.value.values["type"]) == ("wrong_type", told)


def test_a_file_above_the_limit_is_refused_before_it_is_looked_at() -> None:
    assert _code(b"%PDF-1.7" + b"x" * intake.MOST_MEGABYTES * intake.MEGABYTE) == "too_large"


def test_a_picture_of_three_hundred_megapixels_is_refused_by_its_header() -> None:
    with pytest.raises(IntakeError) as caught:
        intake.take(samples.vast_png(20_000, 15_000), "vast.png")
    assert (caught.value.code, caught.value.values["pixels"]) == ("too_many_pixels", "300")


def test_a_pdf_that_holds_a_vast_picture_is_refused_before_it_is_decoded() -> None:
    data = samples.pdf_of_pictures(samples.tiny_picture()).replace(b"/Width 40", b"/Width 90000000")
    assert _code(data) == "too_many_pixels"


def test_files_with_a_password_are_refused_with_the_advice_to_remove_it() -> None:
    assert _code(samples.encrypted_pdf()) == "encrypted"
    assert _code(samples.compound_with("EncryptedPackage")) == "encrypted"
    locked = bytearray(samples.workbook())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(mark)
        locked[start + place] |= 1
    assert _code(bytes(locked)) == "encrypted"


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg", "docx", "xlsx", "ofd", "webp"])
def test_a_truncated_file_is_refused_with_a_clear_message(ending: str) -> None:
    good = {"png": samples.encoded(samples.page_picture()), "jpg": samples.encoded(samples.page_picture(), "JPEG")}
    data = good.get(ending) or samples.samples()[ending]
    assert _code(data[: len(data) * 2 // 3]) == "truncated"


def test_an_old_workbook_whose_sectors_run_in_a_ring_is_refused_before_a_reader_follows_it() -> None:
    assert _code(samples.ring_of_sectors()) == "truncated"


def test_an_old_workbook_that_asks_for_all_the_memory_ends_its_own_process_only() -> None:
    assert _code(samples.greedy_workbook()) == "truncated"


def test_a_pdf_whose_table_of_objects_is_wrong_but_whole_is_taken() -> None:
    data = samples.pdf().replace(b"startxref\n", b"startxref\n9")
    assert intake.take(data, "a.pdf").media_type == intake.PDF


@pytest.mark.parametrize("make", [samples.word_file, samples.workbook, samples.ofd])
def test_a_zip_bomb_is_not_opened(make: Callable[[], bytes]) -> None:
    assert _code(samples.bomb(make())) == "zip_bomb"


def test_an_archive_that_lies_about_its_size_is_not_opened() -> None:
    assert _code(samples.lying_bomb(samples.workbook())) in {"zip_bomb", "truncated"}


@pytest.mark.parametrize("text", [samples.LAUGHS, samples.OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_a_document_type_is_not_opened(text: str, encoding: str) -> None:
    assert _code(text.encode(encoding), "invoice.xml") == "hostile_xml"


@pytest.mark.parametrize("make", [samples.word_file, samples.workbook, samples.ofd])
def test_hostile_xml_within_an_archive_is_not_opened(make: Callable[[], bytes]) -> None:
    assert _code(samples.with_entry(make(), "custom/item.xml", samples.LAUGHS.encode())) == "hostile_xml"


def test_endlessly_nested_xml_is_not_opened() -> None:
    assert _code(b"<a>" * 5000 + b"</a>" * 5000) == "hostile_xml"


def test_broken_xml_is_told_from_hostile_xml() -> None:
    assert _code(samples.INVOICE_XML[:-20].encode()) == "truncated"


def test_xml_in_a_chinese_encoding_is_taken() -> None:
    text = samples.INVOICE_XML.replace("UTF-8", "GBK")
    assert intake.take(text.encode("gbk"), "a.xml").media_type == intake.XML


@given(st.text(max_size=300))
def test_any_name_becomes_a_short_plain_file_name(name: str) -> None:
    clean = intake.sanitised(name)
    assert 0 < len(clean) <= intake.MOST_NAME
    assert not set(clean) & set('/\\\0\n\r"<>:|?*')
    assert clean not in {".", ".."}
    assert intake.sanitised(clean) == clean


def test_a_long_name_keeps_its_ending() -> None:
    assert intake.sanitised("x" * 300 + ".pdf").endswith("x.pdf")


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"<?xml", b"GIF89a"]),
)
def test_no_bytes_crash_the_taking(body: bytes, start: bytes) -> None:
    with contextlib.suppress(IntakeError):
        assert intake.take(start + body, "any").data == start + body


def test_a_tall_scroll_of_a_screen_is_taken() -> None:
    stream = io.BytesIO()
    Image.new("1", (300, 40_000), 1).save(stream, "PNG")
    assert intake.take(stream.getvalue(), "scroll.png").media_type == "image/png"

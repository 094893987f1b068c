"""XML, Word and table files as words with their real places."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from selfproof.carriers import docx as word_files
from selfproof.carriers import table, xml
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _original(data: bytes) -> Original:
    return Original("0" * 64, "file", "application/octet-stream", data)


def _paths(document: Document) -> dict[str, str]:
    return {word.path: word.text for word in document.words}


def test_every_leaf_of_an_xml_is_a_word_with_its_path() -> None:
    items = "<Item><Price>1</Price></Item><Item><Price>2</Price></Item>"
    text = f"<Invoice><Seller><Name> 青禾布行 </Name></Seller>{items}</Invoice>"
    assert _paths(xml.read(_original(text.encode()))) == {
        "Invoice/Seller/Name": "青禾布行",
        "Invoice/Item[1]/Price": "1",
        "Invoice/Item[2]/Price": "2",
    }


def test_a_leaf_without_text_gives_its_attributes_and_namespaces_fall_away() -> None:
    text = '<a:r xmlns:a="urn:a"><!-- no --><a:b a:n="1" m=" 2 "/><a:c/></a:r>'
    assert _paths(xml.read(_original(text.encode()))) == {"r/b/@n": "1", "r/b/@m": "2"}


def test_an_xml_in_a_chinese_encoding_is_read() -> None:
    text = '<?xml version="1.0" encoding="GBK"?><r><n>青禾</n></r>'
    assert xml.read(_original(text.encode("gbk"))).words[0].text == "青禾"


def test_leaves_stand_below_each_other() -> None:
    first, second = xml.read(_original(b"<r><a>1</a><b>2</b></r>")).words
    assert first.box[3] < second.box[1]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><r>&e;</r>', "hostile_xml"),
        ('<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>'.encode("utf-16"), "hostile_xml"),
        (b"<r><a>1</a>", "truncated"),
        (b"<r>" + b"<a>1</a>" * 60_000 + b"</r>", "zip_bomb"),
    ],
)
def test_unsafe_and_broken_xml_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        xml.read(_original(data))
    assert caught.value.code == code


def _word_file() -> bytes:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "合同编号：HT-01"
    made.add_paragraph("甲方：青禾布行\t地址：芦溪")
    cells = made.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text = "货物"
    cells[1].text = "纸箱"
    cells[1].add_paragraph("瓦楞")
    body = made.element.body
    body.insert(
        2, parse_xml(f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>填写项</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    body.insert(
        3, parse_xml(f"<w:p {W}><w:r><w:t>总价</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>")
    )
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_word_paragraphs_cells_controls_and_headers_are_read_in_order() -> None:
    words = word_files.read(_original(_word_file())).words
    assert [(word.path, word.text) for word in words] == [
        ("header", "合同编号：HT-01"),
        ("paragraph 1", "甲方：青禾布行\t地址：芦溪"),
        ("table 1 row 1 cell 1", "货物"),
        ("table 1 row 1 cell 2", "纸箱"),
        ("table 1 row 1 cell 2", "瓦楞"),
        ("paragraph 2", "填写项"),
        ("paragraph 3", "总价"),
    ]


def test_cells_of_one_row_stand_side_by_side() -> None:
    words = {word.text: word for word in word_files.read(_original(_word_file())).words}
    assert words["货物"].centre[1] == words["纸箱"].centre[1] < words["瓦楞"].centre[1] < words["填写项"].centre[1]
    assert words["货物"].box[2] < words["纸箱"].box[0]


def test_a_word_file_cut_short_is_refused() -> None:
    with pytest.raises(ReadError):
        word_files.read(_original(_word_file()[:2000]))


def _rows(data: bytes) -> tuple[tuple[str, ...], ...]:
    return table.read(_original(data)).tables[0].rows


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimiter_and_encoding_of_a_table_are_found(delimiter: str, encoding: str) -> None:
    lines = (("日期", "金额", "说明"), ("2026-01-03", "1.00", "甲,乙；丙"), ("2026-01-04", "2.00", ""))
    text = "标题\n" + "\n".join(delimiter.join(f'"{cell}"' if cell else "" for cell in line) for line in lines)
    assert _rows(text.encode(encoding)) == (("标题",), lines[0], lines[1], lines[2][:2])


def test_a_stray_quote_swallows_no_rows() -> None:
    text = "日期,说明,金额\n" + "".join(f'2026-01-0{day},"破,1.0{day}\n' for day in range(1, 8))
    assert len(_rows(text.encode())) == 8


def test_padding_and_guards_of_ids_fall_away() -> None:
    assert _rows(b'a,b,c\n =\'1 ,"=""0012""",`6999\t\n')[1] == ("='1", "0012", "6999")


def test_the_first_rows_are_words_with_the_address_of_their_cell() -> None:
    document = table.read(_original("日期,金额\n2026-01-03,1.00\n".encode()))
    assert _paths(document)["Sheet1!B2"] == "1.00"


def test_a_web_page_exported_as_a_sheet_is_read_by_its_rows() -> None:
    rows = "<tr><th>日期</th><th>金额</th></tr><tr><td>2026-01-03</td><td> 1.00</td></tr>"
    page = f"<html><body><table>{rows}</table></html>"
    assert _rows(page.encode("gbk")) == (("日期", "金额"), ("2026-01-03", "1.00"))


def _sheet(rows: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return buffer.getvalue()


def test_numbers_of_a_workbook_keep_what_a_person_reads() -> None:
    rows = [[123456789012345, 0.1 + 0.2, 1e-7, "699900000000000001", 6.9990000000000001e17, True]]
    assert _rows(_sheet(rows)) == (
        ("123456789012345", "0.3", "0.0000001", "699900000000000001", "6.999E+17", "TRUE"),
    )  # fmt: skip


def test_a_workbook_that_spans_billions_of_cells_is_refused() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_000_000, 16_000, "b")
    with pytest.raises(ReadError) as caught:
        table.read(_original(buffer.getvalue()))
    assert caught.value.code == "zip_bomb"


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_broken_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        table.read(_original(data))
    assert caught.value.code == "truncated"


def test_a_zip_without_a_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ReadError):
        table.read(_original(buffer.getvalue()))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_crash_the_structured_readers(data: bytes) -> None:
    for carrier, prefix in ((xml, b"<r>"), (table, b""), (table, b"PK\x03\x04"), (word_files, b"PK\x03\x04")):
        with suppress(ReadError):
            assert carrier.read(_original(prefix + data)).id

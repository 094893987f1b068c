"""OFD pages, custom tags and attachments, in a package of our own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from selfproof.carriers import ofd
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Document, Word

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def _text(number: int, box: str, text: str, code: str = "", more: str = "") -> str:
    """A text object of size 4 whose baseline lies 4 mm below its box's top."""
    inner = f'<ofd:TextCode X="0" Y="4" {code}>{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="{number}" Boundary="{box}" Size="4" {more}>{inner}</ofd:TextObject>'


PARTS = {
    "OFD.xml": f"""<ofd:OFD {NS}><ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>
        <ofd:CustomData Name="价税合计">113.00</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>
        <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>""",
    "Doc_0/Document.xml": f"""<ofd:Document {NS}><ofd:CommonData><ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0.xml"/>
        <ofd:PageArea><ofd:PhysicalBox>0 0 200 100</ofd:PhysicalBox></ofd:PageArea>
        <ofd:PublicRes>Res.xml</ofd:PublicRes></ofd:CommonData>
        <ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0.xml"/></ofd:Pages>
        <ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>
        <ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments></ofd:Document>""",
    "Doc_0/Res.xml": f"""<ofd:Res {NS}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="7"><ofd:Content>
        {_text(70, "0 0 20 5", "章")}
        </ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>""",
    "Doc_0/Tpls/Tpl_0.xml": f"""<ofd:Page {NS}><ofd:Content><ofd:Layer>
        {_text(20, "10 10 5 30", "购买方", 'DeltaX="0 0" DeltaY="8 8"')}
        </ofd:Layer></ofd:Content></ofd:Page>""",
    "Doc_0/Pages/Page_0.xml": f"""<ofd:Page {NS}><ofd:Template TemplateID="2"/><ofd:Content><ofd:Layer>
        {_text(30, "100 10 60 5", "26990001", 'DeltaX="g 7 2"')}
        {_text(31, "100 20 60 5", "上行下行", 'DeltaX="4 -4 4" DeltaY="0 6 0"')}
        {_text(32, "100 40 60 5", "大字", "", 'CTM="2 0 0 2 0 0"')}
        {_text(33, "20 60 60 5", "看不见", "", 'Visible="false"')}
        {_text(34, "20 70 4 5", "逐")}
        {_text(35, "24 70 4 5", "字")}
        {_text(36, "300 70 4 5", "外")}
        <ofd:CompositeObject ID="37" ResourceID="7" Boundary="150 80 20 5"/>
        </ofd:Layer></ofd:Content></ofd:Page>""",
    "Doc_0/Tags/CustomTags.xml": f"""<ofd:CustomTags {NS}><ofd:CustomTag TypeID="t">
        <ofd:FileLoc>Tag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>""",
    "Doc_0/Tags/Tag.xml": f"""<ofd:root {NS}>
        <ofd:InvoiceNo><ofd:ObjectRef PageRef="1">30</ofd:ObjectRef></ofd:InvoiceNo>
        <ofd:Buyer>
        <ofd:BuyerName><ofd:ObjectRef PageRef="1">31</ofd:ObjectRef></ofd:BuyerName></ofd:Buyer></ofd:root>""",
    "Doc_0/Attachs/Attachments.xml": f"""<ofd:Attachments {NS}><ofd:Attachment Name="original_invoice">
        <ofd:FileLoc>original_invoice.xml</ofd:FileLoc></ofd:Attachment></ofd:Attachments>""",
    "Doc_0/Attachs/original_invoice.xml": "<eInvoice><InvoiceNo>26990001</InvoiceNo></eInvoice>",
}


def package(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _read(**changed: str) -> Document:
    parts = {**PARTS, **{name.replace("__", "/") + ".xml": text for name, text in changed.items()}}
    return ofd.read(Original("0" * 64, "a.ofd", "application/ofd", package(parts)))


def _word(text: str) -> Word:
    return next(word for word in _read().words if word.text == text)


def test_printed_words_stand_where_the_file_puts_them() -> None:
    word = _word("26990001")
    assert word.box == pytest.approx((0.5, (14 - 0.86 * 4) / 100, (100 + 14 + 2) / 200, (14 + 0.14 * 4) / 100))
    assert word.slice(4, 8).box[0] == pytest.approx((100 + 8) / 200)


def test_an_upright_label_of_the_template_is_one_word_from_top_to_bottom() -> None:
    word = _word("购买方")
    left, top, right, bottom = word.box
    assert (right - left) * 200 < (bottom - top) * 100
    assert word.slice(0, 1).centre[1] < word.slice(2, 3).centre[1]


def test_a_text_object_of_two_lines_is_two_words() -> None:
    assert _word("上行").centre[1] < _word("下行").centre[1]


def test_the_transform_of_an_object_scales_its_words() -> None:
    left, top, right, bottom = _word("大字").box
    assert ((right - left) * 200, (bottom - top) * 100) == pytest.approx((16, 8))


def test_words_carry_the_custom_tag_that_points_at_them() -> None:
    paths = {word.text: word.path for word in _read().pages[0].words}
    assert paths["26990001"] == "CustomTag/InvoiceNo"
    assert paths["上行"] == paths["下行"] == "CustomTag/Buyer/BuyerName"
    assert paths["大字"] == ""


def test_attachment_and_custom_data_stand_on_a_page_of_their_own() -> None:
    document = _read()
    assert {word.path: word.text for word in document.pages[-1].words} == {
        "OFD.xml/CustomData/价税合计": "113.00",
        "original_invoice.xml/eInvoice/InvoiceNo": "26990001",
    }
    assert document.signals["attachment.names"] == "original_invoice.xml"


def test_invisible_text_is_a_signal_and_no_word() -> None:
    document = _read()
    assert document.signals["hidden_text"] == "看不见"
    assert "看不见" not in document.text


def test_single_characters_are_joined_composites_followed_and_what_lies_outside_left_out() -> None:
    texts = [word.text for word in _read().words]
    assert "逐字" in texts
    assert "章" in texts
    assert "外" not in texts


def test_a_broken_page_is_noted_and_the_rest_is_read() -> None:
    document = _read(Doc_0__Pages__Page_0="<ofd:Page><broken")
    assert document.notes == ("truncated",)
    assert document.pages[-1].words


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no package", "truncated"),
        (package({"a.xml": "<a/>"}), "truncated"),
        (package({"OFD.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><OFD>&b;</OFD>"}), "zip_bomb"),
    ],
)
def test_what_is_no_ofd_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        ofd.read(Original("0" * 64, "a.ofd", "application/ofd", data))
    assert caught.value.code == code


def test_a_body_that_points_nowhere_gives_no_page() -> None:
    document = _read(OFD=f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>none.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>")
    assert document.pages == ()

"""Small files of every type, good and bad, made on the spot; all names and numbers are invented."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

import docx
import pikepdf
import xlsxwriter
import xlwt
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

FIXTURES = Path(__file__).parent.parent / "fixtures"
FONT = FIXTURES / "fonts" / "sans.ttf"
LINES = (
    "INVOICE NUMBER 20260315",
    "BUYER: SAMPLE TRADING LTD",
    "SELLER: EXAMPLE PLASTICS",
    "QUANTITY 120 PRICE 35.50",
    "NET AMOUNT 4260.00 CNY",
    "TAX 13 PERCENT 553.80",
    "TOTAL AMOUNT 4813.80",
    "PAYABLE WITHIN 30 DAYS",
    "THANK YOU FOR YOUR ORDER",
)
OFD_MAIN = (
    '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" '
    'DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>'
    "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
)
INVOICE_XML = (
    '<?xml version="1.0" encoding="UTF-8"?><Invoice><Number>20260315</Number>'
    "<Seller><Name>示例塑料厂</Name></Seller><Total>4813.80</Total></Invoice>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><l>&d;</l>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/hostname">]><x>&s;</x>'


@cache
def page_picture(width: int = 900, height: int = 1200) -> Image.Image:
    """A page of black print on white, nine lines of invented invoice."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(LINES):
        draw.text((70, 90 + 110 * number), line, "black", ImageFont.truetype(str(FONT), 46))
    return picture


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """A picture as the bytes of a file."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@cache
def tiny_picture(kind: str = "PNG") -> bytes:
    """A picture that is quick to read."""
    return encoded(Image.new("RGB", (40, 30), (200, 180, 160)), kind)


def vast_png(width: int, height: int) -> bytes:
    """A PNG whose header says that it is vast; there is next to nothing behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    body = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


@cache
def pdf(lines: tuple[str, ...] = LINES, pages: int = 1, height: int = 595) -> bytes:
    """An electronic PDF of pages as wide as A5."""
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, height), invariant=True)
    for _ in range(pages):
        for number, line in enumerate(lines):
            sheet.drawString(40, height - 55 - 30 * number, line)
        sheet.showPage()
    sheet.save()
    return stream.getvalue()


def pdf_of_pictures(*pictures: bytes, words: str = "") -> bytes:
    """A PDF with one picture a page, each as large as the page, and invisible words over it."""
    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(420, 560), invariant=True)
    for picture in pictures:
        sheet.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 420, 560)
        text = sheet.beginText(40, 500)
        text.setTextRenderMode(3)
        text.textLine(words)
        sheet.drawText(text)
        sheet.showPage()
    sheet.save()
    return stream.getvalue()


@cache
def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(stream, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    return stream.getvalue()


@cache
def word_file() -> bytes:
    """A docx of two paragraphs and a table."""
    document = docx.Document()
    document.add_paragraph("SALES CONTRACT")
    document.add_paragraph("Party A: Sample Trading")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Total", "4813.80"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@cache
def workbook() -> bytes:
    """An xlsx of two rows."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    sheet = book.add_worksheet("Flow")
    sheet.write_row(0, 0, ["date", "in", "out"])
    sheet.write_row(1, 0, ["2026-03-01", 120.5, 0])
    book.close()
    return stream.getvalue()


@cache
def old_workbook() -> bytes:
    """An xls of two rows."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Flow")
    for row, values in enumerate((("date", "in"), ("2026-03-01", 120.5))):
        for column, value in enumerate(values):
            sheet.write(row, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def compound_with(stream: str) -> bytes:
    """An old Office file whose one stream has another name."""
    data = bytearray(old_workbook())
    place = data.find("Workbook".encode("utf-16-le"))
    name = (stream + "\0").encode("utf-16-le")
    data[place : place + 66] = name.ljust(64, b"\0") + struct.pack("<H", len(name))
    return bytes(data)


def greedy_workbook() -> bytes:
    """An xls whose sheet begins after its end, which its reader takes for thousands of millions of rows."""
    data = bytearray(old_workbook())
    place = data.find(struct.pack("<HHII", 0x200, 14, 0, 2)) + 4
    data[place : place + 4] = struct.pack("<I", 0xDB00)
    return bytes(data)


def ring_of_sectors() -> bytes:
    """An xls whose first sector is followed by itself."""
    data = bytearray(old_workbook())
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    data[table : table + 4] = struct.pack("<I", 0)
    return bytes(data)


def archive(entries: dict[str, str | bytes]) -> bytes:
    """A zip of these entries, deflated."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return stream.getvalue()


def with_entry(data: bytes, name: str, content: bytes) -> bytes:
    """A zip with one more entry."""
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return stream.getvalue()


def bomb(data: bytes) -> bytes:
    """The same archive with 400 MB of zeros inside."""
    return with_entry(data, "media/zeros.bin", b"\0" * 400_000_000)


def lying_bomb(data: bytes) -> bytes:
    """An archive whose directory says that 60 MB of zeros are 60 bytes."""
    packed = bytearray(with_entry(data, "media/zeros.bin", b"\0" * 60_000_000))
    true, false = struct.pack("<I", 60_000_000), struct.pack("<I", 60)
    while (place := packed.find(true)) >= 0:
        packed[place : place + 4] = false
    return bytes(packed)


@cache
def ofd() -> bytes:
    """An OFD with its main part only."""
    return archive({"OFD.xml": OFD_MAIN})


def samples() -> dict[str, bytes]:
    """A good small file of every type that is taken in, by the ending of its name."""
    return {
        "pdf": pdf(("TOTAL 4813.80",)),
        "docx": word_file(),
        "xlsx": workbook(),
        "xls": old_workbook(),
        "csv": "日期,收入,支出\n2026-03-01,120.50,\n".encode("gb18030"),
        "txt": "合同编号 2026\n甲方 示例\n".encode(),
        "xml": INVOICE_XML.encode(),
        "ofd": (FIXTURES / "vat_invoice" / "digital.ofd").read_bytes(),
        "html": b"<html><table><tr><td>date</td><td>120.50</td></tr></table></html>",
        "png": tiny_picture("PNG"),
        "jpg": tiny_picture("JPEG"),
        "bmp": tiny_picture("BMP"),
        "gif": tiny_picture("GIF"),
        "webp": tiny_picture("WEBP"),
        "tiff": tiny_picture("TIFF"),
    }

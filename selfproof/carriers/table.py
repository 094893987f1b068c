"""Table files: XLS and XLSX by calamine, CSV, and the HTML tables that banks export under an Excel name.

Cells are plain text: what a person reads in the sheet, without padding, quotes against Excel, or float artefacts.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

import charset_normalizer
import python_calamine
from lxml import etree, html

from selfproof.carriers.pseudo import Cell, page
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Table

_MOST_ROWS = 200_000
_MOST_CELLS = 4_000_000
_MOST_BYTES = 200_000_000  # of one unpacked part
_SHOWN_ROWS = 60  # rows of each sheet that also become Words: preambles and headers stand there
_DELIMITERS = (",", "\t", ";", "|")
_REFERENCE = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_GUARDED = re.compile(r'^(?:="(.*)"|(?:\'(?=[\d+-])|`)(.*))$', re.DOTALL)
_EXACT = 2**53  # beyond it a float no longer tells neighbouring integers apart

Rows = tuple[tuple[str, ...], ...]


def read(original: Original) -> Document:
    """Every sheet that is not empty as a Table, and its first rows as Words with paths such as "Sheet1!B3"."""
    tables = tuple(Table(name, rows) for name, rows in _sheets(original.data) if any(map(any, rows)))
    cells = list(_cells(tables))
    return Document(original.id, original.media_type, Carrier.TABLE, (page(cells),), tables)


def _sheets(data: bytes) -> Iterator[tuple[str, Rows]]:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        yield from _workbook(data)
        return
    text = decode(data)
    markup = text.lstrip()[:2000].lower()
    if markup.startswith("<") and ("<table" in text.lower() or "<html" in markup):
        yield from _html_tables(text)
    else:
        yield "Sheet1", _csv_rows(text)


def decode(data: bytes) -> str:
    """The text of a file of unknown encoding: UTF by its mark, else UTF-8, else GB18030, else the likeliest."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = charset_normalizer.from_bytes(data, cp_isolation=["utf_8", "gb18030", "big5", "utf_16"]).best()
    return str(best) if best else data.decode("gb18030", "replace")


def _csv_rows(text: str) -> Rows:
    text = text.replace("\0", "")
    if text.count("\t,") >= text.count("\n"):  # a tab that only keeps a spreadsheet from taking a number for a sum
        text = re.sub(r"\t(?=[,\r\n]|\Z)", "", text)
    rows = max((_parse(text, delimiter) for delimiter in _DELIMITERS), key=_regularity)
    if len(rows) > _MOST_ROWS:
        raise ReadError("too_large", size=len(text) // 1_000_000, limit=_MOST_ROWS)
    return _square(rows)


def _parse(text: str, delimiter: str) -> list[list[str]]:
    """Rows; where a stray quote swallows the ends of lines, quotes are taken as ordinary characters."""
    quoted = _parsed(text, delimiter, csv.QUOTE_MINIMAL)
    if not any("\n" in cell for row in quoted for cell in row):
        return quoted
    bare = [[cell.strip(' "') for cell in row] for row in _parsed(text, delimiter, csv.QUOTE_NONE)]
    return max(quoted, bare, key=_regularity)


def _parsed(text: str, delimiter: str, quoting: Literal[0, 3]) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, skipinitialspace=True)
    try:
        return list(reader)
    except csv.Error:
        return [line.split(delimiter) for line in text.splitlines()]


def _regularity(rows: Sequence[Sequence[str]]) -> int:
    """How many cells stand in rows of the commonest width above one: the right delimiter gives the most rows."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max((width * rows for width, rows in widths.items()), default=0)


def _workbook(data: bytes) -> Iterator[tuple[str, Rows]]:
    if data.startswith(b"PK"):
        _refuse_vast_sheets(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for index, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_index(index)
            if sheet.total_height > _MOST_ROWS:
                raise ReadError("too_large", size=len(data) // 1_000_000, limit=_MOST_ROWS)
            yield name, _square([[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)])
    except python_calamine.PasswordError as error:
        raise ReadError("encrypted") from error
    except (python_calamine.CalamineError, ValueError) as error:
        raise ReadError("truncated") from error


def _refuse_vast_sheets(data: bytes) -> None:
    """Two cells at opposite corners of a sheet make calamine allocate all between them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.file_size > _MOST_BYTES:
                    raise ReadError("zip_bomb")
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _refuse_vast_sheet(archive.read(part))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise ReadError("truncated") from error


def _refuse_vast_sheet(xml: bytes) -> None:
    places = [(_column_number(letters), int(row)) for letters, row in _REFERENCE.findall(xml)]
    if places and max(column for column, _ in places) * max(row for _, row in places) > _MOST_CELLS:
        raise ReadError("zip_bomb")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheet_of(path: str) -> str:
    """The sheet of a cell by its path, Sheet1!B2; "" for another place."""
    return path.rpartition("!")[0]


def column_letters(index: int) -> str:
    """The letters of a column counted from 0.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def plain(cell: object) -> str:
    """A cell's value as a person reads it; integers up to 2**53 are exact, a larger float shows its 15 true digits.

    >>> plain(1234567890123456.0), plain(0.1 + 0.2), plain(datetime(2026, 3, 1))
    ('1234567890123456', '0.3', '2026-03-01')
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return _plain_float(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return clean(str(cell))


def _plain_float(number: float) -> str:
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    text = f"{number:.15g}"
    if "e-" in text:
        text = f"{number:.20f}".rstrip("0")
    return text.upper()


def clean(text: str) -> str:
    """A cell's text without outer white space and without the marks that keep Excel from counting an id.

    >>> clean('="6200001234567890"'), clean("`20260301"), clean("`收入"), clean("'-5")
    ('6200001234567890', '20260301', '收入', '-5')
    """
    text = text.strip().strip("\ufeff\u200b").strip()
    guarded = _GUARDED.match(text)
    return (guarded[1] or guarded[2] or "").strip() if guarded else text


def _html_tables(text: str) -> Iterator[tuple[str, Rows]]:
    try:
        root = html.fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError) as error:
        raise ReadError("truncated") from error
    rows = [["".join(map(str, cell.itertext())) for cell in row.iterchildren("td", "th")] for row in root.iter("tr")]
    yield "Sheet1", _square(rows[:_MOST_ROWS])


def _square(rows: Sequence[Sequence[str]]) -> Rows:
    """Clean cells, without empty cells at the end of a row or empty rows at the end of the sheet."""
    cleaned = [_without_tail([clean(cell) for cell in row]) for row in rows]
    return tuple(tuple(row) for row in _without_tail(cleaned))


def _without_tail(items: list) -> list:  # type: ignore[type-arg]  # of cells as of rows
    end = len(items)
    while end and not items[end - 1]:
        end -= 1
    return items[:end]


def _cells(tables: Sequence[Table]) -> Iterator[Cell]:
    line = 0
    for table in tables:
        columns = max(map(len, table.rows[:_SHOWN_ROWS]))
        for number, row in enumerate(table.rows[:_SHOWN_ROWS], 1):
            for column, text in enumerate(row):
                yield Cell(text, f"{table.name}!{column_letters(column)}{number}", line, column, columns)
            line += 1

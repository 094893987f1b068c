"""Tables for spreadsheets, safe against formula injection: text never becomes a formula, numbers stay numbers.

A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection), in XLSX too,
since a sheet may be saved as CSV later.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO, TypeAlias

MOST = 1_048_575  # rows of a sheet beside its header
Cell: TypeAlias = str | int | float | Decimal | None
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = tuple("\t\r\n\v\f\0")
_LONGEST = 32_000  # characters of a cell; Excel holds 32,767
_WIDEST = 40
_TOO_LARGE = 10**15  # a spreadsheet keeps fifteen digits of a number


def harmless(text: str) -> str:
    r"""The text, with an apostrophe before what a spreadsheet would run or what hides it.

    >>> harmless("=1+1"), harmless(" @SUM(A1)"), harmless("\t=1"), harmless("青禾 -3")
    ("'=1+1", "' @SUM(A1)", "'\t=1", '青禾 -3')
    """
    risky = text.startswith(_BLANK) or text.lstrip().startswith(_FORMULA)
    return f"'{text}"[:_LONGEST] if risky else text[:_LONGEST]


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """`write_csv` in memory."""
    out = io.BytesIO()
    write_csv(out, header, rows)
    return out.getvalue()


def write_csv(out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """CSV in UTF-8 with the mark by which Excel knows it; text in quotes, numbers bare."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([harmless(name) for name in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    text.detach()


def xlsx_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str = "selfproof") -> bytes:
    """`write_xlsx` in memory."""
    out = io.BytesIO()
    write_xlsx(out, header, rows, sheet)
    return out.getvalue()


def write_xlsx(out: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str = "selfproof") -> None:
    """One sheet with a frozen header; every text is written as text, whatever it looks like. At most `MOST` rows."""
    import xlsxwriter

    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page, bold = book.add_worksheet(sheet), book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for column, name in enumerate(header):
            page.set_column(column, column, min(_WIDEST, max(12, 2 * len(name))))
            page.write_string(0, column, harmless(name), bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(map(_safe, row)):
                if isinstance(cell, str):
                    page.write_string(line, column, cell)
                else:
                    page.write_number(line, column, cell)


def _safe(cell: Cell) -> str | int | float | Decimal:
    """A number that a sheet can hold stays one; all else is harmless text."""
    if isinstance(cell, int | float | Decimal) and _fits(cell):
        return cell
    return harmless("" if cell is None else str(cell))


def _fits(number: float | Decimal) -> bool:
    if isinstance(number, bool) or (isinstance(number, Decimal) and not number.is_finite()):
        return False
    return -_TOO_LARGE < number < _TOO_LARGE  # false for NaN

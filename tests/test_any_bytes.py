"""Whatever the bytes: facts, or one refusal with its reason; never another exception."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from selfproof import extract
from selfproof.errors import IntakeError

FIXTURES = Path(__file__).parent.parent / "fixtures"
SAMPLES = [
    "vat_invoice/einvoice.xml",
    "vat_invoice/digital.ofd",
    "bank_statement/gb18030.csv",
    "bank_statement/export.xlsx",
    "bank_statement/legacy.xls",
    "wallet_statement/own_copy.csv",
    "platform_statement/by_order.csv",
    "platform_statement/ledger.xlsx",
    "contract/sale.docx",
    "contract/sale.pdf",
]


def _understood(data: bytes, name: str) -> None:
    try:
        found: object = extract.from_bytes(data, name)
    except IntakeError as error:
        found = error.code
    assert found


@pytest.mark.parametrize("sample", SAMPLES)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_to_a_file_escapes_as_another_exception(sample: str, data: st.DataObject) -> None:
    content = bytearray((FIXTURES / sample).read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    _understood(bytes(content[:cut]), sample)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_escape_as_another_exception(content: bytes) -> None:
    _understood(content, "upload.bin")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=8))
def test_no_table_escapes_as_another_exception(rows: list[list[str]]) -> None:
    _understood("\n".join(",".join(row) for row in rows).encode("utf-8", "replace"), "export.csv")


@pytest.mark.parametrize(
    "row",
    ["2026-01-01,货款,1e400,", "2026-01-01,货款," + "9" * 40 + ",1", "9999-12-31,货款,1.00,1.00", "0001-01-01,,,"],
)
def test_absurd_rows_of_a_statement_are_no_amounts(row: str) -> None:
    table = "某某银行交易明细\n交易日期,摘要,收入,余额\n2026-01-02,货款,5.00,5.00\n2026-01-03,货款,5.00,10.00\n" + row
    _understood(table.encode(), "export.csv")


@pytest.mark.parametrize(
    ("form", "size"),
    [
        ("PNG", (1, 5000)),
        ("PNG", (5000, 1)),
        *((form, (1, 1)) for form in ("PNG", "GIF", "BMP", "TIFF", "WEBP", "JPEG")),
    ],
)
def test_odd_pictures_are_read_or_refused(form: str, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, form)
    _understood(out.getvalue(), f"a.{form.lower()}")

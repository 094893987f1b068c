"""A text layer that says another number than its pixels is found; a sound one is not accused."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from selfproof import extract
from selfproof.model import Extraction

INVOICE = Path(__file__).parent.parent / "fixtures" / "vat_invoice" / "exempt.pdf"


def _signal(found: Extraction, name: str) -> str | None:
    return next((str(fact.value) for fact in found.facts if fact.name == f"document.{name}"), None)


def _forged(original: bytes) -> bytes:
    """The same text layer under the picture of a page in which the total is another one."""
    pdf = pypdfium2.PdfDocument(original)
    width, height = pdf[0].get_size()
    picture = pdf[0].render(scale=3).to_pil()
    (found,) = extract.from_bytes(original, "a.pdf")
    total = next(fact for fact in found.facts if fact.name == "vat_invoice.total_amount")
    left, top, right, bottom = total.provenance.place.box or (0, 0, 0, 0)
    overlay = io.BytesIO()
    canvas = Canvas(overlay, pagesize=(width, height))
    canvas.drawImage(ImageReader(picture), 0, 0, width, height)
    canvas.setFillGray(1)
    canvas.rect(left * width, (1 - bottom) * height, (right - left) * width, (bottom - top) * height, fill=1, stroke=0)
    canvas.setFillGray(0)
    canvas.setFont("Helvetica", 9)
    figures = "".join("8" if char.isdigit() else char for char in str(total.value))
    canvas.drawString(left * width + 8, (1 - bottom) * height + 3, figures)
    canvas.save()
    return _with_text_below(original, overlay.getvalue())


def _with_text_below(original: bytes, cover: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(original)) as pdf, pikepdf.open(io.BytesIO(cover)) as covering:
        page = pikepdf.Page(pdf.pages[0])
        page.add_overlay(covering.pages[0])
        pdf.save(out)
    return out.getvalue()


def test_a_sound_text_layer_agrees_with_its_pixels() -> None:
    (found,) = extract.from_bytes(INVOICE.read_bytes(), "a.pdf")
    assert _signal(found, "text_layer.agreement") == "1"


def test_figures_that_the_page_does_not_show_are_not_read_from_the_text_layer_without_a_word() -> None:
    original = INVOICE.read_bytes()
    (before,) = extract.from_bytes(original, "a.pdf")
    (after,) = extract.from_bytes(_forged(original), "b.pdf")
    totals = [
        next((f.value for f in part.facts if f.name == "vat_invoice.total_amount"), None) for part in (before, after)
    ]
    accused = _signal(after, "text_layer.agreement") not in (None, "1") or any(
        _signal(after, name) is not None for name in ("hidden_text", "overprinted_text")
    )
    assert accused or totals[0] != totals[1]


@pytest.mark.parametrize("name", ["digital.ofd", "old_electronic.ofd"])
def test_a_sound_ofd_shows_what_its_embedded_data_says(name: str) -> None:
    path = INVOICE.parent / name
    (found,) = extract.from_bytes(path.read_bytes(), path.name)
    assert not _signal(found, "unprinted")

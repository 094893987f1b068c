"""The fixtures: opening in their carriers, and of firms that do not exist; `.ci/run` makes them anew to the byte."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import pypdfium2
import pytest
import yaml
from lxml import etree
from PIL import ExifTags, Image
from python_calamine import CalamineWorkbook
from stdnum.cn import uscc

from selfproof import kinds
from selfproof.signatures import pdf_signals

ROOT = Path(__file__).parent.parent / "fixtures"
KEPT = ("fonts", "keys", "__pycache__")  # not made by make.py, or made only with --fonts
CODE = re.compile(r"9[12]\d{6}DEM\d{5}[0-9X][0-9A-Z]")
KINDS = (*kinds.extractors(), "unknown")


def _files(root: Path) -> dict[str, Path]:
    found = (path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".py")
    named = ((path.relative_to(root), path) for path in found)
    return {str(name): path for name, path in named if not set(name.parts) & set(KEPT) and name.parts[0][0] != "."}


def _of(*suffixes: str) -> list[str]:
    return [name for name, path in _files(ROOT).items() if path.suffix in suffixes]


def test_all_fixtures_together_stay_below_fifteen_megabytes() -> None:
    assert sum(path.stat().st_size for path in _files(ROOT).values()) < 15_000_000


@pytest.mark.parametrize("name", _of(".pdf"))
def test_a_pdf_opens_with_a_text_layer(name: str) -> None:
    document = pypdfium2.PdfDocument(ROOT / name)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert len(text) > 100


@pytest.mark.parametrize("name", _of(".xml"))
def test_an_invoice_xml_is_well_formed(name: str) -> None:
    assert etree.parse(ROOT / name).getroot().tag == "EInvoice"


@pytest.mark.parametrize("name", _of(".ofd"))
def test_an_ofd_holds_well_formed_parts_that_its_entry_names(name: str) -> None:
    with zipfile.ZipFile(ROOT / name) as package:
        names = package.namelist()
        for part in names:
            if part.endswith(".xml"):
                etree.fromstring(package.read(part))
        entry = etree.fromstring(package.read("OFD.xml"))
    assert entry.findtext(".//{*}DocRoot") in names


@pytest.mark.parametrize("name", _of(".xls", ".xlsx"))
def test_a_workbook_has_a_sheet_with_rows(name: str) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO((ROOT / name).read_bytes()))
    assert len(book.get_sheet_by_index(0).to_python()) > 10


@pytest.mark.parametrize("name", _of(".csv"))
def test_a_csv_is_gb18030_and_not_utf8(name: str) -> None:
    data = (ROOT / name).read_bytes()
    assert re.search("交易(日期|时间)|结算时间|金额|实发工资", data.decode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


@pytest.mark.parametrize("name", _of(".docx"))
def test_a_word_file_opens_with_its_title(name: str) -> None:
    assert docx.Document(str(ROOT / name)).paragraphs[0].text.endswith("合同")


@pytest.mark.parametrize("name", _of(".jpg"))
def test_a_photograph_carries_the_time_it_was_taken(name: str) -> None:
    with Image.open(ROOT / name) as picture:
        picture.load()
        tags = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    assert re.fullmatch(r"2026(:\d\d){2} \d\d(:\d\d){2}", str(tags[ExifTags.Base.DateTimeOriginal]))


def _codes() -> Iterator[str]:
    for path in ROOT.rglob("*.yaml"):
        yield from CODE.findall(path.read_text("utf-8"))
    for path in ROOT.rglob("*.expected.json"):
        yield from CODE.findall(path.read_text("utf-8"))


def test_every_invented_firm_has_a_valid_code_that_was_never_issued() -> None:
    codes = set(_codes())
    assert len(codes) >= 6
    assert [code for code in codes if not uscc.is_valid(code)] == []


def test_every_code_in_a_truth_is_of_an_invented_firm() -> None:
    for path in ROOT.rglob("*.expected.json"):
        read = json.loads(path.read_text("utf-8"))
        truths = [paper["fields"] for paper in read] if isinstance(read, list) else [read]
        names = ("uscc", "buyer_tax_id", "seller_tax_id")
        given = [truth[key] for truth in truths for key in names if truth.get(key)]
        assert all(CODE.fullmatch(code) for code in given), path


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_has_its_truth_and_every_truth_a_case(kind: str) -> None:
    paths = list((ROOT / kind).iterdir())
    truths = {path.name.removesuffix(".expected.json") for path in paths if path.suffix == ".json"}
    assert truths == {path.stem for path in paths if path.suffix != ".json"}


def test_the_truth_of_every_invoice_adds_up() -> None:
    for path in (ROOT / "vat_invoice").glob("*.expected.json"):
        truth = json.loads(path.read_text("utf-8"))
        net, tax, total = (Decimal(truth[key] or 0) for key in ("amount_excl_tax", "tax_amount", "total_amount"))
        assert net + tax == total
        assert sum(Decimal(item["amount"]) for item in truth["items"]) == net


@pytest.mark.parametrize("folder", ["workshop", "truck", "forged", "large"])
def test_an_application_names_an_applicant_and_authorised_records(folder: str) -> None:
    entry = yaml.safe_load((ROOT / "applications" / folder / "application.yaml").read_text("utf-8"))
    assert uscc.is_valid(entry["applicant"]["uscc"])
    assert all(record["licence"] and record["authorisation"] for record in entry["third_party"])


def _status(name: str) -> str:
    return pdf_signals((ROOT / "applications" / name).read_bytes())["signature.status"]


def _first(folder: str, pattern: str) -> str:
    return (
        f"{folder}/documents/{min(path.name for path in (ROOT / 'applications' / folder / 'documents').glob(pattern))}"
    )


def test_only_who_trusts_the_demonstration_authority_finds_its_signatures_valid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    invoice = _first("workshop", "发票*.pdf")
    monkeypatch.delenv("SELFPROOF_TRUST_ROOTS", raising=False)
    assert _status(invoice) == "untrusted"
    monkeypatch.setenv("SELFPROOF_TRUST_ROOTS", str(ROOT / "ca" / "roots"))
    assert _status(invoice) == "valid"
    assert _status(_first("workshop", "银行流水*.pdf")) == "valid"


def test_the_edited_invoice_has_a_broken_signature_even_for_who_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFPROOF_TRUST_ROOTS", str(ROOT / "ca" / "roots"))
    assert _status(_first("forged", "*改动.pdf")) == "invalid"
    assert _status(_first("forged", "发票1.pdf")) == "valid"

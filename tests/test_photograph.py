"""Photographs of generated documents: made as they say, and read through the whole of the reading path."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
import varied
from render import photograph
from render.photograph import Conditions

from selfproof import apart, extract, flatten, ocr
from selfproof.ink import printed

HELD = Conditions(rotation=0.4, perspective=0.4, desk=0.6, shadow=0.3, dark=0.15, jpeg=0.3, turns=1, frame=2000)


def test_without_any_fault_a_photograph_is_the_page() -> None:
    page = varied.drawn("contract", 3).page
    taken = photograph.photographed(page, 5, Conditions())
    assert np.array_equal(taken.picture, page)
    assert np.array_equal(cv2.imdecode(np.frombuffer(taken.data, np.uint8), cv2.IMREAD_COLOR), page)
    assert np.array_equal(taken.homography, np.eye(3))


@pytest.mark.parametrize("fault", photograph.STRENGTHS)
def test_every_fault_changes_the_picture_and_the_same_seed_takes_the_same_one(fault: str) -> None:
    page = cv2.resize(varied.drawn("vat_invoice", 3).page, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    faulty = replace(Conditions(frame=640), **{fault: 0.6})
    first, second = (photograph.photographed(page, 8, faulty) for _ in range(2))
    assert first.data == second.data
    plain = photograph.photographed(page, 8, replace(faulty, **{fault: 0.0}))
    assert first.data != plain.data


def test_the_page_is_where_the_homography_says() -> None:
    page = varied.drawn("business_license", 2).page
    taken = photograph.photographed(page, 4, Conditions(rotation=0.7, perspective=0.7, desk=0.5, turns=3))
    back = cv2.warpPerspective(taken.picture, np.linalg.inv(taken.homography), page.shape[1::-1])
    inner = np.s_[100:-100, 100:-100]
    shown, meant = (cv2.GaussianBlur(each, (0, 0), 4)[inner].astype(float) for each in (back, page))
    assert np.abs(shown - meant).mean() < 4
    assert np.abs(shown[:, ::-1] - meant).mean() > 8


def test_a_document_is_a_function_of_its_seed_and_no_two_seeds_give_the_same() -> None:
    first, again, other = varied.drawn("vat_invoice", 1), varied.drawn("vat_invoice", 1), varied.drawn("vat_invoice", 2)
    assert first.truth == again.truth
    assert np.array_equal(first.page, again.page)
    assert first.truth["invoice_number"] != other.truth["invoice_number"]


@pytest.mark.parametrize(("kind", "seed"), [("vat_invoice", 0), ("business_license", 4), ("contract", 2)])
def test_a_photographed_document_is_read_right(kind: str, seed: int) -> None:
    document = varied.drawn(kind, seed)
    taken = photograph.photographed(document.page, seed, HELD)
    (found,) = extract.from_bytes(taken.data, "photo.jpg")
    read = {fact.field: str(fact.value) for fact in found.facts if fact.kind == kind}
    plain = {name: value for name, value in document.truth.items() if not isinstance(value, list)}
    assert {name: _same_form(read.get(name)) for name in plain} == {k: _same_form(v) for k, v in plain.items()}


def test_a_photographed_statement_is_summed_to_the_cent() -> None:
    document = varied.drawn("bank_statement", 31)
    (found,) = extract.from_bytes(photograph.photographed(document.page, 31, HELD).data, "photo.jpg")
    read = {fact.field: str(fact.value) for fact in found.facts if fact.kind == "bank_statement"}
    wanted = ("n_transactions", "total_in", "total_out", "first_date", "last_date")
    assert {name: read.get(name) for name in wanted} == {name: str(document.truth[name]) for name in wanted}


def _same_form(value: object) -> str | None:
    return None if value is None else str(value).replace("(", "（").replace(")", "）").replace(" ", "")


def test_frames_printed_on_one_page_are_no_two_documents() -> None:
    page = varied.drawn("vat_invoice", 15).page
    taken = photograph.photographed(page, 15, Conditions(rotation=0.15, desk=0.3, dark=0.2, jpeg=0.4, frame=2000))
    assert not apart.papers(taken.picture, ocr.lines(taken.picture, side=736), flatten.page_quads(taken.picture))


def test_print_is_found_in_a_cell_between_its_lines_and_an_empty_cell_has_none() -> None:
    cell = np.full((60, 200, 3), 235, np.uint8)
    cv2.line(cell, (20, 0), (20, 59), (90, 90, 90), 2)
    whole = (0.0, 0.0, 1.0, 1.0)
    assert printed(cell, whole) is None
    cv2.putText(cell, "5", (100, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 3)
    found = printed(cell, whole)
    assert found is not None
    assert 0.45 < found[1][0] < found[1][2] < 0.7


def test_a_figure_that_touches_the_line_of_its_column_is_print() -> None:
    cell = np.full((60, 200, 3), 235, np.uint8)
    cv2.putText(cell, "2", (96, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 3)
    cv2.line(cell, (120, 0), (120, 59), (90, 90, 90), 2)
    found = printed(cell, (0.0, 0.0, 1.0, 1.0))
    assert found is not None
    assert 0.4 < found[1][0] < found[1][2] < 0.65

"""Translations, examples and forms that nobody has filled in are known as what they are, and prove nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import forms
import pytest
from render import form
from render.form import Case, Deed, Grid

from selfproof import extract
from selfproof.access import shots
from selfproof.model import Extraction, Word, box_quad
from tests.form_samples import sketch
from tests.golden_truth import wrong

PERMIT = """
~|食品经营许可证
名称|样例小吃店
许可证编号|JY19900000000017
经营场所|样例路1号
有效期至|2029年03月17日
"""


def told(said: str, x: float = 0.3, y: float = 0.005, height: float = 0.015) -> Extraction:
    """What comes of a permit that bears a few words more."""
    page = sketch(PERMIT).pages[0]
    word = Word(said, box_quad((x, y, x + 0.02 * len(said), y + height)))
    (found,) = extract.extract(replace(sketch(PERMIT), pages=(replace(page, words=(*page.words, word)),)))
    return found


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("翻译件", "translation"),
        ("食品经营许可证（译文）", "translation"),
        ("Certified Translation", "translation"),
        ("Translation of Food Permit", "translation"),
        ("样例翻译专用章", "translation"),
        ("许可证填写示例", "example"),
        ("食品经营许可证（样本）", "example"),
        ("关于换发食品经营许可证的通知", "letter"),
        ("授权委托书", "letter"),
    ],
)
def test_a_paper_that_says_that_it_is_no_proof_is_none_and_its_owner_is_told_why(said: str, what: str) -> None:
    found = told(said)
    assert found.kind == "unknown"
    assert [message.key for message in shots.complaints(found)] == [f"owner.paper_{what}"]


@pytest.mark.parametrize("said", ["示范文本", "样本册", "建筑模板", "演示样张", "译", "本证书附有译文的，以中文为准"])
def test_words_that_real_papers_bear_too_say_nothing_of_the_sort(said: str) -> None:
    assert told(said).kind == "industry_permit"


def test_a_word_for_an_example_counts_where_it_is_set_across_the_page_in_large_letters() -> None:
    assert told("样本", 0.2, 0.4, height=0.08).kind == "unknown"
    assert told("样本", 0.2, 0.4).kind == "industry_permit"


CASES = [case for family in forms.FAMILIES for case in family if isinstance(case.sheet, (Deed, Grid))]


def _label(printed: str) -> str:
    """A label without the value that shares its cell."""
    return re.sub(r"(?<=[：:]).*", "", printed)


def _emptied(sheet: Deed | Grid) -> bytes:
    """The form with its labels and headings alone."""
    if isinstance(sheet, Deed):
        lines = [
            re.sub(r"(?<=：).*|\d[\d,.]*|[壹贰叁肆伍陆柒捌玖拾佰仟万]+元整?", "____", line) for line in sheet.paragraphs
        ]
        return form.render(replace(sheet, paragraphs=lines))
    head = [(_label(left), _label(right)) for left, right in sheet.head]
    return form.render(replace(sheet, head=head, seal="", rows=[[""] * len(row) for row in sheet.rows]))


def test_the_owner_of_an_empty_form_is_told_that_it_is_empty_and_of_a_filled_one_nothing() -> None:
    filled, empty = (extract.extract(sketch(form_)) for form_ in (PERMIT, re.sub(r"\|(?!食品).*", "|~", PERMIT)))
    assert (filled[0].kind, empty[0].kind) == ("industry_permit", "industry_permit")
    assert shots.complaints(filled[0]) == ()
    assert [message.key for message in shots.complaints(empty[0])] == ["owner.paper_empty"]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.kind}-{case.name}" for case in CASES])
def test_a_form_that_nobody_has_filled_in_tells_nothing_that_is_not_printed_on_it(case: Case) -> None:
    for found in extract.from_bytes(_emptied(case.sheet), "form.pdf"):
        read = {fact.field: case.truth.get(fact.field) for fact in found.facts if fact.kind == found.kind}
        assert not wrong(found, read)

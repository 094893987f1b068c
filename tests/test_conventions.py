"""The habits of the house, held by tests."""

from __future__ import annotations

import ast
import inspect
import re
import statistics
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from selfproof import extract, kinds, texts
from selfproof.access import sieve

ROOT = Path(__file__).parent.parent
CODE = sorted(
    path
    for folder in ("selfproof", "extractors", "ui", "fixtures", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)


@cache
def _functions() -> list[tuple[str, int]]:
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_function_is_longer_than_forty_lines() -> None:
    assert [name for name, lines in _functions() if lines > 40] == []


def test_the_median_function_is_short() -> None:
    assert statistics.median(lines for _, lines in _functions()) <= 10


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    assert [str(path) for path in CODE if len(path.read_text("utf-8").splitlines()) > 400] == []


def test_every_fold_has_a_key_by_which_it_stays_open_when_the_page_is_drawn_again() -> None:
    folds = [
        (path.name, {given.arg for given in node.keywords})
        for path in CODE
        if path.is_relative_to(ROOT / "ui")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "expander"
    ]
    assert len(folds) > 1
    assert [name for name, given in folds if "key" not in given] == []


def test_every_text_has_both_languages_and_the_same_blanks() -> None:
    for key, (chinese, english) in texts.table().items():
        assert chinese, key
        assert english, key
        assert _blanks(chinese) == _blanks(english), key


_HALF = re.compile(r"[\u3400-\u9fff\u201d）》}][,;:?!()]|[(][\u3400-\u9fff{]")


def test_all_that_the_dependencies_bring_is_locked() -> None:
    locked = {canonicalize_name(line.split("==")[0]) for line in (ROOT / "requirements.lock").read_text().splitlines()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = {*project["dependencies"], *project["optional-dependencies"]["dev"]}
    waiting = [Requirement(line) for line in known]
    while waiting:
        asked = waiting.pop()
        assert canonicalize_name(asked.name) in locked, asked
        for line in metadata.requires(asked.name) or ():
            if line not in known and _is_brought(Requirement(line), asked):
                known.add(line)
                waiting.append(Requirement(line))


def _is_brought(needed: Requirement, by: Requirement) -> bool:
    return needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *by.extras))


def test_chinese_sentences_use_full_width_punctuation() -> None:
    assert [key for key, (chinese, _) in texts.table().items() if _HALF.search(chinese)] == []


def test_half_width_punctuation_in_a_chinese_sentence_is_noticed() -> None:
    assert all(
        _HALF.search(wrong) for wrong in ("太大,请缩小", "{limit}, 请稍候", "（{size} MB）,请", "好(不好)", "真的?")
    )
    assert not any(
        _HALF.search(right) for right in ("太大，请缩小", "{limit} MB 以内。", "a, b", "第 {page} 页，共 {pages} 页")
    )


def _blanks(sentence: str) -> set[str]:
    return {part.partition("}")[0].partition(":")[0] for part in sentence.split("{")[1:]}


@pytest.mark.parametrize("kind", kinds.extractors())
def test_every_document_kind_has_title_fields_labels_and_a_fixture(kind: str) -> None:
    module = kinds.extractors()[kind]
    assert (module.__doc__ or "").strip()
    assert module.FIELDS
    assert hasattr(module, "LABELS")
    assert inspect.isgeneratorfunction(module.locate)
    assert list((ROOT / "fixtures" / kind).glob("*.expected.json"))


def test_every_package_that_reading_imports_counts_for_its_version() -> None:
    graph = grimp.build_graph("selfproof", "extractors", cache_dir=None)
    read = graph.find_upstream_modules("extractors", as_package=True) | graph.find_upstream_modules("selfproof.extract")
    inner = [name.split(".") for name in read if name.startswith("selfproof.")]
    assert {names[1] for names in inner if len(names) > 2} <= set(extract._READING)


def test_the_readme_and_the_table_of_kinds_name_every_kind() -> None:
    told = (ROOT / "README.md").read_text("utf-8").partition("Kinds so far:")[2].partition(";")[0]
    assert set(told.replace("`", "").replace(",", " ").split()) == set(kinds.extractors())
    assert set(kinds.extractors()) <= {key.removeprefix("kinds.") for key in texts.table()}


def test_every_reason_for_a_person_has_a_name_in_the_queue_and_in_the_figures_and_can_be_asked_for() -> None:
    found = {key.removeprefix("reasons.review_") for key in texts.table() if key.startswith("reasons.review_")}
    assert found <= set(sieve.WISHES)
    assert [name for name in found for area in ("review", "watch") if f"{area}.why_{name}" not in texts.table()] == []
    assert [name for name in found if f"owner.review_{name}" not in texts.table()] == []

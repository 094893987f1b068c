"""Printed forms in the wordings of their regions and years, and papers that only look like them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.form_samples import read

PAPERS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("form_papers.yaml").read_text("utf-8"))


@pytest.mark.parametrize("paper", [item for item in PAPERS if "kind" in item], ids=lambda item: item["case"])
def test_a_form_is_read_in_its_own_wording_and_nothing_is_made_up(paper: dict[str, Any]) -> None:
    kind, found = read(paper["text"])
    assert kind == paper["kind"]
    assert {name: str(value) for name, value in found.items()} == {
        name: value for name, value in paper["reads"].items() if value is not None
    }


@pytest.mark.parametrize("paper", [item for item in PAPERS if "never" in item], ids=lambda item: item["case"])
def test_a_paper_that_only_speaks_of_a_form_is_none(paper: dict[str, Any]) -> None:
    assert read(paper["text"])[0] != paper["never"]

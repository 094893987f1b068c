"""The sandbox: it speaks the committed document, its world is seeded, and the command serves it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import httpx2
import pytest
import yaml

from selfproof import demo
from selfproof.errors import SourceError
from selfproof.sandbox import world
from selfproof.sandbox.app import KEY, SOURCES, make
from selfproof.sandbox.serving import KEY_ENV
from selfproof.sources import calls, connectors, settings
from selfproof.sources.inquiry import Outcome, Question
from selfproof.sources.way import Way
from selfproof.sources.wire import InvoiceQuestion

ROOT = Path(__file__).parent.parent
DAY = date(2026, 10, 12)


@pytest.fixture(scope="module")
def command() -> Iterator[list[str]]:
    """The first lines of the README's command, which runs until the end of the tests."""
    arguments = [sys.executable, "-m", "selfproof.cli", "sandbox", "--port", "0", "--seed", "7"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield [process.stdout.readline() for _ in range(3 + len(SOURCES))]
        process.terminate()


def test_the_committed_document_is_the_one_that_the_sandbox_serves() -> None:
    committed = json.loads(files("selfproof.sources").joinpath("openapi.json").read_text("utf-8"))
    assert make(world.seeded(1, DAY)).openapi() == committed


def test_every_connector_speaks_a_path_of_the_document_with_its_answer() -> None:
    document = make(world.seeded(1, DAY)).openapi()
    for name, connector in connectors.known().items():
        post = document["paths"][str(vars(connector)["PATH"])]["post"]
        said = post["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        assert said.rpartition("/")[2] == connector.ANSWER.__name__, name
        assert post["operationId"] == name
    assert set(connectors.known()) == set(SOURCES)


def test_the_world_of_the_demo_holds_what_its_applications_were_told_by_the_same_sources() -> None:
    held = yaml.safe_load((ROOT / "fixtures" / "sandbox" / "world.yaml").read_text("utf-8"))
    files = (ROOT / "fixtures" / "applications").glob("*/application.yaml")
    for told in (yaml.safe_load(path.read_text("utf-8")) for path in files):
        code = told["applicant"]["uscc"]
        lacking = [one["source"] for one in told["third_party"] if one["source"] in held
                   and code not in [entry["uscc"] for entry in held[one["source"]]]]  # fmt: skip
        assert (told["id"], lacking) == (told["id"], [])


def test_the_command_serves_a_world_and_says_how_to_ask_it(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, rest = command[0].strip(), "".join(command[2:])
    known = httpx2.get(f"{url}/sandbox/world", timeout=60).json()
    names = {firm["name"] for firm in known["registry"]}
    assert len(names) > 12, "those of the seed, and those of the fixtures"
    assert "台州样例朵佩塑料制品有限公司" in names
    monkeypatch.setenv(KEY_ENV, KEY)
    (tmp_path / "sources.yaml").write_text(rest, "utf-8")
    assert set(settings.load(tmp_path / "sources.yaml").sources) == set(SOURCES)
    question = {"uscc": known["registry"][0]["uscc"], "name": known["registry"][0]["name"]}
    headers = {"Authorization": f"Bearer {KEY}", "X-Authorisation": "A-7"}
    answer = httpx2.post(f"{url}/v1/registry", json=question, headers=headers, timeout=60)
    assert answer.json()["legal_representative"] == known["registry"][0]["legal_representative"]


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"Authorization": f"Bearer {KEY}"}, 403)])
def test_without_key_or_authorisation_nothing_is_said(command: list[str], headers: dict[str, str], status: int) -> None:
    question = {"uscc": "91990100MA0000000X", "name": "样例"}
    answer = httpx2.post(f"{command[0].strip()}/v1/bureau", json=question, headers=headers, timeout=60)
    assert answer.status_code == status


def test_a_header_breaks_a_single_call(command: list[str]) -> None:
    url = command[0].strip()
    known = httpx2.get(f"{url}/sandbox/world", timeout=60).json()["tax"][0]["uscc"]
    headers = {"Authorization": f"Bearer {KEY}", "X-Authorisation": "A-7"}
    question = {"uscc": known, "name": "样例", "until": "2026-09"}
    broken = httpx2.post(f"{url}/v1/tax", json=question, headers=headers | {"X-Sandbox": "failing"}, timeout=60)
    sound = httpx2.post(f"{url}/v1/tax", json=question, headers=headers, timeout=60)
    assert (broken.status_code, sound.status_code) == (500, 200)


def test_equal_seeds_give_equal_worlds_and_other_seeds_other_ones() -> None:
    assert world.seeded(3, DAY) == world.seeded(3, DAY)
    assert set(world.seeded(3, DAY).registry).isdisjoint(world.seeded(4, DAY).registry)


@pytest.mark.parametrize("status", ["正常", "作废", "红冲"])
def test_an_issuer_shows_an_invoice_only_to_who_knows_its_particulars(status: str) -> None:
    known = world.seeded(1, DAY)
    issued = next(item.issued for item in known.invoices.values() if item.status == status)
    asked = InvoiceQuestion(number=issued.number, issue_date=issued.issue_date, amount=issued.total_amount)
    assert known.verify(asked) == (status, issued)
    assert known.verify(asked.model_copy(update={"amount": issued.total_amount + 1})) == ("不一致", None)
    assert known.verify(asked.model_copy(update={"number": "0" * 20})) == ("查无", None)


def test_a_world_of_a_file_stands_beside_the_seeded_one(tmp_path: Path) -> None:
    firm = {"name": "样例", "uscc": "91990100MA0000000X", "status": "注销", "established_date": "2020-01-01"}
    entry = firm | {"legal_representative": "样某"}
    (tmp_path / "world.yaml").write_text(yaml.safe_dump({"registry": [entry]}, allow_unicode=True), "utf-8")
    both = world.seeded(1, DAY).beside(world.load(tmp_path / "world.yaml"))
    assert both.registry["91990100MA0000000X"].status == "注销"
    assert len(both.registry) == 13


_ENTRY = {"base_url": "https://registry.example/api", "key_env": "A_KEY", "licence": "协议"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"base_url": "http://registry.example"}, "https"),
        ({"base_url": "file:///etc/passwd"}, "https"),
        ({"licence": " "}, "licence"),
        ({"connector": "nobody"}, "nobody"),
        ({"key": "secret"}, "key"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], complaint: str
) -> None:
    monkeypatch.setenv("A_KEY", "invented")
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"sources": {"registry": _ENTRY}}), "utf-8")
    assert settings.load(path).sources["registry"].key == os.environ["A_KEY"]
    path.write_text(yaml.safe_dump({"sources": {"registry": _ENTRY | changes}}), "utf-8")
    with pytest.raises(SourceError, match=complaint):
        settings.load(path)


def test_a_key_that_is_not_there_is_named_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(yaml.safe_dump({"sources": {"registry": _ENTRY}}), "utf-8")
    monkeypatch.setenv(settings.SETTING, str(path))
    monkeypatch.delenv("A_KEY", raising=False)
    assert settings.configured() is not None, "pages need no key"
    with pytest.raises(SourceError, match="A_KEY"):
        settings.ready()
    monkeypatch.setenv("A_KEY", "invented")
    assert settings.ready() is not None


def test_a_vendor_may_ask_in_a_way_of_its_own(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_KEY", "invented")
    source = settings.Source(base_url=command[0].strip(), licence="协议", key_env="A_KEY", timeout=60)
    question = Question("registry", "", {"uscc": "91990100MA0000000X"})

    def signed(way: Way, asked: Question) -> httpx2.Request:
        sign = hashlib.sha256((asked.asked["uscc"] + way.key).encode()).hexdigest()
        return way.client.build_request("GET", "/sandbox/world", params=dict(asked.asked), headers={"X-Sign": sign})

    with calls.line(source, lambda _: None) as line:
        reply = line.ask(signed, question, "A-7")
    assert (reply.outcome, reply.calls) == (Outcome.ANSWERED, 1)
    assert "invoices" in json.loads(reply.content)


def test_the_demo_plays_third_parties_when_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.SETTING, "")
    monkeypatch.setenv(KEY_ENV, "")
    started = demo.play_others(tmp_path / "demo")
    how = settings.ready()
    assert how is not None
    assert started[-1] in how.sources["tax"].base_url

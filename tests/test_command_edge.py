"""What goes wrong at the command line is told in a line, with an exit code, and never by a traceback."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from selfproof import cli
from selfproof.store import Store
from ui import server

SERVE = typer.Typer()
SERVE.command()(server.run)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def _told(home: Path, *arguments: str, code: int = 1, app: typer.Typer = cli.app, **settings: str | None) -> str:
    """What is said of a command that cannot be carried out."""
    places: dict[str, str | None] = {"SELFPROOF_HOME": str(home), "SELFPROOF_DATABASE": None, **settings}
    result = CliRunner(env=places).invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), "a traceback"
    return result.output


def test_a_missing_file_is_told_once_and_in_words(tmp_path: Path) -> None:
    assert _told(tmp_path, "read", "/nowhere.pdf") == "/nowhere.pdf: No such file or directory\n"


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.touch()
    assert _told(occupied, "user", "list") == f"{occupied}: File exists\n"


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////proc/none.db", "postgresql://u@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path, address: str) -> None:
    said = _told(tmp_path, "user", "list", SELFPROOF_DATABASE=address)
    assert said.count("\n") == 1
    assert "none" in said or "cannot be opened" in said


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with Store.open(home=tmp_path):
        pass
    with sqlite3.connect(tmp_path / "selfproof.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'v9999'")
    database.close()
    assert "belongs to a newer version" in _told(tmp_path, "user", "list")


def test_a_folder_that_results_cannot_be_written_into_is_told_before_they_are_worked_out(tmp_path: Path) -> None:
    said = _told(tmp_path, "rescore", "--policy", "standard", "--csv", "/nowhere/results.csv")
    assert "/nowhere/results.csv" in said
    with Store.open(home=tmp_path) as store:
        assert store.rescores.newest() == ()


def test_a_port_that_is_taken_or_is_none_starts_nothing(tmp_path: Path, taken: int) -> None:
    assert f"端口 {taken} 用不了" in _told(tmp_path, "demo", "--port", str(taken))
    assert f"端口 {taken} 用不了" in _told(tmp_path, "--port", str(taken), app=SERVE)
    assert not any(tmp_path.iterdir())
    for command in (["demo"], ["sandbox"]):
        assert "65535" in _told(tmp_path, *command, "--port", "70000", code=2)


def test_a_certificate_without_its_key_does_not_mean_an_open_line(tmp_path: Path) -> None:
    assert "go together" in _told(tmp_path, "--certificate", "any.pem", code=2, app=SERVE)

"""What an owner may be told, derived from the pages that tell it, is free of codes and of the words of specialists."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import yaml

from selfproof import verify
from selfproof.access import plain
from selfproof.model import Message
from selfproof.texts import table
from ui import risk_one

ROOT = Path(__file__).parent.parent
FORBIDDEN = yaml.safe_load((ROOT / "tests" / "owner_words.yaml").read_text("utf-8"))
START = ("ui.owner", "selfproof.access.letters")
"""The pages, and the letter that the desk gives."""
TURNED = ("checks.", "reasons.")
"""What `plain` turns into an owner's words before it is told."""
SPEAKING = ("selfproof.conversation", "selfproof.access")
"""Packages below the pages that choose sentences for owners; what staff alone read is chosen elsewhere in them."""
STAFF = frozenset({"review", "casework", "risk", "governing", "admin", "sieve", "bundle", "desk"})
LONGEST = 60  # signs of one Chinese sentence: what is longer is read by nobody on a phone


@cache
def _tree(module: str) -> ast.Module:
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    return ast.parse(Path(found.origin).read_text("utf-8"))


def _imports(module: str) -> Iterator[str]:
    """Modules that a module imports, as far as they may speak to an owner."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            yield from (name for name in names if _speaks(name))


def _speaks(name: str) -> bool:
    package, _, last = name.rpartition(".")
    speaks = package == "ui" or package in SPEAKING
    return speaks and last not in STAFF and importlib.util.find_spec(name) is not None


def _reached() -> set[str]:
    """Every module that an owner's pages lead to."""
    found, open_ = set[str](), [*START]
    while open_:
        module = open_.pop()
        if module not in found:
            found.add(module)
            open_ += _imports(module)
    return found


def _named(module: str) -> Iterator[str]:
    """Keys of texts that a module names; the beginning of those that it puts together."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def told() -> frozenset[str]:
    """The keys of all sentences that an owner may meet."""
    said = {name for module in _reached() for name in _named(module)}
    areas = {key.partition(".")[0] for key in table()}
    heads = (name for name in said if name.partition(".")[0] in areas and "." in name and name not in table())
    begun = tuple(name for name in heads if not name.startswith(TURNED))
    found = {key for key in table() if key in said or key.startswith(begun)}
    complaints = (key for key in table() if key.startswith("checks.") and key.partition(".")[2] not in verify.checks())
    found |= {message.key for key in complaints if (message := plain.complaint(_filled(key)))}
    return frozenset(found | {key for key in table() if key.startswith("clear.")})


def _filled(key: str) -> Message:
    return Message(key, dict.fromkeys(re.findall(r"\{(\w+)(?::\w+)?\}", table()[key][0]), "7"))


def _specialists(key: str, language: str) -> list[str]:
    """Names of fields stand as they are printed on the papers."""
    return [] if key.startswith("fields.") else FORBIDDEN[language]


def _found(patterns: Sequence[str], sentence: str) -> list[str]:
    bare = re.sub(r"\{\w+\}", "", sentence)
    return [match[0] for pattern in patterns if (match := re.search(pattern, bare))]


def test_the_sentences_for_owners_are_found_by_what_the_pages_name() -> None:
    assert {"owner.deciding", "conversation.no_promise", "questions.ask", "ui.after", "sources.pending"} <= told()
    assert {"steps.why_E2", "conversation.why_tax", "owner.shot_dark", "letter.right_human", "bring.owner"} <= told()
    assert "owner.photo_reused_fail" in told()
    assert "checks.photo_reused_fail" not in told(), "an owner reads it in other words"
    assert not [key for key in told() if "申请人" in table()[key][0]], "an owner is spoken to"
    assert not [key for key in told() if key.partition(".")[0] in {"review", "risk", "admin", "auditors", "reasons"}]


def test_no_sentence_that_staff_read_speaks_to_the_owner() -> None:
    areas = ("checks", "clear", "findings", "fields", "graph", "kinds", "levels", "reasons", "words")
    assert [key for key, (chinese, _) in table().items() if key.startswith(areas) and "您" in chinese] == []
    steps = {key.partition(".")[2] for key in table() if key.startswith("steps.") and ".why_" not in key}
    assert [step for step in sorted(steps) if "您" in risk_one.step_name("", step)] == []


def test_no_sentence_for_owners_holds_a_code_or_a_specialist_s_word() -> None:
    found = {}
    for key in sorted(told()):
        chinese, english = table()[key]
        wrong = _found(FORBIDDEN["both"] + _specialists(key, "chinese"), chinese)
        if wrong := wrong + _found(FORBIDDEN["both"] + _specialists(key, "english"), english):
            found[key] = wrong
    assert found == {}


def test_sentences_for_owners_are_short() -> None:
    seen = {key: re.sub(r":\w+}", "}", table()[key][0]) for key in sorted(told())}  # without how a value is written
    parts = ((key, part) for key, sentence in seen.items() for part in re.split(r"[。！？；：]", sentence))
    assert [(key, part) for key, part in parts if len(part) > LONGEST] == []


def test_a_forbidden_word_is_noticed() -> None:
    for wrong in ("置信度 0.9", "字段缺失", "L3 级", "90%", "total_amount", "校验位错误"):
        assert _found(FORBIDDEN["both"] + FORBIDDEN["chinese"], wrong)
    assert _found(FORBIDDEN["english"], "its provenance and confidence")
    assert not _found(FORBIDDEN["both"] + FORBIDDEN["chinese"], "第 {page} 页，共 {pages} 页")

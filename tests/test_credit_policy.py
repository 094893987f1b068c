"""A policy file that does not hold together is refused, with line and reason."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from selfproof.commands import edge
from selfproof.credit.policy import load, parse, text
from selfproof.errors import PolicyError
from selfproof.texts import table
from selfproof.verify import checks
from tests.credit_cases import application, invoices, run

STANDARD = text("standard")
NONSENSE = {
    "levels out of order": ("levels: [0.0, 0.15, 0.35,", "levels: [0.0, 0.35, 0.15,"),
    "a negative credibility": ("photo_credibility: 0.30", "photo_credibility: -0.30"),
    "a cap above one": ("  turnover_cap: 0.25", "  turnover_cap: 1.25"),
    "a product ceiling below the entry amount": ("  policy_max: 3000000", "  policy_max: 30000"),
    "an exposure ceiling below the product's": ("  exposure_max: 5000000", "  exposure_max: 50000"),
    "a declaration above a photo": ("    declaration: 0.10", "    declaration: 0.50"),
    "a sigma of zero": ("    invoicing: 0.16", "    invoicing: 0"),
    "a year without twelve months": ("season: [0.03, 0.03,", "season: [0.03,"),
    "an unknown stop": ("balance_chain: {stop: S5}", "balance_chain: {stop: S77}"),
    "a check that does nothing": ("balance_chain: {stop: S5}", "balance_chain: {}"),
    "a check that acts and is advisory": ("balance_chain: {stop: S5}", "balance_chain: {stop: S5, advisory: true}"),
    "a required check without a row": ("  balance_chain: {stop: S5}\n", ""),
    "a word that nobody knows": ("kill_switch: false", "kill_swich: false"),
    "points that add": ("bands: [{below: 1, points: -20}", "bands: [{below: 1, points: 20}"),
    "bands out of order": ("{below: 3, points: -10}", "{below: 13, points: -10}"),
    "gain bands out of order": ("  bands: [0, 10000,", "  bands: [0, 10000000,"),
    "a trade with an unknown kind": ("    kinds: [receipts, tax]", "    kinds: [receipts, rumours]"),
    "a refused document that pays": ("levels: [0.0, 0.15,", "levels: [0.1, 0.15,"),
    "a stop that pays": ("balance_chain: {stop: S5}", "balance_chain: {stop: S5, cap_level: 3}"),
    "a number that stands twice": ("  rounding: 1000", "  entry: 90000\n  rounding: 1000"),
    "a part of a trade that is no kind": ("    part: [orders]", "    part: [rumours]"),
    "a capacity that no industry has": ("{utility_bill.annual_kwh: per_kwh,", "{utility_bill.annual_kwh: per_ton,"),
    "two reviewers who are never asked": ("  four_eyes: 500000", "  four_eyes: 50000000"),
    "a rounding that eats the entry amount": ("  rounding: 1000", "  rounding: 100000"),
    "a ladder below one": ("  ladder: 6.5", "  ladder: 0.5"),
    "advice for a kind that is not there": ("{adds: tax, effort", "{adds: rumours, effort"),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_in_a_policy_is_refused_with_line_and_reason_in_both_languages(case: str) -> None:
    before, after = NONSENSE[case]
    assert before in STANDARD
    with pytest.raises(PolicyError, match=r"line \d+: .+: .+") as refused:
        parse(STANDARD.replace(before, after, 1))
    for chinese, _ in refused.value.reasons:
        assert re.fullmatch(r"第 \d+ 行，.+：.*[一-鿿].*", chinese)
        assert "这里的值不能用" not in chinese, "pydantic's own words"


def test_on_the_command_line_all_that_is_wrong_is_said_in_both_languages() -> None:
    with pytest.raises(PolicyError) as refused:
        parse(STANDARD.replace("  rounding: 1000", "  rounding: no", 1).replace("  ladder: 6.5", "  ladder: 0.5", 1))
    (first, _), (second, _) = refused.value.reasons
    said, english = edge.line(refused.value).split(" / ", 1)
    assert said == f"policy: {first}；{second}"
    assert f"policy: {english}" == str(refused.value)


def test_the_line_named_is_the_line_of_the_wrong_number() -> None:
    line = next(number for number, row in enumerate(STANDARD.splitlines(), 1) if row.startswith("photo_credibility"))
    with pytest.raises(PolicyError, match=f"line {line}: photo_credibility"):
        parse(STANDARD.replace("photo_credibility: 0.30", "photo_credibility: 3"))


@pytest.mark.parametrize(
    ("case", "where"),
    [
        ("levels out of order", "levels"),
        ("a refused document that pays", "levels"),
        ("a product ceiling below the entry amount", "limit.policy_max"),
        ("a declaration above a photo", "limit.caps.declaration"),
        ("a trade with an unknown kind", "trades.shop.kinds"),
        ("a number that stands twice", "entry"),
    ],
)
def test_nonsense_between_two_numbers_is_told_at_one_of_them(case: str, where: str) -> None:
    before, after = NONSENSE[case]
    wrong = STANDARD.replace(before, after, 1)
    line = wrong[: wrong.index(after)].count("\n") + 1 + after[: len(after) - len(after.lstrip("\n"))].count("\n")
    with pytest.raises(PolicyError, match=f"line {line}: {where}: "):
        parse(wrong)


def test_yaml_that_cannot_be_parsed_is_refused() -> None:
    with pytest.raises(PolicyError):
        parse("name: [")


HOSTILE = {
    "nested beyond the stack": "[" * 50_000,
    "nested in mappings": "{a: " * 20_000,
    "a list in itself": "levels: &a [*a]",
    "a mapping in itself": "&a {name: *a}",
    "aliases that multiply": "a: &a [1,1,1,1,1,1,1,1,1]\n"
    + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefghi")),
    "a month that there is not": "name: 2026-13-45",
    "a number beyond all use": "name: " + "9" * 5_000,
    "an octal that is none": "name: 0o9",
    "a list for a key": "? [a, b]\n: 1",
    "a tag that makes objects": "name: !!python/object/apply:os.system [true]",
    "base64 that is none": "name: !!binary 'not base64!'",
    "an equals sign": "= : 1",
    "a control sign": "name: \x00\x07",
    "half a character": "name: \ud800",
    "two documents": "name: a\n---\nname: b",
    "infinite": STANDARD.replace("photo_credibility: 0.30", "photo_credibility: .inf"),
    "no number": STANDARD.replace("month_cap: ", "month_cap: .nan # "),
    "a thousand unknown words": "".join(f"word{number}: 1\n" for number in range(1000)),
    "longer than any policy": "# " + "x" * 400_001,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_a_policy_file_holds_it_is_refused_with_a_reason_and_nothing_else_is_raised(
    case: str, tmp_path: Path
) -> None:
    with pytest.raises(PolicyError, match=r"^mine: .+") as refused:
        parse(HOSTILE[case], name="mine")
    assert len(str(refused.value)) < 20_000
    path = tmp_path / "mine.yaml"
    path.write_text(HOSTILE[case], "utf-8", errors="replace")
    with pytest.raises(PolicyError):
        load(path)


def test_text_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(PolicyError, match="line 1"):
        parse("[]")
    with pytest.raises(PolicyError):
        parse("")


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no shipped policy"):
        load("nowhere")
    with pytest.raises(PolicyError, match=r"none\.yaml: there is no such file$"):
        load(tmp_path / "none.yaml")


def test_comments_and_layout_do_not_change_the_version_but_every_number_does(tmp_path: Path) -> None:
    path = tmp_path / "lender.yaml"
    path.write_text("# ours\n" + STANDARD, "utf-8")
    assert load(path).version == load().version
    path.write_text(STANDARD.replace("dscr: 1.25", "dscr: 1.30"), "utf-8")
    assert load(str(path)).version != load().version


def test_every_number_of_the_standard_policy_has_a_source_beside_it_or_above_its_block() -> None:
    sections = STANDARD.split("\n\n")
    assert all("#" in section for section in sections)


def test_every_check_is_named_by_the_policy_or_moves_nothing() -> None:
    policy = load()
    assert set(policy.checks) - set(checks()) == set(), "the policy names checks that are not there"
    assert set(checks()) - set(policy.checks) == set(), "checks without a row: mark them advisory"


def test_an_industry_is_found_by_key_by_name_and_falls_back_to_general() -> None:
    policy = load()
    assert policy.industry("plastics")[0] == "plastics"
    assert policy.industry("C29 橡胶和塑料制品业")[0] == "plastics"
    assert policy.industry("道路货物运输")[0] == "freight"
    assert policy.industry("天文观测")[0] == "general"


def test_a_trade_without_a_row_is_refused() -> None:
    with pytest.raises(PolicyError, match="no trade 'circus'"):
        run(application(trade="circus"))


def test_the_kill_switch_returns_every_effective_limit_to_its_base() -> None:
    off = parse(STANDARD.replace("kill_switch: false", "kill_switch: true"))
    decision = run(application(), invoices(9_000_000, 12), rules=off)
    assert decision.effective == decision.base == 100_000
    assert decision.recommended > decision.base
    assert "reasons.review_kill_switch" in [message.key for message in decision.review]


def test_every_reason_advice_and_review_has_its_sentence() -> None:
    keys = {key.removeprefix("reasons.") for key in table() if key.startswith("reasons.")}
    stops, contradictions = {f"S{number}" for number in range(1, 10)}, {f"X{number}" for number in range(1, 6)}
    assert stops | contradictions | {"N1", "C1", "R1"} | {f"advice_{kind}" for kind in load().advice.kinds} <= keys


@pytest.mark.parametrize("amount", ["-5", "NaN", "Infinity"])
def test_an_existing_limit_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=amount):
        replace(application(), existing_limit=Decimal(amount))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("limit:\n  entry\n  x: 3\n", "第 3 行：冒号用得不对"),
        ("a: 1\nb c\n", "少了冒号"),
        ("limit:\n\tentry: 5\n", "第 2 行：这里有制表符"),
        ("limit: %x\n", "第 1 行：这个符号不能用在开头"),
        ("limit:\n  a: 1\n b: 2\n", "第 3 行：缩进和上面的行对不齐"),
        (" x: 1\ny: 2\n", "第 2 行：缩进和上面的行对不齐"),
        ("a: {x: 1, y: 2\nb: 3\n", "花括号没有写完整"),
        ("a: [1, 2\nb: 3\n", "方括号没有写完整"),
        ('a: "x\nb: 3\n', "引号没有成对"),
        ("a: - 3\n", "第 1 行：“-”不能写在这里"),
        ("a: *x\n", "用 * 引用的名称"),
        ("a: !!python/object:os.x 3\n", "不能用 ! 开头的标记"),
        ("a: 1\n---\nb: 2\n", "第 2 行：一个文件里只能写一份政策"),
        ("a: \x07\n", "看不见的控制字符"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line_and_reason_in_chinese(written: str, told: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse(written)
    ((chinese, english),) = refused.value.reasons
    assert told in chinese
    assert english.isascii()

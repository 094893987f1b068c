"""The expressions of ``tables/contract_words.yaml``, and what a party's name must look like."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof import values

_PLACEHOLDER = re.compile(r"[Xx×✕*]{2,}|某某?|_{3,}|[\[【<].*(?:填|名称|公司|待定).*[\]】>]")
_NOT_A_NAME = re.compile(
    r"[,。;:!?]|双方|甲方|乙方|本合同|^[本我贵该]+(?:公司|司|店|厂|单位)$|(?<![供响对反感效适])应(?![用急城变])当?|负责|有权|承担"
    r"|支付(?!宝|科技|技术|服务|网络|信息)|以下|其中|如果|如[有遇因需未逾]|不得"
    r"|^(?:是|为(?!民)|系|应(?![用急城])|须|需|将|按|在|对|与|向(?![阳荣])|由|及|和(?![平谐顺美])|或|有|的|保证|提供|同意|承诺|要求|委托|指定|派)"
)
# Surnames that are far more often a word: 于 is "on", 付 "pay", 迟 "late".
_PREPOSED = (
    r"(?:于(?:合同|协议|签|订|收|交|货|每|次|当|本|验|付|约)"
    r"|付(?:款|清|费|至|现|给|方|讫|出|息|全款|定金)|迟[延到付交]|劳(?:务|动|保)|曾(?:经|用|任)|段[落长])"
)
_LONGEST = 60


@cache
def table() -> dict[str, Any]:
    """The table as it stands in the file."""
    text = files("selfproof").joinpath("tables", "contract_words.yaml").read_text("utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


@cache
def pattern(name: str) -> str:
    """The expression of a row; alternatives joined where the row is a list."""
    row = table()[name]
    return "|".join(f"(?:{item})" for item in row) if isinstance(row, list) else f"(?:{row})"


@cache
def compiled(name: str) -> re.Pattern[str]:
    """`pattern`, compiled."""
    return re.compile(pattern(name))


def party(printed: str) -> str | None:
    """A firm's or a person's name as printed; None for blanks, placeholders and clauses.

    >>> party(" 云岭纸业（东川）有限公司 "), party("XX有限公司"), party("负责提供场地"), party("样例种植场")
    ('云岭纸业（东川）有限公司', None, None, '样例种植场')
    >>> party("于合同"), party("于小满"), party("净如初服务部"), party("付款方式"), party("曾小满"), party("本公司")
    (None, '于小满', '净如初服务部', None, '曾小满', None)
    """
    name = values.compact(printed.strip(" \t_＿—-“”\"'「」《》"))
    if name is None or len(name) > _LONGEST or _PLACEHOLDER.search(name) or _NOT_A_NAME.search(values.fold(name)):
        return None
    bare = re.sub(r"\([^()]{1,20}\)$", "", values.fold(name))
    if re.search(rf"{pattern('organisation')}$", bare) or re.search(r"(?i)(?:ltd|inc|co|llc|gmbh|limited)\.?$", bare):
        return name
    return name if re.fullmatch(rf"(?!{_PREPOSED})[{table()['surnames']}][\u4e00-\u9fff·]{{1,3}}", name) else None


def title(printed: str) -> str | None:
    """A heading: glyphs that are set apart move together, Latin words keep their spaces.

    >>> title("购 销 合 同"), title("年产 8 万吨 EPC 总承包合同")
    ('购销合同', '年产 8 万吨 EPC 总承包合同')
    """
    kept = values.text(printed)
    return re.sub(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])", "", kept) if kept else None


def reference(printed: str) -> str | None:
    """A contract's number: with a figure in it, and nothing left to fill in."""
    kept = values.text(printed.strip("_ "))
    if kept is None or not re.search(r"\d", kept) or _PLACEHOLDER.search(kept):
        return None
    return kept


def clause(printed: str) -> str | None:
    """A clause's text, unless it still waits to be filled in: a line to write on may be read as a letter or two."""
    kept = values.text(printed)
    return None if kept is None or _PLACEHOLDER.search(kept) or not re.search(r"[\u4e00-\u9fff]|\w{3}", kept) else kept

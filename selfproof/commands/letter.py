"""The command line's part for decisions on paper."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from selfproof import fonts
from selfproof.access import letters, people
from selfproof.access.standing import standing
from selfproof.errors import StoreError
from selfproof.explaining import paper, technical
from selfproof.store import Store

_UNEMBEDDED = "未找到可嵌入的中文字体，文件依赖阅读器自带的宋体 / no Chinese font to embed: install fonts-noto-cjk"


def run(
    decision: Annotated[str, typer.Argument(help="a decision's id, as assess prints it")],
    out: Annotated[Path, typer.Argument(help="the PDF to write")],
    *,
    audit: Annotated[bool, typer.Option("--audit", help="all of it, for auditors")] = False,
    english: Annotated[bool, typer.Option("--english", help="in English; Chinese without it")] = False,
) -> None:
    """Write the owner's one-page letter about the newest decision, or the auditors' report on any."""
    with Store.open() as store:
        application = store.decision(decision).application
        store.people.note(people.by_system("letter", f"{decision[:12]} {'audit' if audit else 'owner'}"))
        if audit:
            made = paper.pdf(technical.sheet(store, decision, "en" if english else "zh"), size=8.0)
        else:
            now = standing(store, application)
            if now is None or now.decision_id != decision:
                raise StoreError(f"{decision}: a later decision stands; a letter tells of the one that holds")
            name = store.application(application).applicant.name
            made = paper.pdf(letters.sheet(name, now, "en" if english else "zh"), one_page=True)
        out.write_bytes(made)
    if fonts.found() is None:
        sys.stderr.write(f"{_UNEMBEDDED}\n")
    sys.stdout.write(f"{out}\n")

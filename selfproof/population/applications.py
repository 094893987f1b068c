"""An applicant as a folder that `selfproof assess` takes, with the truth beside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from selfproof.model import Ledger, Value
from selfproof.population.applicants import Simulated, one
from selfproof.population.records import Record
from selfproof.population.render import WAYS, files, renderable

_ROW = re.compile(r"(\w+)\[(.+)\]\.(\w+)")


def sample(count: int, seed: int) -> Iterator[Simulated]:
    """The first applicants of a seed with papers that can be rendered, and none of what could not."""
    found = (one(seed, number, ways=WAYS) for number in range(100 * count))
    whole = (item for item in found if item.file.papers and all(map(renderable, item.file.papers)))
    return (item for item, _ in zip(whole, range(count), strict=False))


def write_all(count: int, seed: int, folder: Path) -> list[Path]:
    """The folders of a sample."""
    return [write(simulated, folder) for simulated in sample(count, seed)]


def write(simulated: Simulated, folder: Path) -> Path:
    """The folder of one applicant, named by its id; the truth stands in ``truth.json``, which nothing reads."""
    place = folder / simulated.application.id
    (place / "documents").mkdir(parents=True, exist_ok=True)
    sheet = yaml.safe_dump(_sheet(simulated), allow_unicode=True, sort_keys=False, width=120)
    (place / "application.yaml").write_text(sheet, "utf-8")
    (place / "truth.json").write_text(json.dumps(asdict(simulated.truth), ensure_ascii=False, indent=1), "utf-8")
    for name, content in files(simulated.file.papers):
        (place / "documents" / name).write_bytes(content)
    return place


def _sheet(simulated: Simulated) -> dict[str, Any]:
    application = simulated.application
    declared = [fact for fact in application.facts if fact.ledger is Ledger.SELF]
    return {
        "id": application.id,
        "applicant": asdict(application.applicant),
        "trade": application.trade,
        "industry": application.industry,
        "as_of": application.as_of,
        "existing_limit": int(application.existing_limit),
        "declared": {fact.field: _plain(fact.value) for fact in declared},
        "third_party": [_record(simulated, record) for record in simulated.file.records],
    }


def _record(simulated: Simulated, record: Record) -> dict[str, Any]:
    return {
        "source": record.source,
        "licence": "合成数据，无真实来源",
        "authorisation": f"{simulated.application.applicant.name}（合成）授权",
        "retrieved": simulated.application.as_of,
        "record": _nested(record.fields),
    }


def _nested(fields: Mapping[str, Value]) -> dict[str, Any]:
    """``invoices[NUMBER].status`` as the folder holds it, in mappings."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        row = _ROW.fullmatch(name)
        if row:
            found.setdefault(row[1], {}).setdefault(row[2], {})[row[3]] = _plain(value)
        else:
            found[name] = _plain(value)
    return found


def _plain(value: Value) -> Any:  # noqa: ANN401  whatever YAML holds
    return float(value) if isinstance(value, Decimal) else value

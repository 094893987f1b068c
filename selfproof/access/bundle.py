"""An application as one zip: JSON of all that is kept, and the originals (the right to one's data)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

from selfproof import intake, pipeline
from selfproof.store import Store, decision_json
from selfproof.store.codec import dump


def write(store: Store, application_id: str, into: BinaryIO) -> None:
    """Write the zip; raises NotFound for an unknown application."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in _texts(store, application_id):
            bundle.writestr(name, text)
        for upload in store.uploads(application_id):
            data = store.original(application_id, upload.id)
            bundle.writestr(f"originals/{upload.id[:12]}-{intake.sanitised(upload.name)}", data)


def _texts(store: Store, application_id: str) -> Iterator[tuple[str, str]]:
    yield "application.json", dump(store.application(application_id))
    yield "uploads.json", _plain([asdict(upload) for upload in store.uploads(application_id)])
    for upload, found in pipeline.extractions(store, application_id).items():
        yield f"read/{upload}.json", _listed([dump(part) for part in found])
    yield "facts.json", _listed([dump(fact) for fact in store.facts(application_id)])
    yield "findings.json", _listed([dump(finding) for finding in store.findings(application_id)])
    yield "records.json", _listed([dump(record) for record in store.records(application_id)])
    for number, decision in enumerate(store.decisions(application_id), 1):
        yield f"decisions/{number:04}-{decision}.json", decision_json(store.decision(decision))
    yield "consents.json", _plain([asdict(item) for item in store.people.consents(application_id)])
    entries = store.people.log_of(application_id)
    shown = ("number", "at", "role", "act", "detail")
    yield "audit.json", _plain([{name: getattr(entry, name) for name in shown} for entry in entries])


def _listed(texts: list[str]) -> str:
    return "[" + ",\n".join(texts) + "]\n"


def _plain(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"

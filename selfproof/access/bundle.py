"""An application as one zip: JSON of all that is kept, and the originals (the right to one's data)."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

from selfproof import intake, pipeline
from selfproof.access import plain
from selfproof.model import Decision
from selfproof.store import Store
from selfproof.store.codec import dump
from selfproof.texts import say


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
    yield "uploads.json", _plain([asdict(upload) for upload in plain.uploads(store.uploads(application_id))])
    for upload, found in pipeline.extractions(store, application_id).items():
        yield f"read/{upload}.json", _listed([dump(part) for part in found])
    yield "facts.json", _listed([dump(fact) for fact in store.facts(application_id)])
    yield "records.json", _listed([dump(record) for record in store.records(application_id)])
    for number, decision in enumerate(store.decisions(application_id), 1):
        yield f"decisions/{number:04}-{decision}.json", _plain(_told(store.decision(decision)))
    yield "consents.json", _plain([asdict(item) for item in store.people.consents(application_id)])
    yield "inquiries.json", _plain([asdict(item) for item in store.inquiries.of(application_id)])
    entries = store.people.log_of(application_id)
    shown = ("number", "at", "role", "act", "detail")
    yield "audit.json", _plain([{name: getattr(entry, name) for name in shown} for entry in entries])


def _told(decision: Decision) -> dict[str, object]:
    """A decision as an applicant may know it: no thresholds, exact gains or names of checks (credit-method)."""
    stopped = decision.binding == "stop"
    reasons = () if stopped else plain.decision(decision).reasons
    return {
        "as_of": decision.as_of,
        "base": decision.base,
        "recommended": decision.recommended,
        "effective": decision.effective,
        "policy": decision.policy,
        "engine": decision.engine,
        "reasons": [{"effect": item.effect, "zh": say(item.text), "en": say(item.text, "en")} for item in reasons],
        "waits_for_a_person": bool(decision.review),
    }


def _listed(texts: list[str]) -> str:
    return "[" + ",\n".join(texts) + "]\n"


def _plain(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n"

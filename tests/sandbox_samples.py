"""A real sandbox on a free port, an application of its world, and its invoices as if they had been read."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx2
import uvicorn
import yaml

from selfproof import extract, inquiries, pipeline
from selfproof.model import Applicant, Application, Extraction, Fact, Ledger, Method, Place, Provenance, Value
from selfproof.sandbox.app import SOURCES, make
from selfproof.sandbox.faults import Faults
from selfproof.sandbox.serving import KEY_ENV
from selfproof.sandbox.world import Invoice, World, seeded
from selfproof.sources.wire import RegistryAnswer
from selfproof.store import Job, State, Store
from selfproof.store.audit import Act
from selfproof.store.consents import Consent
from selfproof.store.queue import WITHDRAWN

TODAY = datetime.now(inquiries.CHINA).date()


@dataclass(frozen=True)
class Sandbox:
    """The other side, as it runs."""

    url: str
    world: World
    faults: Faults

    def break_(self, source: str, **fault: object) -> None:
        """Ask for trouble over the road that everybody has."""
        answer = httpx2.put(f"{self.url}/sandbox/faults/{source}", json=fault, timeout=60)
        assert answer.status_code == 200, answer.text

    @contextmanager
    def voided(self, invoice: Invoice) -> Iterator[None]:
        """Its issuer has voided an invoice, until the end of the block."""
        place = f"{self.url}/sandbox/invoices/{invoice.issued.number}"
        httpx2.put(f"{place}/作废", timeout=60).raise_for_status()
        try:
            yield
        finally:
            httpx2.put(f"{place}/{invoice.status}", timeout=60).raise_for_status()

    @property
    def firm(self) -> RegistryAnswer:
        return next(iter(self.world.registry.values()))

    def invoice(self, status: str = "正常", back: int = 0) -> Invoice:
        """An invoice that the firm issued."""
        mine = [item for item in self.world.invoices.values() if item.issued.seller_tax_id == self.firm.uscc]
        return [item for item in mine if item.status == status][back]


@contextmanager
def running(seed: int = 1) -> Iterator[Sandbox]:
    """Served by a thread until the end of the block; the port is taken before anybody else can have it."""
    app = make(seeded(seed, TODAY))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="error", ws="none", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        end = time.monotonic() + 60
        while not server.started:
            assert time.monotonic() < end, "the sandbox does not start"
            time.sleep(0.01)
        try:
            yield Sandbox(f"http://127.0.0.1:{listening.getsockname()[1]}", app.state.world, app.state.faults)
        finally:
            server.should_exit = True
            thread.join(60)


def settings(sandbox: Sandbox, path: Path, **every: object) -> Path:
    """A file for SELFPROOF_SOURCES that asks all sources of the sandbox, and watches ``drop`` beside it.

    every: entries of each source.
    """
    plain = {"base_url": sandbox.url, "key_env": KEY_ENV, "licence": "《样例数据服务协议》", "timeout": 60, "wait": 0}
    content = {"sources": dict.fromkeys(SOURCES, plain | every), "drop": str(path.parent / "drop")}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


def open_case(
    store: Store, sandbox: Sandbox, *sources: str, existing: int = 100_000, declared: Mapping[str, Value] | None = None
) -> str:
    """An application of the world's first firm, with consent to these sources; returns its id."""
    firm = sandbox.firm
    applicant = Applicant(firm.name, firm.uscc, firm.legal_representative, firm.address)
    where = Provenance(Method.HUMAN, "declaration")
    words = (declared or {}).items()
    facts = tuple(Fact(f"declaration.{name}", value, str(value), Ledger.SELF, where) for name, value in words)
    case = Application("A-1", applicant, TODAY, "workshop", "塑料制品业", Decimal(existing), facts)
    store.save_application(case)
    for source in sources:
        say(store, source)
    return case.id


def say(store: Store, source: str, *, given: bool = True) -> None:
    """Consent, or its withdrawal."""
    word = Consent(source, "核实经营情况", "owner", datetime.now(UTC), given)
    store.people.say_consent("A-1", word, Act("owner", "owner", "consent", "A-1"))


def show(store: Store, invoice: Invoice, **other: Value) -> str:
    """Upload an invoice of the world as a PDF that has been read so, or otherwise; returns the document's id."""
    issued = invoice.issued
    values: Mapping[str, Value] = {
        "invoice_number": issued.number,
        "issue_date": issued.issue_date,
        "total_amount": issued.total_amount,
        "amount_excl_tax": issued.amount_excl_tax,
        "seller_name": issued.seller_name,
        "seller_tax_id": issued.seller_tax_id,
        "buyer_name": issued.buyer_name,
        "buyer_tax_id": issued.buyer_tax_id,
    }
    return _upload(store, "vat_invoice", {**values, **other})


def show_year(store: Store, sandbox: Sandbox) -> None:
    """Upload all invoices that the firm issued and that are still good."""
    for invoice in sandbox.world.invoices.values():
        if invoice.issued.seller_tax_id == sandbox.firm.uscc and invoice.status == "正常":
            show(store, invoice)


def show_papers(store: Store, sandbox: Sandbox) -> None:
    """Upload the firm's licence, and what its shop took by the platform's own bill, as the world has them."""
    firm, shop = sandbox.firm, sandbox.world.platform[sandbox.firm.uscc]
    licence = {name: getattr(firm, name) for name in ("name", "uscc", "legal_representative", "established_date")}
    _upload(store, "business_license", licence)
    _upload(
        store, "platform_statement", {f"months[{month}].receipts": held.receipts for month, held in shop.months.items()}
    )


def _upload(store: Store, kind: str, values: Mapping[str, Value]) -> str:
    receipt = store.receive("A-1", f"%PDF-1.7 {kind} {values}".encode(), "资料.pdf")
    where = Provenance(Method.TEXT, kind, receipt.document, Place(1, (0.1, 0.2, 0.3, 0.25)), "v1")
    facts = [Fact(f"{kind}.{name}", value, str(value), Ledger.SELF, where) for name, value in values.items()]
    facts.append(Fact("document.carrier", "pdf_text", "pdf_text", Ledger.SELF, where))
    found = (Extraction(receipt.document, kind, 0.9, tuple(facts)),)
    store.save_extractions("A-1", receipt.upload, extract.version(), found)
    job = store.claim("reader", lease=600)
    assert job is not None, "nothing is decided before all is read, so this is the reading"
    store.finish(job, State.READ)
    return receipt.document


def decide(store: Store) -> pipeline.Assessment:
    """Ask whatever is due, and decide."""
    pipeline.ask_all(store, "A-1")
    return pipeline.reassess(store, "A-1")


def told(found: pipeline.Assessment) -> dict[str, Value]:
    """Third-party facts by name."""
    return {fact.name: fact.value for fact in found.application.facts if fact.ledger is Ledger.THIRD_PARTY}


def correct(store: Store, document: str, field: str, value: Value) -> None:
    """A reviewer corrects what was read."""
    where = Provenance(Method.HUMAN, "reviewer:rui", document, version=datetime.now(UTC).isoformat())
    fact = Fact(f"vat_invoice.{field}", value, str(value), Ledger.SELF, where)
    store.people.add_facts("A-1", [fact], Act("rui", "reviewer", "correct", "A-1"))


def withdraw(store: Store, document: str) -> None:
    """The owner takes an invoice back."""
    now = datetime.now(UTC)
    where = Provenance(Method.HUMAN, "declaration:anna", document, version=now.isoformat())
    fact = Fact(WITHDRAWN, now.date(), "", Ledger.SELF, where)
    store.people.add_facts("A-1", [fact], Act("anna", "owner", "withdraw", "A-1"))


def ask_once(store: Store) -> None:
    """One round of asking, as soon as it is due."""
    inquiries.open_due(store, store.people.with_consent("A-1"), pipeline.known_facts(store, "A-1"))
    pipeline.work(store, _due(store))


def _due(store: Store) -> Job:
    """The next job of asking, waited for if need be."""
    end = time.monotonic() + 60
    while (job := store.claim("asker", lease=600, asking=True)) is None:
        assert time.monotonic() < end, "nothing is due"
        time.sleep(0.005)
    return job


def work_off(store: Store) -> None:
    """What a worker's children do, one job after the other, until nothing is to be read, decided or due."""
    while (job := store.claim("reader", lease=600)) or store.inquiries.waiting("A-1"):
        pipeline.work(store, job or _due(store))


@contextmanager
def worker(store: Store) -> Iterator[None]:
    """`selfproof worker` as a process, until the end of the block."""
    environment = os.environ | {"SELFPROOF_DATABASE": store.address, "SELFPROOF_HOME": str(store.home)}
    arguments = [sys.executable, "-m", "selfproof.cli", "worker"]
    with subprocess.Popen(arguments, env=environment, cwd=Path(__file__).parent.parent) as process:
        try:
            yield
        finally:
            process.terminate()


def until(condition: Callable[[], bool]) -> None:
    """Wait, for a long time if need be."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)

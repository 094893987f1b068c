"""An invented portfolio for the tests of re-scoring: read, verified and decided by the pipeline itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa

from selfproof import extract, pipeline
from selfproof.credit import policy as policies
from selfproof.model import Application, Extraction, Fact
from selfproof.pipeline import Assessment
from selfproof.store import Store
from selfproof.store.engine import writing
from selfproof.store.rescored import Rescored
from selfproof.store.schema import application_versions as versions
from tests import credit_cases as cases

HOSTILE = '=HYPERLINK("http://a.example","x")'


def portfolio(store: Store, count: int) -> tuple[Assessment, ...]:
    """So many workshops of growing size, each with its own papers, decided under the standard policy."""
    return tuple(pipeline.reassess(store, _receive(store, number)) for number in range(count))


def application(number: int) -> Application:
    """The first is a startup, which other policies may not know."""
    base = cases.workshop(existing=50_000 + 10_000 * (number % 4), trade="workshop" if number else "startup")
    applicant = replace(base.applicant, name=f"试例{number}号塑料制品有限公司", uscc=f"91330000TEST{number:06}")
    return replace(base, id=f"A-{number:04}", applicant=applicant)


def papers(number: int) -> Iterator[tuple[Fact, ...]]:
    """Two kinds of papers, larger with the number."""
    year, tag = 400_000.0 + 150_000 * (number % 40), f"-{number}"
    for paper in (*cases.invoices(year, 8, tag=tag), cases.statement(0.9 * year, 9, tag=tag)):
        yield tuple(_mine(fact, number) for fact in paper.facts)


def _mine(fact: Fact, number: int) -> Fact:
    """Names of the seller as of this application, so that the papers are the applicant's."""
    ours = application(number).applicant
    own = {"vat_invoice.seller_name": ours.name, "vat_invoice.seller_tax_id": ours.uscc}
    return replace(fact, value=own[fact.name], original=own[fact.name]) if fact.name in own else fact


def _receive(store: Store, number: int) -> str:
    case = application(number)
    store.people.bring(case, {"platform.annual_receipts": "signed", "registry.established_date": "signed"})
    receipt = store.receive(case.id, f"%PDF invented {number}".encode(), "资料.pdf")
    found = [Extraction(receipt.document, facts[0].kind, 0.9, facts, part) for part, facts in enumerate(papers(number))]
    store.save_extractions(case.id, receipt.upload, extract.version(), found)
    return case.id


@contextmanager
def damaged(store: Store, name: str) -> Iterator[None]:
    """While it lasts, the newest version of an application cannot be read."""
    newest = sa.select(versions).where(versions.c.application == name).order_by(versions.c.number.desc()).limit(1)
    with writing(store.engine) as connection:
        whole = connection.execute(newest).one()._asdict()
        del whole["number"]
        connection.execute(sa.insert(versions).values(whole | {"content": '{"applicant": "试例"}'}))
    yield
    with writing(store.engine) as connection:
        connection.execute(sa.insert(versions).values(whole))


def results(store: Store, run: str) -> tuple[Rescored, ...]:
    """All that a run has found, by application."""
    return tuple(sorted(store.rescores.results(run).each(), key=lambda item: item.application))


def stricter() -> str:
    """The standard policy with less room, and without startups."""
    text = policies.text("standard").replace("turnover_cap: 0.25", "turnover_cap: 0.10")
    return text.replace("  startup:", "  beginner:")

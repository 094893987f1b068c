"""Both sides of a disagreement: what each paper says, and where on the paper it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from selfproof.access.casework import PICTURED
from selfproof.model import Box, Fact
from selfproof.pipeline import Assessment
from selfproof.store import Upload
from ui import papers
from ui.words import field_name, is_shown, kind_name, safe, t, value


def file(found: Assessment, fact: Fact) -> str:
    """The name of the file that a fact stands in; what was stated without one is named by its kind."""
    upload = _uploads(found).get(fact.provenance.document.partition("#")[0])
    return upload.name if upload else kind_name(fact.kind)


def about(found: Assessment, facts: Sequence[Fact]) -> list[Upload]:
    """The files that facts stand in, in the order in which they came."""
    documents = {fact.provenance.document.partition("#")[0] for fact in facts}
    return [upload for upload in found.uploads if upload.document in documents]


def lines(found: Assessment, facts: Sequence[Fact]) -> list[str]:
    """The facts that say something to a person, each once, with its file and, where that has several, its page."""
    several = _several_pages(found)
    return list(dict.fromkeys(_said(found, fact, several) for fact in facts if is_shown(fact)))


def _said(found: Assessment, fact: Fact, several: frozenset[str]) -> str:
    where = file(found, fact)
    page = papers.page(fact)
    if page is not None and fact.provenance.document in several:
        where = t("questions.place", file=where, page=page)
    return t("owner.compared", name=field_name(fact), value=value(fact), file=where)


def _several_pages(found: Assessment) -> frozenset[str]:
    """Documents on paper of which something stands behind the first page: a photo, a table or a film has no pages."""
    paper = {
        fact.provenance.document for fact in found.facts if fact.name == "document.carrier" and fact.value in PICTURED
    }
    behind = {fact.provenance.document for fact in found.facts if (papers.page(fact) or 1) > 1}
    return frozenset(paper & behind)


def pages(found: Assessment, facts: Sequence[Fact]) -> str:
    """The pages on which facts stand, each with a box around them, folded; "" where there is nothing to see."""
    placed: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        page = papers.page(fact)
        if page is not None and papers.spot(fact) and _carrier(found, fact) in PICTURED:
            placed.setdefault((fact.provenance.document.partition("#")[0], page), []).append(fact)
    uploads = _uploads(found)
    figures = [
        f"<p>{safe(t('questions.place', file=uploads[document].name, page=page))}</p>"
        + _sheet(uploads[document], page, on_page)
        for (document, page), on_page in placed.items()
        if document in uploads
    ]
    return f"<details><summary>{safe(t('questions.see'))}</summary>{''.join(figures)}</details>" if figures else ""


def _sheet(upload: Upload, page: int, facts: Sequence[Fact]) -> str:
    """A page with a box around each of its facts; it comes over our own route, which asks again who may see it."""
    source = f"/page/{quote(upload.application, safe='')}/{upload.id}/{page}"
    alt = safe(t("ui.page_alt", name=upload.name, page=page))
    spots = dict.fromkeys(place[1] for fact in facts if (place := papers.spot(fact)))
    boxes = "".join(f'<i aria-hidden="true" style="{_style(box)}"></i>' for box in spots)
    return f'<div class="page"><img alt="{alt}" src="{source}" loading="lazy">{boxes}</div>'


def _style(box: Box) -> str:
    left, top, right, bottom = (100 * edge for edge in box)
    return f"left:{left:.2f}%;top:{top:.2f}%;width:{right - left:.2f}%;height:{bottom - top:.2f}%"


def _uploads(found: Assessment) -> Mapping[str, Upload]:
    return {upload.document: upload for upload in found.uploads}


def _carrier(found: Assessment, fact: Fact) -> str:
    document = fact.provenance.document
    carriers = (item for item in found.facts if item.name == "document.carrier")
    return next((str(item.value) for item in carriers if item.provenance.document == document), "")

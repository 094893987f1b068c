"""What an owner brings when the product tells him what would help: the same business, another visit.

Owners look at few pieces of advice at a time, bring what they have of it, and not always; who lies brings what pays.
Nothing that was shown goes away. How likely all that is stands in ``tables/population.yaml``, `asked`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from selfproof.model import Advice
from selfproof.population import chance, dossier, lies, mistakes
from selfproof.population.applicants import EVIDENCE, Simulated, told_by
from selfproof.population.chance import table
from selfproof.population.dossier import Dossier
from selfproof.population.drafts import Draft
from selfproof.population.ledger import YEAR

_STAGE = 10
_PAPERS: Mapping[str, tuple[str, ...]] = {
    "invoicing": ("invoices",), "tax": ("tax",), "operations": ("settlement", "waybills"), "photos": ("photos",),
    "capacity": ("capacity",), "licence": ("licence",), "orders": ("contract",),
}  # fmt: skip
_MORE = "_months"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one piece of advice asks for. paper: as plans name it; receipts stand for the trade's accounts."""

    paper: str
    effort: float
    months: bool = False
    every_account: bool = False


def answer(simulated: Simulated, advice: Sequence[Advice], efforts: Mapping[str, float], visit: int) -> Simulated:
    """The applicant after a visit. advice: as the engine gave it, best first; efforts: of its kinds, 1 a tap."""
    looked = [item.kind for item in advice][: int(table()["asked"]["cards"])]
    return bring(simulated, [one for kind in looked for one in wishes(kind, efforts[kind])], visit)


def bring(simulated: Simulated, wanted: Sequence[Asked], visit: int) -> Simulated:
    """The applicant once he was asked for these papers, with what he has and takes the trouble to bring."""
    file = simulated.file
    numbers = chance.of(file.business.seed, file.business.number, _STAGE + visit)
    for one in wanted:
        if not _brings(simulated, one):
            continue
        for paper in _accounts(simulated, one):
            file = _with(file, paper, _brought(numbers, simulated, paper, one), visit)
    return told_by(simulated, file) if file.papers != simulated.file.papers else simulated


def wishes(kind: str, effort: float) -> Iterator[Asked]:
    """What a kind of advice asks for. A tax feed is nobody's to bring: no bureau is connected here."""
    if kind == "accounts":
        yield Asked("receipts", effort, months=True, every_account=True)
    elif kind.removesuffix(_MORE) == "receipts":
        yield Asked("receipts", effort, months=kind.endswith(_MORE))
    else:
        papers = _PAPERS.get(kind.removesuffix(_MORE), ())
        yield from (Asked(paper, effort, months=kind.endswith(_MORE)) for paper in papers)


def _brings(simulated: Simulated, one: Asked) -> bool:
    """Whether he has it and takes the trouble; who does not, does not when he is asked again."""
    rules, who, lie = table()["asked"], simulated.file.business, simulated.truth.lie
    share = rules["follows"] if simulated.truth.honest else rules["liar_follows"]
    there = bool(set(_accounts(simulated, one)) & set(simulated.file.plan))
    forges = bool(lie) and lies.LIES[lie].asked != "true"
    has = there or forges or who.lot(f"has {one.paper}").happens(rules["has"][who.trade].get(one.paper, 0.0))
    return has and who.lot(f"follows {one.paper}").happens(share**one.effort)


def _accounts(simulated: Simulated, one: Asked) -> tuple[str, ...]:
    """The accounts that he shows already, else the first; all of them where others are asked for."""
    if one.paper != "receipts":
        return (one.paper,)
    known = tuple(table()["accounts"][simulated.file.business.trade])
    return known if one.every_account else tuple(name for name in known if name in simulated.file.plan) or known[:1]


def _way(numbers: chance.Chance, paper: str, simulated: Simulated) -> str:
    """On which carrier; who forges uses the best that a forger can."""
    lie = simulated.truth.lie
    if lie and lies.LIES[lie].asked != "true" and paper in table()["asked"]["ways"]:
        return "signed" if lie == "round_trip" and paper == "bank" else "original"
    ways = table()["asked"]["ways"].get(paper)
    return numbers.pick(ways) if ways else dossier.way(numbers, paper)


def _brought(numbers: chance.Chance, simulated: Simulated, paper: str, one: Asked) -> Dossier:
    """A file of what he brings, true or not, as the reader sees it; nothing where he has none."""
    file, rules, lie = simulated.file, table()["asked"], simulated.truth.lie
    months = tuple(_months(file, paper, one))
    shown, way = lies.good(file, months) if lie == "best_months" else months, _way(numbers, paper, simulated)
    bare = replace(
        file,
        plan={paper: way},
        shown=shown,
        papers=(),
        exported=paper in rules["exports"],
        every_account=one.every_account,
    )
    if not shown:
        return bare
    true = bare.also(*dossier.MAKERS[paper](numbers, bare, way))
    return mistakes.slipped(numbers, lies.answered(lie, true) if lie else true)[0]


def _months(file: Dossier, paper: str, one: Asked) -> Iterator[int]:
    """Of an export the whole last year; of what is kept on paper the months at hand and some that turn up."""
    ledger, rules = file.business.ledger, table()["asked"]
    found = file.business.lot(f"kept {paper}")
    for month in range(ledger.last - YEAR + 1, ledger.last + 1):
        kept = found.happens(rules["kept"])
        if ledger.sales[month - ledger.first] > 0 and (
            paper in rules["exports"] or month in file.shown or (one.months and kept)
        ):
            yield month


def _with(file: Dossier, paper: str, brought: Dossier, visit: int) -> Dossier:
    """The file with new papers beside the old; one that is there already, the very same, is no new one."""
    known = {(draft.kind, draft.name): draft for draft in file.papers}
    added: list[Draft] = []
    for draft in brought.papers:
        same = known.get((draft.kind, draft.name))
        if same is None or (same.fields, same.signals) != (draft.fields, draft.signals):
            new = draft if same is None else replace(draft, name=f"{draft.name}@{visit}")
            known[new.kind, new.name] = new
            added.append(new)
    if not added:
        return file
    months = {*file.shown, *(brought.shown if paper in EVIDENCE else ())}
    plan, told = {**file.plan, **brought.plan}, {**file.declared, **brought.declared}
    return replace(
        file,
        plan=plan,
        declared=told,
        records=brought.records,
        papers=(*file.papers, *added),
        shown=tuple(sorted(months)),
    )

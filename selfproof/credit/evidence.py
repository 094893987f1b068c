"""From facts and levels to what was shown: monthly series by kind, third-party figures, photos, capacity, orders.

**The facts that a decision consumes** (all others are kept and shown, and move no money):

Documents, with their id in the provenance:

- ``document.carrier`` (xml, ofd, pdf_text, table, docx, ocr), ``document.signature.status``; ``document.review`` =
  ``rejected`` or ``aside`` by a reviewer; ``document.confirmed`` = true by a third party; ``document.withdrawn`` = the
  day from which its owner does not want it used: it lifts nothing, and lately withdrawn it still speaks against him.
- ``vat_invoice.`` ``seller_tax_id``, ``seller_name``, ``buyer_tax_id``, ``buyer_name``, ``invoice_number``,
  ``issue_date``, ``total_amount`` (with tax; ``amount_excl_tax`` only where the total was not read). Seller is the
  applicant: a sale, counted as invoicing in the month of its date, unless the buyer is the applicant too or its legal
  representative (``registry.legal_representative`` or the application's); what these paid in is no receipt either.
  Buyer is the applicant: a purchase, for the margin. Turnover is counted *with* tax throughout, because receipts are.
- ``bank_statement.months[YYYY-MM].receipts`` (business receipts of that month, net of own transfers, refunds,
  interest and loans), ``.counterparties[NAME].total_in`` (what a payer paid of them), ``.account``, ``.institution``,
  ``.first_date``, ``.last_date`` (two files of one account that overlap count once, and so do two of which nothing
  that was read tells that they are of two accounts); the same for ``wallet_statement``, ``acquirer_statement``,
  ``platform_statement`` (with ``store``; of an acquirer ``merchant_id`` and ``terminal``), what a bank's statement
  marks as paid out by these (``.months[YYYY-MM].from_acquirers|from_platforms|from_wallets``) counting once, and
  ``tax_return.months[YYYY-MM].taxable_sales``,
  ``settlement_sheet.months[YYYY-MM].total`` (of its ``customer``: sheets of two customers are added),
  ``delivery_note.date|total_amount|number|consignee``.
- ``contract.`` ``party_a``, ``party_b``, ``total_amount``, ``sign_date``, ``contract_number``, ``title``: the unpaid
  part is the total less the sales invoices to the other party since the signature; one of hire (租赁), in which either
  party may be the owner, is an order only once there are such. Growth and need by orders take L4: a contract
  is L2, signed or not, unless the check ``contract_invoiced_and_paid`` passes; then it has at most the level of the
  *weakest* matched document. Only what was invoiced and paid at L4 is turnover.
- ``loan_schedule.`` ``borrower``, ``lender``, ``number``, ``title``, ``principal``, ``rate``, ``instalments``,
  ``period``, ``items[N].due_date|payment|principal|interest``: debt service and working-capital loans (`credit.debts`).
- lines of statements that pay an invoice (``bank_statement.rows[N].amount|day|party|note|fee``, of a third party's
  record ``bank.rows[N].…``): they move nothing by themselves; the check ``invoice_matched_to_receipts`` names them.
- ``photo.scene`` (a scene of the policy's list; one vote for all photos), and of those photos ``people``, ``vehicles``,
  ``machines`` as far as the trade's ``seen`` names them: a ceiling, only where no paper and no third party tells a
  capacity, and never above the peers' P90: photos can lower a turnover and never lift it;
  ``business_license.established_date``.
- capacity, at L2 or better: the facts named by ``ceilings`` of the trade (``utility_bill.annual_kwh``, …).

Third party (ledger ``third_party``): ``platform|acquirer|bank.annual_receipts`` or ``.months[YYYY-MM].receipts``
(partial; ``platform.store``, ``acquirer.merchant``, ``bank.account`` tell two records apart; what the policy says that
another source ``receives`` is counted once), ``tax.annual_sales``
(full), ``tax.arrears``, ``tax|verification.invoices[NUMBER].status``, ``registry.established_date|status|headcount|…``
(``registry.mu`` also for the inputs of a season),
``bureau.band`` (A-E), ``bureau.debt_service_annual``, ``bureau.working_capital_loans``, ``bureau.total_exposure``,
``lender.lowest_base_12m`` (the anchor), ``<source>.payers[i].name`` (whom the feed covers, for V_part).

Declared: ``declaration.annual_turnover`` (as turnover only while nothing else states an amount, nor did what was
withdrawn lately; else as the measure of the business that own funds and loans are told of), ``own_funds``, ``margin``,
``debt_service_annual``, ``working_capital_loans``, ``cycle_days``, ``deposits``.

Months run up to the last complete month before ``as_of``; a month without any document inside the window is zero, so
documents should reach to the end of that month. Grade 0.95 of the standard policy: established three to ten years ago
(0.05 off) and ``bureau.band`` A (B takes 0.05, no record takes 0.05).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from selfproof.credit import credibility, debts, orders, readings, related, series
from selfproof.credit.credibility import CONFIRMED, PROVEN, SEEN, levels, unmatched, verdicts, weakest
from selfproof.credit.papers import Paper, Stated, number, papers, sort, stated
from selfproof.credit.policy import Peer, Policy, Source, Trade
from selfproof.credit.turnover import DECLARED, ORDERS, Feed, Kind, Reading, Shown
from selfproof.model import Application, Fact, Finding, Ledger, Outcome

_SUBJECT = {"lease": "address", "utility_bill": "number", "social_insurance": "employer"}
"""The field that tells what a paper on capacity speaks of: a place, a meter, a firm."""


@dataclass(frozen=True)
class Evidence:
    """Everything that one application shows.

    sold, bought: the amounts behind the kinds; photos: ids of the facts that vote; levels: of documents and records;
    loans: of which papers tell; own: amounts left out because the applicant or its legal representative would pay them
    to itself.
    """

    book: series.Book
    trade: Trade
    levels: Mapping[str, int]
    papers: tuple[Paper, ...]
    stated: Stated
    sold: tuple[series.Entry, ...]
    bought: tuple[series.Entry, ...]
    orders: tuple[orders.Order, ...]
    loans: tuple[debts.Loan, ...]
    photos: tuple[str, ...]
    own: tuple[Fact, ...]

    @cached_property
    def standing(self) -> tuple[Paper, ...]:
        """The papers that their owner has not withdrawn."""
        return tuple(paper for paper in self.papers if not paper.withdrawn)

    @cached_property
    def remembered(self) -> tuple[Paper, ...]:
        """The papers that speak against their owner: these, and what was withdrawn lately."""
        return tuple(paper for paper in self.papers if self.book.remembers(paper.withdrawn))


def gather(application: Application, facts: Sequence[Fact], findings: Sequence[Finding], policy: Policy) -> Evidence:
    """The evidence of an application: its own facts and those of its documents, in any order."""
    known = sort([*application.facts, *facts])
    found, told = papers(known), stated(known)
    believed = levels(found, findings, policy)
    industry = policy.industry(application.industry)[1]
    book = series.Book(
        application=application,
        policy=policy,
        industry=industry,
        levels=believed,
        alone=unmatched(found, findings, policy),
        matched=_matched(findings, credibility.standing(found, believed), policy),
        circle=related.circle(application, told),
    )
    copies = _copies(findings, policy)
    entries = series.entries([paper for paper in found if paper.document not in copies], book)
    records = {fact.kind for fact in told.facts if fact.ledger is Ledger.THIRD_PARTY}
    used = (paper for paper in found if not paper.withdrawn)
    return Evidence(
        book=book,
        trade=policy.trade(application.trade),
        levels=dict(sorted((believed | dict.fromkeys(records, CONFIRMED)).items())),
        papers=found,
        stated=told,
        sold=tuple(entry for entry in entries if not entry.purchase),
        bought=tuple(entry for entry in entries if entry.purchase),
        orders=orders.orders(found, entries, book),
        loans=debts.loans(found, book),
        photos=tuple(paper.fields["scene"].id for paper in _photos(used, believed, policy)),
        own=related.left_out(found, _payers_of_papers(policy), book.circle),
    )


def _payers_of_papers(policy: Policy) -> dict[str, tuple[str, str]]:
    """The fields of payer and amount of each kind of single papers."""
    rules = (item for source in policy.kinds.values() for item in source.dated.items())
    return {kind: (rule.payer, rule.amount[0]) for kind, rule in rules}


def shown(evidence: Evidence) -> Shown:
    """What the formula of turnover takes."""
    book, trade = evidence.book, evidence.trade
    found = feeds(evidence.stated, book.policy)
    kinds = _declared(evidence.stated, book.policy)
    if readings.stated(trade.kinds, evidence.sold, book):
        kinds = readings.kinds(trade.kinds, evidence.sold, book, covered(evidence))
    ordered = orders.as_kind(evidence.orders, book.policy, ORDERS) if ORDERS in trade.part else None
    peer, p90 = _peer(book.industry.peer, found)
    return Shown(
        kinds=(*kinds, ordered) if ordered else kinds,
        feeds=found,
        peer=peer,
        p90=p90,
        photos=bool(evidence.photos),
        ceiling=_ceiling(evidence, p90),
        part=trade.part,
    )


def covered(evidence: Evidence) -> readings.Covered:
    """Whose payments the third party's records cover."""
    policy = evidence.book.policy
    told = evidence.stated
    return readings.Covered(not feeds(told, policy), _stores(told, policy), _payers(told, policy))


def _matched(findings: Sequence[Finding], believed: Mapping[str, int], policy: Policy) -> frozenset[str]:
    """Documents matched to what is itself proven: a statement that its owner can write matches whatever he likes."""
    matches = set(policy.match.values())
    return frozenset(
        document
        for document, known in verdicts(findings).items()
        for name, found in known.items()
        if name in matches and found.outcome is Outcome.PASS and weakest(found, believed, policy) >= PROVEN
    )


def _copies(findings: Sequence[Finding], policy: Policy) -> frozenset[str]:
    """Documents that are pictures of others in the file: the best carrier of each counts, once."""
    failed = (item for item in findings if item.outcome is Outcome.FAIL and item.check in policy.copies)
    return frozenset(item.document for item in failed)


def _photos(found: Iterable[Paper], believed: Mapping[str, int], policy: Policy) -> Iterator[Paper]:
    """The photos that show a business; together they are one vote."""
    for paper in found:
        seen = paper.kind == "photo" and believed[paper.document] >= SEEN
        if seen and paper.text("scene") in policy.photo_scenes:
            yield paper


def _declared(told: Stated, policy: Policy) -> tuple[Kind, ...]:
    """The declared turnover as a kind of its own, for when nothing else states an amount."""
    amount = told.declared("annual_turnover")
    if not amount or amount < 0:
        return ()
    sigma, level = policy.sigma.kind[DECLARED], credibility.DECLARED
    facts = tuple(fact.id for fact in told.all("declaration.annual_turnover", Ledger.SELF))
    reading = Reading(level, amount, policy.levels[level], sigma, policy.fusion.full_months, facts=facts)
    return (Kind(DECLARED, sigma, (reading,)),)


def feeds(told: Stated, policy: Policy) -> tuple[Feed, ...]:
    """Third-party figures, one for each named store or account; unnamed records of a source may be one: the largest."""
    return tuple(feed for source, rule in policy.third_party.items() for feed in _feed(source, rule, told))


def _feed(source: str, rule: Source, told: Stated) -> Iterator[Feed]:
    records: dict[str, list[Fact]] = {}
    for fact in told.facts:
        if fact.kind == source and fact.ledger is Ledger.THIRD_PARTY:
            records.setdefault(fact.provenance.version, []).append(fact)
    best: dict[str, Feed] = {}
    for record in records.values():
        amount, facts = _annual(record, rule)
        name = next((str(fact.value) for fact in record if fact.field == rule.name), "")
        if amount > 0 and (name not in best or amount > best[name].amount):
            best[name] = Feed(source, amount, rule.scope == "full", facts, rule.receives)
    yield from (best[name] for name in sorted(best))


def _annual(record: Sequence[Fact], rule: Source) -> tuple[float, tuple[str, ...]]:
    """The yearly figure of a record: as stated, else the sum of its latest twelve months, never annualised."""
    stated_year = [fact for fact in record if fact.field == rule.annual]
    months = sorted(
        (fact for fact in record if fact.field.startswith("months[") and fact.field.endswith(f"].{rule.months}")),
        key=lambda fact: fact.field,
    )
    counted = stated_year or months[-12:]
    return sum(number(fact) or 0.0 for fact in counted), tuple(fact.id for fact in counted)


def _stores(told: Stated, policy: Policy) -> frozenset[str]:
    """Names of stores that third-party records cover; an account is no store."""
    stores = {name: source.name for name, source in policy.third_party.items() if not source.receives}
    return frozenset(str(fact.value) for fact in _records(told, policy) if fact.field == stores.get(fact.kind))


def _payers(told: Stated, policy: Policy) -> frozenset[str]:
    """Names of payers that third-party records list."""
    return frozenset(str(fact.value) for fact in _records(told, policy) if fact.field.startswith("payers["))


def _records(told: Stated, policy: Policy) -> list[Fact]:
    return [fact for fact in told.facts if fact.ledger is Ledger.THIRD_PARTY and fact.kind in policy.third_party]


def _peer(peer: Peer, feeds: Sequence[Feed]) -> tuple[float, float]:
    """Median and P90 of the size band that a full third-party figure tells; of all sizes without one."""
    full = [feed.amount for feed in feeds if feed.full]
    band = next((band for band in peer.bands if full and max(full) <= band.up_to), None)
    return (band.median, band.p90) if band else (peer.median, peer.p90)


def _ceiling(evidence: Evidence, p90: float) -> float | None:
    """By papers and third parties, else by photos; what was withdrawn lately still lowers it, and never lifts it."""
    now = _ceiling_of(evidence, evidence.standing, p90)
    if evidence.standing == evidence.remembered:
        return now
    before = _ceiling_of(evidence, evidence.remembered, p90)
    return before if before is not None and before < (p90 if now is None else now) else now


def _ceiling_of(evidence: Evidence, among: Sequence[Paper], p90: float) -> float | None:
    return _told_ceiling(evidence, among) or _seen(evidence, among, p90)


def _told_ceiling(evidence: Evidence, among: Sequence[Paper]) -> float | None:
    """The lowest ceiling that capacity evidence sets, by documents at L2 or better and third parties."""
    rates = evidence.book.industry.capacity
    told = ((capacity(name, evidence, among), unit) for name, unit in evidence.trade.ceilings.items())
    return min((total * rates[unit] for total, unit in told if total > 0 and unit in rates), default=None)


def capacity(name: str, evidence: Evidence, among: Sequence[Paper] | None = None) -> float:
    """What papers and third parties tell of one capacity by the fact's name, in its own unit."""
    kind, _, field = name.partition(".")
    units: dict[str, float] = {}  # several papers on one thing tell it once
    for paper in evidence.standing if among is None else among:
        if paper.kind == kind and evidence.book.levels[paper.document] >= SEEN:
            thing = paper.text(_SUBJECT.get(kind, "")).strip()
            units[thing] = max(units.get(thing, 0.0), number(paper.fields.get(field)) or 0.0)
    return sum(units.values()) + (evidence.stated.confirmed(name) or 0.0)


def _seen(evidence: Evidence, among: Sequence[Paper], p90: float) -> float | None:
    """The ceiling by what all photos show together, at most the peers'; None where nothing was counted."""
    book = evidence.book
    rates = book.industry.capacity
    totals = {unit: counted(field, evidence, among) for field, unit in evidence.trade.seen.items() if unit in rates}
    rules = (
        (book.industry.capacity[unit] * total / book.policy.photo_shows) for unit, total in totals.items() if total
    )
    return min([*rules, p90]) if any(totals.values()) else None


def counted(field: str, evidence: Evidence, among: Sequence[Paper] | None = None) -> float:
    """What all photos that show a business count of one thing."""
    shown = _photos(evidence.standing if among is None else among, evidence.levels, evidence.book.policy)
    return sum(number(paper.fields.get(field)) or 0.0 for paper in shown)

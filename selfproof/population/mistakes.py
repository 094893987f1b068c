"""What goes wrong without anybody lying: the reader's slips, and those of honest people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from selfproof.model import Value
from selfproof.population import trade_papers
from selfproof.population.business import Firm
from selfproof.population.chance import Chance, table
from selfproof.population.dossier import Dossier
from selfproof.population.drafts import Draft

Slip = Callable[[Chance, Dossier], Dossier]
_AMOUNTS = frozenset({"total_amount", "receipts", "taxable_sales", "total"})
_FAR = 6.0  # degrees
_LASTING = ("own_transfers", "spouse_account")  # of an account, so of every statement of it


def slipped(chance: Chance, file: Dossier) -> tuple[Dossier, tuple[str, ...]]:
    """The file with what went wrong, and the names of that; what is of an account goes wrong each time or never."""
    happened: list[str] = []
    for name, slip in SLIPS.items():
        lot = file.business.lot(name) if name in _LASTING else chance
        if lot.happens(table()["mistakes"][name]):
            before, file = file, slip(chance, file)
            happened += [name] if file.papers != before.papers else []
    return _read(chance, file), tuple(happened)


def _read(chance: Chance, file: Dossier) -> Dossier:
    """Pictures as the recogniser reads them: an amount is lost now and then, and rarely a figure of it is another."""
    return replace(file, papers=tuple(_as_read(chance, paper) for paper in file.papers))


def _as_read(chance: Chance, paper: Draft) -> Draft:
    if paper.carrier != "ocr":
        return paper
    read = dict(_seen(chance, paper))
    return replace(paper, fields=read, page={} if read == paper.fields else paper.fields)


def _seen(chance: Chance, paper: Draft) -> Iterator[tuple[str, Value]]:
    rules = table()["mistakes"]
    for name, value in paper.fields.items():
        amount = isinstance(value, Decimal) and name.rpartition(".")[2] in _AMOUNTS
        if amount and chance.happens(rules["unread"]):
            continue
        yield name, _other_figure(chance, value) if amount and chance.happens(rules["misread"]) else value


def _other_figure(chance: Chance, value: Value) -> Decimal:
    text = list(str(value))
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    text[chance.one_of(places)] = str(chance.whole(0, 9))
    return Decimal("".join(text))


def _own_transfers(_chance: Chance, file: Dossier) -> Dossier:
    """Transfers between own accounts are counted as receipts."""
    share = file.business.lot("own_share").between(*table()["mistakes"]["own_share"])
    times = Decimal(f"{1 + share:.4f}")
    return file.every("bank_statement", lambda paper: scaled(paper, times))


def scaled(paper: Draft, times: Decimal) -> Draft:
    """A list with all its amounts times a factor."""
    cent = Decimal("0.01")
    fields = {
        name: (value * times).quantize(cent) if isinstance(value, Decimal) else value
        for name, value in paper.fields.items()
    }
    return replace(paper, fields=fields)


def _two_carriers(_chance: Chance, file: Dossier) -> Dossier:
    """The invoices of the latest papers once more, as pictures."""
    twins = [replace(paper, name=f"{paper.name}-copy", signals={"carrier": "ocr"}) for paper in file.sales[-4:]]
    return file.also(*twins)


def _not_reversed(chance: Chance, file: Dossier) -> Dossier:
    """A sale that was taken back: its invoice is shown, its red-letter invoice is not, and no money came."""
    invoices = file.sales
    if not invoices:
        return file
    return file.also(trade_papers.repriced(renumbered(chance.one_of(invoices), "8"), chance.times(0.5, 1.5)))


def renumbered(paper: Draft, sign: str) -> Draft:
    """An invoice under another number. sign: a figure that stands in its middle."""
    given = str(paper.fields["invoice_number"])
    other = given[:14] + sign + given[15:]
    return replace(paper.changed(invoice_number=other), name=f"{paper.name}-{sign}")


def _foreign_paper(_chance: Chance, file: Dossier) -> Dossier:
    """An invoice between two others slips in, photographed."""
    deals = file.business.ledger.deals
    if not deals or not file.plan.get("invoices"):
        return file
    paper = trade_papers.invoice(
        file.business, deals[0], "picture", trade_papers.number(file.business, deals[0].day, 900_001)
    )
    return file.also(strangers(file, paper))


def strangers(file: Dossier, paper: Draft) -> Draft:
    """An invoice of which the applicant is no party."""
    seller = file.business.customers[-1] if file.business.customers else Firm("试例邻里商贸有限公司", "")
    return paper.changed(
        seller_name=seller.name, seller_tax_id=seller.uscc, buyer_name="试例街坊食品有限公司", buyer_tax_id=""
    )


def _spouse_account(_chance: Chance, file: Dossier) -> Dossier:
    return file.every("wallet_statement", lambda paper: paper.changed(account_name="试家人"))


def _lost_page(_chance: Chance, file: Dossier) -> Dossier:
    return file.every(
        "bank_statement", lambda paper: paper.changed(chain_breaks=1) if paper.carrier == "pdf_text" else paper
    )


def _phone_far(chance: Chance, file: Dossier) -> Dossier:
    def moved(paper: Draft) -> Draft:
        north, east = (float(part) for part in str(paper.fields["capture_place"]).split(","))
        return paper.changed(capture_place=f"{north + chance.between(-_FAR, _FAR):.6f},{east:.6f}")

    return file.every("photo", moved)


SLIPS: Mapping[str, Slip] = {
    "own_transfers": _own_transfers, "two_carriers": _two_carriers, "not_reversed": _not_reversed,
    "foreign_paper": _foreign_paper, "spouse_account": _spouse_account, "lost_page": _lost_page,
    "phone_far": _phone_far,
}  # fmt: skip

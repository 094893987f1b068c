"""Amounts that must agree with each other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import yaml

from selfproof import values
from selfproof.model import Fact
from selfproof.verify import UNKNOWN, Answer, Case, View, check, fail

_CENT = Decimal("0.01")


@check(needs=("vat_invoice.total_in_words", "vat_invoice.total_amount"))
def words_equal_figures(view: View, _case: Case) -> Answer:
    """The total in words equals the total in figures."""
    spelled = values.amount_in_words(view.text("total_in_words"))
    if spelled is None:
        return UNKNOWN
    facts = view.ids("total_in_words", "total_amount")
    figures = view.money("total_amount")
    return None if spelled == figures else fail("words_equal_figures_fail", facts, words=spelled, figures=figures)


@check(needs=("vat_invoice.amount_excl_tax", "vat_invoice.tax_amount", "vat_invoice.total_amount"))
def net_plus_tax_is_gross(view: View, _case: Case) -> Answer:
    """Amount without tax plus tax is the total, to the cent."""
    names = ("amount_excl_tax", "tax_amount", "total_amount")
    net, tax, total = (view.money(name) or Decimal(0) for name in names)
    if net + tax == total:
        return None
    return fail("net_plus_tax_is_gross_fail", view.ids(*names), net=net, tax=tax, total=total)


@check(needs=("vat_invoice.amount_excl_tax", "vat_invoice.items[0].amount"))
def items_add_up(view: View, _case: Case) -> Answer:
    """The items' amounts add up to the amount without tax; one cent of rounding an item is allowed."""
    amounts = view.items("amount")
    total = sum((fact.value for fact in amounts if isinstance(fact.value, Decimal)), Decimal(0))
    net = view.money("amount_excl_tax") or Decimal(0)
    if abs(total - net) <= _CENT * len(amounts):
        return None
    return fail(
        "items_add_up_fail", (*view.ids("amount_excl_tax"), *(fact.id for fact in amounts)), items=total, net=net
    )


@cache
def _rates() -> dict[str, list[tuple[date, date]]]:
    printed = yaml.safe_load(files("selfproof").joinpath("tables", "vat_rates.yaml").read_text("utf-8"))
    return {rate: [(span[0], span[1] or date.max) for span in spans] for rate, spans in printed["rates"].items()}


def _in_force(fact: Fact, when: date) -> bool:
    return any(start <= when <= end for start, end in _rates().get(str(fact.value), []))


@check(needs=("vat_invoice.issue_date", "vat_invoice.items[0].tax_rate"))
def tax_rate_valid_on_date(view: View, _case: Case) -> Answer:
    """Every tax rate on the invoice was in force on its date (tables/vat_rates.yaml)."""
    when = view.get("issue_date", date)
    if when is None:
        return UNKNOWN
    wrong = [fact for fact in view.items("tax_rate") if not _in_force(fact, when)]
    if not wrong:
        return None
    ids = (*view.ids("issue_date"), *(fact.id for fact in wrong))
    return fail("tax_rate_valid_on_date_fail", ids, rate=wrong[0].value, date=when)

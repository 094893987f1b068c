"""What goes wrong on request: how a source's answers are held back, broken or bent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from selfproof.sources.wire import BureauAnswer, InvoiceAnswer, PlatformAnswer, RegistryAnswer, TaxAnswer

_CENT: Final = Decimal("0.01")
_STRANGER: Final = {"uscc": "91990100MA0000000X", "name": "云泽市样例旁人商贸有限公司"}


class Mode(StrEnum):
    """How a source behaves."""

    HONEST = "honest"
    SLOW = "slow"  # answers after so many seconds
    FAILING = "failing"  # 500
    GARBLED = "garbled"  # half a JSON text
    FLOODING = "flooding"  # an answer without an end
    STRANGER = "stranger"  # a whole answer about somebody else
    SPENT = "spent"  # 超次数 of the verification, else 429
    LYING = "lying"  # a whole answer that is not true


class Fault(BaseModel):
    """A mode, for the next `times` calls (0: until it is changed). seconds: of a slow answer.

    factor: by which a lying source multiplies amounts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode = Mode.HONEST
    times: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    factor: Annotated[Decimal, Field(gt=0, le=1000)] = Decimal("0.3")


@dataclass(slots=True)
class Faults:
    """What each source does at the moment, and how often it was called since it was last told."""

    _now: dict[str, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    calls: dict[str, int] = field(default_factory=dict)

    def set(self, source: str, fault: Fault) -> None:
        """From the next call on."""
        with self._lock:
            self._now[source], self.calls[source] = fault, 0

    def clear(self) -> None:
        """All sources are honest again."""
        with self._lock:
            self._now.clear()
            self.calls.clear()

    def take(self, source: str) -> Fault:
        """How to behave in this call."""
        with self._lock:
            self.calls[source] = self.calls.get(source, 0) + 1
            fault = self._now.get(source, Fault())
            if fault.times and self.calls[source] > fault.times:
                return Fault()
            return fault


def lie(answer: BaseModel, factor: Decimal) -> BaseModel:
    """Another answer than the true one, as whole and as plausible."""
    bend = _LIES.get(type(answer))
    return bend(answer, factor) if bend else answer


def _bent(amount: Decimal, factor: Decimal) -> Decimal:
    return (amount * factor).quantize(_CENT)


def _registry(answer: Any, _factor: Decimal) -> BaseModel:  # noqa: ANN401  one of the wire's models, by _LIES
    founded = answer.established_date + timedelta(days=900)
    return RegistryAnswer.model_validate({
        **answer.model_dump(), "legal_representative": "样旁人", "established_date": founded,
    })  # fmt: skip


def _tax(answer: Any, factor: Decimal) -> BaseModel:  # noqa: ANN401  the same
    months = {month: {"sales": _bent(held.sales, factor)} for month, held in answer.months.items()}
    return TaxAnswer.model_validate({
        **answer.model_dump(), "annual_sales": _bent(answer.annual_sales, factor), "months": months,
    })  # fmt: skip


def _platform(answer: Any, factor: Decimal) -> BaseModel:  # noqa: ANN401  the same
    months = {month: {"receipts": _bent(held.receipts, factor)} for month, held in answer.months.items()}
    return PlatformAnswer.model_validate({
        **answer.model_dump(), "annual_receipts": _bent(answer.annual_receipts, factor), "months": months,
    })  # fmt: skip


def _bureau(answer: Any, factor: Decimal) -> BaseModel:  # noqa: ANN401  the same
    debts = {"debt_service_annual": 240_000, "working_capital_loans": 500_000, "total_exposure": 900_000}
    return BureauAnswer.model_validate({
        **answer.model_dump(), **{name: _bent(Decimal(amount), factor) for name, amount in debts.items()}, "band": "C",
    })  # fmt: skip


def _invoice(answer: Any, factor: Decimal) -> BaseModel:  # noqa: ANN401  the same
    """The issuer's books hold another amount and another buyer under this number."""
    if answer.invoice is None:
        return InvoiceAnswer(result="查无")
    amounts = {name: _bent(getattr(answer.invoice, name), factor) for name in ("total_amount", "amount_excl_tax")}
    names = {"buyer_name": _STRANGER["name"], "buyer_tax_id": _STRANGER["uscc"]}
    return answer.model_copy(update={"invoice": answer.invoice.model_copy(update=amounts | names)})  # type: ignore[no-any-return]


_LIES: Final[Mapping[type[BaseModel], Callable[[Any, Decimal], BaseModel]]] = {
    RegistryAnswer: _registry,
    TaxAnswer: _tax,
    PlatformAnswer: _platform,
    BureauAnswer: _bureau,
    InvoiceAnswer: _invoice,
}


def stranger(answer: BaseModel) -> BaseModel:
    """The same answer about somebody else."""
    if isinstance(answer, InvoiceAnswer) and answer.invoice is not None:
        other = answer.invoice.number[::-1]
        return answer.model_copy(update={"invoice": answer.invoice.model_copy(update={"number": other})})
    return answer.model_copy(update={name: _STRANGER[name] for name in _STRANGER if hasattr(answer, name)})

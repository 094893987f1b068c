"""The sandbox's service. What connectors speak is in its OpenAPI document; how to break it is not.

Ask for trouble at ``PUT /sandbox/faults/{source}`` with a `Fault` (``{"mode": "slow", "seconds": 30}``), for one call
by the header ``X-Sandbox: failing``; void an invoice at ``PUT /sandbox/invoices/{number}/作废``; look into the world at
``GET /sandbox/world``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal, TypeVar, cast

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from selfproof.sandbox.faults import Fault, Faults, Mode, lie, stranger
from selfproof.sandbox.world import World
from selfproof.sources.wire import (
    BureauAnswer,
    FirmQuestion,
    InvoiceAnswer,
    InvoiceQuestion,
    PeriodQuestion,
    PlatformAnswer,
    RegistryAnswer,
    TaxAnswer,
)

SOURCES: Final = ("registry", "verification", "tax", "bureau", "platform")
KEY: Final = "sandbox"
"""What every caller's key is here: there is nothing to protect."""

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "the key is missing or not known"},
    403: {"description": "no reference of the applicant's authorisation"},
    404: {"description": "nobody of this code is known"},
    429: {"description": "too many calls"},
}
Answer = TypeVar("Answer", bound=BaseModel)
_LOOK: Final = 0.05  # seconds between two looks at whether the caller still waits


def _admit(
    request: Request,
    authorization: Annotated[str, Header(description="Bearer and the key")] = "",
    x_authorisation: Annotated[str, Header(description="a reference of the applicant's consent")] = "",
) -> None:
    if authorization != f"Bearer {KEY}":
        raise HTTPException(401, "the key is not known")
    if not x_authorisation.strip():
        raise HTTPException(403, "without an authorisation nothing is said")
    request.state.admitted = True


router = APIRouter(prefix="/v1", dependencies=[Depends(_admit)], responses=_ERRORS)
control = APIRouter(prefix="/sandbox", include_in_schema=False)


def make(world: World) -> FastAPI:
    """The service over a world."""
    app = FastAPI(
        title="Third-party sources",
        version="1",
        description="What selfproof asks of registers, issuers and data holders. Amounts are CNY as text.",
        servers=[],
    )
    app.state.world, app.state.faults = world, Faults()
    app.include_router(router)
    app.include_router(control)
    return app


@router.post("/registry", operation_id="registry")
async def registry(question: FirmQuestion, request: Request) -> RegistryAnswer:
    """What the business register says of a firm."""
    return await _say(request, "registry", _held(request.app.state.world.registry, question))


@router.post("/invoices/verify", operation_id="verification")
async def verification(question: InvoiceQuestion, request: Request) -> InvoiceAnswer:
    """Whether an invoice is as its issuer holds it."""
    result, issued = request.app.state.world.verify(question)
    return await _say(request, "verification", InvoiceAnswer(result=result, invoice=issued))


@router.post("/tax", operation_id="tax")
async def tax(question: PeriodQuestion, request: Request) -> TaxAnswer:
    """Sales as reported, up to a month."""
    held = _held(request.app.state.world.tax, question)
    return await _say(request, "tax", _until(held, question.until))


@router.post("/bureau", operation_id="bureau")
async def bureau(question: FirmQuestion, request: Request) -> BureauAnswer:
    """A firm's credit record."""
    return await _say(request, "bureau", _held(request.app.state.world.bureau, question))


@router.post("/platform", operation_id="platform")
async def platform(question: PeriodQuestion, request: Request) -> PlatformAnswer:
    """What a shop took, up to a month."""
    held = _held(request.app.state.world.platform, question)
    return await _say(request, "platform", _until(held, question.until))


def _held(known: Any, question: FirmQuestion) -> Any:  # noqa: ANN401  answers by code, of any of the wire's models
    if question.uscc not in known:
        raise HTTPException(404, "nobody of this code is known")
    return known[question.uscc]


def _until(answer: Any, month: str) -> Any:  # noqa: ANN401  the same
    return answer.model_copy(update={"months": {name: held for name, held in answer.months.items() if name <= month}})


async def _say(request: Request, source: str, answer: Answer) -> Answer:
    """The answer, or what was asked for in its place: FastAPI sends a whole response as it is."""
    return cast("Answer", await _bent(request, source, answer))


async def _bent(request: Request, source: str, answer: BaseModel) -> Response | BaseModel:
    fault = _fault(request, source)
    if fault.mode is Mode.SLOW:
        await _dawdle(request, fault.seconds)
    if fault.mode is Mode.FAILING:
        return JSONResponse({"detail": "out of order"}, 500)
    if fault.mode is Mode.GARBLED:
        return Response(answer.model_dump_json()[:-9], media_type="application/json")
    if fault.mode is Mode.FLOODING:
        return StreamingResponse(_flood(request), media_type="application/json")
    if fault.mode is Mode.SPENT:
        if source == "verification":
            return InvoiceAnswer(result="超次数")
        raise HTTPException(429, "too many calls")
    if fault.mode is Mode.STRANGER:
        return stranger(answer)
    return lie(answer, fault.factor) if fault.mode is Mode.LYING else answer


def _fault(request: Request, source: str) -> Fault:
    found: Fault = request.app.state.faults.take(source)
    asked = request.headers.get("x-sandbox")
    return Fault(mode=Mode(asked)) if asked in set(Mode) else found


async def _dawdle(request: Request, seconds: float) -> None:
    """Wait, as long as somebody waits for the answer."""
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while clock() < until and not await request.is_disconnected():  # noqa: ASYNC110  no event tells that he has gone
        await asyncio.sleep(_LOOK)


async def _flood(request: Request) -> AsyncIterator[bytes]:
    while not await request.is_disconnected():
        yield b" " * 65536


@control.put("/faults/{source}")
async def break_(source: str, fault: Fault, request: Request) -> Fault:
    """Have a source behave in this way."""
    if source not in SOURCES:
        raise HTTPException(404, f"sources: {', '.join(SOURCES)}")
    request.app.state.faults.set(source, fault)
    return fault


@control.delete("/faults")
async def mend(request: Request) -> None:
    """All sources are honest again."""
    request.app.state.faults.clear()


@control.put("/invoices/{number}/{status}")
async def change(number: str, status: Literal["正常", "作废", "红冲"], request: Request) -> None:
    """An issuer voids or reverses an invoice, or takes that back."""
    try:
        request.app.state.world = request.app.state.world.changed(number, status)
    except KeyError as error:
        raise HTTPException(404, "never issued") from error


@control.get("/world")
async def world(request: Request) -> dict[str, Any]:
    """All that is known here."""
    held: World = request.app.state.world
    return {
        **{name: list(getattr(held, name).values()) for name in ("registry", "tax", "bureau", "platform")},
        "invoices": list(held.invoices.values()),
    }

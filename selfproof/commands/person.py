"""Acts on the command line that need a person: an account with its password, as on a page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from selfproof.access import Desk, enter, sign_in, sign_out
from selfproof.store import Store

As = Annotated[str, typer.Option("--as", help="an account of risk staff; password from a prompt or stdin")]


@contextmanager
def desk(name: str) -> Iterator[Desk]:
    """The desk of somebody who proves who he is; the session ends with the command."""
    with Store.open() as opened:
        session = enter(opened, sign_in(opened, name, _password()))
        try:
            yield Desk.of(opened, session)
        finally:
            sign_out(opened, session)


def _password() -> str:
    """From a prompt, or one line of a pipe; never from the arguments, which others on the machine can see."""
    if sys.stdin.isatty():
        return str(typer.prompt("密码 / password", hide_input=True))
    return sys.stdin.readline().rstrip("\r\n")

"""Where the command line meets a person: what fails for a reason is one line and exit code 1, without a traceback."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from selfproof.errors import PolicyError, SelfproofError, UnfitError
from selfproof.texts import say

_LAST_PORT = 65535
Port = Annotated[int, typer.Option(min=1, max=_LAST_PORT, help="on this machine")]
AnyPort = Annotated[int, typer.Option(min=0, max=_LAST_PORT, help="on this machine; 0: one that is free")]


@contextmanager
def plainly() -> Iterator[None]:
    """Around a command: only what nobody foresaw is left to be shown with its traceback."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever read along has seen enough; Click ends quietly
    except (SelfproofError, OSError) as error:
        sys.stderr.write(f"{line(error)}\n")
        raise typer.Exit(1) from error


def line(error: SelfproofError | OSError) -> str:
    """What went wrong, and with which file."""
    if isinstance(error, UnfitError):
        return f"{say(f'access.{error.code}')} / {say(f'access.{error.code}', 'en')}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, PolicyError) and error.reasons:
        english = "; ".join(said for _, said in error.reasons)
        return f"{str(error).removesuffix(english)}{'；'.join(said for said, _ in error.reasons)} / {english}"
    return str(error)


def need_port(address: str, port: int) -> None:
    """Raise SelfproofError when another program has the port: before anything is started or waited for."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise SelfproofError(
                f"端口 {port} 用不了（{error.strerror}），请用 --port 换一个 / "
                f"port {port} cannot be used ({error.strerror}); choose another with --port"
            ) from error


class Edge(TyperGroup):
    """The group of all commands."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  Typer keeps the type of its context to itself
        """Run the command that was named."""
        with plainly():
            return super().invoke(ctx)

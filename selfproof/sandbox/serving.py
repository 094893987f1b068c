"""Serving the sandbox, on this machine only."""

from __future__ import annotations

import socket
import sys
from datetime import date
from pathlib import Path
from typing import Final

import uvicorn

from selfproof.sandbox import world
from selfproof.sandbox.app import KEY, SOURCES, make

_HOST: Final = "127.0.0.1"
KEY_ENV: Final = "SELFPROOF_SANDBOX_KEY"
_LICENCES: Final = "《演示数据服务协议》样例-2026"


def run(port: int, seed: int, more: Path | None = None) -> None:
    """Serve until interrupted; port 0: any that is free. more: a file of further firms and invoices (`world.load`)."""
    known = world.seeded(seed, date.today())
    app = make(known.beside(world.load(more)) if more else known)
    with socket.create_server((_HOST, port)) as listening:
        taken = listening.getsockname()[1]
        sys.stdout.write(
            f"http://{_HOST}:{taken}\n# {KEY_ENV}={KEY}; SELFPROOF_SOURCES names a file of:\n{settings(taken)}"
        )
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listening])


def settings(port: int) -> str:
    """What SELFPROOF_SOURCES must hold to ask the sandbox."""
    entries = (
        f"  {name}: {{base_url: 'http://{_HOST}:{port}', key_env: {KEY_ENV}, licence: {_LICENCES}}}\n"
        for name in SOURCES
    )
    return "sources:\n" + "".join(entries)

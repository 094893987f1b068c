"""The app as a server: Streamlit's pages behind the gate, with our own routes beside them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import streamlit as st
import typer
from starlette.middleware import Middleware

from selfproof.access import oidc
from selfproof.commands import edge
from selfproof.commands.edge import Port
from selfproof.demo import SWITCH
from selfproof.sources import settings as sources
from selfproof.store import Store
from ui.company import CompanyRoutes
from ui.gate import Gate
from ui.review_routes import ReviewRoutes
from ui.routes import Routes

_THIS_MACHINE = "127.0.0.1"
PAGES = Path(__file__).with_name("app.py")
SETTINGS: Mapping[str, object] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "runner.fastReruns": False,  # else a click that waits for its run is thrown away when another one comes
    "runner.postScriptGC": False,  # 0.1 s and more after every look of every page, while Python collects by itself
    "client.showErrorDetails": "none",
    "logger.level": "warning",
    "theme.font": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif",
    "theme.light.primaryColor": "#0b6e4f",  # colours of palette.css, which dresses all that is our own
    "theme.light.textColor": "#1d2733",
    "theme.dark.primaryColor": "#2fa67c",
    "theme.dark.textColor": "#e6ebf0",
    "theme.dark.backgroundColor": "#12171d",
    "theme.dark.secondaryBackgroundColor": "#1b222a",
}


def application(store: Store, pages: Path = PAGES, *, demo: str = "") -> st.App:
    """The ASGI application on a store; signing in over an organisation's provider only where one is configured.

    demo: the password of the demo's accounts, which the sign-in page then offers with one tap; empty anywhere else.
    """
    provider = oidc.configured()
    routes = Routes(store, company=provider is not None, demo=demo).all() + ReviewRoutes(store).all()
    if provider is not None:
        routes += CompanyRoutes(store, provider).all()
    return st.App(pages, routes=routes, middleware=[Middleware(Gate, store=store)])


def run(
    port: Port = 8501,
    address: Annotated[str, typer.Option(help="0.0.0.0 for all networks")] = "127.0.0.1",
    certificate: Annotated[Path | None, typer.Option(help="PEM; a phone's camera needs HTTPS")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM")] = None,
) -> None:
    """Serve the app until interrupted."""
    if (certificate is None) != (key is None):
        raise typer.BadParameter("--certificate and --key go together: one alone would mean no HTTPS")
    secure = {"server.sslCertFile": str(certificate), "server.sslKeyFile": str(key)} if certificate and key else {}
    with edge.plainly():
        edge.need_port(address, port)
        sources.configured()  # a file that does not hold together is refused before anybody is let in
        _serve(address, {**SETTINGS, **secure, "server.port": port, "server.address": address})


def _serve(address: str, config: Mapping[str, object]) -> None:
    with Store.open() as store:
        application(store, demo=demo_password(address)).run(config=dict(config))


def demo_password(address: str) -> str:
    """What `selfproof demo` has set, as long as only this machine can reach the app; else empty."""
    return os.environ.get(SWITCH, "") if address == _THIS_MACHINE else ""


if __name__ == "__main__":
    typer.run(run)

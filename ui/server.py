"""The app as a server: Streamlit's pages behind the gate, with our own routes beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import streamlit as st
import typer
from starlette.middleware import Middleware

from selfproof.access import oidc
from selfproof.store import Store
from ui.company import CompanyRoutes
from ui.gate import Gate
from ui.routes import Routes

PAGES = Path(__file__).with_name("app.py")
SETTINGS: Mapping[str, object] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "logger.level": "warning",
    "theme.base": "light",
    "theme.primaryColor": "#0b6e4f",
    "theme.font": "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif",
}


def application(store: Store, pages: Path = PAGES) -> st.App:
    """The ASGI application on a store; signing in over an organisation's provider only where one is configured."""
    provider = oidc.configured()
    routes = Routes(store, company=provider is not None).all()
    if provider is not None:
        routes += CompanyRoutes(store, provider).all()
    return st.App(pages, routes=routes, middleware=[Middleware(Gate, store=store)])


def run(
    port: Annotated[int, typer.Option(help="where to listen")] = 8501,
    address: Annotated[str, typer.Option(help="0.0.0.0 for all networks")] = "127.0.0.1",
    certificate: Annotated[Path | None, typer.Option(help="PEM; a phone's camera needs HTTPS")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM")] = None,
) -> None:
    """Serve the app until interrupted."""
    secure = {"server.sslCertFile": str(certificate), "server.sslKeyFile": str(key)} if certificate and key else {}
    with Store.open() as store:
        application(store).run(config={**SETTINGS, **secure, "server.port": port, "server.address": address})


if __name__ == "__main__":
    typer.run(run)

"""Which sources this deployment may ask, and how: the YAML file that SELFPROOF_SOURCES names; absent, nothing is asked.

::

    sources:
      registry:
        base_url: https://registry.example/api   # http only on this machine
        key_env: REGISTRY_KEY                     # the environment variable that holds the key; never the key itself
        licence: 《企业信息公示数据使用协议》2026-01   # under which the source may give; nothing is asked without it
        timeout: 10                               # seconds for one answer
      verification:
        base_url: https://invoices.example/api
        key_env: VERIFICATION_KEY
        licence: 《发票查验服务协议》2026-02
        connector: verification                   # the module that speaks to it; by default the source's own name
    drop: /srv/selfproof/drop                     # a folder that the worker watches; absent, none
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

import yaml
from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator

from selfproof.errors import SourceError
from selfproof.sources import connectors
from selfproof.sources.records import Strict

SETTING: Final = "SELFPROOF_SOURCES"
Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class Source(Strict):
    """How one source is asked. timeout, wait: seconds; wait: before the second try, growing after it.

    calls_a_day: over all applications, tries included. cache_days: how long an answer need not be asked again.
    again_minutes: after how long a question that got no answer is asked again: the first time, the second …, the last
    for ever after. proxy: an address that calls go through; what the machine's environment names is not used.
    """

    base_url: Line
    licence: Line
    key_env: Line
    connector: Annotated[str, StringConstraints(pattern=r"^[a-z_]*$")] = ""
    timeout: Annotated[float, Field(gt=0, le=120)] = 10.0
    attempts: Annotated[int, Field(ge=1, le=5)] = 3
    wait: Annotated[float, Field(ge=0, le=30)] = 0.5
    calls_a_day: Annotated[int, Field(ge=0)] = 1000
    cache_days: Annotated[float, Field(gt=0, le=365)] = 30.0
    again_minutes: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)] = (5, 30, 120, 720, 1440)
    proxy: str | None = None

    @field_validator("base_url")
    @classmethod
    def _is_safe(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme == "https" and parts.hostname:
            return address.rstrip("/")
        if parts.scheme == "http" and _is_this_machine(parts.hostname or ""):
            return address.rstrip("/")
        raise ValueError("must begin with https://, or name this machine")

    @property
    def key(self) -> str:
        """What the source knows us by, needed only where calls are made; raises SourceError when it is not there."""
        key = os.environ.get(self.key_env, "")
        if not key:
            raise SourceError(f"{SETTING}: the environment variable {self.key_env} holds no key")
        return key


class Settings(Strict):
    """All sources by name. drop: a folder that the worker watches (`selfproof.sources.drop`)."""

    sources: Mapping[str, Source] = Field(default_factory=dict)
    drop: Path | None = None

    @model_validator(mode="after")
    def _have_connectors(self) -> Self:
        missing = {self.connector(name) for name in self.sources} - set(connectors.known())
        if missing:
            raise ValueError(f"no connector is called {', '.join(sorted(missing))}; known: {[*connectors.known()]}")
        return self

    def connector(self, source: str) -> str:
        """The module that speaks to a source."""
        return self.sources[source].connector or source


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def configured() -> Settings | None:
    """The sources of this deployment; None when there are none. Raises SourceError with what is wrong in the file."""
    path = os.environ.get(SETTING)
    return load(Path(path)) if path else None


def ready() -> Settings | None:
    """The same where calls are to be made: every key must be there."""
    how = configured()
    keys = [source.key for source in how.sources.values()] if how else []
    return how if keys or (how and how.drop) else None


def load(path: Path) -> Settings:
    """The sources of a file; raises SourceError when it does not hold together."""
    try:
        return Settings.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeError, yaml.YAMLError, ValidationError) as error:
        raise SourceError(f"{SETTING}: {path}: {error}") from error

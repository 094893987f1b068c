"""The numbers of ``tables/monitoring.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table() -> dict[str, Any]:
    """As the table states them."""
    found: dict[str, Any] = yaml.safe_load(files("selfproof").joinpath("tables", "monitoring.yaml").read_text("utf-8"))
    return found

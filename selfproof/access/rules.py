"""The numbers of `tables/access.yaml`, and who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml

from selfproof.store.sessions import Patience


class Role(StrEnum):
    """What somebody is here. One account has one role, so nobody reviews what he owns."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    RISK = "risk"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Rules:
    """Lengths in characters, sizes in bytes."""

    shortest: int
    longest: int
    fewest_signs: int
    patience: Patience
    life: timedelta
    idle: timedelta
    touch: timedelta
    most_files: int
    most_bytes: int


@cache
def rules() -> Rules:
    """As the table states them."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "access.yaml").read_text("utf-8"))
    password, tries, session, upload = (table[part] for part in ("password", "sign_in", "session", "upload"))
    first, longest = (timedelta(seconds=tries[f"{which}_wait_seconds"]) for which in ("first", "longest"))
    return Rules(
        shortest=password["shortest"],
        longest=password["longest"],
        fewest_signs=password["fewest_signs"],
        patience=Patience(tries["free_tries"], first, longest),
        life=timedelta(hours=session["hours"]),
        idle=timedelta(minutes=session["idle_minutes"]),
        touch=timedelta(seconds=session["touch_seconds"]),
        most_files=upload["most_files"],
        most_bytes=upload["most_megabytes"] * 1_000_000,
    )

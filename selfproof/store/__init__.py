"""Keeping: the only package that knows SQLAlchemy; one module per aggregate; nothing is updated in place.

Originals lie on disk under their SHA-256, everything else in SQLite or PostgreSQL. `Store` is the one service.
"""

from __future__ import annotations

from selfproof.store.codec import decision_json
from selfproof.store.decisions import Replay
from selfproof.store.jobs import Job, Task
from selfproof.store.records import Record
from selfproof.store.service import Store
from selfproof.store.states import State
from selfproof.store.uploads import Receipt, Upload

__all__ = ["Job", "Receipt", "Record", "Replay", "State", "Store", "Task", "Upload", "decision_json"]

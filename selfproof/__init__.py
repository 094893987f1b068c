"""selfproof: a small business's own documents, read, believed as far as they prove, and turned into a limit."""

from __future__ import annotations

__version__ = "0.1.0"

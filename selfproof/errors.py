"""Everything selfproof raises, as one tree.

::

    SelfproofError
    ├── IntakeError        the owner can mend it; `code` names the sentence in tables/texts/errors.yaml
    │   └── ReadError      taken in and kept, but its content cannot be read
    ├── ModelError         a model's weights are missing or are not the ones that were shipped
    ├── PolicyError        a policy file does not hold together
    ├── SourceError        a third-party record without licence or authorisation
    └── StoreError         the store cannot do what was asked
        ├── NotFound
        ├── UnfitError     what a person typed will not do; `code` names the sentence in tables/texts/access.yaml
        └── Denied         the asker may not see it

Disagreement between documents is no error: it is a `selfproof.model.Finding`.
"""

from __future__ import annotations


class SelfproofError(Exception):
    """The root: catching it catches all that selfproof raises on purpose."""


class IntakeError(SelfproofError):
    """A file that cannot be taken in as it is; nothing of it is lost.

    `code` is a key of ``tables/texts/errors.yaml``; `values` fill its sentence.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = {key: str(value) for key, value in values.items()}


class ReadError(IntakeError):
    """The file was taken in, but its content cannot be read; says why like `IntakeError`."""


class ModelError(SelfproofError):
    """Weights are missing, or their SHA-256 is not the shipped one."""


class PolicyError(SelfproofError):
    """A policy file is refused: the message names line and reason.

    `reasons` are the same, each in Chinese and English; empty where nobody but a maintainer is told. `code`: where the
    policy is whole but cannot decide on an application, which sentence says why and what it is about, after a blank.
    """

    def __init__(self, message: str, reasons: tuple[tuple[str, str], ...] = (), *, code: str = "") -> None:
        super().__init__(message)
        self.reasons = reasons
        self.code = code


class SourceError(SelfproofError):
    """A third-party record that may not be used."""


class StoreError(SelfproofError):
    """The store cannot do what was asked."""


class NotFound(StoreError):  # noqa: N818  the tree in the docstring reads better without the suffix
    """There is nothing under this id."""


class UnfitError(StoreError):
    """Something that a person typed will not do; `code` is a key of ``tables/texts/access.yaml``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Denied(StoreError):  # noqa: N818  the tree in the docstring reads better without the suffix
    """There may be something, but not for this person."""

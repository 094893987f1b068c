"""PaddleX imported without what it brings along for its other uses: 360 MB in each worker."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

_UNUSED: Final = ("matplotlib", "scikit-learn")  # for training and time series; PaddleX goes without where it can
_UNNEEDED: Final = ("modelscope", "pandas")  # a model hub's client, which imports torch; tables of time series


@contextmanager
def imports() -> Iterator[None]:
    """What is imported within finds some packages not installed, and empty ones in place of others.

    Those that are loaded already stay as they are; afterwards everybody finds the real ones.
    """
    asked, absent = importlib.metadata.version, _Absent()

    def version(distribution_name: str) -> str:
        if distribution_name in _UNUSED:
            raise importlib.metadata.PackageNotFoundError(distribution_name)
        return asked(distribution_name)

    sys.meta_path.insert(0, absent)
    importlib.metadata.version = version
    try:
        yield
    finally:
        importlib.metadata.version = asked
        sys.meta_path.remove(absent)
        for name in absent.made:
            del sys.modules[name]


class _Absent(MetaPathFinder, Loader):
    """Finds and loads empty modules in the place of packages that nobody will use."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        whole = fullname.partition(".")[0]
        if whole not in _UNNEEDED or (whole in sys.modules and whole not in self.made):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        self.made.append(module.__name__)


class _Empty(ModuleType):
    """A module that has any class, to be annotated with or called for a constant; a small name is another module."""

    def __getattr__(self, name: str) -> type[object]:
        if not name[0].isupper():
            raise AttributeError(name)
        return type(name, (_Anything,), {})


class _Anything:
    def __init__(self, *_given: object, **_named: object) -> None:
        """Of whatever."""

"""A sheet of named columns, each an expression over earlier ones, laid out in as few layers as they allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

TRUE, FALSE = pl.lit(value=True), pl.lit(value=False)


@dataclass(slots=True)
class Sheet:
    """Columns by name; a name is given once, and used by its name, so that nothing is computed twice."""

    columns: dict[str, pl.Expr] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)

    def put(self, name: str, expression: pl.Expr) -> pl.Expr:
        """Name an expression; returns the column."""
        if name not in self.columns:
            roots = expression.meta.root_names()
            self.depth[name] = 1 + max((self.depth.get(root, 0) for root in roots), default=0)
            self.columns[name] = expression
        return pl.col(name)

    def over(self, frame: pl.LazyFrame, wanted: Sequence[str], there: Iterable[str]) -> pl.LazyFrame:
        """The wanted columns over a frame; each layer carries only what a later one still needs."""
        keep = set(wanted)
        layers: list[tuple[list[str], list[str]]] = []
        for level in range(max(self.depth.values(), default=0), 0, -1):
            layer = [name for name in self.columns if self.depth[name] == level and name in keep]
            carried = keep - set(layer)
            layers.append((layer, sorted(carried)))
            keep = carried.union(*(self.columns[name].meta.root_names() for name in layer))
        found = frame.select(sorted(keep & set(there)))
        for layer, rest in reversed(layers):
            found = found.select(*map(pl.col, rest), *(self.columns[name].alias(name) for name in layer))
        return found.select(wanted)


def either(condition: pl.Expr, yes: pl.Expr | float, no: pl.Expr | float) -> pl.Expr:
    """`yes` where the condition holds, else `no`."""
    one, two = (value if isinstance(value, pl.Expr) else pl.lit(float(value)) for value in (yes, no))
    return pl.when(condition).then(one).otherwise(two)


def lower(one: pl.Expr, two: pl.Expr | float) -> pl.Expr:
    """The smaller of two numbers, as Python's min of floats."""
    other = two if isinstance(two, pl.Expr) else pl.lit(float(two))
    return pl.min_horizontal(one, other)


def upper(one: pl.Expr, two: pl.Expr | float) -> pl.Expr:
    """The larger of two numbers."""
    other = two if isinstance(two, pl.Expr) else pl.lit(float(two))
    return pl.max_horizontal(one, other)


def added(terms: Iterable[pl.Expr]) -> pl.Expr:
    """The sum in the order given: a sum in another order has other bits."""
    return reduce(lambda one, two: one + two, terms, pl.lit(0.0))


def every(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether all hold."""
    return reduce(lambda one, two: one & two, conditions, TRUE)


def some(conditions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether any holds."""
    return reduce(lambda one, two: one | two, conditions, FALSE)

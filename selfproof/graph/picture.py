"""The graph as a drawing (SVG): suppliers left, the applicant in the middle, customers right, all others below.

Goods are solid lines, money is dashed; what a check complains of is red and marked, so that nothing is told by colour
alone. The order is that of amounts, so that equal papers give equal drawings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import product
from typing import Final, TypeAlias

from selfproof.graph.chain import anchor
from selfproof.graph.flows import Flow, Network, Sort, amount
from selfproof.graph.parties import ME

_MOST: Final = 8  # parties on a side; the others are drawn as one
_WIDE, _HIGH, _ROW, _SIDE = 190, 42, 58, 900
_COLUMNS: Final = {"left": 8, "middle": (_SIDE - _WIDE) // 2, "right": _SIDE - _WIDE - 8}
_SHORT: Final = 13  # signs of a name; its title tells the whole
_LIGHT: Final = {  # ground, line, letters: the colours of the pages, with a contrast of 4.5 or more
    "me": ("#0b6e4f", "#0b6e4f", "#ffffff"),
    "plain": ("#eef2f6", "#33475b", "#1d2733"),
    "known": ("#dcf1e7", "#0b5c42", "#0b5c42"),
    "red": ("#fdeeee", "#a4262c", "#8c1d23"),
    "goods": ("#14855f", "#14855f", "#14855f"),
}
_DARK: Final = {
    "me": ("#0d7a58", "#2fa67c", "#ffffff"),
    "plain": ("#232b34", "#b9c6d3", "#e6ebf0"),
    "known": ("#123c2e", "#2fa67c", "#6fd3ad"),
    "red": ("#2c1618", "#e0676c", "#ff9d9d"),
    "goods": ("#2fa67c", "#2fa67c", "#2fa67c"),
}
_PARTS: Final = ("ground", "line", "letters")
_GOODS, _MONEY, _RED = (f"var(--{tone}-line)" for tone in ("goods", "plain", "red"))
_BOWS: Final = (1, -1, 2, -2, 4, -4, 7, -7, 12, -12, 18, -18, 26, -26)  # times the usual bulge
_APART: Final = 34  # pixels of bulge: an end goes no farther from the middle of its side than a quarter of this
_STEPS: Final = 48  # parts of a curve that are looked at
Spot: TypeAlias = tuple[int, int, bool]  # where a line touches a box, and whether that side lies flat
Point: TypeAlias = tuple[int, int]
Curve: TypeAlias = tuple[Point, Point, Point]  # its ends and, between them, what pulls it aside
WARN, KNOWN = "⚠", "★"
"""Marks before a name: something is complained of, a well-known firm."""


@dataclass(frozen=True, slots=True)
class Node:
    """A party with its place (left upper corner, pixels) and its mark, or several together (`party` is then "")."""

    party: str
    name: str
    total: Decimal
    tone: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Partner:
    """What an applicant has to do with one party. side: left, right or below; cited: a check complains of it."""

    party: str
    name: str
    side: str
    sold: Decimal
    bought: Decimal
    paid_in: Decimal
    paid_out: Decimal
    cited: bool
    anchor: str

    @property
    def total(self) -> Decimal:
        """By which partners are put in order."""
        return max(abs(self.sold) + abs(self.bought), self.paid_in + self.paid_out)


def partners(known: Network, cited: frozenset[str]) -> tuple[Partner, ...]:
    """Every party but the applicant, the largest first. cited: ids of facts that checks complain of."""
    touching: dict[str, list[Flow]] = {}
    for flow in known.of(*Sort):
        for party in {flow.source, flow.target} - {ME}:
            touching.setdefault(party, []).append(flow)
    found = [_partner(known, party, of, cited) for party, of in touching.items()]
    return tuple(sorted(found, key=lambda item: (not item.cited, -item.total, item.party)))


def _partner(known: Network, party: str, flows: Sequence[Flow], cited: frozenset[str]) -> Partner:
    def of(sort: Sort, source: str, target: str) -> Decimal:
        return amount([flow for flow in flows if (flow.sort, flow.source, flow.target) == (sort, source, target)])

    gives = any(flow.target == ME and flow.sort is not Sort.PAYMENT for flow in flows)
    takes = any(flow.source == ME and flow.sort is not Sort.PAYMENT for flow in flows)
    return Partner(
        party=party,
        name=known.names.get(party, party),
        side="below" if gives == takes else "left" if gives else "right",
        sold=of(Sort.INVOICE, ME, party),
        bought=of(Sort.INVOICE, party, ME),
        paid_in=of(Sort.PAYMENT, party, ME),
        paid_out=of(Sort.PAYMENT, ME, party),
        cited=any(not cited.isdisjoint(flow.facts) for flow in flows),
        anchor=anchor(known.names.get(party, party)),
    )


def picture(known: Network, cited: frozenset[str], words: Mapping[str, str]) -> str:
    """The drawing as SVG text. words: ``title``, ``others`` ("{count} …"), in the reader's language."""
    every = partners(known, cited)
    sides = {side: [item for item in every if item.side == side] for side in ("left", "right", "below")}
    rows = max(1, *(min(len(sides[side]), _MOST + 1) for side in ("left", "right")))
    me = Node(ME, known.names[ME], Decimal(0), "me", _COLUMNS["middle"], (rows * _ROW - _HIGH) // 2)
    nodes = [me, *_column(sides["left"], "left", words), *_column(sides["right"], "right", words)]
    nodes += _below(sides["below"], rows, words)
    height = max(node.y for node in nodes) + _HIGH + 16
    placed = {node.party: node for node in nodes if node.party}
    lines = "".join(_line(placed, nodes, way, red=red) for way, red in _ways(known, cited).items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_SIDE} {height}" font-family="sans-serif">'
        f"<title>{escape(words['title'])}</title>{_style()}{_heads()}{''.join(map(_box, nodes))}{lines}</svg>"
    )


def _column(items: Sequence[Partner], side: str, words: Mapping[str, str]) -> Iterator[Node]:
    for row, item in enumerate(items[:_MOST]):
        yield _node(item, _COLUMNS[side], row * _ROW + 8)
    if len(items) > _MOST:
        yield _rest(items[_MOST:], _COLUMNS[side], _MOST * _ROW + 8, words)


def _below(items: Sequence[Partner], rows: int, words: Mapping[str, str]) -> Iterator[Node]:
    """Who is neither supplier nor customer alone, in rows of four."""
    for place, item in enumerate(items[:_MOST]):
        yield _node(item, 8 + place % 4 * 222, rows * _ROW + 40 + place // 4 * _ROW)
    if len(items) > _MOST:
        yield _rest(items[_MOST:], 8, rows * _ROW + 40 + 2 * _ROW, words)


def _node(item: Partner, x: int, y: int) -> Node:
    tone = "red" if item.cited else "known" if item.anchor else "plain"
    mark = WARN if item.cited else KNOWN if item.anchor else ""
    return Node(item.party, f"{mark} {item.name}".strip(), item.total, tone, x, y)


def _rest(items: Sequence[Partner], x: int, y: int, words: Mapping[str, str]) -> Node:
    total = sum((item.total for item in items), Decimal(0))
    return Node("", words["others"].format(count=len(items)), total, "plain", x, y)


def _ways(known: Network, cited: frozenset[str]) -> dict[tuple[str, str, bool], bool]:
    """Each way (from, to, whether money goes there) once, and whether a check complains of it."""
    found: dict[tuple[str, str, bool], bool] = {}
    for flow in known.of(*Sort):
        way = flow.source, flow.target, flow.sort is Sort.PAYMENT
        found[way] = found.get(way, False) or not cited.isdisjoint(flow.facts)
    return dict(sorted(found.items()))


def _line(placed: Mapping[str, Node], nodes: Sequence[Node], way: tuple[str, str, bool], *, red: bool) -> str:
    """The line of a way, with its head at the target."""
    source, target, money = way
    if source not in placed or target not in placed:
        return ""
    head, colour = ("red", _RED) if red else ("money", _MONEY) if money else ("goods", _GOODS)
    dash, bulge = (' stroke-dasharray="5 4"', 34) if money else ("", 14)
    ends = placed[source], placed[target]
    return _stroke(_curve(ends, [node for node in nodes if node not in ends], bulge), colour, head, dash)


def _stroke(curve: Curve, colour: str, head: str, dash: str) -> str:
    (x1, y1), (x2, y2), (x3, y3) = curve
    return (
        f'<path d="M{x1} {y1} Q{x2} {y2} {x3} {y3}" '
        f'fill="none" stroke="{colour}" stroke-width="1.6"{dash} marker-end="url(#{head})"/>'
    )


def _curve(ends: tuple[Node, Node], others: Sequence[Node], bulge: int) -> Curve:
    """The least bent curve from one box to another that crosses no third; the straightest where each crosses one."""
    bottom = max(node.y for node in (*ends, *others)) + _HIGH + 16
    first, second = (_gate(*ends), _gate(*ends[::-1]))
    gates = [(first, second), *product(_sides(ends[0]), _sides(ends[1]))]
    bows = [(times, pair) for times in _BOWS for pair in gates]
    curves = (_bent(pair, bulge * times) for times, pair in bows)
    free = (curve for curve in curves if not _crosses(curve, (*ends, *others), bottom))
    return next(free, _bent((first, second), bulge))


def _bent(ends: tuple[Spot, Spot], bulge: float) -> Curve:
    """A line that bulges to its own right hand: the way back never lies on the way there."""
    (x1, y1, _), (x2, y2, _) = ends
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    aside, down = (y1 - y2) / length, (x2 - x1) / length
    apart = math.copysign(min(abs(bulge), _APART) / 4, bulge)
    start, end = ((x + round(apart * aside) * lies, y + round(apart * down) * (not lies)) for x, y, lies in ends)
    return start, (round((x1 + x2) / 2 + bulge * aside), round((y1 + y2) / 2 + bulge * down)), end


def _crosses(curve: Curve, nodes: Sequence[Node], bottom: int) -> bool:
    """Whether a curve goes through a box, or out of the drawing."""
    return any(
        not (0 <= x <= _SIDE and 0 <= y <= bottom)
        or any(0 < x - node.x < _WIDE and 0 < y - node.y < _HIGH for node in nodes)
        for x, y in _points(curve)
    )


def _points(curve: Curve) -> Iterator[tuple[float, float]]:
    (x1, y1), (x2, y2), (x3, y3) = curve
    for step in range(1, _STEPS):
        t, s = step / _STEPS, 1 - step / _STEPS
        yield s * s * x1 + 2 * s * t * x2 + t * t * x3, s * s * y1 + 2 * s * t * y2 + t * t * y3


def _sides(node: Node) -> tuple[Spot, ...]:
    """Where a line may touch a box: the middle of each side."""
    x, y = node.x + _WIDE // 2, node.y + _HIGH // 2
    return (node.x, y, False), (node.x + _WIDE, y, False), (x, node.y, True), (x, node.y + _HIGH, True)


def _gate(node: Node, other: Node) -> Spot:
    """Where a line leaves a box: in the middle of the side that looks at the other."""
    left, right, above, below = _sides(node)
    if node.x + _WIDE < other.x:
        return right
    if other.x + _WIDE < node.x:
        return left
    return below if node.y < other.y else above


def _style() -> str:
    """The colours as variables, those of the dark where the reader prefers it."""
    light, dark = (
        "".join(
            f"--{tone}-{part}:{colour};" for tone, of in tones.items() for part, colour in zip(_PARTS, of, strict=True)
        )
        for tones in (_LIGHT, _DARK)
    )
    return f"<style>:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"


def _heads() -> str:
    heads = {"goods": _GOODS, "money": _MONEY, "red": _RED}
    shapes = (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
        for name, colour in heads.items()
    )
    return f"<defs>{''.join(shapes)}</defs>"


def _box(node: Node) -> str:
    ground, line, letters = (f"var(--{node.tone}-{part})" for part in _PARTS)
    short = node.name if len(node.name) <= _SHORT else f"{node.name[: _SHORT - 1]}…"
    said = f"¥{node.total:,.0f}" if node.total else ""
    high = 26 if not said else 18
    return (
        f'<g><title>{escape(node.name)}</title><rect x="{node.x}" y="{node.y}" width="{_WIDE}" height="{_HIGH}" rx="6" '
        f'fill="{ground}" stroke="{line}"/><text x="{node.x + 8}" y="{node.y + high}" font-size="13" '
        f'fill="{letters}">{escape(short)}</text><text x="{node.x + 8}" y="{node.y + 34}" font-size="11" '
        f'fill="{letters}">{said}</text></g>'
    )

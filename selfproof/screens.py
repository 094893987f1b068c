"""Whether a picture was taken of a screen, by signs that every screen shows and no paper does.

A screenshot is made from pixels that anyone can change before, and shows what a page says, not who issued it: it is
read as what it shows and believed as its owner's word (documents.md: not original). One sign alone proves nothing, for
an exported invoice is as clean and a receipt bears a time: signs have points, and only enough of them name a
screenshot. What a camera took is none but for what no paper prints: a screen's menus and buttons, and movements under a
phone's status bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import yaml
from PIL import ExifTags
from PIL import Image as Pillow

from selfproof import exif, layout
from selfproof.imaging import Image
from selfproof.model import Page, Word

ENOUGH: Final = 3
POINTS: Final[Mapping[str, int]] = {
    "told": 3,  # the file says so of itself
    "status_bar": 2,
    "network": 1,
    "menus": 3,
    "controls": 3,
    "address": 2,
    "taskbar": 1,
    "tabs": 2,
    "done": 3,
    "moves": 3,
    "side": 2,
    "grid": 3,
    "office": 1,
    "office_page": 1,
    "size": 1,
}
_TALL: Final = 1.5  # height to width from which a picture may be a phone's
_BAR: Final = 0.105  # of a phone's width: the middle of a status bar stands higher, that of a title lower
_FOOT_BAR: Final = 0.2  # of a phone's width: the row of tabs
_HEAD: Final = 0.13  # of a desktop's height: where menus and addresses stand
_TASKBAR: Final = 0.93
_RULER: Final = 0.06  # of the picture: where sheets number their rows and letter their columns
_DRAWN: Final = 0.5  # of neighbouring pixels that are the same: less is a photograph
_BAR_DRAWN: Final = 0.75
_HAIR: Final = 0.03  # of the picture's longer side
_STEP: Final = 5  # every so many rows are looked at
_CONTROLS: Final = 3
_MENUS, _TABS, _SIDES, _LINES, _PAGES = 3, 3, 4, 5, 3
_SIDE: Final = 0.2  # of a desktop's width: the menu at the left, if it does not run along the head
_LISTED: Final = 3  # movements, or things that are named of one
_COLUMNS: Final = 2  # single glyphs are often passed over
_EXPOSURE: Final = (ExifTags.Base.ExposureTime, ExifTags.Base.FNumber, ExifTags.Base.FocalLength)
_COMMENT: Final = re.compile(rb"^(?:ASCII|UNICODE|JIS)?\0*")


@cache
def _words() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "screen_words.yaml").read_text("utf-8")
    )
    return table


@cache
def shape(name: str) -> re.Pattern[str]:
    """An expression of the table, ``offices.shops`` for one within a group."""
    table: Any = _words()
    for part in name.split("."):
        table = table[part]
    return re.compile(table, re.IGNORECASE)


def signals(image: Image, page: Page, picture: Pillow.Image | None = None) -> dict[str, str]:
    """``screenshot``: the signs by which the picture is one, parted by spaces; nothing where it is none.

    image: the pixels upright; page: the words read from them; picture: the file, for what it says of itself;
    None for a page of another file.
    """
    camera = picture is not None and _by_camera(picture)
    told = _told(picture) if picture is not None and not camera else ()
    seen = _seen(image, page) if not camera and _lies_as_taken(image, page) else ()
    found = list(dict.fromkeys([*told, *seen, *_held(page), *_controls(page)]))
    return {"screenshot": " ".join(found)} if sum(POINTS[name] for name in found) >= ENOUGH else {}


def _lies_as_taken(image: Image, page: Page) -> bool:
    """Whether the page is the whole picture, but for a hair: drawn boxes look like a paper's edges."""
    if page.transform is None:
        return True
    height, width = image.shape[:2]
    lies = np.array(page.transform).reshape(3, 3)
    corners = np.array([[0, 0, 1], [page.width, 0, 1], [0, page.height, 1], [page.width, page.height, 1]]) @ lies.T
    at = corners[:, :2] / corners[:, 2:]
    whole = np.array([[0, 0], [width, 0], [0, height], [width, height]])
    return bool(np.abs(at - whole).max() < _HAIR * max(height, width))


def _by_camera(picture: Pillow.Image) -> bool:
    tags = exif.tags(picture)
    detail = tags.get_ifd(ExifTags.IFD.Exif) if tags else {}
    taken = ExifTags.Base.DateTimeOriginal in detail and ExifTags.Base.Make in (tags or {})
    return taken or any(tag in detail for tag in _EXPOSURE)


def _told(picture: Pillow.Image) -> Iterator[str]:
    """What the file says of itself: a comment of the phone, or the program that captured it."""
    tags = exif.tags(picture)
    told = [picture.info.get(name) for name in ("Software", "Comment", "Description", "Title")]
    if tags is not None:
        detail = tags.get_ifd(ExifTags.IFD.Exif)
        told += [tags.get(ExifTags.Base.Software), tags.get(ExifTags.Base.ImageDescription)]
        told += [detail.get(ExifTags.Base.UserComment)]
    if any(shape("programs").search(_plain(value)) for value in told if value):
        yield "told"


def _plain(value: object) -> str:
    text = _COMMENT.sub(b"", value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.replace("\0", "").strip()


def _held(page: Page) -> Iterator[str]:
    """What shows that a camera took a phone: under its status bar an application's page of movements, or of one."""
    bar = tuple(_status(page)) if page.height >= _TALL * page.width else ()
    moved = tuple(_moved(page)) if bar else ()
    yield from (*bar, *moved) if moved else ()


def _moved(page: Page) -> Iterator[str]:
    yield from (name for name, seen in (("done", says_done(page)), ("moves", lists_moves(page))) if seen)


def _seen(image: Image, page: Page) -> Iterator[str]:
    """The signs that show on the picture; none on one that was not drawn by a machine."""
    height, width = image.shape[:2]
    top = image[: max(1, int(width * _BAR))]
    if drawn(image) < _DRAWN and drawn(top) < _BAR_DRAWN:
        return
    yield from _phone(page) if height >= _TALL * width else (*_cropped(page), *_desktop(page))
    yield from _moved(page)
    office = sum(bool(shape(f"offices.{name}").search(_squashed(page))) for name in ("shops", "accounts"))
    yield from ("office" for _ in range(min(office, 1)))
    if len(set(shape("offices.pages").findall(_squashed(page)))) >= _PAGES:
        yield "office_page"
    if sorted((height, width)) in _words()["sizes"]:
        yield "size"


def says_done(page: Page) -> bool:
    """Whether an application's page says that one payment was made, and names some things of it."""
    said = [layout.squash(word.text) for word in page.words]
    named = {match[0] for text in said if (match := shape("moved").match(text))}
    return len(named) >= _LISTED and any(shape("result").fullmatch(text) for text in said)


def lists_moves(page: Page) -> bool:
    """Whether it lists movements as applications do: amounts with their signs, each with its day and minute."""
    said = [layout.squash(word.text) for word in page.words]
    moved = sum(shape("signed").search(text) is not None for text in said)
    return moved >= _LISTED and sum(shape("minute").search(text) is not None for text in said) >= moved


def _controls(page: Page) -> Iterator[str]:
    """A row of menus or buttons, as windows and sites have; recognition may run several into one."""
    if any(len(_named(row)) >= _CONTROLS for row in layout.rows(page.words)):
        yield "controls"


def _named(row: Sequence[Word]) -> set[str]:
    """The menus and buttons that a row names, of its runs that say nothing else."""
    runs = (run for word in row for run in word.text.split())
    return {name for run in runs if _any_control().fullmatch(run) for name in _control().findall(run)}


@cache
def _control() -> re.Pattern[str]:
    names = sorted({*_words()["controls"], *_words()["menus"]}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


@cache
def _any_control() -> re.Pattern[str]:
    return re.compile(rf"(?:{_control().pattern})+")


def drawn(image: Image) -> float:
    """The share of pixels that are exactly as the next one in their row: high where no lens and no grain was."""
    rows = image[::_STEP]
    same = np.all(rows[:, 1:] == rows[:, :-1], axis=2)
    return float(same.mean()) if same.size else 0.0


def _phone(page: Page) -> Iterator[str]:
    """What stands along the upper and lower edge of a phone's screen."""
    width = page.width / (page.height or 1.0)
    yield from _status(page)
    foot = [word for word in page.words if word.centre[1] > 1 - _FOOT_BAR * width]
    if tabs(foot):
        yield "tabs"


def _cropped(page: Page) -> Iterator[str]:
    """The status bar of a phone's screen whose lower part was cut away; beside the time a sign of letters at least."""
    bar = tuple(_status(page))
    yield from (
        bar if any(shape("network").search(text) and not text.rstrip("%").isdigit() for text in _top(page)) else ()
    )


def _status(page: Page) -> Iterator[str]:
    bar = _top(page)
    if _is_bar(bar):
        yield "status_bar"
        yield from ("network" for text in bar if shape("network").search(text))


def _top(page: Page) -> list[str]:
    """What stands where a phone has its status bar."""
    height = _BAR * page.width / (page.height or 1.0)
    return [layout.squash(word.text) for word in page.words if word.centre[1] < height]


def tabs(foot: Sequence[Word]) -> bool:
    """Whether words stand in a row of tabs."""
    return len(_in_row(foot, _words()["tabs"])) >= _TABS


def _desktop(page: Page) -> Iterator[str]:
    """What windows and programs draw around what they show."""
    head = [word for word in page.words if word.centre[1] < _HEAD]
    if len(_in_row(head, _words()["menus"])) >= _MENUS:
        yield "menus"
    if any(shape("address").search(layout.squash(word.text)) for word in head):
        yield "address"
    corner = [word for word in page.words if word.centre[1] > _TASKBAR and word.centre[0] > _TASKBAR]
    if any(shape("clock").search(layout.squash(word.text)) for word in corner):
        yield "taskbar"
    if _is_grid(page):
        yield "grid"
    side = {layout.squash(word.text) for word in page.words if word.box[2] < _SIDE}
    along = _in_row(head, _words()["sides"])
    if max(len(side.intersection(_words()["sides"])), len(along)) >= _SIDES:
        yield "side"


def _is_bar(texts: Sequence[str]) -> bool:
    """A time, and nothing beside it that a status bar would not show."""
    clocks = [text for text in texts if shape("clock").search(text)]
    rest = [shape("clock").sub("", text) for text in texts]
    return len(clocks) == 1 and all(shape("beside_clock").fullmatch(text) for text in rest)


def _in_row(words: Sequence[Word], names: Sequence[str]) -> set[str]:
    """The names in the row that holds most of them; one run may hold several."""
    said = (" ".join(word.text for word in row).split() for row in layout.rows(words))
    return max(({text for text in row if text in names} for row in said), key=len, default=set())


def _is_grid(page: Page) -> bool:
    """The numbered rows and lettered columns that only a program for sheets draws around a table."""
    left = (word.text for word in page.words if word.centre[0] < _RULER and re.fullmatch(r"\d{1,4}", word.text))
    numbers = set(map(int, left))
    letters = [word for word in page.words if word.centre[1] < _RULER and re.fullmatch(r"[A-Z]", word.text)]
    lettered = max((len(row) for row in layout.rows(letters)), default=0)
    return sum(number + 1 in numbers for number in numbers) >= _LINES and lettered >= _COLUMNS


def _squashed(page: Page) -> str:
    return "\n".join(layout.squash(word.text) for word in page.words)

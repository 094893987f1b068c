"""What a vision-language model (Qwen3-VL, `transformers`, a local folder) says that a photo shows, and where.

It answers with names and boxes as JSON. A name without a box within the picture is dropped, and so is a name whose
letters and figures, or a sign whose words, are not among the words that were recognised at that very place: what a
model made up has no place on the page and is no fact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image

from selfproof.geometry import union
from selfproof.model import Box, Word, box_quad
from selfproof.names import plain
from selfproof.phrases import addressed
from selfproof.vision.models import Chosen, Loaded, loaded, table

PATH = "vision.named."  # before the kind of thing, in the path of a word that stands for it
_SIGN = "sign"
_THOUSAND = 1000
_FENCE = re.compile(r"\A```(?:json)?\s*(.*?)\s*```\Z", re.DOTALL)
_PRINTED = re.compile(r"[A-Z0-9]+")  # of a name: brands and types are read off the thing
_LETTERS = re.compile(r"[^\W\d_]")
_NEAR = 0.01  # of the picture: a word's middle may lie so far outside a box that a model gave


def named(picture: Image.Image, words: Sequence[Word], wanted: Chosen) -> tuple[Word, ...]:
    """What the model names and what holds: text the name, quad its box, path its kind. words: recognised on the page.

    Raises ModelError when the model cannot be loaded.
    """
    with loaded(wanted) as ready:
        answer = _answer(picture, ready)
    return held(answer, words)


def held(answer: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """Of an answer, the items that hold; none at all when it is not exactly the JSON that was asked for."""
    match = _FENCE.match(answer.strip())
    try:
        items = json.loads(match[1] if match else answer)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(items, list) or len(items) > table()["language"]["most_items"]:
        return ()
    return tuple(dict.fromkeys(_held(items, words)))


def _held(items: Sequence[Any], words: Sequence[Word]) -> Iterator[Word]:
    rules = table()["language"]
    for item in items:
        if not isinstance(item, dict) or set(item) != {"kind", "text", "box"} or item["kind"] not in rules["kinds"]:
            continue
        name, box = _name(item["text"]), _box(item["box"])
        if name and box:
            there = [word for word in words if _inside(word, box)]
            word = _sign(name, there) if item["kind"] == _SIGN else _thing(name, box, there)
            if word is not None:
                yield Word(word.text, word.quad, word.confidence, path=PATH + item["kind"])


def _name(text: object) -> str:
    """A name of letters, in one short line, that does not speak to the machine; else ""."""
    if not isinstance(text, str) or not text.isprintable() or len(text) > table()["language"]["longest"]:
        return ""
    return text.strip() if _LETTERS.search(text) and not addressed(text) else ""


def _box(corners: object) -> Box | None:
    """A box in fractions; None unless it is four whole thousandths that lie in the picture and are a part of it."""
    if not isinstance(corners, list) or len(corners) != 4 or not all(type(edge) is int for edge in corners):  # noqa: PLR2004  a box has four edges
        return None
    left, top, right, bottom = (edge / _THOUSAND for edge in corners)
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        return None
    return (left, top, right, bottom) if (right - left) * (bottom - top) <= table()["language"]["whole"] else None


def _inside(word: Word, box: Box) -> bool:
    x, y = word.centre
    return box[0] - _NEAR <= x <= box[2] + _NEAR and box[1] - _NEAR <= y <= box[3] + _NEAR


def _sign(name: str, there: Sequence[Word]) -> Word | None:
    """A sign whose every character was recognised in one run of the words there; its place is theirs."""
    sought, read = plain(name), [(word, plain(word.text)) for word in there if plain(word.text)]
    for start in range(len(read)):
        for stop in range(start + 1, len(read) + 1):
            run = read[start:stop]
            if sought and sought in "".join(text for _, text in run):
                used = [word for word, _ in run]
                return Word(name, box_quad(union([word.box for word in used])), _sureness(used))
    return None


def _thing(name: str, box: Box, there: Sequence[Word]) -> Word | None:
    """A thing; letters and figures in its name must have been recognised on it."""
    read = {part for word in there for part in _PRINTED.findall(plain(word.text))}
    return Word(name, box_quad(box), _sureness(())) if set(_PRINTED.findall(plain(name))) <= read else None


def _sureness(words: Sequence[Word]) -> float:
    return min([float(table()["language"]["sureness"]), *(word.confidence for word in words)])


def _answer(picture: Image.Image, ready: Loaded) -> str:
    """The model's answer: the likeliest token each time, so the same picture gives the same answer."""
    import torch

    rules, shown = table()["language"], picture.copy()
    shown.thumbnail((rules["side"], rules["side"]))
    inputs = _inputs(shown, ready)
    with torch.inference_mode():
        tokens = ready.model.generate(**inputs, max_new_tokens=rules["most_tokens"], do_sample=False, num_beams=1)
    answer = tokens[0, inputs["input_ids"].shape[1] :]
    return str(ready.tokenizer.decode(answer, skip_special_tokens=True))


def _inputs(picture: Image.Image, ready: Loaded) -> dict[str, Any]:
    """Question and picture as the model takes them, one place in the text for each of the picture's tokens.

    The family's own processor would do the same but wants a reader of videos, which wants torchvision.
    """
    content = [{"type": "image"}, {"type": "text", "text": table()["language"]["question"]}]
    text = ready.tokenizer.apply_chat_template(
        [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
    )
    pixels = ready.processor(images=[picture], return_tensors="pt")
    number = ready.model.config.image_token_id
    count = int(pixels["image_grid_thw"][0].prod()) // ready.processor.merge_size**2
    place = ready.tokenizer.convert_ids_to_tokens(number)
    words = ready.tokenizer(text.replace(place, place * count, 1), return_tensors="pt", add_special_tokens=False)
    return {**words, **pixels, "mm_token_type_ids": (words["input_ids"] == number).long()}

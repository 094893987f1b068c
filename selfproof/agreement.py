"""One content in several layers of a file: does the page show what embedded data and the text layer say?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from selfproof import read
from selfproof.geometry import union
from selfproof.layout import squash
from selfproof.model import Carrier, Document, Located, Word

_EMBEDDED = ("invoice_number", "invoice_code", "total_amount", "seller_tax_id", "seller_name", "buyer_name")
_LOOKED_AT = ("invoice_number", "total_amount", "amount_excl_tax", "contract_number")
_SURE = 0.9  # of a recognised run of figures, before it may contradict the text layer


def signals(document: Document, located: Mapping[str, Located]) -> Iterator[tuple[str, str]]:
    """``unprinted``: names whose embedded value no page shows; ``text_layer.agreement``: share 0..1 that pixels show.

    Neither when there is nothing to compare. A layer whose issuer's signature holds is not looked at.
    """
    unprinted = _unprinted(document, located)
    if unprinted is not None:
        yield "unprinted", " ".join(unprinted)
    if document.carrier is Carrier.PDF_TEXT and document.signals.get("signature.status") != "valid":
        answers = [answer for name in _LOOKED_AT if (answer := _seen(document, located.get(name))) is not None]
        if answers:
            yield "text_layer.agreement", str(Decimal(sum(answers)) / len(answers))


def _unprinted(document: Document, located: Mapping[str, Located]) -> list[str] | None:
    printed = squash("".join(word.text for word in document.words if not _is_embedded(word))).replace(",", "")
    embedded = {name: located[name] for name in _EMBEDDED if name in located and _is_embedded(located[name].words[0])}
    if not printed or not embedded or document.carrier is Carrier.XML:
        return None
    return [name for name, item in embedded.items() if item.value is not None and not _shown(item, printed)]


def _is_embedded(word: Word) -> bool:
    return ".xml/" in word.path


def _shown(item: Located, printed: str) -> bool:
    return squash(item.text) in printed or squash(str(item.value)) in printed


def _seen(document: Document, item: Located | None) -> bool | None:
    """Whether the pixels at a value's place show its figures; None when the second look is not sure enough to say."""
    if item is None or item.value is None or len(_figures(item.text)) < len("100"):
        return None
    words = read.again(document, item.words[0].page, union([word.box for word in item.words]))
    shown = _figures("".join(word.text for word in words))
    if _figures(item.text) in shown:
        return True
    sure = bool(words) and min(word.confidence for word in words) >= _SURE
    return False if sure and shown and len(shown) <= len(_figures(item.text)) else None


def _figures(text: str) -> str:
    return re.sub(r"\D", "", text)

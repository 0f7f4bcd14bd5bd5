"""Files that are not what they say, or too much of it: each is refused by name, quickly, and the next one is read."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.documents.travel_document import MrzFormat
from devices import registry
from devices.camera.picture import LARGEST_BYTES, MOST_SCANS, decode_picture
from devices.faults import DeviceFault, FaultReason
from devices.ports import DriverContext
from devices.reading import Reading
from tests.benchmarks.zone_pictures import FONT, flat_page, png
from tests.contract.benches.port import ZONE

GREY = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 300)).astype(np.uint8))


def encode_picture(format: str, **how: object) -> bytes:
    file = BytesIO()
    GREY.save(file, format, **how)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_saying(width: int, height: int, rows: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg_saying(width: int, height: int) -> bytes:
    picture = bytearray(encode_picture("JPEG"))
    struct.pack_into(">HH", picture, picture.index(b"\xff\xc0") + 5, height, width)
    return bytes(picture)


def scan_bomb() -> bytes:
    """A small progressive file that has its last scan done over and over."""
    picture = encode_picture("JPEG", progressive=True)
    last = picture.rindex(b"\xff\xda")
    return picture[:last] + picture[last:-2] * 500 + picture[-2:]


REFUSED = {
    "nothing": (b"", "not a JPEG, PNG or BMP"),
    "text": (b"P<UTOSAMPLE<<ADA", "not a JPEG, PNG or BMP"),
    "gif": (encode_picture("GIF"), "not a JPEG, PNG or BMP"),
    "tiff": (encode_picture("TIFF"), "not a JPEG, PNG or BMP"),
    "webp": (encode_picture("WEBP"), "not a JPEG, PNG or BMP"),
    "svg": (b'<!DOCTYPE s [<!ENTITY a "x">]><svg width="9e9"><text>&a;</text></svg>', "not a JPEG, PNG or BMP"),
    "pdf": (b"%PDF-1.7\n", "not a JPEG, PNG or BMP"),
    "png of a thousand million pixels": (png_saying(31_623, 31_623, b"\0"), "million pixels"),
    "png as wide as it can say": (png_saying(0x7FFFFFFF, 1, b"\0"), "million pixels"),
    "png of no size": (png_saying(0, 0, b"\0"), "damaged"),
    "png of one pixel": (png(np.zeros((1, 1), np.uint8)), "1 x 1 pixels"),
    "png cut off in its head": (encode_picture("PNG")[:20], "not a JPEG, PNG or BMP"),
    "jpeg of four thousand million pixels": (jpeg_saying(65_535, 65_535), "million pixels"),
    "jpeg of no size": (jpeg_saying(0, 0), "damaged"),
    "jpeg cut off in its head": (encode_picture("JPEG")[:30], "not a JPEG, PNG or BMP"),
    "jpeg that is gone over five hundred times": (scan_bomb(), f"more than {MOST_SCANS} scans"),
    "bmp of a thousand million pixels": (
        b"BM" + b"\0" * 16 + struct.pack("<ii", 40_000, -40_000) + b"\0" * 30,
        "million pixels",
    ),
    "too many bytes": (b"\xff\xd8" + b"x" * LARGEST_BYTES, "larger than 32 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_name(name: str) -> None:
    content, why = REFUSED[name]
    with pytest.raises(DeviceFault, match=why) as caught:
        decode_picture(content)
    assert caught.value.reason is FaultReason.BAD_READ and caught.value.hint == "Take the picture again"


@pytest.mark.parametrize(
    "content",
    [
        encode_picture("PNG")[:-200],
        encode_picture("JPEG")[:-500],
        jpeg_saying(3_000, 3_000),
        png_saying(60, 60, b"\0" * 40_000_000),
        encode_picture("JPEG", progressive=True),
    ],
    ids=["png cut off", "jpeg cut off", "jpeg that says more than it has", "png that has more than it says", "honest"],
)
def test_what_can_be_seen_in_part_is_a_picture_of_bounded_size_or_damaged(content: bytes) -> None:
    try:
        assert decode_picture(content).size <= 9_000_000
    except DeviceFault as fault:
        assert fault.reason is FaultReason.BAD_READ


@pytest.mark.skipif(not FONT.exists(), reason="needs Debian's fonts-ocr-b")
async def test_a_folder_of_hostile_files_is_told_one_by_one_and_the_page_among_them_is_read(tmp_path: Path) -> None:
    for number, name in enumerate(("gif", "png of a thousand million pixels", "jpeg of no size")):
        (tmp_path / f"{number}.jpg").write_bytes(REFUSED[name][0])
    (tmp_path / "9.png").write_bytes(png(flat_page(ZONE, MrzFormat.TD3)))
    device = registry.reader(f"pictures://{tmp_path}?settle=0.1", DriverContext(tmp_path, "development"))
    await device.open()
    answers: list[str] = []
    read = ""
    while not read:
        try:
            got = await device.read(10.0)
            read = got.raw if isinstance(got, Reading) else ""
        except DeviceFault as fault:
            answers.append(fault.reason.value)
    assert read == ZONE and answers == ["bad_read"] * 3
    await device.close()

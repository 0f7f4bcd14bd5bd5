"""Files of pictures: what is none, is cut off or claims too much is a bad read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.picture import LARGEST_BYTES, LARGEST_PIXELS, decode_picture
from devices.faults import DeviceFault, FaultReason
from tests.benchmarks.zone_pictures import FONT, png

pytestmark = pytest.mark.skipif(not FONT.exists(), reason="Debian's fonts-ocr-b is not installed")


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"x" * 100, b"x" * (LARGEST_BYTES + 1)],
)
def test_what_is_no_picture_is_a_bad_read(content: bytes) -> None:
    with pytest.raises(DeviceFault) as caught:
        decode_picture(content)
    assert caught.value.reason is FaultReason.BAD_READ


def test_pictures_of_one_pixel_and_of_a_hundred_million_are_refused() -> None:
    for shape in ((1, 1), (10_000, 10_000)):
        with pytest.raises(DeviceFault) as caught:
            decode_picture(png(np.full(shape, 255, np.uint8)))
        assert caught.value.reason is FaultReason.BAD_READ


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xc0", b"\xff\xd8\xff\xe0", b"BM"]),
)
def test_whatever_a_files_head_says_it_is_a_picture_or_a_bad_read(rest: bytes, head: bytes) -> None:
    try:
        height, width = decode_picture(head + rest).shape
    except DeviceFault as fault:
        assert fault.reason is FaultReason.BAD_READ
    else:
        assert height * width <= LARGEST_PIXELS

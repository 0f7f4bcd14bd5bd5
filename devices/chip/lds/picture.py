"""Pictures on a chip: their unchanged bytes, and their type by the first bytes."""

from dataclasses import dataclass
from enum import StrEnum


class PictureType(StrEnum):
    """The format of a picture."""

    JPEG = "jpeg"
    JPEG_2000 = "jpeg2000"
    PNG = "png"
    WSQ = "wsq"
    UNKNOWN = "unknown"


_MAGIC = (
    (b"\xff\xd8\xff", PictureType.JPEG),
    (b"\x00\x00\x00\x0cjP  \x0d\x0a\x87\x0a", PictureType.JPEG_2000),
    (b"\xff\x4f\xff\x51", PictureType.JPEG_2000),
    (b"\x89PNG\x0d\x0a\x1a\x0a", PictureType.PNG),
    (b"\xff\xa0", PictureType.WSQ),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it was read, without what a header says about it."""

    type: PictureType
    content: bytes

    def __repr__(self) -> str:
        return f"Picture({self.type.value}, {len(self.content)} bytes)"


def picture(content: bytes) -> Picture:
    """The picture in `content`, with its type by the first bytes."""
    return Picture(next((kind for magic, kind in _MAGIC if content.startswith(magic)), PictureType.UNKNOWN), content)

"""The data groups that are text and pictures: DG1, DG7, DG11, DG12, DG16 and EF.COM (Doc 9303-10, 4.6 and 4.7)."""

from collections.abc import Sequence

from devices.chip.lds.files import COM_TAG, GROUP_TAGS
from devices.simulated.chip.elements import element
from devices.simulated.chip.personal.holder import Holder

_UNICODE = b"040000"


def com(version: str, groups: Sequence[int]) -> bytes:
    """EF.COM; `version` is `1.7` or `1.8`."""
    major, minor = version.split(".")
    listed = bytes(GROUP_TAGS[number] for number in sorted(groups))
    lds = f"{int(major):02}{int(minor):02}".encode("ascii")
    return element(COM_TAG, element(0x5F01, lds), element(0x5F36, _UNICODE), element(0x5C, listed))


def dg1(zone: str) -> bytes:
    """The zone without its line feeds."""
    return element(GROUP_TAGS[1], element(0x5F1F, zone.replace("\n", "").encode("ascii")))


def dg7(signature: bytes) -> bytes:
    """One printed signature."""
    return element(GROUP_TAGS[7], element(0x02, b"\x01"), element(0x5F43, signature))


def dg11(holder: Holder) -> bytes:
    """Name in full, number, birth and address."""
    birth = holder.document.birth
    day = "" if birth is None else f"{birth.year or 0:04}{birth.month or 0:02}{birth.day or 0:02}"
    return _fields(
        11,
        {
            0x5F0E: holder.name,
            0x5F10: holder.document.optional.replace(" ", ""),
            0x5F2B: day,
            0x5F11: holder.birth_place,
            0x5F42: holder.address,
        },
    )


def dg12(holder: Holder) -> bytes:
    """Authority, date of issue, time and place of personalisation."""
    day = f"{holder.issued:%Y%m%d}"
    return _fields(12, {0x5F19: holder.authority, 0x5F26: day, 0x5F55: f"{day}120000", 0x5F56: "SIMULATOR1"})


def dg16(holder: Holder) -> bytes:
    """Persons to notify."""
    persons = [
        element(
            0xA1 + at, element(0x5F50, f"{holder.issued:%Y%m%d}".encode()), _text(0x5F51, name), _text(0x5F52, dial)
        )
        for at, (name, dial) in enumerate(holder.to_notify)
    ]
    return element(GROUP_TAGS[16], element(0x02, bytes([len(persons)])), *persons)


def _fields(number: int, fields: dict[int, str]) -> bytes:
    present = {tag: text for tag, text in fields.items() if text}
    tags = b"".join(tag.to_bytes(2, "big") for tag in present)
    return element(GROUP_TAGS[number], element(0x5C, tags), *(_text(tag, text) for tag, text in present.items()))


def _text(tag: int, text: str) -> bytes:
    return element(tag, text.encode("utf-8"))

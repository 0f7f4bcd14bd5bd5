"""Data objects inside commands, read as strictly as a chip reads them."""

from data.certificates.malformed import Malformed
from data.certificates.tlv import elements
from devices.simulated.chip.answering.status import Refusal, Status


def objects(data: bytes, most: int = 16) -> dict[int, bytes]:
    """Values by tag, in their order; Refusal BAD_DATA for anything else, and for a tag that is there twice."""
    found: dict[int, bytes] = {}
    try:
        for one in elements(data):
            if one.tag in found or len(found) >= most:
                raise Refusal(Status.BAD_DATA)
            found[one.tag] = one.value
    except Malformed:
        raise Refusal(Status.BAD_DATA) from None
    return found


def inside(data: bytes, tag: int) -> dict[int, bytes]:
    """The objects in the one template `tag` that `data` is; Refusal BAD_DATA."""
    outer = objects(data)
    if list(outer) != [tag]:
        raise Refusal(Status.BAD_DATA)
    return objects(outer[tag])

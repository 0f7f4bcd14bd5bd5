"""Real and specimen data groups, where this machine has them: each is read as what its index says it is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.certificates.malformed import Malformed
from data.persons.person import Sex
from devices.chip.lds.com import read_com
from devices.chip.lds.dg1 import read_dg1
from devices.chip.lds.dg2 import read_dg2
from devices.chip.lds.dg3 import read_dg3
from devices.chip.lds.dg11 import read_dg11
from devices.chip.lds.dg12 import read_dg12
from devices.chip.lds.dg14 import read_dg14
from devices.chip.lds.dg15 import read_dg15
from devices.chip.lds.displayed import read_dg5, read_dg7
from devices.chip.lds.face_39794 import read_face_39794
from devices.chip.lds.picture import PictureType
from devices.chip.lds.security_infos import CHIP_AUTHENTICATION, CHIP_AUTHENTICATION_KEY
from devices.simulated.chip.personalisation.data_groups import write_dg2

_READERS: dict[str, Callable[[bytes], Any]] = {
    "EF.COM": read_com, "DG1": read_dg1, "DG2": read_dg2, "DG7": read_dg7, "DG11": read_dg11, "DG12": read_dg12,
    "DG14": read_dg14, "DG15": read_dg15,
}  # fmt: skip


def test_every_vector_is_read(shared_data: Path) -> None:
    folder = shared_data / "chip/dg/vectors"
    index = json.loads((folder / "index.json").read_text())
    assert len(index) == 25
    unusable = []
    for item in index:
        read = _READERS[item["kind"]]((folder / item["file"]).read_bytes())
        assert getattr(read, "faults", ()) == ()
        if item["kind"] == "DG14":
            assert read.offers(CHIP_AUTHENTICATION) and all(
                info.key_info for info in read.offers(CHIP_AUTHENTICATION_KEY)
            )
        if item["kind"] == "DG15":
            try:
                _ = read.key
            except Malformed:
                unusable.append(item["file"])
    assert len(unusable) == 1  # one was altered: its exponent is even


def test_the_silver_data_set(shared_data: Path) -> None:
    def silver(name: str) -> bytes:
        return (shared_data / "chip/dg/silver" / f"EF_{name}.bin").read_bytes()

    assert read_com(silver("COM")).groups == (1, 2, 3, 14)
    assert len(read_dg1(silver("DG1")).mrz) == 89
    (face,) = read_dg2(silver("DG2")).faces
    assert (face.picture.type, face.width, face.height) == (PictureType.JPEG_2000, 337, 449)
    assert [finger.position for record in read_dg3(silver("DG3")).records for finger in record.fingers] == [2, 7]
    assert read_dg5(silver("DG5")).pictures[0].content == face.picture.content
    assert read_dg7(silver("DG7")).pictures[0].type is PictureType.JPEG_2000
    assert read_dg11(silver("DG11")).faults == read_dg12(silver("DG12")).faults == ()
    assert read_dg14(silver("DG14")).infos and str(read_dg15(silver("DG15")).key) == "RSA 1024"


def test_the_newer_face_format(shared_data: Path) -> None:
    (face,) = read_face_39794((shared_data / "chip/dg/other/sample-39794-5-ed-1-v1.der").read_bytes())
    assert (face.picture.type, len(face.picture.content)) == (PictureType.JPEG, 893557)


def test_icaos_own_face_in_the_newer_format(shared_data: Path) -> None:
    """The reader reads ICAO's reference file, and the simulated chip writes the same picture byte for byte like it."""
    reference = (shared_data / "chip/dg/other/icao-39794-5-dg2-mandatory.dat").read_bytes()
    (face,) = read_dg2(reference).faces
    assert (face.format, face.picture.type, len(face.picture.content)) == (
        "ISO/IEC 39794-5",
        PictureType.JPEG_2000,
        15_000,
    )
    assert write_dg2(face.picture.content, "39794-5", (413, 531), Sex.UNKNOWN) == reference

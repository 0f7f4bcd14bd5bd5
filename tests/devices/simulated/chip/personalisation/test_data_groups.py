"""Faces in both formats and both packings."""

from dataclasses import replace

import pytest

from devices.chip.lds.dg2 import read_dg2
from devices.chip.lds.picture import PictureType
from devices.simulated.chip.personalisation.card import GROUP_FILES
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.portrait import SIZE
from tests.devices.support.minted import HOLDER, card


@pytest.mark.parametrize("picture", ["jpeg", "jpeg2000"])
@pytest.mark.parametrize("face", ["19794-5", "39794-5"])
def test_a_face_in_both_formats_and_both_packings(face: str, picture: str) -> None:
    drawn = replace(HOLDER, portrait=b"")
    (face_read,) = read_dg2(_face(drawn, face, picture)).faces
    assert face_read.format.endswith(face)
    assert face_read.picture.type is {"jpeg": PictureType.JPEG, "jpeg2000": PictureType.JPEG_2000}[picture]
    assert 8_000 < len(face_read.picture.content) < 25_000
    assert (face_read.width, face_read.height) == (SIZE if face == "19794-5" else (0, 0))


def _face(holder: Holder, face: str, picture: str) -> bytes:
    return card(holder, face=face, picture=picture).application[GROUP_FILES[2]]

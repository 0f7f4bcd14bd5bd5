"""What is written into a chip is what our readers of its files find, and every fault of a profile is one that fits."""

from dataclasses import replace
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from data.certificates.public_keys import EcKey
from devices.chip.crypto.ciphers import CipherSuite, SessionKeys
from devices.chip.lds.com import read_com
from devices.chip.lds.dg1 import read_dg1
from devices.chip.lds.dg2 import read_dg2
from devices.chip.lds.dg3 import read_dg3
from devices.chip.lds.dg11 import read_dg11
from devices.chip.lds.dg12 import read_dg12
from devices.chip.lds.dg14 import read_dg14
from devices.chip.lds.dg15 import read_dg15
from devices.chip.lds.dg16 import read_dg16
from devices.chip.lds.displayed import read_dg7
from devices.chip.lds.picture import PictureType
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION, CHIP_AUTHENTICATION_KEY, PACE
from devices.chip.lds.sod import read_security_object, read_sod
from devices.simulated.chip.personalisation.card import CARD_SECURITY, COM, GROUP_FILES, SOD, AgreementKey
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.portrait import SIZE, draw_portrait, encode_jpeg, read_portrait_jpeg2000
from devices.simulated.chip.personalisation.tables.jpeg import AC_VALUES, DC_VALUES
from devices.simulated.chip.protocols.pace import PaceRun, _chip_authentication_data
from tests.devices.support.minted import HOLDER, ISSUED, ZONE, card, profile
from tests.devices.support.pace_examples import I_1, I_1_CHIP_KEY

_WAVES = ((3.0, 40.0), (9.0, 5.0), (20.0, 2.0))


def _groups(**switches: Any) -> dict[int, bytes]:
    files = card(**switches).application
    return {number: files[file] for number, file in GROUP_FILES.items() if file in files}


def test_every_file_says_what_the_holder_is() -> None:
    groups = _groups()
    assert read_dg1(groups[1]).mrz == ZONE
    assert read_dg3(groups[3]).records == ()
    assert [picture.content for picture in read_dg7(groups[7]).pictures] == [HOLDER.signature]
    details = read_dg11(groups[11])
    assert (details.surname, details.given, details.faults) == ("SAMPEL", "ADA MARIA", ())
    assert details.birth is not None and details.birth.whole == date(1990, 2, 3)
    issued = read_dg12(groups[12])
    assert issued.issued is not None and issued.issued.whole == ISSUED and not issued.faults
    assert {info.protocol.rpartition(".")[0] for info in read_dg14(groups[14]).offers(PACE)} == {f"{PACE}.2"}
    assert isinstance(read_dg15(groups[15]).key, EcKey)
    assert read_dg16(groups[16]).persons[0].surname == "SAMPLE"


@pytest.mark.parametrize("lds", ["1.7", "1.8"])
def test_the_version_of_the_files_is_signed_from_1_8_on(lds: str) -> None:
    issued_card = card(lds=lds)
    assert read_com(issued_card.application[COM]).lds_version == lds.replace("1.", "010")
    signed = read_security_object(read_sod(issued_card.application[SOD]).content)
    assert signed.lds_version == {"1.7": "", "1.8": "0108"}[lds]
    assert signed.digests.keys() == _groups(lds=lds).keys()


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


def test_a_portrait_follows_from_its_seed() -> None:
    draw_portrait.cache_clear()
    first = draw_portrait("a")
    draw_portrait.cache_clear()
    assert draw_portrait("a") == first != draw_portrait("b")
    assert first.startswith(b"\xff\xd8\xff\xe0") and first.endswith(b"\xff\xd9")


def test_a_picture_of_one_colour_is_one_coefficient_a_block() -> None:
    """Grey of 128 is nothing at all: size 0, end of block, for each of three components (T.81, F.1.2)."""
    jpeg = encode_jpeg(np.full((8, 8, 3), 128, np.uint8))
    scan = jpeg[jpeg.index(b"\xff\xda") + 14 : -2]
    assert scan == int("00" + "1010" + "00" + "1010" + "00" + "1010" + "1" * 6, 2).to_bytes(3, "big")
    assert len(set(AC_VALUES)) == len(AC_VALUES) == 162 and len(DC_VALUES) == 12


@pytest.mark.parametrize("quality", [20, 60, 100])
def test_another_maker_s_decoder_sees_what_was_drawn(quality: int) -> None:
    rows, columns = np.mgrid[0:37, 0:50]
    waves = np.stack([128 + 120 * np.sin(rows / high) * np.cos(columns / wide) for high, wide in _WAVES], axis=2)
    noise = np.random.default_rng(7).integers(-6, 7, waves.shape)
    drawn = np.clip(np.round(waves) + noise, 0, 255).astype(np.uint8)
    seen = cv2.imdecode(np.frombuffer(encode_jpeg(drawn, quality), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.abs(seen.astype(int) - drawn.astype(int)).mean() < {20: 12, 60: 7, 100: 1.5}[quality]


def test_the_face_in_jpeg_2000_can_be_decoded() -> None:
    seen = cv2.imdecode(np.frombuffer(read_portrait_jpeg2000(), np.uint8), cv2.IMREAD_COLOR_RGB)
    assert seen.shape == (SIZE[1], SIZE[0], 3)


def test_offers_leave_out_what_is_not_there() -> None:
    groups = _groups(access=["bac"], active_authentication="none", chip_authentication=[])
    assert 14 not in groups and 15 not in groups
    rsa = read_dg14(_groups(active_authentication="rsa-sha1")[14])
    assert not rsa.offers(ACTIVE_AUTHENTICATION) and len(rsa.offers(CHIP_AUTHENTICATION_KEY)) == 1


def test_card_security_comes_with_chip_authentication_mapping_alone() -> None:
    assert CARD_SECURITY not in card().master
    assert CARD_SECURITY in card(pace=["ecdh-cam-aes-128:13"]).master


def test_the_proof_of_chip_authentication_mapping_of_appendix_i() -> None:
    key = AgreementKey("ecdh", 13, 0x86C88A4579CE48135878E6348A734B5D47CE5BC1E54C0E8978687B49FDE2E2C2)
    assert key.group.public(key.private) == I_1_CHIP_KEY  # type: ignore[union-attr]
    offer = profile(pace=["ecdh-cam-aes-128:13"]).pace[0]
    run = PaceRun(offer, b"", group=key.group)
    run.mapping_private = 0x9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA
    keys = SessionKeys(CipherSuite.AES_128, bytes.fromhex(I_1.encryption), bytes.fromhex(I_1.mac))
    proof = _chip_authentication_data((key,), run, keys)
    assert I_1.lines[-1].endswith(f"8A30{proof.hex().upper()}9000")


@pytest.mark.parametrize(
    "switches",
    [
        {"pace": []},
        {"groups": [1]},
        {"groups": [1, 2, 17]},
        {"pace": ["ecdh-gm-aes-128:0"]},
        {"pace": ["dh-cam-aes-128:0"]},
        {"pace": ["ecdh-cam-3des:13"]},
        {"pace": ["ecdh-gm-aes-512:13"]},
        {"pace": ["anything"]},
        {"can": "12345"},
        {"chip_authentication": ["dh-aes-128:13"]},
        {"chip_authentication": ["ecdh-aes-128:99"]},
        {"faults": ["nothing"]},
        {"longest_read": 0},
        {"colour": "red"},
    ],
)
def test_a_profile_that_cannot_be_is_refused(switches: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        profile(**switches)

"""Data groups: every field where it should be, and what is refused. Invented people."""

from collections.abc import Callable
from datetime import date
from typing import Any

import ecdsa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.certificates.public_keys import EcKey
from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from data.persons.person import PartialDate, Sex
from devices.chip.lds.com import Com, read_com
from devices.chip.lds.dg1 import read_dg1
from devices.chip.lds.dg2 import read_dg2
from devices.chip.lds.dg3 import read_dg3
from devices.chip.lds.dg11 import read_dg11
from devices.chip.lds.dg12 import read_dg12
from devices.chip.lds.dg14 import read_dg14
from devices.chip.lds.dg15 import read_dg15
from devices.chip.lds.dg16 import read_dg16
from devices.chip.lds.displayed import read_dg5, read_dg7
from devices.chip.lds.picture import PictureType
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION, CHIP_AUTHENTICATION, PACE
from devices.chip.lds.sod import read_security_object, read_sod
from tests.devices.support.written import biometric, face, face_39794, fingers, fingers_39794, tlv
from tests.support.pki import EcSigner

JPEG = b"\xff\xd8\xff\xe0picture"
JPEG_2000 = b"\x00\x00\x00\x0cjP  \x0d\x0a\x87\x0apicture"
MRZ = "P<UTOMARLOW<<LINNEA<ROSE<<<<<<<<<<<<<<<<<<<<", "X1234567<8UTO8001014F3001019<<<<<<<<<<<<<<06"


def test_com() -> None:
    data = tlv(0x60, tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, b"\x61\x75\x6e\x00"))
    assert read_com(data) == Com("0107", "040000", (1, 2, 14))
    with pytest.raises(Malformed, match="does not list"):
        read_com(tlv(0x60, tlv(0x5F01, b"0107")))


def test_dg1_is_a_zone_that_the_mrz_reader_takes() -> None:
    zone = read_dg1(tlv(0x61, tlv(0x5F1F, "".join(MRZ).encode())))
    assert zone.mrz == "\n".join(MRZ)
    read = parse_mrz(zone.mrz, capture=Capture.MACHINE, today=date(2026, 1, 1))
    assert (read.number, str(read.name)) == ("X1234567", "MARLOW, LINNEA ROSE")
    td1 = read_dg1(tlv(0x61, tlv(0x5F1F, b"I<UTO" + b"<" * 85)))
    assert [len(line) for line in td1.mrz.split("\n")] == [30, 30, 30]
    for zone_bytes in (b"", b"<" * 87, b"<" * 87 + b"\n", b"<" * 87 + b"\xc3"):
        with pytest.raises(Malformed):
            read_dg1(tlv(0x61, tlv(0x5F1F, zone_bytes)))


@pytest.mark.parametrize(("content", "kind"), [(JPEG, PictureType.JPEG), (JPEG_2000, PictureType.JPEG_2000)])
def test_dg2_in_the_older_format(content: bytes, kind: PictureType) -> None:
    (face_read,) = read_dg2(biometric(0x75, face(content, points=3))).faces
    assert (face_read.picture.type, face_read.picture.content, face_read.points) == (kind, content, 3)
    assert (face_read.width, face_read.height, face_read.sex, face_read.format) == (
        413,
        531,
        Sex.FEMALE,
        "ISO/IEC 19794-5",
    )


@pytest.mark.parametrize("wrapper", [None, 0xA1, 0x81])
@pytest.mark.parametrize("record_tag", [0x5F2E, 0x7F2E])
def test_dg2_in_the_newer_format(record_tag: int, wrapper: int | None) -> None:
    """ICAO's reference files have A1 within 7F2E."""
    record = face_39794(JPEG_2000)
    if wrapper is not None:
        if record_tag == 0x5F2E:
            return
        record = tlv(wrapper, record)
    (face_read,) = read_dg2(biometric(0x75, record, record_tag=record_tag)).faces
    assert (face_read.picture.type, face_read.picture.content) == (PictureType.JPEG_2000, JPEG_2000)
    assert face_read.format == "ISO/IEC 39794-5"


@pytest.mark.parametrize("record_tag", [0x5F2E, 0x7F2E])
def test_dg3_in_the_newer_format(record_tag: int) -> None:
    record = fingers_39794((2, 1, b"abc"), (7, 1, b"abcdef"))
    data = biometric(0x63, tlv(0xA1, record) if record_tag == 0x7F2E else record, record_tag=record_tag)
    (read,) = read_dg3(data).records
    assert (read.packing, read.resolution) == ("WSQ", (0, 0))
    assert [(finger.position, finger.content_bytes) for finger in read.fingers] == [(2, 3), (7, 6)]
    mixed = read_dg3(biometric(0x63, tlv(0xA1, fingers_39794((2, 1, b"a"), (7, 2, b"b"))), record_tag=0x7F2E))
    assert mixed.records[0].packing == "unknown"
    newer = read_dg3(biometric(0x63, tlv(0xA1, fingers_39794((2, 99, b"a"))), record_tag=0x7F2E))
    assert newer.records[0].packing == "unknown"


@pytest.mark.parametrize("record", [
    fingers_39794((2, 1, b"abc"))[:-1], fingers_39794(*[(1, 1, b"a")] * 21), tlv(0x64, tlv(0xA0, b"")),
    tlv(0x64, tlv(0xA1, tlv(0x31, b""))), tlv(0x64, tlv(0xA1, tlv(0x30, tlv(0xA0, tlv(0x80, b"\x01"))))),
])  # fmt: skip
def test_a_newer_fingerprint_record_that_lies_is_refused(record: bytes) -> None:
    with pytest.raises(Malformed):
        read_dg3(biometric(0x63, tlv(0xA1, record), record_tag=0x7F2E))


@pytest.mark.parametrize(
    "record",
    [
        face(JPEG)[:-1],
        face(JPEG) + b"\x00",
        face(JPEG)[:20],
        face(b""),
        face(JPEG).replace(b"010\x00", b"999\x00"),
        face(JPEG)[:18] + b"\xff\xff" + face(JPEG)[20:],
        face_39794(b""),
        face_39794(JPEG)[:-3],
        b"JUNK",
        b"",
    ],
    ids=["cut", "longer", "header", "empty", "version", "points", "empty new", "cut new", "junk", "nothing"],
)
def test_a_face_that_lies_is_refused(record: bytes) -> None:
    with pytest.raises(Malformed):
        read_dg2(biometric(0x75, record))


def test_a_wrong_number_of_templates_is_refused() -> None:
    with pytest.raises(Malformed, match="the wrong number of"):
        read_dg2(biometric(0x75, face(JPEG), count=2))
    with pytest.raises(Malformed, match="has no face"):
        read_dg2(biometric(0x75))


def test_dg3_headers() -> None:
    (record,) = read_dg3(biometric(0x63, fingers(b"abc", b"defg"))).records
    assert (record.packing, record.resolution) == ("WSQ", (500, 500))
    assert [(finger.position, finger.quality, finger.width, finger.content_bytes) for finger in record.fingers] == [
        (7, 80, 500, 3),
        (7, 80, 500, 4),
    ]
    assert read_dg3(biometric(0x63)).records == ()
    for broken in (fingers(b"abc")[:-1], fingers(b"abc")[:40], b"FIR", fingers()[:18] + b"\x05" + fingers()[19:]):
        with pytest.raises(Malformed):
            read_dg3(biometric(0x63, broken))


def test_dg5_and_dg7() -> None:
    (portrait,) = read_dg5(tlv(0x65, tlv(2, b"\x01"), tlv(0x5F40, JPEG))).pictures
    (signature,) = read_dg7(tlv(0x67, tlv(2, b"\x00\x01"), tlv(0x5F43, b"ink"))).pictures
    assert (portrait.type, signature.type) == (PictureType.JPEG, PictureType.UNKNOWN)
    with pytest.raises(Malformed, match="the wrong number of"):
        read_dg7(tlv(0x67, tlv(2, b"\x02"), tlv(0x5F43, b"ink")))


def test_dg11() -> None:
    others = tlv(0xA0, tlv(2, b"\x02"), tlv(0x5F0F, b"MARLOW<<LIN"), tlv(0x5F0F, b"ROSE"))
    read = read_dg11(
        tlv(
            0x6B,
            tlv(0x5C, b"\x5f\x0e\xa0"),
            tlv(0x5F0E, "MÄRLOW<<LINNÉA<ROSE".encode()),
            others,
            tlv(0x5F10, b"12345"),
            tlv(0x5F2B, bytes.fromhex("19800100")),
            tlv(0x5F42, b"1 QUAY<PORT"),
            tlv(0x5F13, b"PILOT\x1b[2J"),
            tlv(0x5F16, JPEG),
        )
    )
    assert (read.surname, read.given) == ("MÄRLOW", "LINNÉA ROSE")
    assert read.other_names == (("MARLOW", "LIN"), ("ROSE", ""))
    assert (read.birth, read.address, read.faults) == (PartialDate(1980, 1), ("1 QUAY", "PORT"), ())
    assert read.profession == "PILOT [2J"
    assert read.citizenship_proof is not None and read.citizenship_proof.type is PictureType.JPEG


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"CHIEF<PILOT", "CHIEF PILOT"),
        (b"CHIEF<<PILOT<<<<", "CHIEF PILOT"),
        ("MÉDECIN<".encode(), "MÉDECIN"),
        (b"<<<<", ""),
        (b"A < B", "A B"),
    ],
)
def test_fillers_in_any_text_of_dg11_and_dg12_are_blanks(written: bytes, read: str) -> None:
    tags = (0x5F10, 0x5F12, 0x5F13, 0x5F14, 0x5F15, 0x5F18)
    dg11 = read_dg11(tlv(0x6B, *(tlv(tag, written) for tag in tags)))
    texts = (dg11.personal_number, dg11.telephone, dg11.profession, dg11.title, dg11.summary, dg11.custody)
    assert set(texts) == {read}
    dg12 = read_dg12(tlv(0x6C, *(tlv(tag, written) for tag in (0x5F19, 0x5F1B, 0x5F1C, 0x5F56))))
    assert {dg12.authority, dg12.endorsements, dg12.tax_or_exit, dg12.device} == {read}


def test_dg11_with_a_date_that_is_none_keeps_the_rest() -> None:
    read = read_dg11(tlv(0x6B, tlv(0x5F0E, b"A<<B"), tlv(0x5F2B, b"19801399"), tlv(0x5F0E, b"C<<D")))
    assert (read.surname, read.birth) == ("A", None)
    assert read.faults == ("DG11 has the field 5F0E twice; only the first is used", "5F2B in DG11 is not a date")


def test_dg12() -> None:
    read = read_dg12(
        tlv(0x6C, tlv(0x5F19, b"UTOPIA"), tlv(0x5F26, b"20200229"), tlv(0x5F55, bytes.fromhex("20200229235959")))
    )
    assert (read.authority, read.issued, read.personalised) == ("UTOPIA", PartialDate(2020, 2, 29), "20200229235959")
    assert read_dg12(tlv(0x6C, tlv(0x5F26, b"2020-1"))).faults == ("5F26 in DG12 must have exactly 8 digits",)


def _oid(text: str) -> bytes:
    from asn1crypto.core import ObjectIdentifier

    return bytes(ObjectIdentifier(text).dump())


def test_dg14() -> None:
    key = EcSigner(ecdsa.BRAINPOOLP256r1)
    infos = [
        tlv(0x30, _oid(f"{PACE}.2.4"), tlv(2, b"\x02"), tlv(2, b"\x0d")),
        tlv(0x30, _oid(f"{CHIP_AUTHENTICATION}.2.2"), tlv(2, b"\x01")),
        tlv(0x30, _oid("0.4.0.127.0.7.2.2.1.2"), key.info, tlv(2, b"\x05")),
        tlv(0x30, _oid(ACTIVE_AUTHENTICATION), tlv(2, b"\x01"), _oid("0.4.0.127.0.7.1.1.4.1.3")),
        tlv(0x30, _oid("1.2.3"), tlv(0x30)),
    ]
    read = read_dg14(tlv(0x6E, tlv(0x31, *infos)))
    assert [(info.version, info.parameter) for info in read.infos] == [
        (2, 13),
        (1, None),
        (None, 5),
        (1, None),
        (None, None),
    ]
    assert read.infos[2].key_info == key.info and read.infos[3].algorithm == "0.4.0.127.0.7.1.1.4.1.3"
    assert read.offers(PACE) == read.infos[:1] and read.infos[4].protocol == "1.2.3"
    for broken in (
        b"",
        tlv(0x31, tlv(0x30, tlv(2, b"\x01"))),
        tlv(0x31, *[tlv(0x30, _oid("1.2.3"), b"\x05\x00")] * 65),
    ):
        with pytest.raises(Malformed):
            read_dg14(tlv(0x6E, broken))


def test_dg15() -> None:
    key = read_dg15(tlv(0x6F, EcSigner(ecdsa.BRAINPOOLP224r1).info)).key
    assert isinstance(key, EcKey) and key.curve.name == "BRAINPOOLP224r1"
    with pytest.raises(Malformed):
        _ = read_dg15(tlv(0x6F, b"\x30\x00")).key


def test_dg16() -> None:
    person = tlv(
        0xA1, tlv(0x5F50, b"20200101"), tlv(0x5F51, b"MARLOW<<OTTO"), tlv(0x5F52, b"123"), tlv(0x5F53, b"PORT")
    )
    (contact,) = read_dg16(tlv(0x70, tlv(2, b"\x01"), person)).persons
    assert (contact.surname, contact.given, contact.telephone, contact.address) == ("MARLOW", "OTTO", "123", ("PORT",))
    assert contact.recorded == PartialDate(2020, 1, 1)
    with pytest.raises(Malformed):
        read_dg16(tlv(0x70, tlv(2, b"\x02"), person))


_READERS: dict[int, Callable[[bytes], Any]] = {
    0x60: read_com, 0x61: read_dg1, 0x75: read_dg2, 0x63: read_dg3, 0x65: read_dg5, 0x67: read_dg7, 0x6B: read_dg11,
    0x6C: read_dg12, 0x6E: read_dg14, 0x6F: read_dg15, 0x70: read_dg16, 0x77: read_sod, 0x30: read_security_object,
}  # fmt: skip
_WHOLE = [biometric(0x75, face(JPEG)), biometric(0x75, face_39794(JPEG)), biometric(0x63, fingers(b"abc"))]
_WHOLE += [
    biometric(0x75, tlv(0xA1, face_39794(JPEG)), record_tag=0x7F2E),
    biometric(0x63, tlv(0xA1, fingers_39794((1, 1, b"abc"))), record_tag=0x7F2E),
]


@given(st.sampled_from(sorted(_READERS)), st.binary(max_size=200))
@example(0x6B, tlv(0xA0, tlv(0xA0, tlv(0xA0))))
def test_any_bytes_in_any_file_are_read_or_refused(tag: int, inside: bytes) -> None:
    for data in (tlv(tag, inside), inside):
        try:
            _READERS[tag](data)
        except Malformed:
            pass


@given(st.sampled_from(_WHOLE), st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_spoilt_picture_file_is_read_or_refused(whole: bytes, changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(whole)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    for reader in (read_dg2, read_dg3):
        try:
            reader(bytes(spoilt))
        except Malformed:
            pass

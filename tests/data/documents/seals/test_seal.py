"""Seals are read strictly: the worked examples of TR-03137-1 say what they say, and what is no seal is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.documents.seals.profiles import PROFILES, find_profile, read_facts, read_holder_number, read_zone
from data.documents.seals.seal import LARGEST_BYTES, MOST_FEATURES, decode_c40, decode_date, read_seal
from tests.support.sealed import authorities, c40, corrupted, day, features, header, seal, visa, zone

ARRIVAL = bytes.fromhex(
    "dc026abc6d32c8a519fc0f71341145f4fd020230a5621353d9a275735bd4134bc549133c133c133c133c133ca32519a519a4344a"
    "5e681ae7204b20d532cf4b7c133c133f030820d5201019a51aeaff404a1f218ca4392647ecff6c8abf9e796a78eebe0b1ac8cc25"
    "c4ee17eed961d1189091358d7d616f1a517abc747f6c4490ff159d4dcf50248b00b1e32e9e7805e7"
)
PERMIT = bytes.fromhex(
    "dc036abc6d32c8a727390f71341145f4fb0602305cba135875976ec066d417b59e8c6abc133c133c133c133c3fef3a2938ee43f1"
    "593d1ae52dbb26751fe64b7c133c136b0306d79519a65306ff40158cf5b0bb7fbda099e8e7c94abefc9677b2e71e9885f5cd9057"
    "a8bfcf930a6046bcf897650af8f9b0343c034d2f64ce081f95fbf3d01292d1f8165ece27d327"
)
STICKER = bytes.fromhex(
    "dc036abc6d32c8a72cb10f7134b798155d01022cdd52134a74da1347c6fed95cb89f9fce133c133c133c133c203833734aaf47f0"
    "c32f1a1e20eb2625393afe310403a00000050633be1fed20c6ff38d5573247608c9b64cae022c1c5249660e51ae316d600f974aa"
    "c2129c3f093c35955314026304705cd24c1b8100711bd4411f068e8d93e8b7"
)
"""TR-03137-1, annexes C, E and F."""
_, SIGNER = authorities()


def test_the_guidelines_arrival_attestation() -> None:
    read = read_seal(ARRIVAL)
    header = read.header
    assert (header.version, header.issuer, header.signer_state, header.signer) == (3, "D", "DE", "TS")
    assert (header.references, header.issued, header.signed) == (("00027",), date(2020, 1, 1), date(2020, 1, 13))
    zone = read_zone(read)
    assert zone is not None
    assert zone[1].startswith("MED<<MUSTERMANN<<ERIK<<<<<<<<<<<<<<<\nM0000000<4ALB")
    assert read_facts(read) == {"register number": "160113000085"}
    assert len(read.signature) == 64


def test_the_guidelines_residence_permit_and_visa() -> None:
    permit, sticker = read_seal(PERMIT), read_seal(STICKER)
    assert (permit.header.version, permit.header.references) == (4, ("27",))
    assert (find_profile(permit).title, read_holder_number(permit)) == ("residence permit", "UFO001979")
    assert (find_profile(sticker).title, sticker.header.references) == ("visa", ("32",))
    assert read_facts(sticker) == {"stay": "160 days", "passport": "47110815P"}
    zone = read_zone(sticker)
    assert zone is not None
    assert zone[1] == "VCD<<DENT<<ARTHUR<PHILIP<<<<<<<<<<<<\n1234567XY7GBR5203116M2005250<<<<<<<<"


def test_an_arrival_attestation_in_the_field_may_mean_either_reference() -> None:
    """They write version 4 over a reference of version 3: DEME03123 is 123 of three digits, or 03123."""
    reference = header(0xFD02, signer="DEME")[:4] + c40("DEME03123") + day(None) + day(None) + b"\xfd\x02"
    read = read_seal(seal(SIGNER, reference + features((3, c40("160113000085")))))
    assert read.header.references == ("123", "03123")
    assert (read.header.issued, read.header.signed) == (None, None)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", max_size=90))
def test_what_was_packed_is_unpacked(text: str) -> None:
    assert decode_c40(c40(text)) == text


@given(st.dates(date(1000, 1, 1)))
def test_dates(value: date) -> None:
    assert decode_date(day(value)) == value


@given(st.binary(max_size=300))
def test_any_bytes_are_a_seal_or_malformed(data: bytes) -> None:
    for tried in (data, b"\xdc\x03" + data, header(0x5D01) + data):
        try:
            read = read_seal(tried)
            read_zone(read), read_facts(read), read_holder_number(read)
        except Malformed:
            continue
        assert read.covered + bytes([0xFF]) in tried


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4))
def test_a_damaged_seal_is_another_one_or_malformed(places: list[int]) -> None:
    whole = visa(SIGNER)
    try:
        read_seal(corrupted(whole, places))
    except Malformed:
        return


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xdc",
        b"\xdd" + ARRIVAL[1:],
        b"\xdc\x04" + ARRIVAL[2:],
        ARRIVAL[:-1],
        ARRIVAL + b"x",
        header(0x5D01),
        seal(SIGNER, header(0x5D01)),
        header(0x5D01) + features((1, b"x")) + b"\xff\x03abc",
        header(0x5D01) + features(*[(9, b"x")] * (MOST_FEATURES + 1)) + b"\xff\x02ab",
        header(0x5D01) + b"\x01\x90" + b"x" * 0x90 + b"\xff\x02ab",
        ARRIVAL + b"\x00" * LARGEST_BYTES,
    ],
    ids=[
        "empty", "magic only", "no magic", "unknown version", "cut", "something behind", "header only", "no feature",
        "odd signature", "too many features", "length without form", "too large",
    ],
)  # fmt: skip
def test_what_is_no_seal_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_seal(data)


def test_what_fills_up_a_code_and_features_nobody_knows_do_not_matter() -> None:
    covered = header(0x5D01) + features((2, c40(zone().replace("\n", "")[:64])), (99, b"own"))
    read = read_seal(seal(SIGNER, covered) + b"\x81\x00")
    assert read.covered == covered
    assert read.feature(99) == b"own"


def test_a_long_feature_has_a_length_of_its_own() -> None:
    value = b"x" * 200
    read = read_seal(seal(SIGNER, header(0x0101) + b"\x07\x81\xc8" + value))
    assert read.feature(7) == value
    assert (find_profile(read).title, read_zone(read), read_facts(read)) == ("paper of a kind not known here", None, {})


def test_every_profile_reads_its_features() -> None:
    for number, profile in PROFILES.items():
        name = "Müßig".encode()
        values = {"entries": b"\x00", "stay": b"\xff\xff\xff", "surname": name, "given name": name, "born": name}
        features_told = [(tag, values.get(name, c40("AB1234567"))) for tag, name, _ in profile.facts] or [
            (2, c40("X" * 72))
        ]
        facts = read_facts(read_seal(seal(SIGNER, header(number) + features(*features_told))))
        assert set(facts) == {name for _, name, _ in profile.facts}

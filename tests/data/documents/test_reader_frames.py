"""Codes are what they are, whatever a reader or a scanner sends around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from data.documents.barcodes import Barcode, BarcodeKind, Symbology
from data.documents.boarding_pass import parse_boarding_pass
from data.documents.reader_frames import is_frame
from data.documents.seals.open_seal import read_open_seal
from data.documents.seals.seal import read_seal
from data.errors import InputError
from tests.support.sealed import authorities, visa

PASS = b"M1SAMPLE/ADA MRS      EABC123 AAABBBXY 0123 183Y012A0025 100"
OTHER_PASS = PASS.replace(b"ADA MRS", b"BEA MRS")
_, SIGNER = authorities()
SEAL = visa(SIGNER)
OPEN_SEAL = b'{"data":{"hdr":{"t":"icao.test","is":"UTO"},"msg":{}},"sig":{"sigvl":"AA","cer":"AA"}}'

_CONTROLS = st.text("\0\x01\x02\x04\x05\x06\n\r\t \x1b\x1d", max_size=6)
_STATUS = st.sampled_from(["", "READY\r\n", "GOOD READ\n\r", "\r\n", "00\x1d", "]d1", "]L0", " ]z3"])
STARTS = st.builds(lambda controls, status: (controls + status).encode(), _CONTROLS, _STATUS)
ENDS = st.one_of(
    st.text("\0\x04\n\r\t ", max_size=6).map(str.encode),
    st.binary(min_size=1, max_size=1).map(lambda checksum: b"\x03" + checksum),
    st.sampled_from([b"\r\n", b"\n\r\n\r", b"\x03\r\n", b"\x03A\r\n"]),
)


@given(STARTS, ENDS)
def test_a_boarding_pass_in_any_frame_is_the_same_pass(start: bytes, end: bytes) -> None:
    framed = start + PASS + end
    assert Barcode(Symbology.UNKNOWN, framed).kind is BarcodeKind.BOARDING_PASS
    assert parse_boarding_pass(framed) == parse_boarding_pass(PASS)


@given(STARTS, ENDS)
def test_a_seal_in_any_frame_is_the_same_seal(start: bytes, end: bytes) -> None:
    framed = start + SEAL + end
    assert Barcode(Symbology.UNKNOWN, framed).kind is BarcodeKind.SEAL
    assert read_seal(framed) == read_seal(SEAL)


@given(STARTS, ENDS)
def test_a_seal_in_json_in_any_frame_is_the_same_seal(start: bytes, end: bytes) -> None:
    framed = start + OPEN_SEAL + end
    assert Barcode(Symbology.UNKNOWN, framed).kind is BarcodeKind.OPEN_SEAL
    assert read_open_seal(framed) == read_open_seal(OPEN_SEAL)


@given(STARTS, ENDS)
def test_a_frame_around_nothing_is_no_code(start: bytes, end: bytes) -> None:
    assert Barcode(Symbology.UNKNOWN, start + end).kind is BarcodeKind.OTHER
    with pytest.raises(InputError):
        parse_boarding_pass(start + end)


@pytest.mark.parametrize("between", [b"\r\n", b"\x03\x02", b"\0"])
def test_two_passes_are_not_one(between: bytes) -> None:
    with pytest.raises(InputError, match="2 of them"):
        parse_boarding_pass(PASS + between + OTHER_PASS)
    assert parse_boarding_pass(PASS + between + PASS) == parse_boarding_pass(PASS)


def test_blanks_that_are_missing_or_a_control_character_in_a_pass_refuse_it() -> None:
    for damaged in (PASS[:40] + b"\x1d" + PASS[40:], PASS[:40] + b"\0" + PASS[41:], PASS[:58]):
        with pytest.raises(InputError):
            parse_boarding_pass(damaged)


@pytest.mark.parametrize("after", [b"x", b"\r\nx", b"\x03AB", SEAL, b"\x00\xdc"])
def test_data_after_a_seal_refuses_it(after: bytes) -> None:
    assert not is_frame(after)
    with pytest.raises(Malformed):
        read_seal(SEAL + after)

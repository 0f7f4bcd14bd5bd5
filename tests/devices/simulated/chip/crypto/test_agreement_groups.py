"""The chip's own groups and mappings against the reader's, which share no code but the constants of RFC 5114."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.certificates.malformed import Malformed
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import STANDARD_GROUPS, EcGroup, standard_group
from devices.chip.crypto.integrated_mapping import map_integrated
from devices.simulated.chip.crypto.agreement_groups import (
    CURVES_BY_NUMBER,
    NUMBER_GROUPS,
    agreement_group,
    has_integrated_mapping,
    map_nonces,
)
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite

_KEYS = st.integers(2, 1 << 150)


def test_both_know_the_same_groups() -> None:
    assert {*NUMBER_GROUPS, *CURVES_BY_NUMBER} == set(STANDARD_GROUPS)


@settings(max_examples=4, deadline=None)
@given(ours=_KEYS, theirs=_KEYS, nonce=st.binary(min_size=8, max_size=64).filter(any))
@pytest.mark.parametrize("number", STANDARD_GROUPS)
def test_chip_and_reader_agree_in_the_mapped_group(number: int, ours: int, theirs: int, nonce: bytes) -> None:
    chip: Any = agreement_group(number)
    reader: Any = standard_group(number)
    assert chip.encode(chip.public(ours)) == reader.encode(reader.public(ours))
    chip_point, reader_point = (
        chip.decode(reader.encode(reader.public(theirs))),
        reader.decode(chip.encode(chip.public(ours))),
    )
    shared = chip.agree(ours, chip_point)
    assert chip.secret(shared) == reader.secret(reader.agree(theirs, reader_point))
    chip = chip.map_generic(nonce, shared)
    reader = reader.map_generic(nonce, reader.agree(theirs, reader_point))
    assert chip.encode(chip.public(theirs)) == reader.encode(reader.public(theirs))


@settings(max_examples=5, deadline=None)
@given(seed=st.binary(min_size=64, max_size=64))
@pytest.mark.parametrize("number", STANDARD_GROUPS)
@pytest.mark.parametrize(
    "suites", list(zip(SimulatedCipherSuite, CipherSuite, strict=True)), ids=lambda suites: suites[1].name
)
def test_chip_and_reader_map_nonces_alike(
    suites: tuple[SimulatedCipherSuite, CipherSuite], number: int, seed: bytes
) -> None:
    ours, theirs = seed[: suites[0].nonce_bytes], seed[-suites[0].key_bytes :]
    chip: Any = agreement_group(number)
    reader = standard_group(number)
    if not has_integrated_mapping(number):
        assert isinstance(reader, EcGroup) and reader.curve.prime % 4 != 3
        return
    mapped: Any = map_integrated(reader, suites[1], ours, theirs)
    chip = map_nonces(chip, suites[0], ours, theirs)
    assert chip.encode(chip.public(12_345)) == mapped.encode(mapped.public(12_345))


@pytest.mark.parametrize("number", STANDARD_GROUPS)
def test_what_is_not_in_the_group_is_refused(number: int) -> None:
    group: Any = agreement_group(number)
    reader: Any = standard_group(number)
    for encoded in (group.invalid(), b"", b"\x00", b"\x04" * 9, b"\x02" + group.encode(group.base)[1:33]):
        for decode in (group.decode, reader.decode):
            with pytest.raises(Malformed):
                decode(encoded)

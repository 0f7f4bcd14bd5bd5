"""The integrated mapping by the worked examples of Doc 9303-11 (appendix H), and what it refuses."""

import pytest

from data.certificates.malformed import Malformed
from devices.chip.crypto.ciphers import CipherSuite
from devices.chip.crypto.groups import STANDARD_GROUPS, EcGroup, standard_group
from devices.chip.crypto.integrated_mapping import map_integrated
from tests.devices.support.agreement_groups import curve_group, modp

BP256, MODP = 13, 0


def test_the_integrated_mapping_of_appendix_h_1() -> None:
    nonce, ours = (
        bytes.fromhex(value) for value in ("2923BE84E16CD6AE529049F1F1BBE9EB", "5DD4CBFC96F5453B130D890A1CDBAE32")
    )
    mapped = map_integrated(curve_group(BP256), CipherSuite.AES_128, nonce, ours)
    assert isinstance(mapped, EcGroup)
    assert mapped.generator[0] == 0x8E82D31559ED0FDE92A4D0498ADD3C23BABA94FB77691E31E90AEA77FB17D427
    assert mapped.curve.contains(mapped.generator)


def test_the_integrated_mapping_of_appendix_h_2() -> None:
    nonce, ours = (
        bytes.fromhex(value) for value in ("FA5B7E3E49753A0DB9178B7B9BD898C8", "B3A6DB3C870C3E99245E0D1C06B747DE")
    )
    mapped = map_integrated(modp(MODP), CipherSuite.AES_128, nonce, ours)
    assert f"{mapped.generator:X}".startswith("1D7D767F11E333BCD6DBAEF40E799E7A926B96973550656FF3C830726D118D61")


@pytest.mark.parametrize("suite", list(CipherSuite))
@pytest.mark.parametrize("number", [number for number in STANDARD_GROUPS if number != 10])
def test_the_integrated_mapping_stays_in_the_group(suite: CipherSuite, number: int) -> None:
    group = standard_group(number)
    mapped = map_integrated(group, suite, b"\x21" * suite.nonce_bytes, b"\x42" * suite.key_bytes)
    assert mapped.decode(mapped.encode(mapped.public(3))) == mapped.public(3)


def test_a_curve_without_the_integrated_mapping_is_refused() -> None:
    with pytest.raises(Malformed):
        map_integrated(curve_group(10), CipherSuite.AES_128, bytes(16), bytes(16))

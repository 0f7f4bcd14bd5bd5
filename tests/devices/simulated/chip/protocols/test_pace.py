"""PACE from the chip's side, by the worked examples of Doc 9303-11."""

import pytest

from devices.chip.crypto.ciphers import CipherSuite, SessionKeys
from devices.simulated.chip.personalisation.card import AgreementKey
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.protocols.pace import _chip_authentication_data
from devices.simulated.chip.protocols.session import PaceRun
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.injected import bare_card, in_turn, private
from tests.devices.support.minted import profile
from tests.devices.support.pace_examples import EXAMPLES, I_1, I_1_CHIP_KEY, Example


def test_the_proof_of_chip_authentication_mapping_of_appendix_i() -> None:
    key = AgreementKey("ecdh", 13, 0x86C88A4579CE48135878E6348A734B5D47CE5BC1E54C0E8978687B49FDE2E2C2)
    public = key.group.public(key.private)
    assert (public.x(), public.y()) == I_1_CHIP_KEY
    offer = profile(pace=["ecdh-cam-aes-128:13"]).pace[0]
    run = PaceRun(offer, b"", group=key.group)
    run.mapping_private = 0x9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA
    keys = SessionKeys(CipherSuite.AES_128, bytes.fromhex(I_1.encryption), bytes.fromhex(I_1.mac))
    proof = _chip_authentication_data((key,), run, keys)
    assert I_1.lines[-1].endswith(f"8A30{proof.hex().upper()}9000")


_ON_ECDH = "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"
_CHIP: dict[str, tuple[str, str, list[str]]] = {
    "G.1": (
        "ecdh-gm-aes-128:13",
        "3F00C4D39D153F2B2A214A078D899B22",
        ["498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560", _ON_ECDH],
    ),
    "G.2": (
        "dh-gm-aes-128:0",
        "FA5B7E3E49753A0DB9178B7B9BD898C8",
        ["66DDAFEAC1609CB5B963BB0CB3FF8B3E047F336C", "A5B780126B7C980E9FCEA1D4539DA1D27C342DFA"],
    ),
    "H.1": ("ecdh-im-aes-128:13", "2923BE84E16CD6AE529049F1F1BBE9EB", [_ON_ECDH]),
    "H.2": (
        "dh-im-aes-128:0",
        "FA5B7E3E49753A0DB9178B7B9BD898C8",
        [
            "020F018C7284B047FA7721A337EFB7ACB1440BB30C5252BD41C97C30C994BB78E9F0C5B32744D84017D21FFA6878396A"
            "6469CA283EF5C000DAF7D261A39AB8860ED4610AB5343390897AAB5A7787E4FAEFA0649C6A94FDF82D991E8E3FC332F5"
            "142729E7040A3F7D5A4D3CD75CBEE1F043C1CAD2DD484FEB4ED22B597D36688E"
        ],
    ),
}
"""The chip's offer, nonce and private keys."""
_MRZ = "T22000129364081251010318"


@pytest.mark.parametrize("name", sorted(_CHIP))
def test_pace_of_appendices_g_and_h(name: str) -> None:
    chip = chip_of_example(name)
    lines = EXAMPLES[name].lines
    for command, answer in zip(lines[::2], lines[1::2], strict=True):
        assert chip.transmit(bytes.fromhex(command)).hex().upper() == answer


def chip_of_example(name: str) -> SimulatedChip:
    offer, nonce, secrets = _CHIP[name]
    example: Example = EXAMPLES[name]
    profile = ChipProfile.model_validate({"access": ["pace"], "pace": [offer], "can": "123456"})
    randomness = [bytes.fromhex(nonce), *(private(secret, example.offer.domain) for secret in secrets)]
    return SimulatedChip(bare_card(profile, _MRZ), in_turn(*randomness))

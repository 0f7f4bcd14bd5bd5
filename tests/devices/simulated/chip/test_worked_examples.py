"""The worked examples of Doc 9303-11, appendices D, G and H: from the chip's side, its random numbers as printed."""

import pytest

from devices.simulated.chip.personalisation.card import COM
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.injected import bare_card, in_turn, private
from tests.devices.support.pace_examples import EXAMPLES, Example

_EF_COM = bytes.fromhex("60145F0104303130365F36063034303030305C026175")
_BAC_TALK = (
    ("00A4040C07A0000002471001", "9000"),
    ("0084000008", "4608F919887022129000"),
    (
        "008200002872C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A728",
        "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
    ),
    ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
    ("0CB000000D9701048E08ED6705417E96BA5500", "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000"),
    (
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
    ),
)
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


def test_basic_access_and_reading_of_appendix_d() -> None:
    randomness = in_turn(bytes.fromhex("4608F91988702212"), bytes.fromhex("0B4F80323EB3191CB04970CB4052790B"))
    card = bare_card(ChipProfile(access=("bac",)), "L898902C<369080619406236", {COM: _EF_COM})
    chip = SimulatedChip(card, randomness)
    for command, answer in _BAC_TALK:
        assert chip.transmit(bytes.fromhex(command)).hex().upper() == answer


@pytest.mark.parametrize("name", sorted(_CHIP))
def test_pace_of_appendices_g_and_h(name: str) -> None:
    chip = _chip(name)
    lines = EXAMPLES[name].lines
    for command, answer in zip(lines[::2], lines[1::2], strict=True):
        assert chip.transmit(bytes.fromhex(command)).hex().upper() == answer


def _chip(name: str) -> SimulatedChip:
    offer, nonce, secrets = _CHIP[name]
    example: Example = EXAMPLES[name]
    profile = ChipProfile.model_validate({"access": ["pace"], "pace": [offer], "can": "123456"})
    randomness = [bytes.fromhex(nonce), *(private(secret, example.offer.domain) for secret in secrets)]
    return SimulatedChip(bare_card(profile, _MRZ), in_turn(*randomness))

"""Basic access from the chip's side, by the worked example of Doc 9303-11, D; its random numbers as printed."""

from devices.simulated.chip.personalisation.card import COM
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.injected import bare_card, in_turn

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


def test_basic_access_and_reading_of_appendix_d() -> None:
    randomness = in_turn(bytes.fromhex("4608F91988702212"), bytes.fromhex("0B4F80323EB3191CB04970CB4052790B"))
    card = bare_card(ChipProfile(access=("bac",)), "L898902C<369080619406236", {COM: _EF_COM})
    chip = SimulatedChip(card, randomness)
    for command, answer in _BAC_TALK:
        assert chip.transmit(bytes.fromhex(command)).hex().upper() == answer

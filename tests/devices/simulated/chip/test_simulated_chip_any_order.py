"""Commands in any order: the chip always answers, and gives nothing that is protected without access.

Its files hold a mark that no answer may show: without access they are refused, with access they come encrypted.
"""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from devices.chip.apdu import CommandApdu
from devices.chip.bac import establish_bac
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipError
from devices.chip.lds.security_infos import read_card_access
from devices.chip.pace.offers import PaceOffer, pace_offers
from devices.chip.pace.protocol import establish_pace
from devices.simulated.chip.personalisation.card import CARD_ACCESS, COM, GROUP_FILES, SOD
from devices.simulated.chip.simulated_chip import SimulatedChip
from tests.devices.support.minted import MRZ_KEY, card

_MARK = b"what is protected must not come out in the clear "
_FILES = {file: _MARK * 12 for file in (COM, SOD, *GROUP_FILES.values())}
_GOOD = card(pace=["ecdh-gm-aes-128:13"])
_CARD = replace(_GOOD, application=_FILES)
_OFFER: PaceOffer = pace_offers(read_card_access(_GOOD.master[CARD_ACCESS]))[0]
_FRAGMENT = _MARK[:12]
_INSTRUCTIONS = (0xA4, 0xB0, 0xB1, 0x84, 0x82, 0x88, 0x22, 0x86, 0xC0, 0x20, 0xFF)
_PARAMETERS = (0x0000, 0x040C, 0x020C, 0x0400, 0x8100, 0x9E00, 0x9D00, 0x0101, 0x0001, 0xC1A4, 0x41A4, 0x41A6)
_DATA = (
    b"", bytes.fromhex("A0000002471001"), b"\x01\x1e", b"\x01\x01", b"\x01\x1c", b"\x3f\x00", b"\x54\x01\x00",
    b"\x7c\x00", bytes.fromhex("800A04007F00070202040202830101"), bytes.fromhex("800A04007F00070202030202"),
    bytes.fromhex("7C02810104"), bytes(8), bytes(40),
)  # fmt: skip


class AnyOrder(RuleBasedStateMachine):
    """A terminal that does anything."""

    def __init__(self) -> None:
        super().__init__()
        self.chip = SimulatedChip(_CARD, wait=lambda seconds: None)
        self.card = Card(BoundedTransport(self, Deadline(600)))
        self.answers: list[bytes] = []

    def transmit(self, command: bytes) -> bytes:
        answer = self.chip.transmit(command)
        self.answers.append(answer)
        return answer

    @rule(raw=st.binary(max_size=300))
    def say_anything(self, raw: bytes) -> None:
        self.transmit(raw)

    @rule(
        cla=st.sampled_from((0x00, 0x0C, 0x10, 0x1C, 0x04, 0x80)), ins=st.sampled_from(_INSTRUCTIONS),
        parameters=st.sampled_from(_PARAMETERS), data=st.sampled_from(_DATA),
        le=st.sampled_from((b"", b"\x00", b"\x20")),
    )  # fmt: skip
    def say_what_looks_like_a_command(self, cla: int, ins: int, parameters: int, data: bytes, le: bytes) -> None:
        body = bytes([len(data)]) + data if data else b""
        self.transmit(bytes([cla, ins]) + parameters.to_bytes(2, "big") + body + le)

    @rule()
    def turn_to_the_application_in_the_clear(self) -> None:
        self.transmit(bytes.fromhex("00A4040C07A0000002471001"))

    @rule(group=st.sampled_from((1, 2, 3, 29, 30)), file=st.sampled_from(tuple(_FILES)))
    def read_in_the_clear(self, group: int, file: int) -> None:
        self.transmit(bytes([0x00, 0xB0, 0x80 | group, 0, 0]))
        self.transmit(b"\x00\xa4\x02\x0c\x02" + file.to_bytes(2, "big"))
        self.transmit(bytes.fromhex("00B0000000"))
        self.transmit(bytes.fromhex("00B1000003540100FF"))

    @rule()
    def lay_again(self) -> None:
        self.chip.lay_down()

    @rule()
    def open_by_basic_access(self) -> None:
        self.card = Card(BoundedTransport(self, Deadline(600)))
        self.chip.lay_down()
        self.card.select_application()
        self.card.secure(establish_bac(self.card, MRZ_KEY))

    @rule()
    def open_by_pace(self) -> None:
        self.card = Card(BoundedTransport(self, Deadline(600)))
        self.chip.lay_down()
        self.card.secure(establish_pace(self.card, MRZ_KEY, _OFFER).channel)
        self.card.select_application()

    @rule(offset=st.integers(0, 700), size=st.integers(1, 200), group=st.sampled_from((1, 2, 3, 4, 30)))
    def read_in_the_channel(self, offset: int, size: int, group: int) -> None:
        """What comes is the file, or one that anybody may read; fingers stay closed even in the channel."""
        try:
            self.card.send(CommandApdu(0, 0xB0, 0x80 | group, 0, expected=1))
            response = self.card.send(CommandApdu(0, 0xB0, offset >> 8, offset & 0xFF, expected=size))
        except ChipError:
            return
        if response.status.ok and group not in (3, 4):
            assert any(response.data in file for file in (_FILES[COM], *_CARD.master.values()))

    @invariant()
    def nothing_protected_in_the_clear(self) -> None:
        for answer in self.answers:
            assert len(answer) >= 2
            assert _FRAGMENT not in answer
        self.answers.clear()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(deadline=None, max_examples=25, stateful_step_count=25)

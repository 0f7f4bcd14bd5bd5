"""Which way a chip is opened, and what is recorded where the best way was not taken."""

from typing import Any

import pytest

from devices.chip.access_keys import CanKey
from devices.chip.apdu import encode_tlv
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.errors import AccessCause, AccessRefused, ChannelBroken, ChipMalformed, ChipRefused
from devices.chip.reading import AccessKind
from devices.faults import DeviceFault, FaultReason
from devices.ports import Transport
from tests.devices.support.lying import PlainChip
from tests.devices.support.minted import check_of
from tests.support.invented_chips import KEY, WRONG, chip, read

EVERY_PACE = [
    *(f"ecdh-gm-{suite}:{group}" for suite in ("3des", "aes-128", "aes-192", "aes-256") for group in (8, 12, 13, 18)),
    "ecdh-gm-aes-128:14", "ecdh-gm-aes-128:17", "ecdh-im-3des:13", "ecdh-im-aes-128:12", "ecdh-im-aes-192:15",
    "ecdh-im-aes-256:13", "dh-gm-3des:0", "dh-gm-aes-128:1", "dh-gm-aes-256:2", "dh-im-aes-128:0", "dh-im-aes-192:2",
    "ecdh-cam-aes-128:13", "ecdh-cam-aes-192:15", "ecdh-cam-aes-256:12",
]  # fmt: skip


@pytest.mark.parametrize("offer", EVERY_PACE)
def test_every_kind_of_pace_opens_a_chip(offer: str) -> None:
    reading = read(chip(pace=[offer], chip_authentication=[f"ecdh-aes-128:{offer.partition(':')[2]}"]
                        if "cam" in offer else []))  # fmt: skip
    agreement, mapping, *_ = offer.upper().split("-")
    assert reading.access.kind is AccessKind.PACE
    assert reading.access.protocol.startswith(f"PACE-{agreement}-{mapping} with ")
    assert reading.outcome is Authenticity.GENUINE


@pytest.mark.parametrize(
    "offer", ["ecdh-gm-aes-128:13", "dh-gm-aes-128:1", "ecdh-im-aes-256:13", "ecdh-cam-aes-128:13"]
)
def test_the_access_number_opens_what_the_zone_opens(offer: str) -> None:
    reading = read(chip(pace=[offer], can="271828"), CanKey("271828"))
    assert reading.access.kind is AccessKind.PACE
    with pytest.raises(AccessRefused) as refused:
        read(chip(pace=[offer], can="271828"), CanKey("271829"))
    assert refused.value.cause is AccessCause.WRONG_KEY


def test_an_access_number_opens_no_chip_that_has_none() -> None:
    for profile in ({}, {"access": ["bac"]}):
        with pytest.raises(AccessRefused) as refused:
            read(chip(**profile), CanKey("271828"))
        assert refused.value.cause is AccessCause.NOT_OFFERED


@pytest.mark.parametrize("access", [["pace"], ["bac"], ["pace", "bac"]])
def test_a_wrong_zone_opens_nothing(access: list[str]) -> None:
    with pytest.raises(AccessRefused) as refused:
        read(chip(access=access), WRONG)
    assert refused.value.cause is AccessCause.WRONG_KEY


def test_a_blocked_chip_says_so() -> None:
    blocking = chip(blocked_after=1)
    with pytest.raises(AccessRefused):
        read(blocking, WRONG)
    with pytest.raises(AccessRefused) as refused:
        read(blocking, KEY)
    assert refused.value.cause is AccessCause.BLOCKED


def test_a_pace_that_fails_is_a_downgrade_that_is_recorded() -> None:
    access = read(chip(faults=["pace_fails"])).access
    assert access.kind is AccessKind.BAC
    assert len(access.downgrades) == 1
    assert "PACE did not accept the zone that BAC accepts" in access.downgrades[0]


def test_an_offer_that_was_taken_away_is_found_out() -> None:
    reading = read(chip(faults=["no_card_access"]))
    assert reading.access.kind is AccessKind.BAC
    assert [check.reason for check in reading.proofs if check.name == "offers"] == [AuthenticityReason.OFFERS_HIDDEN]
    assert reading.outcome is Authenticity.NOT_GENUINE


@pytest.mark.parametrize("fault", ["invalid_point", "reflected_key"])
@pytest.mark.parametrize("offer", ["ecdh-gm-aes-128:13", "dh-gm-aes-128:0", "ecdh-gm-3des:14"])
def test_hostile_key_agreement_ends_the_reading(fault: str, offer: str) -> None:
    with pytest.raises(ChipMalformed, match="PACE failed"):
        read(chip(faults=[fault], pace=[offer]))


def test_a_chip_that_asks_for_no_key_is_read_and_said_to_be_open() -> None:
    com = encode_tlv(0x60, encode_tlv(0x5C, b"\x61"))
    for key in (KEY, CanKey("271828")):
        reading = read(OpenChip({0x011E: com}), key)
        assert reading.access.kind is AccessKind.OPEN
        assert reading.contents.com is not None


def test_an_access_file_that_is_none_is_a_recorded_downgrade() -> None:
    reading = read(
        OpenChip({0x011E: encode_tlv(0x60, encode_tlv(0x5C, b"\x61")), 0x011C: encode_tlv(0x31, b"\x30\x05")})
    )
    assert reading.access.downgrades[0].startswith("PACE was not tried, because EF.CardAccess")


def test_offers_nobody_knows_are_a_recorded_downgrade() -> None:
    unknown = encode_tlv(0x31, encode_tlv(0x30, bytes.fromhex("060A04007F00070202040909"), b"\x02\x01\x02"))
    reading = read(OpenChip({0x011E: encode_tlv(0x60, encode_tlv(0x5C, b"\x61")), 0x011C: unknown}))
    assert "kinds of PACE that this kit does not support" in reading.access.downgrades[0]


def test_what_is_no_travel_document_is_refused() -> None:
    class OtherCard:
        def transmit(self, command: bytes) -> bytes:
            return b"\x6a\x82"

    with pytest.raises(ChipRefused, match="no travel document"):
        read(OtherCard())


def test_a_wrong_mac_ends_the_reading_and_is_not_tried_again() -> None:
    with pytest.raises(ChannelBroken, match="MAC"):
        read(chip(faults=["wrong_mac"], at=14))


def test_a_response_that_somebody_changed_once_is_not_read_again_as_if_nothing_had_been() -> None:
    class Meddled:
        def __init__(self) -> None:
            self.chip, self.count = chip(), 0

        def transmit(self, command: bytes) -> bytes:
            self.count += 1
            answer = self.chip.transmit(command)
            return answer[:-3] + bytes((answer[-3] ^ 1,)) + answer[-2:] if self.count == 14 else answer

    with pytest.raises(ChannelBroken, match="MAC"):
        read(Meddled())


def test_a_chip_that_leaves_the_channel_over_the_swift_manner_is_read_cautiously() -> None:
    class Leaving:
        """It knows no short identifiers in its application, and leaves the channel over them."""

        def __init__(self) -> None:
            self.chip, self.secured = chip(), 0

        def transmit(self, command: bytes) -> bytes:
            if command[:2] == b"\x0c\xb0" and command[2] & 0x80:
                self.secured += 1
                self.chip.transmit(bytes.fromhex("00A4000C023F00"))
                return b"\x6a\x82"
            return self.chip.transmit(command)

    leaving = Leaving()
    reading = read(leaving)
    assert reading.outcome is Authenticity.GENUINE
    assert leaving.secured == 1, "once is enough to know"


class OpenChip(PlainChip):
    """A chip of the first days: no key, no application to select twice."""

    def transmit(self, command: bytes) -> bytes:
        if command[:4] in (b"\x00\xa4\x00\x0c", b"\x00\xa4\x04\x0c"):
            return b"\x90\x00"
        return b"\x6d\x00" if command[1] == 0x84 else super().transmit(command)


@pytest.mark.parametrize("reason", [FaultReason.PROTOCOL, FaultReason.UNPLUGGED])
def test_a_reader_that_fails_over_long_commands_is_spoken_to_in_short_ones(reason: FaultReason) -> None:
    class ShortReader:
        def __init__(self) -> None:
            self.chip = chip()
            self.longest = 0

        def transmit(self, command: bytes) -> bytes:
            if len(command) > 5 and command[4] == 0:
                self.chip.lay_down()
                raise DeviceFault(reason, "too long")
            self.longest = max(self.longest, len(command))
            return self.chip.transmit(command)

    reader = ShortReader()
    reading = read(NoLengthsSaid(reader))
    assert reading.outcome is Authenticity.GENUINE
    assert reader.longest <= 261


class NoLengthsSaid:
    """A chip that takes long lengths and has no EF.ATR/INFO to say so."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def transmit(self, command: bytes) -> bytes:
        return b"\x6a\x82" if command[:3] == b"\x00\xb0\x81" else self._transport.transmit(command)


def test_a_chip_that_does_not_say_its_lengths_is_asked() -> None:
    class Counted:
        def __init__(self, **profile: str) -> None:
            self.chip, self.count = chip(**profile), 0

        def transmit(self, command: bytes) -> bytes:
            self.count += 1
            return self.chip.transmit(command)

    long, short = Counted(), Counted(extended_length="no")
    for expected in (long, short):
        assert read(NoLengthsSaid(expected)).outcome is Authenticity.GENUINE
    assert long.count < 40 < short.count


@pytest.mark.parametrize("errors", ["protected", "plain"])
@pytest.mark.parametrize("access", [["pace"], ["bac"]])
@pytest.mark.parametrize("switches", [
    {"select": "with_information"}, {"pace_group": "required"},
    *({"lengths": "refused", "longest_read": longest} for longest in (100, 160, 192, 223, 231, 256, 1_000)),
    {"lengths": "exact"}, {"lengths": "refused", "longest_read": 160, "extended_length": "no"},
], ids=str)  # fmt: skip
def test_a_chip_that_accepts_one_form_of_a_command_alone_is_read(
    switches: dict[str, Any], access: list[str], errors: str
) -> None:
    reading = read(chip(**switches, access=access, errors=errors))
    assert reading.outcome is Authenticity.GENUINE
    assert not reading.unread and not reading.access.downgrades


@pytest.mark.parametrize("blocks", [1, 2, 3, 8])
@pytest.mark.parametrize("offer", [
    "ecdh-gm-3des:12", "ecdh-gm-aes-128:13", "ecdh-gm-aes-192:15", "ecdh-gm-aes-256:17", "ecdh-cam-aes-256:13",
    "dh-gm-aes-256:2",
])  # fmt: skip
def test_a_nonce_has_as_many_blocks_as_the_chip_likes(offer: str, blocks: int) -> None:
    reading = read(chip(pace=[offer], access=["pace"], nonce_blocks=blocks))
    assert reading.access.kind is AccessKind.PACE and not reading.access.downgrades


def test_an_offer_that_cannot_be_used_is_declined_and_the_next_one_or_bac_is_tried() -> None:
    integrated = chip(pace=["ecdh-im-aes-128:13"], nonce_blocks=2)
    access = read(integrated).access
    assert access.kind is AccessKind.BAC
    assert "nonce has 32 bytes instead of 16" in access.downgrades[0]
    both = read(chip(pace=["ecdh-gm-aes-128:13", "dh-im-aes-128:1"], nonce_blocks=2)).access
    assert both.kind is AccessKind.PACE and not both.downgrades


def test_bac_is_tried_where_pace_knows_no_zone() -> None:
    class NoZoneInPace:
        def __init__(self) -> None:
            self.chip = chip()

        def transmit(self, command: bytes) -> bytes:
            return b"\x6a\x88" if command[1] == 0x22 and command[2] == 0xC1 else self.chip.transmit(command)

    access = read(NoZoneInPace()).access
    assert access.kind is AccessKind.BAC and len(access.downgrades) == 1


@pytest.mark.parametrize("first", ["31FF", "3105", "30029000", "", "01"])
def test_offers_that_cannot_be_read_are_unknown_and_not_removed(first: str) -> None:
    class Garbling:
        """Its EF.CardAccess is not what it should be."""

        def __init__(self) -> None:
            self.chip = chip()

        def transmit(self, command: bytes) -> bytes:
            if command[:3] in (b"\x00\xb0\x9c", b"\x00\xb0\x00"):
                return bytes.fromhex(first) + b"\x90\x00"
            return self.chip.transmit(command)

    reading = read(Garbling())
    assert reading.access.kind is AccessKind.BAC and len(reading.access.downgrades) == 1
    offers = check_of(reading, "offers")
    assert (offers.answer, offers.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD)
    assert reading.outcome is Authenticity.INCOMPLETE


def test_the_master_file_is_selected_without_its_identifier_if_the_chip_wants_that() -> None:
    class Nameless:
        """At first the travel document is selected, and the master file knows no identifier."""

        def __init__(self) -> None:
            self.chip = chip()
            self.chip.transmit(bytes.fromhex("00A4040C07A0000002471001"))

        def transmit(self, command: bytes) -> bytes:
            if command[1:3] == b"\xa4\x00" and b"\x3f\x00" in command:
                return b"\x6a\x82"
            return self.chip.transmit(command)

    assert read(Nameless()).access.kind is AccessKind.PACE


@pytest.mark.parametrize(("word", "reason"), [
    ("6A82", AuthenticityReason.OFFERS_HIDDEN), ("6982", AuthenticityReason.OFFERS_HIDDEN),
    ("6F00", AuthenticityReason.UNREAD), ("6700", AuthenticityReason.UNREAD), ("6988", AuthenticityReason.UNREAD),
])  # fmt: skip
def test_a_chip_that_fails_over_its_offers_does_not_hide_them(word: str, reason: AuthenticityReason) -> None:
    class Failing:
        def __init__(self) -> None:
            self.chip = chip()

        def transmit(self, command: bytes) -> bytes:
            if command[:3] in (b"\x00\xb0\x9c", b"\x00\xb0\x00"):
                return bytes.fromhex(word)
            return self.chip.transmit(command)

    reading = read(Failing())
    assert reading.access.kind is AccessKind.BAC and not reading.access.downgrades
    assert check_of(reading, "offers").reason is reason

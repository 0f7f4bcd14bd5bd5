"""A chip inspected: what honest chips come to, and what missing or unsigned parts come to."""

import pytest

from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.errors import ChipGone
from tests.devices.support.minted import check_of
from tests.support.invented_chips import chip, read


@pytest.mark.parametrize("profile", [
    {"face": "39794-5"}, {"picture": "jpeg2000"}, {"lds": "1.7"}, {"digests": "sha512"}, {"extended_length": "no"},
    {"longest_read": 240}, {"longest_read": 2_000}, {"lengths": "exact"}, {"answers": "in_parts"},
    {"answers": "in_protected_parts"},
    {"answers": "in_protected_parts", "active_authentication": "rsa-sha256", "access": ["bac"]}, {"access": ["bac"]},
    {"access": ["bac"], "extended_length": "no"}, {"groups": [1, 2]}, {"faults": ["endless_file"]},
    {"faults": ["hidden_group"], "group": 15},
])  # fmt: skip
def test_every_honest_chip_is_genuine(profile: dict[str, object]) -> None:
    reading = read(chip(**profile))
    assert reading.outcome is Authenticity.GENUINE
    assert not reading.unread


def test_chips_that_take_long_lengths_are_read_in_fewer_commands() -> None:
    class Counted:
        def __init__(self, **profile: object) -> None:
            self.chip, self.commands = chip(**profile), 0

        def transmit(self, command: bytes) -> bytes:
            self.commands += 1
            return self.chip.transmit(command)

    long, short = Counted(), Counted(extended_length="no")
    assert read(long).outcome is read(short).outcome is Authenticity.GENUINE
    assert long.commands < 40 < short.commands


@pytest.mark.parametrize("fault", ["missing_group", "long_length", "length_bomb"])
def test_a_group_that_is_not_given_leaves_the_reading_incomplete(fault: str) -> None:
    reading = read(chip(faults=[fault], group=2))
    assert reading.outcome is Authenticity.INCOMPLETE
    assert list(reading.unread) == ["DG2"]
    assert reading.document is not None, "the rest is read"


def test_a_group_of_elements_within_elements_is_refused_and_told() -> None:
    reading = read(chip(faults=["nested_bomb"], group=11))
    assert reading.outcome is Authenticity.NOT_GENUINE
    assert "DG11" in reading.contents.faults or reading.contents.dg11 is not None


@pytest.mark.parametrize(("group", "proof"), [(14, "chip"), (15, "active")])
def test_a_key_that_nobody_signed_and_that_is_not_there_is_no_broken_promise(group: int, proof: str) -> None:
    named = read(chip(faults=["unsigned_group", "missing_group"], group=group))
    signed = read(chip(faults=["missing_group"], group=group))
    of_named, of_signed = (
        next(check for check in reading.proofs if check.name == proof) for reading in (named, signed)
    )
    assert (of_named.answer, of_named.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.NOT_OFFERED)
    assert (of_signed.answer, of_signed.reason) == (AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD)
    assert next(check for check in named.proofs if check.name == "complete").reason is AuthenticityReason.UNREAD


def test_a_torn_off_chip_is_read_when_it_lies_again() -> None:
    torn = chip(faults=["tear_off"], at=15)
    with pytest.raises(ChipGone, match="lifted"):
        read(torn)
    torn.lay_down()
    assert read(torn).outcome is Authenticity.GENUINE


def test_a_chip_without_the_issuers_signature_is_not_genuine() -> None:
    reading = read(chip(faults=["sod_cut"]))
    assert reading.passive.check("structure").reason is AuthenticityReason.MALFORMED
    assert "does not give the issuer's signature" in reading.passive.check("structure").says


@pytest.mark.parametrize(("group", "proof"), [(14, "chip"), (15, "active")])
@pytest.mark.parametrize("fault", ["long_length", "length_bomb", "nested_bomb"])
def test_a_key_that_cannot_be_read_in_full_is_no_key_that_is_withheld(fault: str, group: int, proof: str) -> None:
    check = check_of(read(chip(faults=[fault], group=group)), proof)
    assert (check.answer, check.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


def test_a_key_of_which_the_chip_gives_a_part_is_no_key_that_is_withheld() -> None:
    class Stopping:
        """It stops within DG15."""

        def __init__(self) -> None:
            self.chip = chip(access=[], active_authentication="rsa-sha256", extended_length="no", longest_read=200)
            self.in_key = False

        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0xB0 and command[2] & 0x80:
                self.in_key = command[2] == 0x8F
            stops = self.in_key and command[1] == 0xB0 and not command[2] & 0x80
            return b"\x69\x85" if stops else self.chip.transmit(command)

    check = check_of(read(Stopping()), "active")
    assert (check.answer, check.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


class Cutting:
    """Cuts every answer into parts of at most `size` bytes, below the encrypted channel."""

    def __init__(self, size: int, *, says_length: bool) -> None:
        self.chip, self.size, self.says_length = chip(active_authentication="rsa-sha512"), size, says_length
        self.rest = b""

    def transmit(self, command: bytes) -> bytes:
        if command[:2] == b"\x00\xc0":
            if self.says_length and (command[-1] or 256) != min(len(self.rest) - 2, self.size):
                return b"\x6c" + bytes([min(len(self.rest) - 2, self.size) & 0xFF])
        else:
            self.rest = self.chip.transmit(command)
        part, self.rest = self.rest[: self.size], self.rest[self.size :]
        if len(self.rest) <= 2:
            part, self.rest = part + self.rest, b""
            return part
        return part + b"\x61" + bytes([0 if self.says_length else min(len(self.rest) - 2, 255)])


@pytest.mark.parametrize("says_length", [False, True])
@pytest.mark.parametrize("size", [100, 230, 256])
def test_answers_that_were_cut_up_are_put_together(size: int, says_length: bool) -> None:
    assert read(Cutting(size, says_length=says_length)).outcome is Authenticity.GENUINE


@pytest.mark.parametrize(("answer", "outcome"), [
    ("9000", Authenticity.INCOMPLETE), ("77829000", Authenticity.INCOMPLETE), ("6A82", Authenticity.NOT_GENUINE),
    ("77820500016282", Authenticity.NOT_GENUINE), ("6700", Authenticity.INCOMPLETE), ("6581", Authenticity.INCOMPLETE),
    ("6982", Authenticity.NOT_GENUINE),
])  # fmt: skip
def test_a_signature_that_cannot_be_read_is_not_a_wrong_one(answer: str, outcome: Authenticity) -> None:
    class NoSignature:
        def __init__(self) -> None:
            self.chip, self.selected = chip(access=[]), False

        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0xA4:
                self.selected = b"\x01\x1d" in command
                if self.selected and answer.endswith("6282"):
                    return b"\x90\x00"
            by_short_id = command[1] == 0xB0 and command[2] & 0x80
            if command[:3] == b"\x00\xb0\x9d" or (self.selected and not by_short_id):
                return bytes.fromhex(answer)
            return self.chip.transmit(command)

    reading = read(NoSignature())
    assert reading.outcome is outcome


@pytest.mark.parametrize(
    "word", ["6700", "6F00", "6F42", "6400", "6581", "6600", "6988", "6A86", "6B00", "6D00", "6E00"]
)
@pytest.mark.parametrize(("group", "name"), [(14, "chip"), (15, "active")])
def test_a_chip_that_fails_over_the_file_of_its_key_does_not_withhold_it(group: int, name: str, word: str) -> None:
    assert _check_with_refused(group, name, word) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE)


@pytest.mark.parametrize("word", ["6A82", "6982", "6985", "6A83"])
@pytest.mark.parametrize(("group", "name"), [(14, "chip"), (15, "active")])
def test_a_chip_that_denies_the_file_of_its_key_withholds_it(group: int, name: str, word: str) -> None:
    assert _check_with_refused(group, name, word) == (AuthenticityAnswer.FAIL, AuthenticityReason.PROOF_WITHHELD)


def _check_with_refused(group: int, name: str, word: str) -> tuple[AuthenticityAnswer, AuthenticityReason]:
    class Refusing:
        """It answers with `word` to whatever is about the file."""

        def __init__(self) -> None:
            self.chip, self.selected = chip(access=[]), False

        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0xA4:
                self.selected = command[5:7] == bytes([1, group])
            by_short_id = command[1] == 0xB0 and command[2] & 0x80
            if (by_short_id and command[2] & 0x1F == group) or (self.selected and not by_short_id):
                return bytes.fromhex(word)
            return self.chip.transmit(command)

    check = check_of(read(Refusing()), name)
    return check.answer, check.reason

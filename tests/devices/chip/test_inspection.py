"""A chip inspected: what honest chips come to, and what missing or unsigned parts come to."""

import pytest

from data.errors import InputError
from data.text import _
from devices.chip import inspection
from devices.chip import reading as reading_module
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason
from devices.chip.errors import ChipGone, ChipRefused
from devices.chip.lds.dg11 import read_dg11
from devices.faults import DeviceFault, FaultReason
from devices.simulated.chip.personalisation import personalise
from devices.simulated.chip.simulated_chip import SimulatedChip
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


class Closed:
    """It opens and then answers every reading with `word`, as an identity card does to whoever is not authorised."""

    def __init__(self, word: str, files: tuple[int, ...] = tuple(range(1, 17)), *, sod: bool = True) -> None:
        self.chip, self.word, self.selected = chip(access=[]), bytes.fromhex(word), 0
        self.files = {*files, *([0x1D] if sod else [])}

    def transmit(self, command: bytes) -> bytes:
        if command[1] == 0xA4:
            self.selected = command[6] if command[5:6] == b"\x01" else 0
        number = command[2] & 0x1F if command[1] == 0xB0 and command[2] & 0x80 else self.selected
        if number in self.files and command[1] in (0xA4, 0xB0):
            return self.word
        return self.chip.transmit(command)


def test_a_chip_that_opens_for_authorised_terminals_alone_has_no_wrong_signature() -> None:
    reading = read(Closed("6982"))
    complete = check_of(reading, "complete")
    assert reading.outcome is Authenticity.INCOMPLETE and reading.is_locked
    assert complete.reason is AuthenticityReason.FORBIDDEN and "authorised" in complete.says
    assert "closely" not in "".join(check.says for check in reading.checks)


@pytest.mark.parametrize("chip_", [Closed("6982", (), sod=True), Closed("6982", (2,), sod=False), Closed("6A82")])
def test_a_chip_that_gives_a_part_or_has_nothing_is_not_one_for_authorised_terminals(chip_: Closed) -> None:
    reading = read(chip_)
    assert not reading.is_locked
    assert all(check.reason is not AuthenticityReason.FORBIDDEN for check in reading.checks)


def signed_oddly(monkeypatch: pytest.MonkeyPatch, group: bytes) -> SimulatedChip:
    """A chip whose DG2 the issuer signed as it is."""
    monkeypatch.setattr(personalise, "write_dg2", lambda *_args, **_options: group)
    return chip(access=[])


@pytest.mark.parametrize("group", ["7500", "7503020100", "7F61020100"])
def test_what_the_issuer_signed_and_the_kit_does_not_understand_is_not_everything(
    monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    content = bytes.fromhex(group)
    reading = read(signed_oddly(monkeypatch, b"\x75" + bytes([len(content)]) + content))
    complete = check_of(reading, "complete")
    assert reading.passive.check("digests").answer is AuthenticityAnswer.PASS
    assert (complete.answer, complete.reason) == (AuthenticityAnswer.NOT_DONE, AuthenticityReason.NOT_UNDERSTOOD)
    assert "DG2" in complete.says and reading.unclear["DG2"] in complete.says
    assert reading.outcome is Authenticity.INCOMPLETE


def test_a_zone_that_is_none_is_said_with_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "parse_mrz", refuse_zone)
    reading = read(chip(access=[]))
    assert reading.document is None and reading.outcome is Authenticity.INCOMPLETE
    assert reading.why_not("DG1") == "It is no zone" and reading.why_not("DG2") == ""


def refuse_zone(*_args: object, **_options: object) -> None:
    raise InputError(_("It is no zone"))


def test_dates_of_details_that_are_none_are_shown_and_spoil_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    details = bytes.fromhex("6B0B5C025F2B5F2B0461626364")
    monkeypatch.setattr(reading_module, "read_dg11", lambda _data: read_dg11(details))
    reading = read(chip(access=[]))
    assert "5F2B" in reading.unclear["DG11"] and reading.outcome is Authenticity.GENUINE


def test_fingerprints_that_the_chip_fails_over_are_said_and_those_that_it_withholds_are_not() -> None:
    withheld, failed = read(Closed("6982", (3,), sod=False)), read(Closed("6581", (3,), sod=False))
    assert not withheld.unread and list(failed.unread) == ["DG3"]


def test_a_stopped_service_is_no_lifted_document() -> None:
    class Stopped:
        def transmit(self, command: bytes) -> bytes:
            raise DeviceFault(FaultReason.NO_DRIVER, _("The service does not run"))

    with pytest.raises(DeviceFault) as fault:
        read(Stopped())
    assert fault.value.reason is FaultReason.NO_DRIVER


def test_an_application_that_is_closed_to_this_kit_is_neither_absent_nor_a_declined_offer() -> None:
    opened = chip(access=[])

    class Refusing:
        def transmit(self, command: bytes) -> bytes:
            return b"\x69\x82" if command[1:3] == b"\xa4\x04" else opened.transmit(command)

    with pytest.raises(ChipRefused) as refused:
        read(Refusing())
    assert refused.value.is_forbidden and "no travel document" not in refused.value.what
    assert "authorised" in refused.value.do and "again will not help" in refused.value.do

"""Reading files in both manners, and chips that lie, drip or break off."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.chip.apdu import encode_tlv
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipMalformed, ChipRefused
from devices.chip.file_reader import COM, DATA_GROUPS, SOD, FileReader, FileReadProgress, ReadMode
from devices.chip.lds.atr_info import response_limit
from devices.ports import Transport
from tests.devices.support.lying import PlainChip

PICTURE = encode_tlv(0x75, bytes(range(256)) * 300)
DG2 = DATA_GROUPS[2]


def reader_of(chip: Transport, mode: ReadMode = ReadMode.SWIFT, limit: int = 256) -> FileReader:
    card = Card(BoundedTransport(chip, Deadline(20)))
    card.response_limit = limit
    return FileReader(card, mode)


@pytest.mark.parametrize("limit", [256, 2_000, 65_536])
@pytest.mark.parametrize("mode", list(ReadMode))
@pytest.mark.parametrize("size", [4, 250, 260, 15_000, 32_760, 33_100, 70_000])
def test_a_file_is_read_whole(mode: ReadMode, limit: int, size: int) -> None:
    content = encode_tlv(0x75, bytes(size))
    chip = PlainChip({DG2.file_id: content})
    assert reader_of(chip, mode, limit).read(DG2) == content


def test_a_longer_response_needs_fewer_commands() -> None:
    chips = [PlainChip({DG2.file_id: PICTURE}) for _ in range(2)]
    for chip, limit in zip(chips, (256, 65_536), strict=True):
        reader_of(chip, limit=limit).read(DG2)
    assert len(chips[0].commands) > 300
    assert len(chips[1].commands) == 2


def test_a_chip_without_short_identifiers_is_read_by_selection_and_asked_so_at_once_afterwards() -> None:
    chip = PlainChip({0x0102: PICTURE, 0x011E: encode_tlv(0x60, b"\x5c\x00")}, short_ids=False)
    reader = reader_of(chip)
    assert reader.read(DG2) == PICTURE
    before = len(chip.commands)
    reader.read(COM)
    assert [command[1] for command in chip.commands[before:]] == [0xA4, 0xB0]


def test_filler_after_the_file_is_left_behind() -> None:
    content = encode_tlv(0x60, b"\x5c\x01\x61")
    assert reader_of(PlainChip({0x011E: content + bytes(40)})).read(COM) == content


def test_the_watcher_sees_the_picture_grow() -> None:
    seen: list[FileReadProgress] = []
    FileReader(Card(BoundedTransport(PlainChip({0x0102: PICTURE}), Deadline(20))), ReadMode.SWIFT, seen.append).read(
        DG2
    )
    assert [progress.bytes_read for progress in seen] == sorted({progress.bytes_read for progress in seen})
    assert seen[-1] == FileReadProgress("DG2", len(PICTURE), len(PICTURE))


def test_a_file_the_chip_does_not_give_is_refused_by_name() -> None:
    for mode in ReadMode:
        with pytest.raises(ChipRefused, match="does not give DG2") as refused:
            reader_of(PlainChip({}), mode).read(DG2)
        assert refused.value.status.word == 0x6A82


@pytest.mark.parametrize(("content", "says"), [
    (b"", "begin"), (b"\x75", "no length"), (b"\x75\x80" + bytes(9), "no length"),
    (b"\x75\x85" + bytes(9), "no length"),
    (b"\x75\x84\x7f\xff\xff\xff" + bytes(9), "bytes; at most"), (b"\x61\x02\x00\x00", "instead of 75"),
    (b"\x75\x82\x10\x00" + bytes(900), "should have 4100 bytes"),
])  # fmt: skip
@pytest.mark.parametrize("mode", list(ReadMode))
def test_a_lying_file_is_refused(mode: ReadMode, content: bytes, says: str) -> None:
    with pytest.raises(ChipMalformed, match=says):
        reader_of(PlainChip({0x0102: content}), mode).read(DG2)


def test_small_files_have_a_small_bound() -> None:
    content = encode_tlv(0x77, bytes(70_000))
    with pytest.raises(ChipMalformed, match="at most 65536 are read"):
        reader_of(PlainChip({0x011D: content})).read(SOD)


def test_a_chip_that_drips_is_not_waited_for() -> None:
    chip = PlainChip({0x0102: PICTURE}, limit=8)
    with pytest.raises(ChipMalformed, match="the chip gives"):
        reader_of(chip).read(DG2)
    assert len(chip.commands) < 5


def test_more_than_was_asked_for_is_refused() -> None:
    class Generous(PlainChip):
        def give(self, data: bytes, at: int, expected: int, *, far: bool) -> bytes:
            return super().give(data, at, expected + 1, far=far)

    for content in (PICTURE, encode_tlv(0x75, bytes(100_000))):
        with pytest.raises(ChipMalformed, match="more of DG2"):
            reader_of(Generous({0x0102: content})).read(DG2)


def test_a_chip_that_breaks_off_says_where() -> None:
    class Tired(PlainChip):
        def give(self, data: bytes, at: int, expected: int, *, far: bool) -> bytes:
            return b"\x6b\x00" if at > 1_000 else super().give(data, at, expected, far=far)

    with pytest.raises(ChipRefused, match="stopped giving DG2 after 1024"):
        reader_of(Tired({0x0102: PICTURE})).read(DG2)


def test_a_far_piece_that_is_no_element_is_refused() -> None:
    class Careless(PlainChip):
        def give(self, data: bytes, at: int, expected: int, *, far: bool) -> bytes:
            return b"\x54\x00\x90\x00" if far else super().give(data, at, expected, far=far)

    with pytest.raises(ChipMalformed):
        reader_of(Careless({0x0102: PICTURE})).read(DG2)


@given(st.binary(max_size=40))
def test_any_first_bytes_are_a_file_or_malformed(junk: bytes) -> None:
    try:
        assert reader_of(PlainChip({0x0102: junk})).read(DG2) == junk[: 2 + junk[1]]
    except ChipMalformed:
        pass


@pytest.mark.parametrize(("data", "limit"), [
    ("7F660802020400 02020800", 2_048), ("4701C0 7F660A 0203010000 0203010000", 65_536), ("7F6604 02020400", 256),
    ("", 256), ("7F66", 256), ("7F6608 02020400 020200 00", 256), ("7F660A 0203010000 0203FFFFFF", 65_536),
])  # fmt: skip
def test_the_longest_response_is_what_the_chip_says_within_reason(data: str, limit: int) -> None:
    assert response_limit(bytes.fromhex(data)) == limit


class Narrow(PlainChip):
    """It gives at most `most` bytes at a time, and `answer` to a command that asks for more."""

    def __init__(self, content: bytes, most: int, answer: bytes, *, short_ids: bool = True) -> None:
        super().__init__({0x0102: content, 0x0101: encode_tlv(0x61, bytes(500))}, short_ids=short_ids)
        self.most, self.answer, self.refused = most, answer, 0

    def give(self, data: bytes, at: int, expected: int, *, far: bool) -> bytes:
        if expected <= self.most:
            return super().give(data, at, expected, far=far)
        self.refused += 1
        return self.answer


@given(st.integers(64, 300), st.sampled_from(["6700", "6F00", "9000"]), st.booleans(), st.sampled_from([256, 65_536]))
@settings(max_examples=60)
def test_a_chip_that_gives_few_bytes_at_a_time_is_asked_for_fewer(
    most: int, answer: str, short_ids: bool, limit: int
) -> None:
    content = encode_tlv(0x75, bytes(range(256)) * 140)
    narrow = Narrow(content, most, bytes.fromhex(answer), short_ids=short_ids)
    reader = reader_of(narrow, limit=limit)
    assert reader.read(DG2) == content
    refused = narrow.refused
    assert refused <= 7
    assert len(reader.read(DATA_GROUPS[1])) == 504
    assert narrow.refused == refused, "once is enough to know"


@pytest.mark.parametrize("form", [(0x0C, b""), (0x00, b"\x00"), (0x00, b"")])
def test_select_is_repeated_until_the_chip_accepts_its_form(form: tuple[int, bytes]) -> None:
    class Particular(PlainChip):
        def transmit(self, command: bytes) -> bytes:
            if command[1] == 0xA4 and (command[3], command[7:]) != form:
                self.commands.append(command)
                return b"\x6a\x86"
            return super().transmit(command)

    chip = Particular({0x0102: PICTURE, 0x0101: encode_tlv(0x61, bytes(9))}, short_ids=False)
    reader = reader_of(chip)
    assert reader.read(DG2) == PICTURE
    before = len(chip.commands)
    reader.read(DATA_GROUPS[1])
    assert [command[1] for command in chip.commands[before:]] == [0xA4, 0xB0, 0xB0], "the form is known by now"

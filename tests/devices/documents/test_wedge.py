"""Key events become the characters that a reader typed, or a fault; never another zone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.documents.tables.layouts import LAYOUTS
from devices.documents.wedge import DOWN, EV_KEY, EV_SYN, EVENT, SYN_DROPPED, UP, KeyEvents
from tests.contract.benches.pipe_bench import CONTROL, SHIFT, strokes
from tests.contract.benches.port import ZONE
from tests.devices.support.keyboards import ALT_GR_KEY, keys_of

REPEAT, CAPS_LOCK, KEY_A, KEY_1, ALT = 2, 58, 30, 2, 56


def key(code: int, value: int) -> bytes:
    return EVENT.pack(0, 0, EV_KEY, code, value)


def test_an_event_has_the_kernels_size() -> None:
    assert EVENT.size == 24


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_character_of_a_zone_can_be_typed(layout: str) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<\r"
    assert KeyEvents(layout).decode(strokes(alphabet, keys_of(layout))) == alphabet.encode()


def test_layouts_differ_where_keyboards_do() -> None:
    typed = {name: KeyEvents(name).decode(b"".join(key(c, DOWN) for c in (16, 21, 2))) for name in ("us", "de", "fr")}
    assert typed == {"us": b"qy1", "de": b"qz1", "fr": b"ay&"}


@settings(deadline=None)
@given(cut=st.integers(0, 400 * EVENT.size))
def test_half_an_event_waits_for_its_other_half(cut: int) -> None:
    stream = strokes(ZONE.replace("\n", "\r"))
    events = KeyEvents("us")
    assert events.decode(stream[:cut]) + events.decode(stream[cut:]) == ZONE.replace("\n", "\r").encode()


@settings(deadline=None)
@given(st.binary(max_size=2_000))
def test_no_stream_is_an_error(data: bytes) -> None:
    assert len(KeyEvents("us").decode(data)) <= len(data) // EVENT.size


def test_only_presses_type() -> None:
    stream = key(KEY_A, DOWN) + key(KEY_A, REPEAT) * 50 + key(KEY_A, UP) + EVENT.pack(0, 0, 4, 4, 458756)
    assert KeyEvents("us").decode(stream) == b"a"


def test_caps_lock_shifts_letters_and_not_digits() -> None:
    stream = key(CAPS_LOCK, DOWN) + key(CAPS_LOCK, UP) + key(KEY_A, DOWN) + key(KEY_1, DOWN)
    assert KeyEvents("us").decode(stream) == b"A1"


def test_control_with_a_letter_is_its_control_character() -> None:
    events = KeyEvents("us")
    assert events.decode(key(CONTROL, DOWN) + key(48, DOWN) + key(CONTROL, UP) + key(48, DOWN)) == b"\x02b"


def test_lost_events_can_never_pass_for_a_zone() -> None:
    lost = EVENT.pack(0, 0, EV_SYN, SYN_DROPPED, 0)
    assert KeyEvents("us").decode(key(KEY_A, DOWN) + lost + key(KEY_A, DOWN)) == b"a\x1aa"


def test_a_keyboard_plugged_in_again_has_no_key_down() -> None:
    events = KeyEvents("us")
    events.decode(key(SHIFT, DOWN) + b"half")
    events.reset()
    assert events.decode(key(KEY_A, DOWN)) == b"a"


def test_alt_gr_is_a_key_of_its_own_or_control_with_alt() -> None:
    typed = KeyEvents("cz").decode(key(ALT_GR_KEY, DOWN) + key(51, DOWN) + key(ALT_GR_KEY, UP) + key(51, DOWN))
    assert typed == b"<,"
    typed = KeyEvents("hu").decode(
        key(CONTROL, DOWN) + key(ALT, DOWN) + key(86, DOWN) + key(ALT, UP) + key(CONTROL, UP)
    )
    assert typed == b"<"


def test_alt_with_the_number_block_is_the_character_of_a_code() -> None:
    digits = {"0": 82, "6": 77, "8": 72}
    stream = key(ALT, DOWN) + b"".join(key(digits[digit], DOWN) for digit in "060") + key(ALT, UP)
    stream += key(ALT, DOWN) + b"".join(key(digits[digit], DOWN) for digit in "080") + key(ALT, UP)
    assert KeyEvents("fr").decode(stream + key(KEY_A, DOWN)) == b"<Pq"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_character_that_latin_1_lacks_is_no_error(layout: str) -> None:
    presses = b"".join(
        key(held, DOWN) + key(code, DOWN) + key(held, UP) for code in range(120) for held in (SHIFT, 100)
    )
    assert KeyEvents(layout).decode(presses)

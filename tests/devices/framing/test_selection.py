"""Which framing a reader uses is guessed from what came."""

import pytest

from devices.faults import DeviceFault, FaultReason
from devices.framing.selection import advice, guess_framing, make_framing
from tests.contract.benches.port import ZONE
from tests.devices.support.framed import SELF_ENDING, frame_text


def test_there_is_no_other_framing() -> None:
    with pytest.raises(DeviceFault) as fault:
        make_framing("morse")
    assert fault.value.reason is FaultReason.SETUP and "stx-etx" in fault.value.what


@pytest.mark.parametrize("case", SELF_ENDING)
def test_the_framing_is_guessed_from_what_came(case: str) -> None:
    stream = frame_text(case, ZONE).removeprefix(b"\x49\0\0")
    assert guess_framing(stream) == case
    assert f"framing={case}" in advice(stream, "other")
    assert advice(stream, case) == "" or case == "elyctis"


def test_bytes_at_a_wrong_speed_are_told_from_text() -> None:
    assert "baud=" in advice(bytes(range(128, 255)), "cr")
    assert "cable" in advice(b"", "cr")

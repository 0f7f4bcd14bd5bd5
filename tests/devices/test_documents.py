"""Readers of documents: what cannot be opened says why, before and after it is tried."""

import builtins
from pathlib import Path
from typing import Any

import pytest

from devices.faults import DeviceFault, FaultReason
from tests.devices.support.opened import open_reader, reason_to_open


def reason(url: str) -> FaultReason:
    with pytest.raises(DeviceFault) as fault:
        open_reader(url)
    assert fault.value.hint
    return fault.value.reason


@pytest.mark.parametrize(
    "url",
    [
        "serial://ttyS0",
        "serial:///dev/ttyS0?baud=9601",
        "serial:///dev/ttyS0?framing=morse",
        "serial:///dev/ttyS0?parity=even",
        "serial:///dev/ttyS0?isolated=maybe",
        "wedge:///dev/input/event3?layout=xx",
        "wedge:///dev/input/event3?framing=elyctis",
        "folder:///tmp?settle=soon",
        "folder:///tmp?settle=0",
        "folder:///tmp?after=frame",
        "replay:///absent.jsonl",
    ],
)
def test_a_url_that_cannot_be_is_refused_before_anything_is_opened(url: str) -> None:
    assert reason(url) is FaultReason.SETUP


async def test_what_is_no_port_or_no_keyboard_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for url in (f"serial://{tmp_path}/file", f"wedge://{tmp_path}/file", "wedge:///dev/null"):
        assert (await reason_to_open(url)).reason is FaultReason.SETUP


async def test_a_missing_extra_stops_nothing_and_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = builtins.__import__

    def without_serial(name: str, *rest: Any, **more: Any) -> Any:
        if name == "serial":
            raise ImportError(name)
        return ours(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_serial)
    fault = await reason_to_open("serial:///dev/ttyS0")
    assert fault.reason is FaultReason.NO_DRIVER and "-m pip install 'pyserial>=" in fault.hint

"""Files of events: redaction keeps the shape, what is none is refused, a last line may be cut."""

from pathlib import Path

import pytest

from devices.faults import DeviceFault, FaultReason
from devices.recording.event_file import load_events, redact_bytes, redact_text


def test_redaction_keeps_the_shape() -> None:
    assert redact_text("\x02P<UTO12\r\nÄ٣\x03") == "\x02X<XXX00\r\nX0\x03"
    assert redact_bytes(b"\x02P<UTO12\r\n\xc4\x03") == b"\x02X<XXX00\r\nX\x03"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello\n",
        '{"waypost_recording": 2}\n',
        '{"waypost_recording": 1}\n{"after_s": -1, "kind": "back"}\n',
        '{"waypost_recording": 1}\n{"after_s": 0, "kind": "bytes", "hex": "0"}\n',
        '{"waypost_recording": 1}\n{"after_s": 0, "kind": "dance"}\n',
    ],
)
def test_what_is_no_recording_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text(text)
    with pytest.raises(DeviceFault) as fault:
        load_events(tmp_path / "x.jsonl")
    assert fault.value.reason is FaultReason.SETUP


def test_a_last_line_that_broke_off_is_left_out(tmp_path: Path) -> None:
    whole = '{"waypost_recording": 1}\n{"after_s": 0, "kind": "back"}\n'
    (tmp_path / "x.jsonl").write_text(whole + '{"after_s": 0, "ki')
    assert len(load_events(tmp_path / "x.jsonl")) == 1

"""A chip in lines: what was read and is not understood is said with why, as on the screen and in JSON."""

import pytest

from data.certificates.malformed import Malformed
from data.text import _
from devices.chip import reading as reading_module
from tests.support.invented_chips import chip, read
from ui.text.chip_result import chip_lines
from ui.text.text_output import chip_json


def test_what_is_not_understood_is_shown_with_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_data: bytes) -> None:
        raise Malformed(_("A face in DG2 has an unknown format"))

    monkeypatch.setattr(reading_module, "read_dg2", refuse)
    reading = read(chip(access=[]))
    lines = [str(line) for line in chip_lines(reading)]
    assert "? DG2 was read, but not all of it is understood: A face in DG2 has an unknown format" in lines
    assert not any("Everything" in line for line in lines)
    assert chip_json(reading)["unclear"] == {"DG2": "A face in DG2 has an unknown format"}

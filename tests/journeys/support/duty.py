"""Somebody of headquarters who settles conflicts and answers kits by radio."""

from pathlib import Path

from tests.support.command_line import Waypost

NUMBER, PIN = "H-1", "739164"


def add_duty(waypost: Waypost, hq: Path) -> tuple[str, str]:
    """Add the person, who chooses a PIN; returns what they type from then on."""
    person = ("--name", "K. Duty", "--role", "supervisor", "--post", "Headquarters")
    added = waypost("hq", "people", "add", NUMBER, "--home", hq, *person, "--json")
    assert added.code == 0, added.err
    changed = waypost("hq", "staff", "change-pin", NUMBER, "--home", hq, typed=(added.json["pin"], PIN, PIN))
    assert changed.code == 0, changed.err
    return NUMBER, PIN

"""A password in the URL of a source, a mirror, a neighbour or the uplink is shown nowhere and logged nowhere."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import Waypost

SECRET = "lantern-of-the-bridge"
URL = f"http://post:{SECRET}@127.0.0.1:9"
WRONG = f"http://post:{SECRET}@127.0.0.1:9/?query"


def with_settings(kit: Path, text: str) -> Path:
    """The kit with other settings."""
    lines = (kit / "kit.toml").read_text().splitlines()
    key = text.partition(" = ")[0]
    (kit / "kit.toml").write_text("\n".join(text if line.startswith(f"{key} = ") else line for line in lines) + "\n")
    return kit


@pytest.mark.parametrize("setting", ["source", "uplink"])
def test_a_courier_that_does_not_get_through_says_where_without_the_password(
    waypost: Waypost, kit: Path, setting: str
) -> None:
    with_settings(kit, f"{setting} = {json.dumps(URL)}")
    for options in ((), ("--json",)):
        done = waypost("courier", "run", "--home", kit, *options)
        said = done.out + done.err
        assert done.code and "http://…@127.0.0.1:9" in said and SECRET not in said, said
    for path in (kit / "log").rglob("*"):
        assert SECRET not in path.read_text()


def test_a_wrong_source_is_shown_without_the_password(waypost: Waypost, hq: Path, kit: Path, tmp_path: Path) -> None:
    calls = (
        ("courier", "run", "--home", kit, "--source", WRONG),
        ("courier", "run", "--home", kit, "--source", URL),
        ("courier", "run", "--home", with_settings(kit, f"source = {json.dumps(WRONG)}")),
        ("hq", "enrol", "--home", hq, "--kit", "far", "--source", WRONG, "--out", tmp_path / "far.secret"),
        ("kit", "bench", "--home", kit, "--reader", URL),
        ("check", "--home", kit, "--reader", f"tcp:/post:{SECRET}@x"),
    )
    for call in calls:
        done = waypost(*call)
        assert done.code and done.err and SECRET not in done.out + done.err, (call, done.err)


def test_an_enrolled_source_is_shown_without_the_password(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    out = tmp_path / "far.secret"
    done = waypost("hq", "enrol", "--home", hq, "--kit", "far", "--source", URL, "--out", out)
    assert done.code == 0 and SECRET not in done.out + done.err
    assert SECRET in out.read_text()
    done = waypost("kit", "init", "--home", tmp_path / "far", "--enrol", out)
    assert done.code == 0 and SECRET not in done.out + done.err

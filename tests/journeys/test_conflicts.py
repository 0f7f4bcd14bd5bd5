"""Through the command line: two copies of one kit run, headquarters sees it, settles it, and both go on."""

import shutil
from pathlib import Path

from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Done, Waypost, enrolled


def test_a_conflict_is_seen_looked_at_settled_and_the_kit_goes_on(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    def must(*arguments: object) -> Done:
        done = waypost(*arguments)
        assert done.code == 0, (arguments, done.err)
        return done

    def there_and_back(kit: Path) -> Done:
        must("stick", "out", "--home", kit, stick)
        taken = must("stick", "in", "--home", hq, stick)
        must("stick", "out", "--home", hq, stick)
        must("stick", "in", "--home", kit, stick)
        return taken

    kit = enrolled(waypost, hq, tmp_path / "far", stick)
    must("stick", "out", "--home", hq, stick)
    must("stick", "in", "--home", kit, stick)
    there_and_back(kit)
    copy = Path(shutil.copytree(kit, tmp_path / "copy", symlinks=True))
    for one in (kit, copy):
        must("check", "--home", one, "--mrz", HONEST)
    assert "contradicts" not in there_and_back(kit).err
    assert "contradicts what the kit reported before; see `waypost hq conflicts`" in there_and_back(copy).err

    assert "CONFLICT crossings" in must("hq", "report", "--home", hq).out
    found = must("hq", "conflicts", "--home", hq, "--json").json
    assert {one["kit"] for one in found} == {"far"} and all(one["open"] for one in found)
    crossings = next(one["number"] for one in found if one["stream"] == "crossings")
    shown = must("hq", "conflicts", "show", crossings, "--home", hq).out
    assert "first  screening" in shown and "other  screening" in shown
    assert waypost("hq", "conflicts", "settle", crossings, "--home", hq, "--happened", "both").code == 2
    for one in found:
        settled = must(
            "hq", "conflicts", "settle", one["number"], "--home", hq, "--happened", "both",
            "--who", "Inspector One", "--why", "the disk was copied for a drill", "--yes",
        )  # fmt: skip
        assert "settled" in settled.out and "Inspector One: both happened" in settled.out

    assert "0 open" in must("hq", "conflicts", "--home", hq).err
    assert "CONFLICT" not in must("hq", "report", "--home", hq).out
    for one in (copy, kit):
        must("check", "--home", one, "--mrz", HONEST)
    there_and_back(copy)
    must("stick", "out", "--home", copy, stick)
    assert waypost("journal", "verify", "--home", copy, "--json").json["outbox"] <= 1

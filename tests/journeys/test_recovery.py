"""Through the command line: a headquarters is put back from a copy, says so, and goes on."""

import shutil
from pathlib import Path

from tests.support.command_line import Waypost, enrolled
from tests.support.deployment import LISTS


def test_a_lost_headquarters_is_recovered_as_documented(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    kit = enrolled(waypost, hq, tmp_path / "far", hq / "public")
    copy = shutil.copytree(hq, tmp_path / "copy")
    waypost("hq", "import", "--home", hq, "--list", "more", "--format", "sltd-csv", LISTS / "sltd.csv")
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert waypost("courier", "run", "--home", kit).code == 0
    for path in hq.glob("hq.db*"):
        path.unlink()
    shutil.copy(copy / "hq.db", hq)
    refused = waypost("hq", "publish", "--home", hq)
    assert refused.code != 0 and "behind what was published" in refused.err and "waypost hq recover" in refused.err
    told = waypost("hq", "recover", "--home", hq, "--yes")
    assert "Neither its tree" not in told.err
    assert told.code == 0 and "far: in force" in told.out and "3. Import every list from its source" in told.out
    waypost("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv", LISTS / "sltd.csv")
    assert waypost("hq", "publish", "--home", hq).code == 0
    lists = {one["name"]: one for one in waypost("courier", "run", "--home", kit, "--json").json["lists"]}
    assert lists["sltd"]["error"] is None and lists["sltd"]["after"] > 100_000_000
    assert lists["un"]["after"] == 1


def test_a_recovery_that_nothing_called_for_says_so_and_harms_nothing(waypost: Waypost, hq: Path, kit: Path) -> None:
    before = (hq / "public" / "metadata" / "timestamp.json").read_bytes()
    unasked = waypost("hq", "recover", "--home", hq)
    assert unasked.code != 0 and "nobody confirmed it" in unasked.err
    assert (hq / "public" / "metadata" / "timestamp.json").read_bytes() == before
    for _ in range(2):
        told = waypost("hq", "recover", "--home", hq, "--yes")
        assert told.code == 0 and "nothing is lost" in told.err
    assert waypost("hq", "publish", "--home", hq).code == 0
    assert waypost("courier", "run", "--home", kit).code == 0

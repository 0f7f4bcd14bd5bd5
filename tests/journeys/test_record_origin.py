"""`hq imports --record` says where a record comes from, to people and to programs."""

from pathlib import Path

from tests.support.command_line import Waypost
from tests.support.deployment import LISTS

RECORD = "FRA-PAS-24FV38617"


def test_the_origin_of_a_record_is_shown(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    imports = ("hq", "imports", "--home", hq, "--list", "sltd", "--record", RECORD)
    done = waypost(*imports)
    assert done.code == 0
    first, brought = done.out.splitlines()
    assert first == f"{RECORD} on sltd"
    assert brought.startswith("  brought by the import of 20") and brought.endswith(": file 1, line 2")
    answer = waypost(*imports, "--json").json
    assert (answer["list"], answer["record"], answer["file"], answer["line"]) == ("sltd", RECORD, 1, 2)
    assert answer["brought"]["added"] and answer["seen"] == answer["brought"]
    assert (answer["is_kept"], answer["withdrawn"]) == (False, None)

    rows = (LISTS / "sltd.csv").read_text().splitlines(keepends=True)
    path = tmp_path / "sltd.csv"
    take = ("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv", path)
    path.write_text("".join([rows[0], rows[1].replace("2025-11-03", "03.11.2025"), *rows[2:]]))
    assert waypost(*take).code == 3
    assert "  kept: not in a readable form since the import of 20" in waypost(*imports).out
    path.write_text("".join([rows[0], *rows[2:]]))
    assert waypost(*take).code == 0
    assert waypost(*imports).out.splitlines()[-1].startswith("  withdrawn by the import of 20")
    assert waypost(*imports, "--json").json["withdrawn"]["removed"] == 1


def test_the_origin_of_a_record_needs_its_list(waypost: Waypost, hq: Path) -> None:
    assert waypost("hq", "imports", "--home", hq, "--record", RECORD).code == 2
    done = waypost("hq", "imports", "--home", hq, "--list", "sltd", "--record", "24FV38617")
    assert done.code == 1 and "sltd has no record 24FV38617" in done.err and "FRA-PAS-AB1234567" in done.err

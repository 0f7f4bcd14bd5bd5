"""Lists from files to a kit, through the command line only: counts, refusals, changes as changes, nothing lost."""

from pathlib import Path

from tests.journeys.support.travellers import HONEST, STOLEN, WANTED
from tests.support.command_line import Waypost
from tests.support.deployment import LISTS

HEADER = "number,country,type,fraud,theft_date,theft_country,expires,review\n"


def enrolled(waypost: Waypost, hq: Path, folder: Path) -> Path:
    waypost("hq", "enrol", "--home", hq, "--kit", folder.name, "--source", hq / "public", "--out", folder.parent / "s")
    assert waypost("kit", "init", "--home", folder, "--enrol", folder.parent / "s").code == 0
    return folder


def test_counts_and_refusals_with_their_place(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text(
        HEADER + "AB1234567,FRA,PAS,stolen,2025-11-03,ESP,,\nAB,FRA,PAS,stolen,,ESP,,\nX1234567,FRA,PAS,eaten,,ESP,,\n"
    )
    done = waypost("hq", "import", "--home", hq, "--list", "more", "--format", "sltd-csv", path)
    assert done.code == 3 and "added 1, changed 0, removed 0" in done.out and "refused 2" in done.out
    assert "more.csv:3" in done.err and "more.csv:4" in done.err
    again = waypost("hq", "import", "--home", hq, "--list", "more", "--format", "sltd-csv", path, "--json")
    assert (again.json["added"], again.json["unchanged"], len(again.json["refused"])) == (0, 1, 2)


def test_a_file_of_another_format_is_refused_whole(waypost: Waypost, hq: Path) -> None:
    for form, path, code in (
        ("sltd-csv", "un.xml", 1),
        ("un-xml", "sltd.csv", 1),
        ("ofac-csv", "un.xml", 1),
        ("notices-json", "ofac", 4),
    ):
        done = waypost("hq", "import", "--home", hq, "--list", "wrong", "--format", form, LISTS / path)
        assert done.code == code and "--accept-incomplete" not in done.err
        assert done.err.startswith("waypost: ") and "Traceback" not in done.err
    assert "wrong" not in waypost("hq", "publish", "--home", hq).out


def test_a_removed_person_stops_hitting_through_a_delta(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    kit = enrolled(waypost, hq, tmp_path / "kit-2")
    waypost("courier", "run", "--home", kit)
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == 20
    notices = tmp_path / "notices"
    for path in (LISTS / "notices").rglob("*.json"):
        if "90117" not in path.name:
            copy = notices / path.relative_to(LISTS / "notices")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    done = waypost("hq", "import", "--home", hq, "--list", "notices", "--format", "notices-json", notices)
    assert "removed 1" in done.out
    waypost("hq", "publish", "--home", hq)
    report = waypost("courier", "run", "--home", kit, "--json").json
    (changed,) = [one for one in report["lists"] if one["before"] != one["after"]]
    assert (changed["name"], changed["way"], changed["removed"]) == ("notices", "delta", 1)
    assert waypost("check", "--home", kit, "--mrz", WANTED).code == 0


def test_a_list_added_later_reaches_the_kit_with_its_keys(waypost: Waypost, tmp_path: Path) -> None:
    hq = tmp_path / "hq"
    waypost("hq", "init", "--home", hq)
    kit = enrolled(waypost, hq, tmp_path / "kit-3")
    assert waypost("courier", "run", "--home", kit).code == 0
    waypost("hq", "import", "--home", hq, "--list", "un", "--format", "un-xml", LISTS / "un.xml")
    waypost("hq", "publish", "--home", hq)
    assert waypost("courier", "run", "--home", kit).code == 0
    persons_only = waypost("check", "--home", kit, "--mrz", STOLEN, "--json")
    assert persons_only.json["verdict"] == "clear"
    assert any(one["reason"] == "not_carried" and "not carried" in one["says"] for one in persons_only.json["findings"])
    waypost("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv", LISTS / "sltd.csv")
    waypost("hq", "publish", "--home", hq)
    waypost("courier", "run", "--home", kit)
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20


def test_nothing_published_is_readable(hq: Path) -> None:
    for path in (hq / "public").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"24FV38617" not in content and b"ZOLTAVERDE" not in content.upper()


def test_a_tampered_tree_is_refused_and_the_old_list_stays(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    kit = enrolled(waypost, hq, tmp_path / "kit-4")
    waypost("courier", "run", "--home", kit)
    fewer = tmp_path / "sltd.csv"
    fewer.write_text("".join((LISTS / "sltd.csv").read_text().splitlines(keepends=True)[:-3]))
    assert waypost("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv", fewer).code == 0
    waypost("hq", "publish", "--home", hq)
    for path in (hq / "public" / "lists" / "sltd").iterdir():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    done = waypost("courier", "run", "--home", kit)
    assert done.code == 1 and "Traceback" not in done.err
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0


def test_an_unreachable_headquarters_leaves_the_kit_working(waypost: Waypost, kit: Path) -> None:
    done = waypost("courier", "run", "--home", kit, "--source", "http://127.0.0.1:9/")
    assert done.code == 1 and "lists on this kit stay" in done.err and "Traceback" not in done.err
    assert "Lists on this kit:\n  notices: updated " in done.err
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20
    assert "updated" in waypost("lists", "--home", kit).out


def test_wrong_passphrases_say_so(waypost: Waypost, hq: Path, kit: Path) -> None:
    for command in (("hq", "publish", "--home", hq), ("courier", "run", "--home", kit), ("lists", "--home", kit)):
        done = waypost(*command, passphrase="wrong")
        assert done.code == 1 and "passphrase is wrong" in done.err


def test_a_home_is_never_made_over_another(waypost: Waypost, hq: Path, kit: Path, made: Path) -> None:
    assert waypost("hq", "init", "--home", hq).code == 1
    assert waypost("kit", "init", "--home", kit, "--enrol", made / "north-1.enrol").code == 1
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20

"""The first import of a list: a slip in its name, in its date or in its files is seen before kits have it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Done, Waypost
from tests.support.deployment import LISTS


def take(
    waypost: Waypost, hq: Path, name: str, *options: object, form: str = "sltd-csv", path: str = "sltd.csv"
) -> Done:
    return waypost("hq", "import", "--home", hq, "--list", name, "--format", form, *options, LISTS / path)


def names(waypost: Waypost, hq: Path) -> set[str]:
    return {entry["list"] for entry in waypost("hq", "imports", "--home", hq, "--json").json}


def test_a_new_name_is_said_with_the_lists_that_are_here(waypost: Waypost, hq: Path) -> None:
    done = take(waypost, hq, "slt")
    assert done.code == 0 and "slt is a new list; lists here: " in done.err and "sltd" in done.err
    assert "is a new list" not in take(waypost, hq, "sltd").err


def test_a_new_name_is_asked_about_in_a_terminal(waypost: Waypost, hq: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    answers = iter(["n", "y"])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _question: next(answers))
    assert take(waypost, hq, "slt").code == 1 and "slt" not in names(waypost, hq)
    assert take(waypost, hq, "slt").code == 0 and "slt" in names(waypost, hq)
    assert take(waypost, hq, "sltd").code == take(waypost, hq, "another", "--yes").code == 0
    with pytest.raises(StopIteration):
        next(answers)


def test_a_first_import_says_that_there_is_nothing_to_compare_with(waypost: Waypost, hq: Path) -> None:
    done = take(waypost, hq, "more", "--json")
    assert done.json["is_first"] is True
    done = take(waypost, hq, "most")
    assert f"check that {done.out.split('added ')[1].split(',')[0]} records are what its source states" in done.err
    again = take(waypost, hq, "most", "--json")
    assert again.json["is_first"] is False and "nothing to be compared" not in take(waypost, hq, "most").err


def test_a_list_that_has_expired_already_is_said(waypost: Waypost, hq: Path) -> None:
    days_ago = [f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%MZ}" for days in (20, 3)]
    done = take(waypost, hq, "late", "--as-of", days_ago[0])
    assert done.code == 0 and "late has expired already: it was taken from its source 20 days ago" in done.err
    assert "expired" not in take(waypost, hq, "late", "--as-of", days_ago[1]).err


def test_a_list_that_has_expired_is_published_with_a_warning(
    waypost: Waypost, hq: Path, kit: Path, tmp_path: Path
) -> None:
    publish = ("hq", "publish", "--home", hq)
    assert "expired" not in waypost(*publish).err
    days_ago = [f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%dT%H:%MZ}" for days in (20, 10)]
    take(waypost, hq, "late", "--as-of", days_ago[0])
    done = waypost(*publish)
    assert done.code == 0 and "Published: " in done.out
    assert "late version 1 has expired: it was taken from its source 20 days ago, and the policy allows 168" in done.err
    assert "no kit that carries it says CLEAR" in done.err and "policy set --list late --expired-after" in done.err
    # It is as the warning says.
    assert waypost("courier", "run", "--home", kit, "--source", hq / "public").code == 0
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 30
    # A version that waits for its approval leaves the expired one in force.
    short = tmp_path / "short.csv"
    short.write_text("".join((LISTS / "sltd.csv").read_text().splitlines(keepends=True)[:3]))
    command = (
        "hq",
        "import",
        "--home",
        hq,
        "--list",
        "late",
        "--format",
        "sltd-csv",
        "--accept-incomplete",
        "It is so",
    )
    assert waypost(*command, "--as-of", days_ago[1], short).code == 0
    held_back = waypost(*publish, "--json")
    assert held_back.code == 1 and [entry["version"] for entry in held_back.json["expired"]] == [1]
    # The same records, taken from the source now, end it.
    take(waypost, hq, "late")
    assert waypost(*publish, "--json").json["expired"] == []
    assert waypost("courier", "run", "--home", kit, "--source", hq / "public").code == 0
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0


@pytest.mark.parametrize("part", ["alt", "add"])
def test_a_first_import_without_a_companion_file_is_incomplete(waypost: Waypost, hq: Path, part: str) -> None:
    files = [LISTS / "ofac" / f"{name}.csv" for name in ("sdn", "alt", "add") if name != part]
    command = ("hq", "import", "--home", hq, "--list", "sanctions", "--format", "ofac-csv")
    done = waypost(*command, *files)
    assert done.code == 4 and f"the file {part}.csv is missing, and the format has it" in done.err
    assert "sanctions" not in names(waypost, hq)
    assert waypost(*command, "--accept-incomplete", "it is not published here", *files).code in (0, 3)
    assert waypost(*command, *files).code in (0, 3), "once was accepted"


def test_an_import_that_publication_will_hold_back_says_so(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    lines = (LISTS / "sltd.csv").read_text().splitlines(keepends=True)
    paths = [tmp_path / "short.csv", tmp_path / "empty.csv"]
    for path, count in zip(paths, (len(lines) // 2, 1), strict=True):
        path.write_text("".join(lines[:count]))
    command = ("hq", "import", "--home", hq, "--list", "sltd", "--format", "sltd-csv")
    reason = ("--accept-incomplete", "half of them were found")
    assert "hq approve" not in take(waypost, hq, "sltd").err
    done = waypost(*command, *reason, paths[0])
    assert done.code == 0 and "`hq publish` holds it back" in done.err and "`hq approve --list sltd`" in done.err
    assert waypost("hq", "publish", "--home", hq).code != 0
    assert "kits answer CANNOT SAY with it" in waypost(*command, *reason, paths[1]).err


def test_a_draft_that_was_never_published_needs_no_approval(waypost: Waypost, hq: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("".join((LISTS / "sltd.csv").read_text().splitlines(keepends=True)[:30]))
    assert take(waypost, hq, "draft").code == 0
    command = ("hq", "import", "--home", hq, "--list", "draft", "--format", "sltd-csv")
    assert "hq approve" not in waypost(*command, "--accept-incomplete", "a test", path).err

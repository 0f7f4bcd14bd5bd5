"""`waypost kit passphrase` and `waypost hq passphrase`: the old one stops at once, and whoever holds a copy is told."""

from contextlib import closing
from pathlib import Path

import pytest

from data.journal.history import read_events
from data.kit.home import KitHome
from tests.support.command_line import PASSPHRASE, Waypost
from ui.commands.passphrase import PASSPHRASE_CHANGED

NEW = "nobody waters the stone garden"


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    path = tmp_path / "new"
    path.write_text(f"{NEW}\n")
    path.chmod(0o600)
    return path


def test_a_kit_opens_with_the_new_one_alone_and_its_journal_says_so(
    waypost: Waypost, kit: Path, new_file: Path
) -> None:
    done = waypost("kit", "passphrase", "--home", kit, "--new-passphrase-file", new_file)
    assert done.code == 0 and "the old one does not open it any more" in done.out and "copies" in done.out
    assert "The passphrase is wrong" in waypost("lists", "--home", kit).err
    assert waypost("lists", "--home", kit, passphrase=NEW).code == 0
    assert waypost("journal", "verify", "--home", kit, passphrase=NEW).code == 0
    with closing(KitHome.open(kit, NEW, "check")) as home:
        assert len(read_events(home.journal, PASSPHRASE_CHANGED)) == 1


def test_headquarters_opens_with_the_new_one_alone_and_its_offline_keys_are_named(
    waypost: Waypost, hq: Path, new_file: Path
) -> None:
    done = waypost("hq", "passphrase", "--home", hq, "--new-passphrase-file", new_file)
    assert done.code == 0 and f"waypost hq keys passphrase --medium {hq}/offline" in done.out
    assert waypost("hq", "kits", "--home", hq).code == 1
    assert waypost("hq", "kits", "--home", hq, passphrase=NEW).code == 0


def test_it_is_asked_for_twice_and_again_while_it_cannot_be(
    waypost: Waypost, kit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["too short", "too short", NEW, NEW])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _prompt: next(typed))
    done = waypost("kit", "passphrase", "--home", kit)
    assert done.code == 0 and "The passphrase has 9 characters; at least 15 are needed" in done.err
    assert waypost("lists", "--home", kit, passphrase=NEW).code == 0


def test_what_cannot_be_changes_nothing(waypost: Waypost, kit: Path, hq: Path, new_file: Path, tmp_path: Path) -> None:
    before = (kit / "keys.json").read_bytes()
    assert "No passphrase was given" in waypost("kit", "passphrase", "--home", kit).err, (
        "the old one is not the new one"
    )
    short = tmp_path / "short"
    short.write_text("short\n")
    refused = waypost("kit", "passphrase", "--home", kit, "--new-passphrase-file", short)
    assert refused.code == 1 and "at least 15" in refused.err
    wrong = waypost("kit", "passphrase", "--home", kit, "--new-passphrase-file", new_file, passphrase="not the one")
    assert wrong.code == 1 and "The passphrase is wrong" in wrong.err
    assert (kit / "keys.json").read_bytes() == before
    for end, home in (("kit", hq), ("hq", kit), ("kit", tmp_path / "none"), ("hq", tmp_path / "none")):
        done = waypost(end, "passphrase", "--home", home, "--new-passphrase-file", new_file, passphrase=PASSPHRASE)
        assert done.code == 1 and "unexpected" not in done.err, (end, home)

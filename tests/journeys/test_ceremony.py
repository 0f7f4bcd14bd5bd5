"""A headquarters with three root holders and a targets holder, through the command line only."""

from collections.abc import Callable
from datetime import timedelta
from os import mkfifo
from pathlib import Path

import pytest

from data.clock import read_system_time
from sync.headquarters.publishing import metadata
from tests.support.command_line import Done, Waypost
from tests.support.deployment import LISTS
from tests.support.waiting import soon

PEOPLE = ("anna", "boris", "chloe", "dara", "emil")


@pytest.fixture
def media(tmp_path: Path) -> Path:
    for name in PEOPLE:
        (tmp_path / name).mkdir()
        (tmp_path / f"{name}.pass").write_text(f"{name} walks the dyke\n")
    return tmp_path


@pytest.fixture
def hq(waypost: Waypost, media: Path) -> Path:
    home = media / "hq"
    roots = [part for name in PEOPLE[:3] for part in ("--root-medium", media / name)]
    words = [part for name in PEOPLE[:4] for part in ("--key-passphrase-file", media / f"{name}.pass")]
    assert waypost("hq", "init", "--home", home, *roots, "--targets-medium", media / "dara", *words).code == 0
    waypost("hq", "import", "--home", home, "--list", "un", "--format", "un-xml", LISTS / "un.xml")
    waypost("hq", "publish", "--home", home)
    return home


@pytest.fixture
def signed_by(waypost: Waypost, media: Path) -> Callable[..., Done]:
    def sign(request: Path, name: str, *more: str, words: str = "") -> Done:
        secret = media / f"{words or name}.pass"
        return waypost("hq", "keys", "sign", request, "--medium", media / name, "--key-passphrase-file", secret, *more)

    return sign


def kit(waypost: Waypost, hq: Path, name: str) -> Path:
    home, secret = hq.parent / name, hq.parent / f"{name}.secret"
    waypost("hq", "enrol", "--home", hq, "--kit", name, "--source", hq / "public", "--out", secret)
    waypost("kit", "init", "--home", home, "--enrol", secret)
    assert waypost("courier", "run", "--home", home).code == 0
    return home


def test_a_root_holder_leaves_and_another_comes(
    waypost: Waypost, hq: Path, media: Path, signed_by: Callable[..., Done]
) -> None:
    post = kit(waypost, hq, "post-1")
    request = media / "new-holder.request"
    made = waypost(
        "hq", "keys", "make", "--medium", media / "emil", "--name", "root-4", "--holder", "Emil",
        "--passphrase-file", media / "emil.pass",
    )  # fmt: skip
    assert made.code == 0 and "root-4.public" in made.err
    proposed = waypost(
        "hq", "keys", "propose", "--home", hq, "--out", request, "--add", media / "emil/root-4.public", "--remove",
        "root-2", "--new", "timestamp", "--new", "kits",
    )  # fmt: skip
    assert "root: key root-4 (" in proposed.out and "timestamp: key " in proposed.out
    early = waypost("hq", "keys", "accept", request, "--home", hq)
    assert "0 of 2 signatures" in early.err and "into force?" not in early.err, "it is refused before anybody is asked"
    assert "does not open root-1" in signed_by(request, "anna", "--yes", words="boris").err
    first = signed_by(request, "anna", "--yes")
    assert "root-1 signed: root" in first.out and "still needs" in first.err and "root-3" in first.err
    assert "already signed this request" in signed_by(request, "anna", "--yes").err
    assert "root-3 signed: root" in signed_by(request, "chloe", "--yes").out
    last = signed_by(request, "dara", "--yes")
    assert "targets-1 signed: targets" in last.out
    assert "signed by root-1" in waypost("hq", "keys", "show", request).out
    accepted = waypost("hq", "keys", "accept", request, "--home", hq, "--yes")
    assert (accepted.code, accepted.out.splitlines()[-1]) == (0, "It is in force and published.")
    assert "not based on what is in force" in waypost("hq", "keys", "accept", request, "--home", hq, "--yes").err
    assert waypost("courier", "run", "--home", post).code == 0
    assert "root-4" in waypost("hq", "keys", "--home", hq).out
    assert "A request was accepted" in (hq / "ceremonies.txt").read_text()
    assert "root: key root-4" in (media / "anna/ceremonies.txt").read_text()


def test_nobody_signs_by_accident(waypost: Waypost, hq: Path, media: Path, signed_by: Callable[..., Done]) -> None:
    request = media / "renew.request"
    waypost("hq", "keys", "propose", "--home", hq, "--out", request, "--renew", "root")
    before = request.read_bytes()
    assert signed_by(request, "anna").code != 0
    assert request.read_bytes() == before


def test_media_are_checked(waypost: Waypost, hq: Path, media: Path) -> None:
    two = ["--medium", media / "anna", "--medium", media / "boris"]
    words = [part for name in ("anna", "boris") for part in ("--key-passphrase-file", media / f"{name}.pass")]
    good = waypost("hq", "keys", "check", *two, *words, "--home", hq)
    assert good.code == 0 and "root: 2 here, 2 needed\n" in good.out and "targets: 0 here, 1 needed: NOT" in good.out
    root = hq / "public/metadata/1.root.json"
    content = root.read_bytes()
    root.unlink()
    mkfifo(root)
    with soon():
        unread = waypost("hq", "keys", "check", *two, *words, "--home", hq)
    assert unread.code != 0 and "1.root.json cannot be read (1.root.json is not a regular file)" in unread.err
    root.unlink()
    root.write_bytes(content)
    alone = waypost("hq", "keys", "check", *two, *words, "--json")
    fingerprint = alone.json["fingerprint"]
    assert alone.code == 0 and f"its fingerprint: {fingerprint}" in good.out
    swapped = [part for name in ("boris", "anna") for part in ("--key-passphrase-file", media / f"{name}.pass")]
    wrong = waypost("hq", "keys", "check", *two, *swapped, "--json")
    assert wrong.code == 1 and [key["opens"] for key in wrong.json["keys"]] == [False, False]
    assert wrong.json["present"] == {"root": 0, "targets": 0}
    assert "no key" in waypost("hq", "keys", "check", "--medium", media / "emil").err


def test_the_state_of_the_keys_is_shown(waypost: Waypost, hq: Path) -> None:
    state = {one["role"]: one for one in waypost("hq", "keys", "--home", hq, "--json").json}
    assert (state["root"]["needed"], len(state["root"]["keys"]), state["root"]["urgency"]) == (2, 3, "ok")
    assert "--home" in waypost("hq", "keys").err


def test_the_policy_is_set_where_the_targets_key_is_and_nowhere_else(
    waypost: Waypost, hq: Path, media: Path, signed_by: Callable[..., Done]
) -> None:
    asked = ("hq", "policy", "set", "--home", hq, "--list", "un", "--removes", "5", "--yes")
    assert "not in this home" in waypost(*asked).err
    medium = ("--medium", media / "dara", "--key-passphrase-file", media / "dara.pass")
    assert "rows that one version may remove: at most 5" in waypost(*asked, *medium).out
    shown = waypost("hq", "policy", "show", "--home", hq, "--json").json
    assert (shown["version"], shown["policy"]["lists"]["un"]["bounds"]["removes"]) == (2, 5)
    request = media / "approve.request"
    done = waypost("hq", "approve", "--home", hq, "--list", "un", "--version", "1", "--out", request)
    assert "un version 1 has 30 rows" in done.out
    signed_by(request, "dara", "--yes")
    assert waypost("hq", "keys", "accept", request, "--home", hq, "--yes").code == 0
    shown = waypost("hq", "policy", "show", "--home", hq).out
    bounds = "adds at most 5000000, removes at most 5, loses at most 10% at once, version 1 approved"
    assert bounds in shown, "what is not said is not unbounded"
    assert "no version 9" in waypost("hq", "approve", "--home", hq, "--list", "un", "--version", "9").err
    assert waypost(*asked, "--adds", "many").code == 2


def test_the_short_form_keeps_its_keys_until_they_are_carried_away(waypost: Waypost, media: Path) -> None:
    home = media / "short"
    made = waypost("hq", "init", "--home", home)
    assert made.code == 0 and str(home / "offline") in made.err
    assert waypost("hq", "policy", "set", "--home", home, "--old-after", "24", "--yes").code == 0
    assert "take the keys in" in waypost("hq", "keys", "--home", home).err.lower()
    (home / "offline").rename(media / "away")
    (media / "home.pass").write_text("correct horse battery staple")
    four = [part for name in PEOPLE[:4] for part in ("--new-passphrase-file", media / f"{name}.pass")]
    homes = ["--key-passphrase-file", media / "home.pass"] * 4
    assert waypost("hq", "keys", "passphrase", "--medium", media / "away", *homes, *four).code == 0
    mine = [part for name in PEOPLE[:4] for part in ("--key-passphrase-file", media / f"{name}.pass")]
    assert waypost("hq", "keys", "check", "--medium", media / "away", *mine, "--home", home).code == 0
    assert waypost("hq", "keys", "check", "--medium", media / "away", *homes, "--home", home).code == 1
    assert waypost("hq", "publish", "--home", home).code == 0
    assert "not in this home" in waypost("hq", "policy", "set", "--home", home, "--old-after", "25", "--yes").err
    assert waypost("hq", "keys", "--home", home).err == ""


def test_a_stolen_kit_is_revoked_and_made_again(waypost: Waypost, hq: Path, media: Path) -> None:
    stolen, other = kit(waypost, hq, "post-1"), kit(waypost, hq, "post-2")
    revoked = waypost("hq", "revoke", "--home", hq, "--kit", "post-1", "--why", "stolen on the ferry", "--yes")
    assert revoked.out.startswith("post-1 is revoked. New keys for: un.")
    told = waypost("courier", "run", "--home", stolen)
    assert told.code == 1 and "stolen on the ferry" in told.err
    assert waypost("courier", "run", "--home", other).code == 0
    shown = waypost("hq", "kits", "--home", hq).out
    assert "post-1: revoked (stolen on the ferry)" in shown and "post-2: in force" in shown
    assert "headquarters revoked this kit (stolen on the ferry)" in waypost("lists", "--home", stolen).out
    again = waypost(
        "hq", "enrol", "--home", hq, "--kit", "post-1", "--source", hq / "public", "--out", media / "again", "--again",
        "--lists", "un", "--yes",
    )  # fmt: skip
    assert again.code == 0
    assert [one["lists"] for one in waypost("hq", "kits", "--home", hq, "--json").json] == [["un"], None]
    assert "no list" in waypost("hq", "kits", "set", "post-2", "--home", hq, "--lists", "un,none").err
    assert waypost("hq", "kits", "set", "post-2", "--home", hq, "--suspend", "being repaired").code == 0
    assert "suspended" in waypost("courier", "run", "--home", other).err


def test_a_headquarters_whose_clock_jumped_signs_when_somebody_looked(
    waypost: Waypost, hq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "read_system_time", lambda: read_system_time() + timedelta(days=50))
    assert "--clock-is-right" in waypost("hq", "publish", "--home", hq).err
    assert waypost("hq", "publish", "--home", hq, "--clock-is-right", "--yes").code == 0

"""`waypost lists rollback` through the real command line."""

from pathlib import Path

from tests.support.command_line import Waypost
from tests.support.deployment import PASSPHRASE, PEOPLE, Deployment
from tests.support.staff import TECHNICIAN, sign_in_at


def test_the_version_that_serves_again_has_its_name_index_beside_it(waypost: Waypost, deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    home = deployment.kit().path
    assert waypost("courier", "run", "--home", home).code == 0
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    assert waypost("courier", "run", "--home", home).code == 0
    sign_in_at(home, PASSPHRASE, TECHNICIAN)
    command = ("lists", "rollback", "un", "--home", home, "--reason", "wrong names")
    unasked = waypost(*command)
    assert unasked.code != 0 and "nobody confirmed it" in unasked.err
    assert waypost("lists", "--home", home, "--json").json[0]["held_back"] is None
    done = waypost(*command, "--yes", "--json")
    assert (done.code, done.json["version"], done.json["held_back"]) == (0, 1, 2)
    assert _indexed_bases(home / "lists" / "un") == _bases(home / "lists" / "un")


def _bases(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("base-*.db"))


def _indexed_bases(folder: Path) -> list[str]:
    return sorted(path.name.replace("index-", "base-") for path in folder.glob("index-*.db"))


def test_every_check_says_that_a_version_is_held_back(waypost: Waypost, deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    home = deployment.kit().path
    waypost("courier", "run", "--home", home)
    deployment.publish(PEOPLE | {"XXi.900": "Altera Persona"})
    waypost("courier", "run", "--home", home)
    ask = ("check", "--home", home, "--name", "PERSONA, ALTERA", "--born", "1970-01-01")
    assert "held back" not in waypost(*ask).out
    command = ("lists", "rollback", "un", "--home", home, "--reason", "wrong names", "--yes")
    refused = waypost(*command)
    assert refused.code == 1 and "works as officer" in refused.err and "technician" in refused.err
    sign_in_at(home, PASSPHRASE, TECHNICIAN)
    assert waypost(*command).code == 0
    sign_in_at(home, PASSPHRASE)
    assert "the newest version of the list un is held back here" in waypost(*ask).out.casefold()
    (said,) = [each for each in waypost(*ask, "--json").json["conditions"] if each["kind"] == "list_held_back"]
    assert "T-1 took back version 2: wrong names" in said["do"]

"""A list that lost everybody lets nobody pass before headquarters' offline keys have approved it."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Waypost, enrolled
from tests.support.deployment import Deployment, un_file

PAPER = "UTPQ41702"
HEADER = "number,country,type,fraud,theft_country\n"
SOURCES = {"documents": ("papers", "sltd-csv"), "persons": ("un", "un-xml")}


class Post:
    """A headquarters with one list that has one row, and a kit that carries it."""

    def __init__(self, waypost: Waypost, deployment: Deployment, kind: str) -> None:
        self.waypost, self.hq, self.folder = waypost, deployment.hq.path, deployment.folder
        self.kind, (self.list, self.form) = kind, SOURCES[kind]
        deployment.hq.close()
        assert self.take(rows=1) == 0
        assert waypost("hq", "publish", "--home", self.hq).code == 0
        self.kit = enrolled(waypost, self.hq, self.folder / "kit", self.hq / "public")
        assert self.sync().code == 0

    def take(self, rows: int, *options: object) -> int:
        """Import the list with so many rows."""
        path = self.folder / "source"
        if self.kind == "persons":
            un_file(path, {f"XXi.{number}": f"Testa Persona {number}" for number in range(rows)})
        else:
            path.write_text(HEADER + "".join(f"{PAPER}{number},UTO,PAS,stolen,UTO\n" for number in range(rows)))
        arguments = ("--home", self.hq, "--list", self.list, "--format", self.form, *options, path)
        return self.waypost("hq", "import", *arguments).code

    def sync(self) -> Any:
        return self.waypost("courier", "run", "--home", self.kit)

    def check(self) -> Any:
        """`check --json` of somebody who is on no list."""
        person = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<" + "\n" + "L898902C36UTO7408122F3204159ZE184226B<<<<<10"
        return self.waypost("check", "--home", self.kit, "--json", "--mrz", person)

    def findings(self) -> dict[str, tuple[str, str]]:
        done = self.check().json
        return {finding["check"]: (finding["state"], finding["reason"]) for finding in done["findings"]}

    def state(self) -> str:
        return str(self.waypost("lists", "--home", self.kit, "--json").json[0]["state"])


@pytest.fixture(params=SOURCES)
def post(request: pytest.FixtureRequest, waypost: Waypost, deployment: Deployment) -> Post:
    return Post(waypost, deployment, request.param)


def test_a_list_that_was_emptied_answers_nothing_until_the_offline_keys_approve_it(post: Post) -> None:
    assert post.check().code in (0, 10)
    assert post.take(0) == 4
    assert post.take(0, "--accept-incomplete", "delisted by resolution, see fax 12") == 0
    published = post.waypost("hq", "publish", "--home", post.hq)
    assert f"{post.list} version 2 is empty" in published.err
    assert f"`waypost hq approve --list {post.list} --version 2`" in published.err
    synced = post.sync()
    assert synced.code == 1 and "is empty" in synced.err + synced.out

    done = post.check()
    assert done.code == 30
    gap = ("not_done", "list_empty")
    assert (post.findings()[f"{post.kind}:{post.list}"], post.findings()[f"age:{post.list}"]) == (gap, gap)
    assert "not approved" in " ".join(finding["says"] for finding in done.json["findings"])
    assert post.state() == "list_empty"
    assert "EMPTY" in post.waypost("lists", "--home", post.kit).out

    assert post.waypost("hq", "approve", "--home", post.hq, "--list", post.list, "--version", "2", "--yes").code == 0
    assert post.sync().code == 0
    assert post.check().code in (0, 10)
    assert post.findings()[f"{post.kind}:{post.list}"] == ("pass", "not_listed")
    assert post.state() == "fresh"


def test_an_approval_is_for_that_version_alone(post: Post) -> None:
    assert post.take(0, "--accept-incomplete", "delisted by resolution, see fax 12") == 0
    post.waypost("hq", "publish", "--home", post.hq)
    assert post.waypost("hq", "approve", "--home", post.hq, "--list", post.list, "--version", "2", "--yes").code == 0
    assert post.take(1) == 0
    post.waypost("hq", "publish", "--home", post.hq)
    assert post.take(0, "--accept-incomplete", "delisted again, see fax 13") == 0
    post.waypost("hq", "publish", "--home", post.hq)
    post.sync()
    assert post.check().code == 30
    other: Path = enrolled(post.waypost, post.hq, post.folder / "other", post.hq / "public")
    post.waypost("courier", "run", "--home", other)
    post.kit = other
    assert post.findings()[f"{post.kind}:{post.list}"] == ("not_done", "list_empty")


def test_a_list_that_never_came_answers_nothing(post: Post) -> None:
    new = enrolled(post.waypost, post.hq, post.folder / "new", post.hq / "public")
    for payload in (post.hq / "public" / "lists" / post.list).glob("s-*"):
        payload.unlink()
    post.waypost("courier", "run", "--home", new)
    post.kit = new
    assert post.check().code == 30
    assert post.findings()[f"{post.kind}:{post.list}"] == ("not_done", "list_missing")

"""Through the command line: two copies of one kit run, headquarters sees it, settles it, and both go on."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.support.duty import add_duty
from tests.journeys.support.travellers import HONEST
from tests.support.command_line import Done, Waypost, enrolled
from tests.support.staff import PIN, TECHNICIAN


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
    duty = add_duty(waypost, hq)
    for one in found:
        settled = waypost(
            "hq", "conflicts", "settle", one["number"], "--home", hq, "--happened", "both",
            "--why", "the disk was copied for a drill", "--yes", typed=duty,
        )  # fmt: skip
        assert settled.code == 0 and "H-1 K. Duty: both happened" in settled.out

    assert "0 open" in must("hq", "conflicts", "--home", hq).err
    assert "CONFLICT" not in must("hq", "report", "--home", hq).out
    for one in (copy, kit):
        must("check", "--home", one, "--mrz", HONEST)
    there_and_back(copy)
    must("stick", "out", "--home", copy, stick)
    assert waypost("journal", "verify", "--home", copy, "--json").json["outbox"] <= 1


@dataclass(frozen=True)
class Post:
    """A headquarters, a kit that reported to it once by stick, and a copy of the kit's home."""

    waypost: Waypost
    hq: Path
    stick: Path
    kit: Path
    copy: Path

    def must(self, *arguments: object) -> Done:
        done = self.waypost(*arguments)
        assert done.code == 0, (arguments, done.err)
        return done

    def write(self, kit: Path) -> None:
        self.must("stick", "out", "--home", kit, self.stick)

    def take(self) -> Done:
        return self.must("stick", "in", "--home", self.hq, self.stick)

    def read_back(self, kit: Path) -> Done:
        self.must("stick", "out", "--home", self.hq, self.stick)
        return self.must("stick", "in", "--home", kit, self.stick)

    def report(self, kit: Path) -> Done:
        self.write(kit)
        return self.take()

    def check(self, kit: Path) -> None:
        self.must("check", "--home", kit, "--mrz", HONEST)

    def restore(self, copy: Path, name: str) -> Path:
        home = copy.with_name(name)
        command = ("kit", "restore", "--home", home, "--copy", copy, "--reason", "a test")
        done = self.waypost(*command, typed=(TECHNICIAN.number, PIN))
        assert done.code == 0, done.err
        return home

    def conflicts(self) -> list[dict[str, object]]:
        return list(self.must("hq", "conflicts", "--home", self.hq, "--json").json)


@pytest.fixture
def post(waypost: Waypost, hq: Path, tmp_path: Path) -> Post:
    stick = tmp_path / "stick"
    stick.mkdir()
    kit = enrolled(waypost, hq, tmp_path / "far", stick)
    post = Post(waypost, hq, stick, kit, tmp_path / "copy")
    post.read_back(kit)
    post.check(kit)
    shutil.copytree(kit, post.copy, symlinks=True)
    return post


@pytest.mark.parametrize("first", ["original", "restored"])
@pytest.mark.parametrize("has_reported", [True, False])
def test_a_restored_copy_and_its_original_are_a_conflict(post: Post, first: str, has_reported: bool) -> None:
    if has_reported:
        post.report(post.kit)
    restored = post.restore(post.copy, "restored")
    both = [post.kit, restored] if first == "original" else [restored, post.kit]
    for kit in both:
        post.check(kit)
    assert "contradicts" not in post.report(both[0]).err
    assert "contradicts what the kit reported before; see `waypost hq conflicts`" in post.report(both[1]).err
    report = post.must("hq", "report", "--home", post.hq).out
    assert "CONFLICT crossings" in report and "two copies of one kit are running" in report
    (number,) = [one["number"] for one in post.conflicts() if one["stream"] == "crossings"]
    shown = post.must("hq", "conflicts", "show", number, "--home", post.hq).out
    assert "first  screening" in shown and "other  screening" in shown


def test_a_kit_that_was_never_restored_is_not_called_restored(post: Post) -> None:
    restored = post.restore(post.copy, "restored")
    post.check(restored)
    post.report(post.kit)
    post.report(restored)
    told = post.read_back(post.kit).out
    assert "This journal was restored" not in told and "another machine works as this kit" in told


def test_what_a_kit_wrote_before_it_was_restored_contradicts_nothing(post: Post) -> None:
    post.check(post.kit)
    post.write(post.kit)
    late = Path(shutil.copytree(post.stick, post.stick.with_name("late")))
    restored = post.restore(post.copy, "restored")
    post.check(restored)
    post.report(restored)
    post.must("stick", "in", "--home", post.hq, late)
    assert post.conflicts() == []


def test_a_copy_that_is_restored_once_more_contradicts_nothing_that_came_before(post: Post) -> None:
    for name in ("restored", "once-more"):
        restored = post.restore(post.copy, name)
        post.check(restored)
        post.report(restored)
        post.read_back(restored)
    again = post.restore(restored, "a-third-time")
    post.check(again)
    post.report(again)
    assert post.conflicts() == []


def test_the_restored_kit_goes_on_and_the_other_one_contradicts_again(post: Post) -> None:
    restored = post.restore(post.copy, "restored")
    for kit in (post.kit, restored):
        post.check(kit)
        post.report(kit)
    duty = add_duty(post.waypost, post.hq)
    for conflict in post.conflicts():
        settled = post.waypost(
            "hq", "conflicts", "settle", conflict["number"], "--home", post.hq, "--happened", "both",
            "--why", "both machines were at work", "--yes", typed=duty,
        )  # fmt: skip
        assert settled.code == 0, settled.err
    for kit in (post.kit, restored, post.kit, restored):  # each reads what the other was told, and begins again
        post.read_back(kit)
        post.report(kit)
    before = sum(int(str(one["open"])) for one in post.conflicts())
    post.check(restored)
    post.report(restored)
    assert sum(int(str(one["open"])) for one in post.conflicts()) == before
    post.check(post.kit)
    assert "contradicts" in post.report(post.kit).err


def test_what_is_counted_is_said_where_events_and_entries_differ(post: Post) -> None:
    post.must("journal", "verify", "--home", post.kit)  # which signs the chains: an entry more, once
    written = post.must("stick", "out", "--home", post.kit, post.stick).out
    verified = post.must("journal", "verify", "--home", post.kit)
    facts = post.must("journal", "verify", "--home", post.kit, "--json").json
    assert facts["outbox"] > facts["events"], "the kit's health is an entry, and no event"
    entries = f"{facts['outbox']} entries"
    assert f"{entries} for headquarters (events, and reports of the kit's health)" in written
    assert f"{entries} wait for headquarters (events, and reports of the kit's health)" in verified.out

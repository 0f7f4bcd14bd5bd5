"""What wakes the service: new routes, and published trees on a stick."""

from pathlib import Path
from threading import Event

import pytest

from sync.kit.watching.watchers import find_trees, read_routes, watch_network, watch_sticks


def test_a_new_route_is_a_line_and_a_lost_one_is_not() -> None:
    tables = iter([{"eth0 a"}, {"eth0 a"}, {"eth0 a", "wwan0 b"}, {"eth0 a"}, {"eth0 a", "wwan0 b"}])
    ended, calls = Event(), []

    def look() -> frozenset[str]:
        table = next(tables, None)
        if table is None:
            ended.set()
        return frozenset(table or ())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.kit.watching.watchers._wait_for_netlink", lambda kernel, ended: None)
        watch_network(lambda: calls.append(1), ended, look)
    assert len(calls) == 2


def test_routes_are_read_without_those_of_the_machine_itself(tmp_path: Path) -> None:
    four, six = tmp_path / "route", tmp_path / "ipv6_route"
    four.write_text(
        "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\neth0 0 1 3 0 0 0 0 0 0 0\n"
    )
    zero = "0" * 32
    six.write_text(f"{zero} 00 {zero} 00 {zero} f 1 0 21 lo\nfe80 40 {zero} 00 {zero} 100 1 0 1 eth1\n")
    assert read_routes((four, six, tmp_path / "absent")) == {"eth0 0 1", f"eth1 fe80 {zero}"}


def test_only_trees_on_a_stick_count_and_each_once(tmp_path: Path) -> None:
    for tree in ("user/stick/waypost", "other", "user/stick/pictures"):
        (tmp_path / tree / "metadata").mkdir(parents=True)
    for tree in ("user/stick/waypost", "other"):
        (tmp_path / tree / "metadata" / "timestamp.json").write_text("{}")
    (tmp_path / "flat" / "waypost" / "public").mkdir(parents=True)
    (tmp_path / "flat" / "waypost" / "public" / "metadata~timestamp.json").write_text("{}")
    (tmp_path / "way-out").symlink_to("/")
    assert {path for path, _ in find_trees([tmp_path, tmp_path / "absent"])} == {
        tmp_path / "user" / "stick" / "waypost",
        tmp_path / "other",
        tmp_path / "flat",
    }
    ended, calls = Event(), []
    with pytest.MonkeyPatch.context() as patch:
        looks = iter([None, None])
        patch.setattr("sync.kit.watching.watchers._wait_for_mounts", lambda *_: next(looks, 1) and ended.set())
        watch_sticks([tmp_path], calls.append, ended)
    assert len(calls) == 3

"""The service: what wakes it, what it says, and that nothing but a stop ends it."""

import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from data.durable_files import hold_lock
from data.errors import Busy
from data.kit.home import KitHome
from data.lease.erasure import COURIER_LOCK
from sync.kit.watching import watch_state, watchers
from sync.kit.watching.retry_schedule import RetryIntervals, RetryWait, RunOutcome
from sync.kit.watching.status_reporter import StatusReporter, SystemdNotifier
from sync.kit.watching.watch import Watch
from sync.kit.watching.watch_state import WatchState
from sync.kit.watching.watchers import find_trees, read_routes, watch_network, watch_sticks
from tests.support.courier_service import Service
from tests.support.deployment import PEOPLE, Deployment, names
from tests.support.network.chaos import ChaosServer, Fault, Proxy

FEWER = {record: name for record, name in PEOPLE.items() if record != "XXi.003"}


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Service]]:
    """Starts services that look for sticks in one folder of the test, often."""
    monkeypatch.setattr(watchers, "_FOLDERS_EACH_S", 1.0)
    running: list[Service] = []

    def start(kit: KitHome, pacing: RetryIntervals | None = None, **settings: object) -> Service:
        (tmp_path / "media").mkdir(exist_ok=True)
        changed = kit.settings.courier.model_copy(update={"sticks": [str(tmp_path / "media")], **settings})
        kit.settings.model_copy(update={"courier": changed}).save(kit.path / "kit.toml")
        running.append(Service(kit.reopen(), pacing))
        return running[-1]

    yield start
    for service in running:
        service.stop()


def test_it_syncs_at_the_start_and_says_when_it_looks_again(
    deployment: Deployment, serve: Callable[..., Service]
) -> None:
    deployment.publish(PEOPLE)
    service = serve(deployment.kit())
    state = service.waits("done")
    assert names(deployment.kits[0]) == PEOPLE
    assert "New: un." in state.says and state.next_at
    assert watch_state.is_running(service.kit.path)
    service.stop()
    stopped = watch_state.read_state(service.kit.path)
    assert stopped and stopped.state == "stopped" and stopped.next_at == ""
    assert not watch_state.is_running(service.kit.path)


def test_it_looks_again_by_the_clock(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    service = serve(deployment.kit(), RetryIntervals(every_s=0.5))
    service.waits("done")
    deployment.publish(FEWER)
    service.until(lambda state: names(deployment.kits[0]) == FEWER)


def test_a_server_that_is_gone_is_waited_for_and_asked_when_somebody_says_so(
    deployment: Deployment, serve: Callable[..., Service]
) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server:
        server.fault = Fault(status=503)
        service = serve(deployment.kit(source=server.url))
        state = service.waits("failed")
        assert state.failures == 1 and "HTTP 503" in state.says
        server.fault = Fault()
        service.watch.request()
        assert service.waits("done").failures == 0


def test_a_server_that_asks_for_peace_gets_it_over_a_restart_too(
    deployment: Deployment, serve: Callable[..., Service]
) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server:
        server.fault = Fault(status=429, headers={"retry-after": "3600"})
        service = serve(deployment.kit(source=server.url))
        state = service.waits("failed")
        assert state.not_before and "asked not to be asked" in state.says
        requests = len(server.asked)
        service.watch.request()
        service.stop()
        again = serve(deployment.kits[0])
        state = again.until(lambda state: state.state == "waiting")
        assert state.not_before and state.failures == 1
        assert len(server.asked) == requests


def test_a_stick_that_is_plugged_in_is_read(
    deployment: Deployment, serve: Callable[..., Service], tmp_path: Path
) -> None:
    deployment.publish(PEOPLE)
    service = serve(deployment.kit(source="http://127.0.0.1:9"))
    service.waits("failed")
    shutil.copytree(deployment.mirror, tmp_path / "media" / "stick" / "waypost")
    state = service.until(lambda state: "stick" in (state.last or {}).get("source", ""))
    assert state.last and state.last["outcome"] == "done"
    assert names(deployment.kits[0]) == PEOPLE


def test_a_stick_goes_before_a_slow_line(deployment: Deployment, serve: Callable[..., Service], tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server, Proxy(server.port) as line:
        kit = deployment.kit(source=line.url)
        line.stall_after = 6000  # metadata passes, the list does not
        deployment.publish(PEOPLE | {f"XXi.{number:04}": f"Testa {number * 7919:x}" for number in range(2000)})
        service = serve(kit)
        service.until(lambda state: line.down >= 4000)
        shutil.copytree(deployment.mirror, tmp_path / "media" / "stick")
        service.until(lambda state: "stick" in (state.last or {}).get("source", ""))
        assert len(names(kit)) > 2000
        assert "Something faster came" in service.said


def test_another_courier_is_waited_for(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    with hold_lock(kit.path / COURIER_LOCK, "syncing this kit"):
        service = serve(kit)
        state = service.waits("busy")
        assert "Another process" in state.says
    service.watch.request()
    service.waits("done")


def test_one_service_a_kit(deployment: Deployment, serve: Callable[..., Service]) -> None:
    service = serve(deployment.kit())
    service.until(lambda state: state.state == "waiting")
    with pytest.raises(Busy):
        Watch(service.kit).run()


def test_settings_that_broke_are_told_and_do_not_end_it(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    service = serve(deployment.kit())
    service.waits("done")
    good = (service.kit.path / "kit.toml").read_text()
    (service.kit.path / "kit.toml").write_text("kit = ")
    service.watch.request()
    assert "kit.toml" in service.waits("failed").says
    (service.kit.path / "kit.toml").write_text(good)
    service.watch.request()
    service.waits("done")


def test_what_was_postponed_is_told_with_its_reason(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server:
        service = serve(deployment.kit(source=server.url), always_kb=0, budget_mb_day=0.000001)
        state = service.waits("postponed")
        assert "this day are spent" in state.says and state.failures == 0


def test_it_stops_in_the_middle_of_a_download(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    with ChaosServer(deployment.mirror) as server, Proxy(server.port) as line:
        line.stall_after = 0
        service = serve(deployment.kit(source=line.url))
        service.until(lambda state: line.connections > 0)
        service.stop()


def test_the_state_holds_nothing_of_a_list(deployment: Deployment, serve: Callable[..., Service]) -> None:
    deployment.publish(PEOPLE)
    service = serve(deployment.kit())
    service.waits("done")
    service.stop()
    written = (service.kit.path / watch_state.STATE_FILE).read_text()
    assert "Testa" not in written and "XXi" not in written and "AGE-SECRET" not in written
    assert set(json.loads(written)) == set(WatchState.__slots__)


@pytest.mark.parametrize("nonsense", [b"", b"[" * 9000, b"{}", b'{"state":3,"neighbours":7}', b"[1]"])
def test_a_state_that_cannot_be_read_is_none(tmp_path: Path, nonsense: bytes) -> None:
    assert watch_state.read_state(tmp_path) is None
    (tmp_path / watch_state.STATE_FILE).write_bytes(nonsense)
    assert watch_state.read_state(tmp_path) is None
    assert not watch_state.is_running(tmp_path)


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


def test_systemd_hears_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "30000000")
        notifier = SystemdNotifier()
        notifier.ready(), notifier.status("it\nwaits"), notifier.alive(), notifier.stopping()
        heard = [systemd.recv(500) for _ in range(4)]
    assert heard == [b"READY=1", b"STATUS=it waits", b"WATCHDOG=1", b"STOPPING=1"]
    assert notifier.watchdog_s == 30


def test_a_stop_does_not_wait_for_what_cannot_be_stopped(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    kit.close()
    child = os.fork()
    if child == 0:
        busy = Event()

        def hang(edition: object) -> None:
            busy.set()
            Event().wait()

        watch = Watch(kit.reopen(), after_apply=hang)
        threading.Thread(target=watch.run, daemon=True).start()
        busy.wait()
        watch.stop_at_once(Event())
        os._exit(9)  # not reached
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    state = watch_state.read_state(kit.path)
    assert state and state.state == "stopped"


def test_whatever_is_not_foreseen_is_told_and_does_not_end_it(deployment: Deployment) -> None:
    def surprise(edition: object) -> None:
        raise ZeroDivisionError("Testa Persona 7")

    deployment.publish(PEOPLE)
    kit = deployment.kit()
    watch = Watch(kit.reopen(), after_apply=surprise)
    service = Service.__new__(Service)
    service.kit, service.said, service.watch = kit, [], watch
    service._thread = threading.Thread(target=watch.run)
    service._thread.start()
    state = service.waits("failed")
    assert "did not foresee" in state.says
    assert not any(word in state.says for word in ("ZeroDivisionError", "Testa"))
    service.stop()


def test_a_clock_that_is_set_moves_the_words_and_not_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("sync.kit.watching.status_reporter.read_system_time", lambda: now)
    telling = StatusReporter(tmp_path, SystemdNotifier(), lambda: 1000.0, lambda words: None)
    wait = RetryWait(4600.0, RunOutcome.DONE)
    telling.report_wait(wait)
    assert watch_state.read_state(tmp_path).next_at == "2026-05-01T13:00:00Z"  # type: ignore[union-attr]
    now = datetime(1970, 1, 1, tzinfo=UTC)
    telling.report_wait(wait)
    assert watch_state.read_state(tmp_path).next_at == "1970-01-01T01:00:00Z"  # type: ignore[union-attr]


@pytest.mark.parametrize("asked_until", ["", "nonsense", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_no_clock_keeps_it_from_asking_for_longer_than_a_day(tmp_path: Path, asked_until: str) -> None:
    watch_state.write_state(tmp_path, WatchState("waiting", "", "", failures=3, not_before=asked_until))
    wait = StatusReporter(tmp_path, SystemdNotifier(), lambda: 50.0, lambda words: None).restore_wait(50.0)
    assert 50 <= wait.until_s <= 50 + 24 * 3600
    assert wait.failures == 3

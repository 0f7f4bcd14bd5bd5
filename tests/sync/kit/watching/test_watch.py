"""The service: what wakes it, what it says, and that nothing but a stop ends it."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from data.durable_files import hold_lock
from data.errors import Busy
from data.kit.home import KitHome
from data.lease.erasure import COURIER_LOCK
from sync.kit.watching import watch_state, watchers
from sync.kit.watching.retry_schedule import RetryIntervals
from sync.kit.watching.watch import Watch
from sync.kit.watching.watch_state import WatchState
from tests.support.courier_service import Service
from tests.support.deployment import FEWER, PEOPLE, Deployment, names
from tests.support.network.chaos import ChaosServer, Fault, Proxy


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
        assert state.not_before and "asked the kit to wait" in state.says
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
    state = service.until(lambda state: state.last is not None and "stick" in state.last.source)
    assert state.last and state.last.outcome == "done"
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
        service.until(lambda state: state.last is not None and "stick" in state.last.source)
        assert len(names(kit)) > 2000
        assert "A faster source arrived" in service.said


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
        assert "Today's budget of" in state.says and state.failures == 0


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
    assert "unexpected error" in state.says
    assert not any(word in state.says for word in ("ZeroDivisionError", "Testa"))
    service.stop()

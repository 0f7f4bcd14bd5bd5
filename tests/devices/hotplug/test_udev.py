"""Readers that udev tells of: heard through libudev from the kernel's netlink, with the test in the service's place."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from devices.hotplug import udev
from devices.hotplug.plug import Plug
from tests.support.udev_peer import in_namespaces, missing


@pytest.fixture
def udev_here() -> None:
    if lacking := missing():
        if os.environ.get("CI"):
            pytest.fail(f"missing: {lacking}")
        pytest.skip(f"missing: {lacking}")


def run_plugging(*arguments: str) -> dict[str, Any]:
    done = in_namespaces("tests.devices.support.plugging", *arguments)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.usefixtures("udev_here")
def test_a_reader_plugged_out_and_in_again_is_ready_because_udev_said_so_and_leaks_nothing() -> None:
    result = run_plugging("cycles", "100")
    assert result["read"] == 100
    assert result["leaked"] == [0, 0, 0]
    healths = [health for health in result["told"] if health != "busy"]
    assert healths[:7] == ["ready", "absent", "connecting", "ready", "absent", "connecting", "ready"]


@pytest.mark.usefixtures("udev_here")
def test_a_driver_that_does_not_notice_is_told_and_other_devices_change_nothing() -> None:
    result = run_plugging("deaf")
    assert result["calm"] == ["ready"]
    assert result["told"] == ["ready", "absent", "connecting", "ready", "absent"]
    assert result["connected"] == 2


@pytest.mark.parametrize("node", [None, Path("/tmp/pipe")])  # noqa: S108 (never opened)
async def test_what_is_no_device_node_is_looked_for(node: Path | None) -> None:
    plug = Plug(node, monitor=lambda: pytest.fail("udev knows nothing of it"))
    plug.watch(lambda: None)
    assert not plug.is_monitored
    await plug.next_look()
    plug.stop()


def test_without_the_service_or_the_extra_nobody_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udev, "CONTROL", tmp_path / "control")
    assert udev.udev_monitor() is None
    (tmp_path / "control").touch()
    monkeypatch.setitem(__import__("sys").modules, "pyudev", None)
    assert udev.udev_monitor() is None

"""A third party's driver can neither hang `check` past its wait nor end it, whatever it declares."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.counter import reader_loop
from devices.faults import DeviceFault
from tests.support.command_line import PASSPHRASE, TOP
from tests.support.waiting import GUARD_S

DRIVER = """
import os, sys, time
from devices.live_reader import LiveReader
from devices.ports import DeviceInfo

SIMULATED = False

def discover(context):
    return []

def harm(url, step):
    if url.settings.get("at") == step:
        {"hang": lambda: time.sleep(1000), "exit": lambda: os._exit(0), "raise": sys.exit}[url.where]()

def reader(url, context):
    harm(url, "make")
    return LiveReader(DeviceInfo("bad:" + url.where, "Bad reader", "bad"), Bad(url), context.now)

class Bad:
    has_begun = False

    def __init__(self, url):
        self.url = url

    def connect(self):
        harm(self.url, "open")

    def disconnect(self):
        pass

    async def receive(self):
        harm(self.url, "read")
        return ()
"""
WAIT_S = 1


@pytest.fixture
def plug_in(tmp_path: Path) -> Path:
    """A folder with the driver, installed as packages are."""
    folder = tmp_path / "site"
    info = folder / "bad-1.dist-info"
    info.mkdir(parents=True)
    (folder / "bad_driver.py").write_text(DRIVER)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[waypost.drivers]\nbad = bad_driver\n")
    return folder


URLS = (
    "bad://hang?at=open", "bad://hang?at=read", "bad://exit?at=open", "bad://exit?at=read", "bad://raise?at=open",
    "bad://raise?at=read", "bad://hang?at=make", "bad://raise?at=make", "bad://hang?at=read&isolated=no",
    "bad://raise?at=read&isolated=no", "bad://hang?at=open&isolated=no",
)  # fmt: skip


def test_check_answers_in_time(made: Path, tmp_path: Path, plug_in: Path) -> None:
    """All at once: most of them only wait."""
    path = os.pathsep.join([str(plug_in), str(TOP)])
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, "PYTHONPATH": path}

    def check(number: int) -> subprocess.CompletedProcess[str]:
        kit = shutil.copytree(made / "north-1", tmp_path / f"kit-{number}")
        words = ["check", "--home", str(kit), "--reader", URLS[number], "--wait", str(WAIT_S), "--json"]
        return subprocess.run(
            [sys.executable, "-m", "ui", *words],
            cwd=TOP,
            env=environment,
            capture_output=True,
            text=True,
            timeout=2 * GUARD_S,
        )

    with ThreadPoolExecutor(len(URLS)) as at_once:
        answers = dict(zip(URLS, at_once.map(check, range(len(URLS))), strict=True))
    for url, done in answers.items():
        assert done.returncode == 30, (url, done.returncode, done.stderr)
        assert json.loads(done.stdout)["verdict"] == "cannot_say", url
        assert "Traceback" not in done.stderr, url


def test_check_gives_up_on_a_driver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a clock: what is waited for is the wait that was asked for, and as long again as a driver may hang."""
    waits: list[float] = []

    class Never:
        def put(self, item: object) -> None: ...

        def get(self, timeout: float) -> object:
            waits.append(timeout)
            raise reader_loop.Empty

    monkeypatch.setattr(reader_loop, "Queue", Never)
    with pytest.raises(DeviceFault, match="stopped responding"):
        reader_loop.wait_for_document(lambda: None, 3.0, lambda text: None)  # type: ignore[arg-type, return-value]
    assert waits == [3.0 + reader_loop.HANGS_AFTER_S]

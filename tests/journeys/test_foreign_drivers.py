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
from tests.support.third_party import HARMS_WHEN_IMPORTED, install_drivers
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
    """A folder with the drivers, installed as packages are."""
    install_drivers(tmp_path / "site", {"bad": DRIVER, **HARMS_WHEN_IMPORTED})
    return tmp_path / "site"


ONE_OF_EACH = (
    "hangs://1", "ends://1", "bad://exit?at=make", "bad://hang?at=read", "bad://hang?at=open&isolated=no",
    "stops://1?isolated=no",
)  # fmt: skip
EVERY = (
    *(f"{scheme}://1" for scheme in HARMS_WHEN_IMPORTED),
    *(f"bad://{harm}?at={step}" for harm in ("hang", "exit", "raise") for step in ("make", "open", "read")),
    *(f"bad://{harm}?at={step}&isolated=no" for harm in ("hang", "raise") for step in ("make", "open", "read")),
    *(f"{scheme}://1?isolated=no" for scheme in ("hangs", "stops", "fails", "misses")),
)


@pytest.mark.parametrize("urls", [ONE_OF_EACH, pytest.param(EVERY, marks=pytest.mark.acceptance)], ids=len)
def test_check_answers_in_time(urls: tuple[str, ...], made: Path, tmp_path: Path, plug_in: Path) -> None:
    """All at once: most of them only wait."""
    path = os.pathsep.join([str(plug_in), str(TOP)])
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, "PYTHONPATH": path}

    def check(number: int) -> subprocess.CompletedProcess[str]:
        kit = shutil.copytree(made / "north-1", tmp_path / f"kit-{number}")
        words = ["check", "--home", str(kit), "--reader", urls[number], "--wait", str(WAIT_S), "--json"]
        return subprocess.run(
            [sys.executable, "-m", "ui", *words],
            cwd=TOP,
            env=environment,
            capture_output=True,
            text=True,
            timeout=2 * GUARD_S,
        )

    with ThreadPoolExecutor(len(urls)) as at_once:
        answers = dict(zip(urls, at_once.map(check, range(len(urls))), strict=True))
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

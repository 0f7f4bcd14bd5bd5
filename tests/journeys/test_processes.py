"""Every process of Waypost is hardened before it reads anything (docs/threats.md, "Processes"): one test per row."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from devices.isolation.isolated_reader import IsolatedReader
from tests.devices.support.harmful_driver import ask_process, harmful_reader
from tests.structure.product import product_modules
from tests.support.command_line import PASSPHRASE, TOP
from tests.support.processes import allow_core_dumps, core_limits, is_running, mask
from tests.support.waiting import LOOK_S, wait_until

COMMANDS = {
    "check": "check --home {kit} --batch -",
    "desk": "desk --home {kit}",
    "courier": "courier watch --home {kit}",
    "headquarters' server": "hq serve --home {hq} --port 0",
    "headquarters' server with reports": "hq serve --home {hq} --port 0 --uplink",
    "demonstration": "demo",
}
"""Those that run for long, and one that a program starts; all of them begin in `ui.cli.main`."""
STARTS = {
    "devices/isolation/process.py": "devices/isolation/child.py",
    "devices/isolation/child.py": "devices/isolation/child.py",
}
"""Modules that start a process, and the module in which that begins."""
CARD_PROCESS = "devices/staff_card/pkcs11_child.py"
"""Another module in which a process begins that `devices/isolation/process.py` starts."""
ENTRIES = {"ui/cli.py", "ui/__main__.py", CARD_PROCESS, *STARTS.values()}
"""Modules in which a process may begin."""


@contextmanager
def running(command: str, **homes: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command at a terminal, on a machine that collects core dumps."""
    terminal, theirs = pty.openpty()
    words = [sys.executable, "-m", "ui", *command.format(**homes).split()]
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, "TERM": "xterm"}
    process = subprocess.Popen(
        words, cwd=TOP, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=allow_core_dumps
    )
    os.close(theirs)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_leaves_no_core_dump_and_no_open_file(kit: Path, hq: Path, command: str) -> None:
    with running(command, kit=kit, hq=hq) as process:
        wait_until(lambda: core_limits(process.pid) == ("0", "0"), "the limit of its core dumps")
        wait_until(lambda: mask(process.pid) == 0o077, "its mask")


def test_every_command_begins_by_hardening_its_process() -> None:
    """What cannot be seen from outside: it cannot be traced, and its environment has no passphrase."""
    probe = (
        "import ctypes, os, resource, ui.cli\n"
        "def probe(arguments):\n"
        "    mask = os.umask(0)\n"
        "    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)\n"
        "    limits = resource.getrlimit(resource.RLIMIT_CORE)\n"
        "    environment = [os.environ.get(name) for name in ('WAYPOST_PASSPHRASE', 'PYDANTIC_DISABLE_PLUGINS')]\n"
        "    print(limits, oct(mask), dumpable, *environment)\n"
        "    return 0\n"
        "ui.cli.run = probe\n"
        "ui.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE},
        capture_output=True,
        text=True,
        preexec_fn=allow_core_dumps,
    )
    assert done.stdout == "(0, 0) 0o77 0 None __all__\n", done.stderr


def test_the_passphrase_of_the_environment_still_opens_the_kit(kit: Path) -> None:
    with running("lists --home {kit}", kit=kit) as process:
        assert process.wait() == 0


async def test_the_process_of_a_driver_is_as_hard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = harmful_reader(tmp_path, monkeypatch)
    assert isinstance(device, IsolatedReader)
    await device.open()
    pid, passphrase, dumpable, began_with = (await ask_process(device, tmp_path)).split()
    assert (passphrase, dumpable, began_with) == ("None", "0", "False")
    assert core_limits(int(pid)) == ("0", "0") and mask(int(pid)) == 0o077
    await device.close()


SOON_S = 20.0
"""The kernel ends it at once; a busy machine takes its time to show it."""
HANGING = """
import asyncio, sys
from pathlib import Path
from devices import registry
from devices.isolation import isolated_reader
from devices.ports import DriverContext
from tests.devices.support.harmful_driver import ask_process, harmful_reader

isolated_reader.HANGS_AFTER_S = 1000  # nobody but the kernel is to end it

async def main(folder):
    device = registry.reader(f"bad://{folder}", DriverContext(folder))
    await device.open()
    print((await ask_process(device, folder)).split()[0], flush=True)
    (folder / "hang").touch()
    print("told to hang", flush=True)
    while True:
        await device.read(0.5)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_a_driver_that_hangs_ends_with_a_kit_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never looks at its socket again: only the kernel can end it."""
    harmful_reader(tmp_path, monkeypatch)
    path = os.pathsep.join([str(tmp_path), str(TOP)])
    kit = subprocess.Popen(
        [sys.executable, "-c", HANGING, str(tmp_path)],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
    )
    assert kit.stdout is not None
    driver = int(kit.stdout.readline())
    assert kit.stdout.readline() == b"told to hang\n"
    wait_until(lambda: not (tmp_path / "hang").exists(), "the driver to hang")  # it removes the file, and hangs
    os.kill(kit.pid, signal.SIGKILL)
    kit.communicate()
    ends = time.monotonic() + SOON_S
    while (runs := is_running(driver)) and time.monotonic() < ends:
        time.sleep(LOOK_S)
    with suppress(ProcessLookupError):
        os.kill(driver, signal.SIGKILL)
    assert not runs


def test_no_module_starts_a_process_that_is_not_in_the_table() -> None:
    starts = re.compile(r"\b(subprocess\.(Popen|run|call|check_\w+)|os\.(fork|exec\w*|spawn\w*|system|popen)|pty\.fork"
                        r"|create_subprocess_\w+|multiprocessing)\b")  # fmt: skip
    found = {module.place for module in product_modules() if starts.search(module.text)}
    assert found == set(STARTS)
    begins = {
        module.place for module in product_modules() if "__main__" in module.place or "__name__ ==" in module.text
    }
    assert begins <= ENTRIES
    for place in {"ui/cli.py", *STARTS.values()}:
        (body,) = [module.text for module in product_modules() if module.place == place]
        assert "    harden_process()\n" in body

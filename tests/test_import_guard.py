"""The screening core must start without a screen, a network or hardware: deferred imports escape the static graph."""

import subprocess
import sys
from pathlib import Path

import pytest

_TOP = Path(__file__).resolve().parent.parent
_SCREEN = {"textual"}
_NETWORK = {"httpx", "httpcore", "tuf"}
_HEADQUARTERS = {"sqlalchemy", "starlette", "uvicorn"}
_HARDWARE = {"cv2", "smartcard", "serial", "pyudev", "tesserocr", "zxingcpp"}
_FOREIGN = _SCREEN | _NETWORK | _HEADQUARTERS | _HARDWARE


@pytest.mark.parametrize(
    "module",
    [
        "appliance.counter.check_request",
        "appliance.counter.counter",
        "appliance.counter.kit_lists",
        "appliance.screening.run",
        "appliance.checks.document_list",
        "appliance.checks.person_list",
        "data.kit.home",
        "sync.headquarters.sources",
    ],
)
def test_the_core_imports_nothing_foreign(module: str) -> None:
    script = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=_TOP, capture_output=True, text=True, check=True)
    assert not _FOREIGN & set(done.stdout.split())

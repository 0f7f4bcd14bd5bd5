"""What lies on a stick, and its way there and back."""

import re
from pathlib import Path

from data.kit.home import KitHome
from sync.formats.stick import STICK_FOLDER, StickFolder
from sync.headquarters import sticks as stick_hq
from sync.kit import sticks as stick_kit
from tests.support.deployment import Deployment


def files_on_stick(stick: Path, part: StickFolder = StickFolder.PUBLIC) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (stick / STICK_FOLDER / part).iterdir()}


def payload_names(stick: Path) -> list[str]:
    return sorted(name for name in files_on_stick(stick) if re.search(r"~[sdp]-\d", name))


def there_and_back(deployment: Deployment, kit: KitHome, stick: Path) -> None:
    """From headquarters to the kit and back."""
    stick_hq.stick_out(deployment.hq, stick)
    assert stick_kit.stick_in(kit, stick).ok
    stick_kit.stick_out(kit, stick)
    assert not stick_hq.stick_in(deployment.hq, stick).problems

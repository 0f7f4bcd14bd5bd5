"""What lies on each simulated reader of this process: a page reader and a chip reader look at one document."""

from devices.simulated.script import Presentation

_LYING: dict[str, Presentation] = {}


def lay(device: str, shown: Presentation) -> None:
    """`shown` lies on `device` from now on."""
    _LYING[device] = shown


def on(device: str) -> Presentation | None:
    """What was laid on `device` last."""
    return _LYING.get(device)

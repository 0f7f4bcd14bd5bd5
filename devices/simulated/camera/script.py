"""The TOML of a simulated camera, a table of a simulated kit.

```toml
[camera]
kind = "camera"
title = "Desk camera"

[[camera.presents]]                   # as at a simulated reader: documents, codes, seals, faults, about, after_s
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
harms = ["held", "upside_down"]       # how it lies there (devices/simulated/camera/harms.py has every harm)
frames = 8                            # that are looked at before it is taken away

[[camera.presents]]
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
harms = ["too_dark"]                  # cannot be read: the officer is told what would help
```
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from devices.faults import Reason
from devices.simulated.camera.harms import Harm
from devices.simulated.script import Presentation, tables, validated

KIND = "camera"


class Laid(Presentation):
    """One thing that happens in front of a camera."""

    harms: frozenset[Harm] = frozenset()
    frames: int = Field(8, ge=1, le=1_000)

    @model_validator(mode="after")
    def _can_be_seen(self) -> Self:
        if self.retry is not None or (self.raw and not self.codes):
            raise ValueError("a camera sees documents and codes; its guidance comes of `harms`")
        if self.fault not in (None, Reason.UNPLUGGED):
            raise ValueError("a camera can be unplugged; other faults come of `harms`")
        return self


class CameraScript(BaseModel):
    """A simulated camera."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["camera"]
    title: str = "Simulated camera"
    presents: tuple[Laid, ...] = ()


def load_cameras(path: Path) -> dict[str, CameraScript]:
    """Every camera of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    chosen = {
        name: table for name, table in tables(path).items() if isinstance(table, dict) and table.get("kind") == KIND
    }
    return validated(path, chosen, CameraScript)

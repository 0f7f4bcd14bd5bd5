"""The TOML of a simulated chip reader, a table of a simulated kit.

```toml
[chip]
kind = "chip"
of = "reader"                         # the chip of whatever document was laid on that reader last

[[reader.presents]]
document = { format = "TD3", code = "P", issuer = "UTO", number = "L898902C3", surname = "ERIKSSON" }
issued = 2024-05-06
chip = { access = ["bac"], faults = ["tampered_group"] }    # devices/simulated/chip/profile.py has every switch
```

Without `of` it has documents of its own, `[[chip.presents]]`, one after another.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from devices.simulated.script import Presentation, tables, validated

KIND = "chip"


class ChipScript(BaseModel):
    """A simulated chip reader."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["chip"]
    title: str = "Simulated chip reader"
    of: str = ""
    presents: tuple[Presentation, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.of) == bool(self.presents):
            raise ValueError("give either `of` or documents of its own")
        return self


def load_chip_readers(path: Path) -> dict[str, ChipScript]:
    """Every chip reader of a simulated kit, by name of its table; DeviceFault SETUP says what is wrong."""
    chosen = {
        name: table for name, table in tables(path).items() if isinstance(table, dict) and table.get("kind") == KIND
    }
    return validated(path, chosen, ChipScript)

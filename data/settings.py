"""kit.toml: who this kit is and every setting, validated, one documented default each."""

import json
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.chip_settings import ChipSettings
from data.courier_settings import CourierSettings
from data.errors import NoHome, SettingsError
from data.files import write_durably
from data.screenings import Direction

FILE_NAME = "kit.toml"


class Settings(BaseModel):
    """The settings of one kit. Only the file counts: an environment variable must not change what a kit checks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kit: str = Field(min_length=1, max_length=64, description="Name of this kit, as headquarters knows it.")
    source: str = Field(min_length=1, description="Where lists come from: a folder or the URL of headquarters.")
    uplink: str = Field("", description="URL that takes this kit's reports; empty: the source, when that is a URL.")
    outbox_keep_days: int = Field(
        30, ge=1, le=3650, description="Days a report stays on this kit after headquarters has acknowledged it."
    )
    profile: Literal["development", "production"] = Field(
        "development", description="A production kit refuses simulated devices."
    )
    post: str = Field("", description="The crossing this kit stands at.")
    lane: str = Field("", description="The lane, where a post has several.")
    direction: Direction = Field(Direction.ENTRY, description="Which way travellers go: entry, exit or transit.")
    reader: str = Field("", description="The passport reader, as a URL; empty when documents are typed.")
    required_kinds: list[Literal["documents", "persons"]] = Field(
        default_factory=list,
        description="Kinds of list without which this kit cannot say CLEAR, even if it carries none.",
    )
    name_strong: float = Field(
        0.53,
        ge=-4.89,
        le=4.0,
        description="Evidence (log-odds) above which a listed person fits strongly; `waypost kit tune` finds it.",
    )
    name_possible: float = Field(
        -2.22,
        ge=-4.89,
        le=1.5,
        description="Evidence above which a listed person may be the traveller; not above name_strong.",
    )
    check_deadline_s: float = Field(5.0, gt=0, le=60, description="A check that takes longer counts as not done.")
    chip: ChipSettings = Field(default_factory=ChipSettings, description="Chips of travel documents.")
    courier: CourierSettings = Field(default_factory=CourierSettings, description="Fetching of lists.")

    @model_validator(mode="after")
    def _bands_in_order(self) -> Self:
        if self.name_possible > self.name_strong:
            raise ValueError("name_possible cannot be above name_strong")
        return self

    @classmethod
    def load(cls, path: Path) -> "Settings":
        """Read and check a kit.toml; SettingsError names each setting that cannot be."""
        if not path.exists():
            raise NoHome(f"{path.parent} has no {path.name}", do="Make the kit with `waypost kit init`")
        try:
            return cls.model_validate(tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path.name} is not TOML: {error}", do="Mend the line it names") from error
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(map(str, fault['loc']))}: {fault['msg'].removeprefix('Value error, ')}"
                for fault in error.errors()
            )
            raise SettingsError(f"{path.name} has settings that cannot be: {faults}", do="Correct them") from error

    def save(self, path: Path) -> None:
        """Write every setting with its description above it."""
        values = self.model_dump(mode="json")
        sections: dict[str, type[BaseModel]] = {"chip": ChipSettings, "courier": CourierSettings}
        apart = {name: values.pop(name) for name in sections}
        lines = _explained(Settings, values)
        for name, model in sections.items():
            lines += [f"[{name}]\n", *_explained(model, apart[name])]
        write_durably(path, "\n".join(lines).encode())


def _explained(model: type[BaseModel], values: dict[str, Any]) -> list[str]:
    return [f"# {model.model_fields[name].description}\n{name} = {_toml(value)}\n" for name, value in values.items()]


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

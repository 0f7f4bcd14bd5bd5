"""A catalogue for tests, compiled as the real ones are."""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from ui.text.translation import DOMAIN


def write_catalogue(folder: Path, code: str, catalogue: Catalog) -> None:
    """Compile `catalogue` as language `code` under `folder`, which TEXTDOMAINDIR then names."""
    place = folder / code / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)

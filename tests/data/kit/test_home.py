"""A kit's folder, opened and opened anew."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from data.kit.home import KitHome
from data.kit.settings import Settings
from data.lists.replica import Replica
from data.lists.rows import Row


def test_a_kit_opened_anew_goes_on_making_what_lies_beside_a_base(tmp_path: Path) -> None:
    def write_companion(replica: Replica, base: str, rows: Iterable[Row]) -> None:
        """Nothing is written here."""

    with closing(
        KitHome.create(tmp_path / "kit", "a sentence that is long enough", Settings(kit="k", source="s"))
    ) as kit:
        kit.companions["persons"] = write_companion
        with closing(kit.reopen()) as again:
            assert again.lists.add("un", "persons").companion is write_companion
            assert again.lists.add("sltd", "documents").companion is None

"""A kit's folder, opened and opened anew."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from data.errors import SettingsError
from data.kit.home import ENROLMENT, KitHome
from data.kit.settings import SETTINGS_FILE, Settings
from data.lists.overlay_change import BaseChange
from data.lists.replica import Replica
from data.lists.rows import Row


def test_a_kit_opened_anew_goes_on_making_what_lies_beside_a_base(tmp_path: Path) -> None:
    def write_companion(replica: Replica, base: str, rows: Iterable[Row], change: BaseChange | None) -> None:
        """Nothing is written here."""

    with closing(
        KitHome.create(tmp_path / "kit", "a sentence that is long enough", Settings(kit="k", source="s"))
    ) as kit:
        kit.companions["persons"] = write_companion
        with closing(kit.reopen()) as again:
            assert again.lists.add("un", "persons").companion is write_companion
            assert again.lists.add("sltd", "documents").companion is None


def test_a_kit_goes_by_no_other_name_than_it_was_enrolled_under(tmp_path: Path) -> None:
    path, settings = tmp_path / "kit", Settings(kit="north-1", source="s")
    with closing(KitHome.create(path, "a sentence that is long enough", settings)) as kit:
        kit.vault.put({ENROLMENT: b'{"format": 1, "kit": "north-1", "source": "s"}'})
        assert kit.settings == settings
        settings.model_copy(update={"kit": "north-9"}).save(path / SETTINGS_FILE)
        with (
            closing(kit.reopen()) as again,
            pytest.raises(SettingsError, match=r'calls this kit north-9, .* enrolled as north-1.*Set kit = "north-1"'),
        ):
            _ = again.settings

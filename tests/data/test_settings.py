"""kit.toml: what is written is read, and what cannot be is named."""

from pathlib import Path

import pytest

from data.errors import NoHome, SettingsError
from data.screenings import Direction
from data.settings import Settings


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    settings = Settings(kit='north "1"\n', source="https://hq.example/", direction=Direction.EXIT)
    settings.save(tmp_path / "kit.toml")
    assert Settings.load(tmp_path / "kit.toml") == settings


def test_every_setting_is_explained_in_the_file(tmp_path: Path) -> None:
    Settings(kit="a", source="b").save(tmp_path / "kit.toml")
    text = (tmp_path / "kit.toml").read_text()
    for name, field in Settings.model_fields.items():
        assert field.description and f"# {field.description}\n{name} = " in text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('kit = "a"\nsource = "b"\nprofil = "x"', "profil"),
        ('kit = "a"\nsource = "b"\ndirection = "sideways"', "direction"),
        ('kit = "a"', "source"),
        ("kit = ", "TOML"),
        ('kit = "a"\nsource = "b"\ncheck_deadline_s = 0', "check_deadline_s"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "kit.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=named):
        Settings.load(path)


def test_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILE", "production")
    monkeypatch.setenv("CHECK_DEADLINE_S", "60")
    Settings(kit="a", source="b").save(tmp_path / "kit.toml")
    assert Settings.load(tmp_path / "kit.toml").profile == "development"


def test_no_settings_at_all(tmp_path: Path) -> None:
    with pytest.raises(NoHome):
        Settings.load(tmp_path / "kit.toml")

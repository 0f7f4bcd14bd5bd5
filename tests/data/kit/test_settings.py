"""kit.toml: what is written is read, and what cannot be is named."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.documents.travel_document import MrzFormat, TravelDocument
from data.errors import NoHome, SettingsError
from data.kit.settings import CardSettings, ChipExpectation, ChipSettings, CourierSettings, Settings, parse_hour_span
from data.screenings import Direction


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    settings = Settings(kit='north "1"\n', source="https://hq.example/", direction=Direction.EXIT)
    settings.save(tmp_path / "kit.toml")
    assert Settings.load(tmp_path / "kit.toml") == settings


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64)
_AMOUNTS = st.floats(min_value=0, allow_infinity=False)


@given(_TEXTS, _TEXTS, st.lists(_TEXTS), _AMOUNTS, st.floats(-4.24, -1.99))
@example("A\x7fB", "\r\n\x00\x85\u2028", ['"\\'], 1e300, -2.5e-7 - 4)
def test_whatever_settings_hold_is_loaded_as_it_was(
    kit: str, post: str, mirrors: list[str], budget: float, name_possible: float
) -> None:
    courier = CourierSettings(mirrors=mirrors, budget_mb_day=budget)
    settings = Settings(kit=kit, source=post, post=post, name_possible=name_possible, courier=courier)
    with tempfile.TemporaryDirectory() as folder:
        settings.save(Path(folder, "kit.toml"))
        assert Settings.load(Path(folder, "kit.toml")) == settings


def test_every_setting_is_explained_in_the_file(tmp_path: Path) -> None:
    Settings(kit="a", source="b").save(tmp_path / "kit.toml")
    text = (tmp_path / "kit.toml").read_text()
    fields = {**Settings.model_fields, **CourierSettings.model_fields, **ChipSettings.model_fields}
    fields |= {f"card.{name}": field for name, field in CardSettings.model_fields.items()}
    assert all(fields.pop(section) for section in ("courier", "chip", "card", "desk"))
    for name, field in fields.items():
        assert field.description and f"# {field.description}\n{name.removeprefix('card.')} = " in text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('kit = "a"\nsource = "b"\nprofil = "x"', "profil"),
        ('kit = "a"\nsource = "b"\ndirection = "sideways"', "direction"),
        ('kit = "a"', "source"),
        ("kit = ", "TOML"),
        ('kit = "a"\nsource = "b"\ncheck_deadline_s = 0', "check_deadline_s"),
        ('kit = "a"\nsource = "b"\n[courier]\nbudget = 3', "courier.budget"),
        ('kit = "a"\nsource = "b"\n[courier]\nbudget_mb_day = inf', "courier.budget_mb_day must be a number"),
        ('kit = "a"\nsource = "b"\n[courier]\nrate_kbit_s = nan', "courier.rate_kbit_s must be a number"),
        ('kit = "a"\nsource = "b"\nname_strong = nan', "name_strong must be a number"),
        ('kit = "a"\nsource = "b"\n[courier]\nhours = ["25:00-06:00"]', "25:00-06:00"),
        ('kit = "a"\nsource = "b"\n[courier]\nhours = ["06:00-06:00"]', "06:00-06:00"),
        ('kit = "a"\nsource = "b"\n[courier]\nkey = "kit.pem"', "set together"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "kit.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=named):
        Settings.load(path)


def test_the_environment_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROFILE", "development")
    monkeypatch.setenv("CHECK_DEADLINE_S", "60")
    Settings(kit="a", source="b").save(tmp_path / "kit.toml")
    assert Settings.load(tmp_path / "kit.toml").profile == "production"


def test_the_courier_has_a_section_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text('kit = "a"\nsource = "b"\n[courier]\nhours = ["22:00-06:30"]\nshare = true\n')
    settings = Settings.load(tmp_path / "kit.toml")
    assert (settings.courier.hours, settings.courier.share) == (["22:00-06:30"], True)
    settings.save(tmp_path / "kit.toml")
    assert Settings.load(tmp_path / "kit.toml") == settings


def test_a_kit_toml_without_the_section_stays_valid(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text('kit = "a"\nsource = "b"\n')
    assert Settings.load(tmp_path / "kit.toml").courier == CourierSettings()


def test_a_span_of_hours_in_minutes() -> None:
    assert [parse_hour_span(span) for span in ("22:00-06:30", "0:00-24:00")] == [(1320, 390), (0, 1440)]


def test_no_settings_at_all(tmp_path: Path) -> None:
    with pytest.raises(NoHome):
        Settings.load(tmp_path / "kit.toml")


@pytest.mark.parametrize("chip", ['expected = "sometimes"', "lay_s = 0", "read_s = 600", 'url = "pcsc://x"'])
def test_chip_settings_that_cannot_be_are_named(tmp_path: Path, chip: str) -> None:
    (tmp_path / "kit.toml").write_text(f'kit = "a"\nsource = "b"\n[chip]\n{chip}')
    with pytest.raises(SettingsError, match=f"chip.{chip.split()[0]}"):
        Settings.load(tmp_path / "kit.toml")


def test_chips_are_expected_on_passports_as_soon_as_a_reader_is_named(tmp_path: Path) -> None:
    (tmp_path / "kit.toml").write_text('kit = "a"\nsource = "b"\n[chip]\nreader = "pcsc://x"')
    assert Settings.load(tmp_path / "kit.toml").chip.expected is ChipExpectation.PASSPORTS
    assert Settings(kit="a", source="b").chip.reader == ""


def test_a_setting_that_cannot_be_is_told_without_words_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "kit.toml"
    file.write_text('kit = "one"\nsource = "/mnt"\n[courier]\nhours = ["22:00 to 6"]\n', "utf-8")
    with pytest.raises(SettingsError) as raised:
        Settings.load(file)
    assert "courier.hours: '22:00 to 6' is not a span of hours" in raised.value.what


@pytest.mark.parametrize(
    ("code", "format", "expected"),
    [
        ("P", MrzFormat.TD3, True),
        ("PD", MrzFormat.TD3, True),
        ("R", MrzFormat.TD3, True),
        ("I", MrzFormat.TD1, False),
        ("V", MrzFormat.MRV_A, False),
        ("", None, True),
        ("X", None, True),
        ("DIP", None, True),
        ("IDC", None, False),
    ],
)
def test_a_document_of_unknown_type_counts_as_a_passport(code: str, format: MrzFormat | None, expected: bool) -> None:
    document = TravelDocument(code, "NOR", "AB12345", format=format)
    assert ChipExpectation.PASSPORTS.applies_to(document) is expected


def test_a_line_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kit.toml"
    path.write_bytes(b'kit = "a"\nsource = "b"\npost = "K\xf6hlen"\n')
    with pytest.raises(SettingsError) as caught:
        Settings.load(path)
    assert str(caught.value).startswith("Line 3 of kit.toml is not text in UTF-8")
    assert "codec" not in str(caught.value)

"""The table of what lies where in a home: no file of a used kit is missing in it, and nothing that goes is left."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.counter.subject import ScreeningRequest, Subject
from data.kit.home import KitHome
from data.kit.home_files import (
    ANSWERS,
    HOME_FILES,
    JOURNAL,
    LISTS,
    TRUST,
    VAULT,
    WITNESS,
    AtErasure,
    HomeFile,
    find_home_file,
)
from data.lease.erasure import erase_lists
from data.witness.comparison import FilePart, name_file
from sync.kit import courier
from sync.kit.watching.watch_state import note_run
from tests.support.deployment import FEWER, PASSPHRASE, PEOPLE, TOP, Deployment
from tests.support.network.served import served
from tests.support.staff import at_work
from ui.wiring import counter_of, open_kit_for_changes

PRODUCT = ("appliance", "data", "devices", "provisioning", "sync/formats", "sync/kit", "sync/trust", "ui")
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204159ZE184226B<<<<<10"
_NAMED_BY_HAND = re.compile(
    r"""(?:\b(?:home|kit)(?:\.path)?|_home\.path|_kit\.path|\.trust|\.staging)\s*/\s*f?["']"""
    r"""|["'](?:(?:vault|journal)\.db\b|(?:lists|trust)/\{\}|trust/answers)"""
)


@pytest.fixture
def used(tmp_path: Path) -> Iterator[KitHome]:
    """A kit that fetched over HTTP, shares, screened somebody, met an error, and has a download on its way."""
    with closing(Deployment(tmp_path)) as deployment, served(deployment.hq.path) as url:
        deployment.publish(PEOPLE)
        kit = deployment.kit(source=url)
        kit.close()
        kit = open_kit_for_changes(kit.path, PASSPHRASE, "courier")
        deployment.kits[0] = kit
        kit.settings.__dict__["courier"] = kit.settings.courier.model_copy(update={"share": True})
        for people in (PEOPLE, FEWER):
            deployment.publish(people)
            note_run(kit, "", courier.run(kit))
        counter = counter_of(kit)
        counter.screen(ScreeningRequest(Subject.from_zone(ZONE, counter.today()), at_work(counter)))
        (kit.staging / ("0" * 64 + ".part")).write_bytes(b"x")
        (kit.path / "inbox").mkdir()
        yield kit


def files_of(home: Path) -> list[PurePath]:
    return sorted(path.relative_to(home) for path in home.rglob("*") if not path.is_dir())


def test_every_file_of_a_used_kit_is_in_the_table(used: KitHome) -> None:
    unknown = [path for path in files_of(used.path) if find_home_file(path) is None]
    assert unknown == []
    present = {entry.path for path in files_of(used.path) if (entry := find_home_file(path))}
    goes = {entry.path for entry in HOME_FILES if entry.at_erasure is AtErasure.GOES}
    assert goes <= present, "the kit of this test does not make every file that an erasure has to remove"


def test_after_an_erasure_only_what_stays_by_the_table_is_there(used: KitHome) -> None:
    stays = {path for path in files_of(used.path) if _at_erasure(path) is AtErasure.STAYS}
    envelopes = [
        path.read_bytes() for path in (used.path.parent / "hq" / "public" / "kits").rglob("*") if path.is_file()
    ]
    assert _holds_any(used.path, envelopes)
    erase_lists(used)
    assert set(files_of(used.path)) == stays
    assert not _holds_any(used.path, envelopes), "the keys of the lists are in an envelope"


def _holds_any(home: Path, contents: list[bytes]) -> bool:
    files = [(home / path).read_bytes() for path in files_of(home)]
    return any(content in file for content in contents for file in files)


@pytest.mark.parametrize("entry", [entry for entry in HOME_FILES if entry.at_erasure is AtErasure.GOES], ids=str)
@pytest.mark.parametrize("left", ["x", ".x.17.ab.new", "deep/er/x", "link"])
def test_whatever_lies_where_everything_goes_is_erased(kit: KitHome, entry: HomeFile, left: str) -> None:
    path = entry.within(kit.path) / left
    path.parent.mkdir(parents=True, exist_ok=True)
    if left == "link":
        path.symlink_to(kit.path / "kit.toml")
    else:
        path.write_bytes(b"x")
    erase_lists(kit)
    assert not path.is_symlink() and not path.exists()
    assert (kit.path / "kit.toml").is_file()


@pytest.mark.parametrize("entry", [entry for entry in HOME_FILES if entry.at_erasure is AtErasure.GOES], ids=str)
def test_a_file_in_place_of_such_a_folder_is_erased(kit: KitHome, entry: HomeFile) -> None:
    folder = entry.within(kit.path)
    if folder.exists():
        kit.close_lists()
        folder.rename(kit.path.parent / "away")
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"x")
    erase_lists(kit)
    assert not folder.is_file()


def _at_erasure(path: PurePath) -> AtErasure | None:
    entry = find_home_file(path)
    return entry.at_erasure if entry else None


def test_the_innermost_entry_counts() -> None:
    assert find_home_file(PurePath("trust/answers/abc")) is ANSWERS
    assert find_home_file(PurePath("trust/timestamp.json")) is TRUST
    assert find_home_file(PurePath("trustworthy")) is None


@given(st.sampled_from(HOME_FILES), st.from_regex(r"[a-z0-9.~-]{1,12}", fullmatch=True))
def test_what_is_in_a_folder_or_beside_a_file_while_it_is_written_belongs_to_it(entry: HomeFile, name: str) -> None:
    own = PurePath(entry.path)
    for path in (own, own / name, own.parent / f".{own.name}.{name}.new", own.parent / f"{own.name}-wal"):
        assert entry.holds(path)


def test_no_path_of_a_home_is_written_by_hand() -> None:
    found = [
        f"{path.relative_to(TOP)}: {line.strip()}"
        for part in PRODUCT
        for path in sorted((TOP / part).rglob("*.py"))
        if path.name != "home_files.py"
        for line in path.read_text().splitlines()
        if _NAMED_BY_HAND.search(line)
    ]
    assert found == []


def test_what_an_alarm_names_is_in_the_table() -> None:
    names = {part: name_file(part, "name").partition(" ")[0] for part in FilePart}
    assert {part: find_home_file(PurePath(name)) for part, name in names.items()} == {
        FilePart.WITNESS: WITNESS, FilePart.JOURNAL: JOURNAL, FilePart.OUTBOX: JOURNAL,
        FilePart.VAULT: VAULT, FilePart.LIST: LISTS, FilePart.TRUST: TRUST,
    }  # fmt: skip


def test_the_page_shows_the_table() -> None:
    page = (TOP / "docs" / "architecture.md").read_text()
    table = page.partition("| home of a kit |")[2].partition("\n\n")[0]
    rows = {
        name.strip("/"): row[2].strip()
        for row in (line.strip().strip("|").split("|") for line in table.splitlines()[2:])
        for name in re.findall(r"`([^`]+)`", row[0])
    }
    assert rows == {entry.path: entry.at_erasure.value for entry in HOME_FILES}

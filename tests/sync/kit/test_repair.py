"""A list that is wrong in one place is mended in that place, and serves all the time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from data.errors import Damaged, TrustError
from data.kit.home import KitHome
from data.lists.rows import Row, add_to_digest
from sync import limits
from sync.formats.manifest import FileLetter
from sync.formats.parts_directory import PartsDirectory, directory_from_json
from sync.headquarters.importer import import_list
from sync.headquarters.publishing import file_maker
from sync.headquarters.store import tables
from sync.kit import vault_entries
from sync.kit.list_files import PartsReader, open_payload
from sync.kit.list_sync import SyncMethod
from sync.kit.run_report import ListSyncResult
from tests.support.deployment import Deployment, names, sync

PEOPLE = {f"XXi.{number:04}": f"Testa Persona {number}" for number in range(600)}
LATER = {record: name for record, name in PEOPLE.items() if record != "XXi.0003"} | {"XXi.0300": "Testa Alia"}
HEADER = "number,country,type,fraud,theft_country\n"
PAPERS = [f"TST{number:05},UTO,PAS,stolen,UTO\n" for number in range(2000)]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a list of some hundred rows travels as one of millions does."""
    small = replace(limits.LIMITS, part_bytes=4096)
    monkeypatch.setattr(file_maker, "LIMITS", small)


@pytest.fixture
def kit(deployment: Deployment) -> Iterator[KitHome]:
    """A kit with a list that came in parts."""
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    result = sync(kit)["un"]
    assert result.way is SyncMethod.SNAPSHOT
    assert len(parts(deployment)) > 10
    yield kit


def parts(deployment: Deployment, name: str = "un") -> list[Path]:
    files = (deployment.mirror / "lists" / name).glob(f"{FileLetter.PART}-*")
    return sorted(files, key=lambda path: int(path.name.split("-")[3]))


def spoil_rows(kit: KitHome, *records: str) -> None:
    """Other rows under the same version, as a fault in this software would leave them."""
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    with replica.read() as view:
        rows = [Row(row.key, b"{}") if row.key.decode() in records else row for row in view.rows()]
    replica.replace(replace(edition, digest=add_to_digest(0, rows)), rows)


def whole(deployment: Deployment, name: str = "un") -> int:
    return sum(path.stat().st_size for path in parts(deployment, name))


def test_a_snapshot_in_parts_comes_and_changes(deployment: Deployment, kit: KitHome) -> None:
    assert names(kit) == PEOPLE
    deployment.publish(LATER)
    assert sync(kit)["un"].way is SyncMethod.DELTA
    assert names(kit) == LATER
    other = deployment.kit("post-2")
    assert sync(other)["un"].way is SyncMethod.SNAPSHOT
    assert names(other) == LATER


def test_only_the_parts_that_differ_are_fetched(deployment: Deployment, kit: KitHome) -> None:
    spoil_rows(kit, "XXi.0100", "XXi.0101")
    deployment.publish(LATER)
    result = sync(kit)["un"]
    assert (result.way, result.after, result.error) == (SyncMethod.REPAIR, 2, None)
    assert names(kit) == LATER
    assert result.bytes < whole(deployment) / 2


def test_a_damaged_base_is_mended_in_its_place(deployment: Deployment, tmp_path: Path) -> None:
    result = damaged_papers(deployment, tmp_path, PAPERS)
    assert (result.way, result.before, result.after) == (SyncMethod.REPAIR, 1, 1)
    assert result.bytes < whole(deployment, "sltd") / 2


def test_a_damaged_base_is_mended_to_the_newest_version(deployment: Deployment, tmp_path: Path) -> None:
    result = damaged_papers(deployment, tmp_path, [*PAPERS[1:], "NEW00001,UTO,PAS,lost,UTO\n"])
    assert (result.way, result.before, result.after, result.removed) == (SyncMethod.REPAIR, 1, 2, 1)


def damaged_papers(deployment: Deployment, folder: Path, then: list[str]) -> ListSyncResult:
    """A document list loses a block of its base; the next run, after `then` was published."""
    source = folder / "sltd.csv"
    source.write_text(HEADER + "".join(PAPERS))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    deployment.publish_again()
    kit = deployment.kit()
    sync(kit)
    kit.lists.close()
    (base,) = (kit.path / "lists" / "sltd").glob("base-*")
    content = bytearray(base.read_bytes())
    content[-3 * 4096 : -2 * 4096] = bytes(4096)
    base.write_bytes(content)
    source.write_text(HEADER + "".join(then))
    import_list(deployment.hq, "sltd", "sltd-csv", [source])
    deployment.publish_again()
    with pytest.raises(Damaged), kit.lists.open("sltd").read() as view:
        list(view.rows())
    result = sync(kit)["sltd"]
    with kit.lists.open("sltd").read() as view:
        assert len(list(view.rows())) == 2000
    return result


def test_where_a_repair_does_not_help_the_whole_list_comes(deployment: Deployment, kit: KitHome) -> None:
    replica = kit.lists.open("un")
    edition = replica.edition()
    assert edition is not None
    row = Row(b"XXi.000", b"{}")
    replica.replace(replace(edition, count=1, digest=add_to_digest(0, [row])), [row])
    deployment.publish(LATER)
    assert sync(kit)["un"].error is None
    assert names(kit) == LATER


def test_the_old_list_stays_when_the_part_that_would_mend_it_is_spoiled(deployment: Deployment, kit: KitHome) -> None:
    spoil_rows(kit, "XXi.0100")
    before = names_or_none(kit)
    deployment.publish(LATER)
    for path in parts(deployment):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    result = sync(kit)["un"]
    assert result.error is not None and "not the file that headquarters signed" in result.error.what
    assert names_or_none(kit) == before
    deployment.refresh_mirror()
    assert sync(kit)["un"].error is None
    assert names(kit) == LATER


def names_or_none(kit: KitHome) -> list[bytes]:
    with kit.lists.open("un").read() as view:
        return [row.body for row in view.rows()]


def test_parts_that_are_here_are_not_fetched_again(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    files = parts(deployment)
    contents = {path: path.read_bytes() for path in files}
    files[-1].write_bytes(contents[files[-1]][:50])
    first = sync(kit)["un"]
    assert first.error is not None and "broke off after 50" in first.error.what
    files[-1].write_bytes(contents[files[-1]])
    second = sync(kit)["un"]
    assert second.bytes == len(contents[files[-1]]) - 50
    assert names(kit) == PEOPLE
    assert list(kit.staging.iterdir()) == []


def test_swapped_parts_are_refused(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    first, second, *_ = parts(deployment)
    first_bytes, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other[: len(first_bytes)].ljust(len(first_bytes), b"?"))
    result = sync(kit)["un"]
    assert result.error is not None and result.after == 0


def test_a_snapshot_in_parts_outlives_small_changes(deployment: Deployment, kit: KitHome) -> None:
    before = parts(deployment)
    deployment.publish(LATER)
    assert parts(deployment) == before
    deployment.publish(
        {f"XXj.{number:04}": f"Altera Persona {number}" for number in range(600)}, accept_incomplete="a test"
    )
    assert not set(before) & set(parts_in_force(deployment))


def parts_in_force(deployment: Deployment) -> list[Path]:
    with deployment.hq.store.transaction() as connection:
        names = connection.scalars(select(tables.payloads.c.name).where(tables.payloads.c.letter == "p"))
        return [deployment.mirror / "lists" / "un" / name for name in names]


def test_a_part_in_another_ones_place_is_refused(deployment: Deployment, kit: KitHome) -> None:
    (_, (listed,)) = vault_entries.read_list_keys(kit)
    (head,) = (deployment.mirror / "lists" / "un").glob(f"{FileLetter.SNAPSHOT}-*")
    with open_payload(head, listed.keys[1]) as reader:
        header = reader.header
        directory = directory_from_json(reader.directory(), epoch=1, version=1, rows=header.rows)
    for place, match in ((1, "not the one that its directory names"), (0, "")):
        part_reader = PartsReader(
            header.edition, directory, listed.keys[1], lambda _, place=place: parts(deployment)[place]
        )  # type: ignore[misc]
        if match:
            with pytest.raises(TrustError, match=match):
                list(part_reader.rows([0]))
        else:
            assert len(list(part_reader.rows([0]))) == directory.parts[0].rows
    moved = PartsDirectory(
        (directory.parts[0], replace(directory.parts[1], first=directory.parts[0].first + b"XXi.0001"))
    )
    with pytest.raises(TrustError, match="row that belongs to another part"):
        list(PartsReader(header.edition, moved, listed.keys[1], lambda _: parts(deployment)[0]).rows([0]))

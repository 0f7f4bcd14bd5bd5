"""The real lists, where this machine has them: every individual, and how much is known of each."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from data.persons.notice import Notice, decode_notice, encode_notice
from sync.headquarters.sources import RefusedRecord, SourceInfo, load_reader

pytestmark = pytest.mark.acceptance


def _read(format_name: str, paths: Sequence[Path]) -> tuple[list[Notice], SourceInfo]:
    items = list(load_reader(format_name)(paths))
    assert not [item for item in items if isinstance(item, RefusedRecord)]
    info = items[-1]
    assert isinstance(info, SourceInfo)
    return [item for item in items if isinstance(item, Notice)], info


def _counts(notices: list[Notice]) -> dict[str, int]:
    persons = [notice.person for notice in notices]
    return {
        "notices": len({notice.record for notice in notices}),
        "names": sum(len(person.names) for person in persons),
        "births": sum(len(person.births) for person in persons),
        "documents": sum(len(person.documents) for person in persons),
        "nationalities": sum(len(person.nationalities) for person in persons),
    }


def test_the_un_list(shared_data: Path) -> None:
    notices, info = _read("un-xml", [shared_data / "lists/un/2026-02-27/consolidated.xml"])
    counts = _counts(notices)
    assert counts["notices"] == len(notices) == 730
    assert counts["names"] >= 3281 and counts["births"] >= 893 and counts["documents"] >= 450
    assert counts["nationalities"] == 651
    qualities = Counter(name.quality.value for notice in notices for name in notice.person.names)
    assert qualities["original"] >= 336
    assert info.date.startswith("2026-02-27")
    assert info.skipped["entities, since only persons are imported"] == 273
    assert info.skipped.get("birth dates not understood", 0) <= 2
    assert "unknown nationalities" not in info.skipped


@pytest.mark.parametrize(
    ("day", "individuals", "births", "documents"), [("2019-01-15", 3845, 4273, 2700), ("2021-07-07", 4620, 5124, 3350)]
)
def test_the_ofac_list(shared_data: Path, day: str, individuals: int, births: int, documents: int) -> None:
    notices, info = _read("ofac-csv", [shared_data / "lists/ofac" / day])
    counts = _counts(notices)
    assert counts["notices"] == len(notices) == individuals
    assert counts["births"] >= births and counts["documents"] >= documents
    assert info.skipped.get("birth dates not understood", 0) == 0
    assert info.skipped["unknown nationalities"] <= 1
    assert [decode_notice(encode_notice(notice)) for notice in notices] == notices

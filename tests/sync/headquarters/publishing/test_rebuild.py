"""Any version is made again as it was signed."""

import json
import stat
from pathlib import Path

import pytest

from data.errors import InputError
from data.lists.rows import Row, add_to_digest
from sync.headquarters.publishing.rebuild import rebuild_version
from tests.support.deployment import FEWER, PEOPLE, Deployment
from tests.sync.support.published_trees import OTHERS


def test_any_version_is_made_again_as_it_was_signed(deployment: Deployment, tmp_path: Path) -> None:
    for people in (PEOPLE, OTHERS, FEWER):
        deployment.publish(people)
    for number, people in enumerate((PEOPLE, OTHERS, FEWER), 1):
        edition = rebuild_version(deployment.hq, "un", number, out := tmp_path / f"{number}.jsonl")
        heading, *lines = map(json.loads, out.read_text().splitlines())
        rows = [Row(bytes.fromhex(line["key"]), bytes.fromhex(line["body"])) for line in lines]
        assert [row.key.decode() for row in rows] == sorted(people)
        assert add_to_digest(0, rows) == edition.digest == int(heading["digest"], 16)
        assert (heading["version"], heading["count"], "salt" in heading) == (number, len(people), False)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_what_never_was_or_would_be_written_over_is_refused(deployment: Deployment, tmp_path: Path) -> None:
    deployment.publish(PEOPLE)
    for name, version, says in (("un", 2, "no version 2"), ("no-such", 1, "no list called no-such")):
        with pytest.raises(InputError, match=says):
            rebuild_version(deployment.hq, name, version, tmp_path / "out")
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="already exists"):
        rebuild_version(deployment.hq, "un", 1, tmp_path / "out")
    assert [path.name for path in tmp_path.glob("*out*")] == ["out"]

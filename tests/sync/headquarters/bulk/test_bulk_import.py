"""An import of documents that is killed at any time leaves the old list or the new one, and the next import goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.documents.document_record import DocumentRecord, Fraud
from data.errors import IncompleteSource
from data.homes import HEADQUARTERS_STORE
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.sources.sltd_csv import COLUMNS
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.support.waiting import wait_until
from tests.sync.support.document_files import documents_in_force

COUNT = 20_000


def write(path: Path, numbers: range) -> set[str]:
    records = [DocumentRecord(f"AB{number:06}", "FRA", "PAS", Fraud.LOST) for number in numbers]
    rows = [f"{record.number},FRA,PAS,lost,2025-01-31,ESP{',' * (len(COLUMNS) - 6)}\n" for record in records]
    path.write_text(",".join(COLUMNS) + "\n" + "".join(rows))
    return {record.record for record in records}


def take(deployment: Deployment, path: Path) -> ImportReport:
    return import_list(deployment.hq, "sltd", "sltd-csv", [path])


def import_apart(deployment: Deployment, path: Path) -> subprocess.Popen[bytes]:
    words = ["hq", "import", "--home", str(deployment.hq.path), "--list", "sltd", "--format", "sltd-csv", str(path)]
    environment = os.environ | {"WAYPOST_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen([sys.executable, "-m", "ui", *words], cwd=TOP, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.parametrize("least_bytes", [0, 1], ids=["while it compares", "while it writes"])
def test_a_killed_import_leaves_the_old_list_or_the_new_one(deployment: Deployment, least_bytes: int) -> None:
    first, second = deployment.folder / "first.csv", deployment.folder / "second.csv"
    old, new = write(first, range(COUNT)), write(second, range(100, COUNT + 100))
    take(deployment, first)
    process = import_apart(deployment, second)
    log = deployment.hq.path / f"{HEADQUARTERS_STORE}-wal"
    wait_until(lambda: size_of(log) >= least_bytes or process.poll() is not None, "the import")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert documents_in_force(deployment.hq, "sltd") in (old, new)
    report = take(deployment, second)
    assert documents_in_force(deployment.hq, "sltd") == new and report.total == COUNT
    assert not [*deployment.hq.making.iterdir()]


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def test_an_empty_file_withdraws_a_list_only_when_somebody_says_so(deployment: Deployment) -> None:
    path = deployment.folder / "sltd.csv"
    identities = write(path, range(50))
    take(deployment, path)
    write(path, range(0))
    with pytest.raises(IncompleteSource):
        take(deployment, path)
    assert documents_in_force(deployment.hq, "sltd") == identities
    import_list(deployment.hq, "sltd", "sltd-csv", [path], accept_incomplete="a test")
    assert documents_in_force(deployment.hq, "sltd") == set()

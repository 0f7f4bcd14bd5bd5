"""An import of documents that is killed at any time leaves the old list or the new one, and the next import goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.documents.document_record import DocumentRecord, Fraud
from data.errors import IncompleteSource
from sync.headquarters.importer import ImportReport, import_list
from sync.headquarters.sources.sltd_csv import COLUMNS
from tests.support.deployment import PASSPHRASE, TOP, Deployment
from tests.sync.support.document_files import documents_in_force

COUNT = 20_000
KILLS = 3


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


def test_a_killed_import_leaves_the_old_list_or_the_new_one(deployment: Deployment) -> None:
    first, second = deployment.folder / "first.csv", deployment.folder / "second.csv"
    old, new = write(first, range(COUNT)), write(second, range(100, COUNT + 100))
    take(deployment, first)
    start = time.monotonic()
    assert import_apart(deployment, second).wait() == 0
    whole_s = time.monotonic() - start
    for share in range(1, KILLS + 1):
        take(deployment, first)
        process = import_apart(deployment, second)
        time.sleep(whole_s * (0.4 + 0.6 * share / KILLS))  # before that it loads its modules
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert documents_in_force(deployment.hq, "sltd") in (old, new)
    report = take(deployment, second)
    assert documents_in_force(deployment.hq, "sltd") == new and report.total == COUNT
    assert not [*deployment.hq.making.iterdir()]


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

"""Publishing: versions, files, signatures, and what stays when things go wrong."""

import pytest

from sync.headquarters.importer import import_list
from sync.headquarters.publishing import publisher
from sync.headquarters.publishing.metadata import SignedMetadata
from sync.headquarters.store.list_table import set_used_upto
from sync.kit.list_sync import SyncMethod
from tests.support.deployment import FEWER, PEOPLE, Deployment, names, sync, un_file
from tests.sync.support.kits import policy_with
from tests.sync.support.published_trees import files_under

HALF = dict(list(PEOPLE.items())[:20])


def test_headquarters_does_not_publish_what_its_kits_would_refuse(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"removes": 5, "max_fall": 1})
    monkeypatch.setattr(SignedMetadata, "policy", lambda _: signed)
    deployment.take(HALF, accept_incomplete="a test")
    deployment.take(PEOPLE, "other")
    report = publisher.publish(deployment.hq)
    (refused,) = report.refused
    assert (refused.name, refused.version, report.ok) == ("un", 2, False)
    assert "`removes`: 20 rows, and 5 are allowed" in refused.what
    assert [entry.name for entry in report.lists] == ["other"]
    deployment.refresh_mirror()
    before = kit.lists.open("un").edition()
    assert sync(kit)["un"].way is SyncMethod.UNCHANGED
    assert names(kit) == PEOPLE
    after = kit.lists.open("un").edition()
    assert before is not None and after is not None
    assert after.as_of == before.as_of  # what was not published does not make the list younger

    approvals = [{"version": 2, "digest": f"{refused.digest:x}"}]
    approved = policy_with(kit, bounds={"removes": 5, "max_fall": 1}, approvals=approvals)
    monkeypatch.setattr(SignedMetadata, "policy", lambda _: approved)
    again = publisher.publish(deployment.hq)
    assert again.ok and {entry.name: entry.version for entry in again.lists} == {"un": 2, "other": 1}


def test_numbers_that_a_recovery_passes_over_allow_no_larger_version(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.publish(PEOPLE)
    kit = deployment.kit()
    sync(kit)
    signed = policy_with(kit, bounds={"removes": 5, "max_fall": 1})
    monkeypatch.setattr(SignedMetadata, "policy", lambda _: signed)
    with deployment.hq.store.transaction() as connection:
        set_used_upto(connection, "un", 50)
    deployment.take(HALF, accept_incomplete="a test")
    (refused,) = publisher.publish(deployment.hq).refused
    assert "`removes`: 20 rows, and 5 are allowed" in refused.what


def test_a_version_whose_persons_lost_their_names_waits_for_an_approval(deployment: Deployment) -> None:
    path = un_file(deployment.folder / "named.xml", PEOPLE)
    alias = "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Alia</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL>"
    path.write_text(path.read_text().replace("</INDIVIDUAL>", alias))
    import_list(deployment.hq, "un", "un-xml", [path])
    deployment.publish_again()
    deployment.take(PEOPLE, accept_incomplete="a test")
    (refused,) = publisher.publish(deployment.hq).refused
    assert "`max_fall`: 80 names become 40, and a fall of 10% is allowed" in refused.what
    deployment.take(PEOPLE | {"XXi.900": "Altera Persona"})
    assert not publisher.publish(deployment.hq).ok


def test_a_publication_without_changes_makes_no_version_and_no_file(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    before = files_under(deployment.hq.public)
    again = deployment.publish_again()["un"]
    assert (again.version, again.new) == (1, False)
    changed = {path for path, content in files_under(deployment.hq.public).items() if before.get(path) != content}
    assert changed == {"metadata/timestamp.json"}


def test_an_import_of_the_same_records_makes_no_version(deployment: Deployment) -> None:
    deployment.publish(PEOPLE)
    assert deployment.publish(PEOPLE).new is False


def test_a_change_and_its_reversal_are_versions_of_their_own(deployment: Deployment) -> None:
    for number, people in enumerate((PEOPLE, FEWER, PEOPLE), 1):
        assert deployment.publish(people).version == number
    kit = deployment.kit()
    sync(kit)
    assert names(kit) == PEOPLE

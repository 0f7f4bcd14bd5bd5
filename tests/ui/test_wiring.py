"""A kit that also carries a trust list screens as before: it stands in for no list of people and holds nobody up."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from appliance.counter.counter import Counter
from appliance.counter.kit_lists import post_conditions
from appliance.counter.subject import ScreeningRequest, Subject
from data.clock import read_system_time
from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.json_codec import encode_canonical
from data.kit.headquarters_word import CARRIED, read_carried_lists
from data.persons.person import Sex
from data.screenings import Verdict
from sync.headquarters.importer import import_list
from tests.support import pki
from tests.support.deployment import Deployment, sync
from tests.support.staff import at_work
from ui.wiring import counter_of


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    made = Deployment(tmp_path)
    pem = b"-----BEGIN CERTIFICATE-----\n" + b64encode(pki.country_signer().der) + b"\n-----END CERTIFICATE-----\n"
    (tmp_path / "roots.pem").write_bytes(pem)
    old = read_system_time() - timedelta(days=90)
    assert import_list(made.hq, "roots", "pem", [tmp_path / "roots.pem"], old).added == 1
    made.publish_again()
    yield made
    made.close()


def _verdict(counter: Counter) -> Verdict:
    fields = MrzFields(
        "P", "UTO", "X1234567", "MARLOW", "LINNEA", "UTO", date(1980, 1, 1), Sex.FEMALE, date(2031, 1, 1)
    )
    subject = Subject.from_zone(write_mrz(fields, MrzFormat.TD3), counter.today())
    return counter.screen(ScreeningRequest(subject, at_work(counter))).verdict


def test_with_a_trust_list_alone_nobody_is_clear(deployment: Deployment) -> None:
    kit = deployment.kit()
    assert sync(kit)["roots"].after == 1
    counter = counter_of(kit)
    assert _verdict(counter) is Verdict.CANNOT_SAY
    assert [state.name for state in counter.lists.states()] == ["roots"] and counter.screened_states() == ()


def test_beside_a_list_of_people_it_changes_nothing(deployment: Deployment) -> None:
    deployment.publish({"XXi.001": "Testa Persona"})
    kit = deployment.kit()
    sync(kit)
    counter = counter_of(kit)
    assert _verdict(counter) is Verdict.CLEAR
    assert {state.name for state in counter.lists.states()} == {"roots", "un"}
    assert post_conditions(counter.screened_states(), counter.clock.trusted_time()) == ()
    with closing(kit.lists.open("roots")) as roots, roots.read() as view:
        assert view.edition is not None and view.edition.count == 1


def test_a_list_of_an_unknown_kind_leaves_the_others_working_and_clears_nobody(deployment: Deployment) -> None:
    deployment.publish({"XXi.001": "Testa Persona"})
    kit = deployment.kit()
    sync(kit)
    newer = [{"name": carried.name, "kind": carried.kind, "mandatory": True} for carried in read_carried_lists(kit)]
    newer.append({"name": "vessels", "kind": "vessels", "mandatory": True})
    kit.vault.put({CARRIED: encode_canonical(newer)})
    counter = counter_of(kit)
    assert _verdict(counter) is Verdict.CANNOT_SAY
    assert {state.name for state in counter.screened_states()} == {"un"}

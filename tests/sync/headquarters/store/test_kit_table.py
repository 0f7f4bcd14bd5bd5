"""Who may report: a kit under its newest key alone."""

from sqlalchemy import update

from data.kit.headquarters_word import REVOKED
from sync.headquarters.store import tables
from sync.headquarters.store.kit_table import add_signer, signer_of, signers
from tests.support.deployment import Deployment


def test_a_kit_that_is_enrolled_again_reports_under_its_new_key_alone(deployment: Deployment) -> None:
    deployment.kit("north")
    with deployment.hq.store.transaction() as connection:
        add_signer(connection, "north", b"1" * 32)
        add_signer(connection, "north", b"2" * 32)
        assert signer_of(connection, b"1" * 32) is None
        signer = signer_of(connection, b"2" * 32)
        assert signer is not None and signer.kit == "north" and signers(connection) == [signer]


def test_a_revoked_kit_reports_no_more(deployment: Deployment) -> None:
    deployment.kit("north")
    with deployment.hq.store.transaction() as connection:
        add_signer(connection, "north", b"1" * 32)
        connection.execute(update(tables.kits).values(state=REVOKED))
        assert signer_of(connection, b"1" * 32) is None

"""Headquarters notices an audit that another machine signs, that is not signed, or that was cut."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from data.journal.audit.checkpoints import CheckpointReason, sign_statement
from data.journal.chains import CHECKPOINT
from data.journal.outgoing import OutboxEntry
from data.json_codec import encode_canonical
from data.kit.home import KitHome
from data.witness.witness_record import ChainHead
from sync.headquarters.ingest.segments import Ingest
from sync.kit import courier
from tests.support.deployment import PEOPLE, Deployment
from tests.support.network.uplinks import Straight, crafted, report
from tests.sync.support.headquarters_views import report_of_kit

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SEED, OTHER_SEED = bytes(32), bytes([1] * 32)


def head(seq: int, content: bytes = b"") -> ChainHead:
    return ChainHead(seq, sha256(b"%d" % seq + content).digest())


def entry(number: int, desk: ChainHead, *, seed: bytes = SEED, incarnation: str = "0a" * 16) -> OutboxEntry:
    checkpoint = sign_statement(seed, NOW, {"desk": desk}, incarnation, CheckpointReason.SYNC)
    facts = {"statement": checkpoint.statement, "signature": checkpoint.signature}
    return OutboxEntry(CHECKPOINT, encode_canonical({"event": str(number), "at": NOW, **facts}))


def notices(deployment: Deployment, kit: KitHome, *entries: OutboxEntry) -> tuple[str, ...]:
    Ingest(deployment.hq).take(crafted(kit, list(entries)))
    return tuple(map(str, report_of_kit(deployment).notices))


def test_what_a_kit_signs_in_its_syncs_is_right(deployment: Deployment, kit: KitHome) -> None:
    report(kit, Straight(deployment.hq))
    deployment.publish({record: name for record, name in PEOPLE.items() if record != "XXi.003"})
    courier.run(kit)
    report(kit, Straight(deployment.hq))
    assert report_of_kit(deployment).notices == ()


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (entry(2, head(9)), ""),
        (entry(2, head(5)), ""),
        (entry(2, head(9), seed=OTHER_SEED), "another key"),
        (entry(2, head(4)), "desk was cut: it had 5 links"),
        (entry(2, head(5, b"x")), "desk has two links number 5"),
        (entry(2, head(4), incarnation="0b" * 16), ""),
        (OutboxEntry(CHECKPOINT, entry(2, head(9)).body.replace(b'"seq":9', b'"seq":8')), "no valid signature"),
        (OutboxEntry(CHECKPOINT, b'{"event":"2","statement":[]}'), "no valid signature"),
    ],
)
def test_a_second_checkpoint(deployment: Deployment, kit: KitHome, second: OutboxEntry, words: str) -> None:
    found = notices(deployment, kit, entry(1, head(5)), second)
    assert (len(found) == 1 and words in found[0]) if words else found == ()

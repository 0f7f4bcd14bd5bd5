"""What a kit's invented issuers publish is what our readers of trust lists take."""

from datetime import UTC, datetime
from pathlib import Path

from data.certificates.trust_record import TrustItem, TrustRecord
from data.certificates.trust_store import TrustStore
from devices.simulated.chip.publishing import publish_issuer_files
from sync.headquarters.sources import SourceInfo, load_reader
from tests.devices.support.minted import ISSUER

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_KIT = """
[reader]
[[reader.presents]]
mrz = ["P<UTOSAMPEL<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<<<", "L1234567A3UTO9002033F3101015<<<<<<<<<<<<<<04"]
chip = {}
[[reader.presents]]
document = { format = "TD3", code = "P", issuer = "D", number = "C01X00000", surname = "Sample", expiry = 2031-01-01 }
chip = {}
[[reader.presents]]
document = { format = "TD3", code = "P", issuer = "FRA", number = "01XX00000", surname = "Nochip" }
"""


def test_what_a_kit_s_issuers_publish_is_imported_as_trust_lists(tmp_path: Path) -> None:
    kit = tmp_path / "kit.toml"
    kit.write_text(_KIT, "utf-8")
    published = publish_issuer_files(kit, tmp_path, _AT)
    listed, revoked = (
        list(load_reader("master-list")(published.master_list)),
        list(load_reader("crl")(published.revocations)),
    )
    records = [record for record in (*listed, *revoked) if isinstance(record, TrustRecord)]
    assert sorted((record.country, record.item) for record in records) == [
        ("DE", TrustItem.CERTIFICATE), ("DE", TrustItem.REVOCATIONS),
        ("UT", TrustItem.CERTIFICATE), ("UT", TrustItem.REVOCATIONS),
    ]  # fmt: skip
    assert all(isinstance(record, (TrustRecord, SourceInfo)) for record in (*listed, *revoked))
    assert not any(record.skipped for record in listed if isinstance(record, SourceInfo))
    store = TrustStore(records)
    assert store.revocations_for(ISSUER.state.signer.certificate) is not None

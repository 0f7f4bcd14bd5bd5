"""Seals of invented states: what each fault comes to, with what the states publish and nothing else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.checks.seal_signer import judge_seal
from data.certificates.trust_record import TrustRecord
from data.certificates.trust_store import TrustStore
from data.documents.seals.profiles import read_holder_number, read_zone
from data.documents.seals.seal import Seal, read_seal
from devices import registry
from devices.chip.authenticity import Authenticity, AuthenticityReason
from devices.faults import DeviceFault
from devices.ports import DriverContext
from devices.reading import Reading
from devices.simulated.chip.publishing import publish_issuer_files
from devices.simulated.document_reader import codes_on
from devices.simulated.kit_file import Presentation, all_presentations
from devices.simulated.seals.profile import SealFault
from sync.headquarters.sources.certificates import crl, master_list, pem

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
VISA = 'document = { format = "MRV-B", code = "V", issuer = "UTO", number = "V1234567", surname = "SAMPLE" }'
PERMIT = (
    'document = { format = "TD2", code = "I", issuer = "UTO", number = "R7654321", surname = "SAMPLE", given = "ADA" }'
)


def load_presentation(folder: Path, document: str = VISA, seal: str = "") -> Presentation:
    path = folder / "kit.toml"
    path.write_text(f"[reader]\n[[reader.presents]]\n{document}\nissued = 2026-01-13\nseal = {{ {seal} }}\n")
    return next(all_presentations(path))


def on_paper(presentation: Presentation) -> Seal:
    (code,) = codes_on(presentation)
    return read_seal(code.content)


def store(folder: Path) -> TrustStore:
    """What headquarters would have of the kit's states."""
    issuer_files = publish_issuer_files(folder / "kit.toml", folder, NOW)
    assert issuer_files.seal_signers is not None
    items = [
        *master_list.read(issuer_files.master_list),
        *crl.read(issuer_files.revocations),
        *pem.read([issuer_files.seal_signers]),
    ]
    return TrustStore([item for item in items if isinstance(item, TrustRecord)])


@pytest.mark.parametrize("document", [VISA, PERMIT])
def test_a_good_seal_is_genuine_and_says_what_is_printed(tmp_path: Path, document: str) -> None:
    presentation = load_presentation(tmp_path, document, 'passport = "L1234567A"')
    seal = on_paper(presentation)
    assert judge_seal(seal, store(tmp_path), NOW).outcome is Authenticity.GENUINE
    zone = read_zone(seal)
    assert zone is not None and zone[1][:60] == presentation.text[:60]
    assert read_holder_number(seal) == "L1234567A"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (SealFault.CHANGED, AuthenticityReason.SIGNATURE_WRONG),
        (SealFault.SIGNATURE_WRONG, AuthenticityReason.SIGNATURE_WRONG),
        (SealFault.SIGNER_EXPIRED, AuthenticityReason.NOT_VALID_AT_ISSUE),
        (SealFault.SIGNER_REVOKED, AuthenticityReason.REVOKED),
        (SealFault.SIGNER_UNKNOWN, AuthenticityReason.NO_SIGNER),
    ],
)
@pytest.mark.parametrize("document", [VISA, PERMIT])
def test_each_fault_is_found_for_what_it_is(
    tmp_path: Path, document: str, fault: SealFault, reason: AuthenticityReason
) -> None:
    seal = on_paper(load_presentation(tmp_path, document, f'faults = ["{fault}"]'))
    assert judge_seal(seal, store(tmp_path), NOW).deciding_check.reason is reason


def test_a_forged_signer_is_no_signer_of_the_state(tmp_path: Path) -> None:
    seal = on_paper(load_presentation(tmp_path, seal='faults = ["signer_forged"]'))
    assert judge_seal(seal, store(tmp_path), NOW).outcome is Authenticity.NOT_GENUINE


def test_a_genuine_seal_of_another_paper_says_another_number(tmp_path: Path) -> None:
    presentation = load_presentation(tmp_path, seal='faults = ["of_another"]')
    seal = on_paper(presentation)
    assert judge_seal(seal, store(tmp_path), NOW).outcome is Authenticity.GENUINE
    zone = read_zone(seal)
    assert zone is not None and zone[1][:36] == presentation.text[:36] and zone[1][37:45] != presentation.text[37:45]


async def test_a_simulated_reader_reads_the_seal_along(tmp_path: Path) -> None:
    presentation = load_presentation(tmp_path)
    device = registry.reader("simulated://kit.toml#reader", DriverContext(tmp_path, "development"))
    await device.open()
    got = await device.read(1.0)
    assert isinstance(got, Reading) and got.codes == codes_on(presentation)
    await device.close()


async def test_what_nobody_seals_is_a_bad_read(tmp_path: Path) -> None:
    load_presentation(
        tmp_path, 'document = { format = "TD3", code = "P", issuer = "UTO", number = "L1", surname = "SAMPLE" }'
    )
    device = registry.reader("simulated://kit.toml#reader", DriverContext(tmp_path, "development"))
    await device.open()
    with pytest.raises(DeviceFault) as fault:
        await device.read(1.0)
    assert fault.value.reason.value == "bad_read"
    await device.close()

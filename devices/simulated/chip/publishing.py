"""What the issuers of a simulated kit make known: a master list with its root, revocation lists, signers of seals."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.simulated.chip.personalisation.holder import holder_of
from devices.simulated.chip.personalisation.issuer import Issuer, issuer_of
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.kit_file import Presentation, all_presentations
from devices.simulated.seals.seal_writer import published_certificates

_PUBLISHER = InventedState("UT")
"""Utopia signs the master list."""


@dataclass(frozen=True, slots=True)
class IssuerFiles:
    """Files for `hq import`."""

    master_list: tuple[Path, Path]
    """The list, and the root that vouches for its signer."""
    revocations: tuple[Path, ...]
    seal_signers: Path | None
    """In PEM; None where the kit presents no sealed paper."""


def publish_issuer_files(kit: Path, folder: Path, at: datetime) -> IssuerFiles:
    """Write into `folder` what vouches, on that day, for every chip and seal that the simulated kit presents."""
    presentations = tuple(all_presentations(kit))
    issuers = {issuer.state.country: issuer for issuer in _issuers(presentations)}
    listed = [issuer.state.csca.der for _, issuer in sorted(issuers.items())]
    master_list, root = folder / "invented.ml", folder / "invented-root.cer"
    master_list.write_bytes(_PUBLISHER.master_list(listed, at))
    root.write_bytes(_PUBLISHER.csca.der)
    revocations = []
    for letters, issuer in sorted(issuers.items()):
        revocations.append(folder / f"{letters}.crl")
        revocations[-1].write_bytes(issuer.publish(at)[1])
    return IssuerFiles((master_list, root), tuple(revocations), _seal_signers(presentations, folder))


def _seal_signers(presentations: Iterable[Presentation], folder: Path) -> Path | None:
    sealing = (presentation for presentation in presentations if presentation.seal is not None)
    states = {issuer.state.country: issuer.state for issuer in _issuers(sealing)}
    blocks = [_pem(der) for _, state in sorted(states.items()) for der in published_certificates(state)]
    if not blocks:
        return None
    path = folder / "seal-signers.pem"
    path.write_text("".join(blocks), "ascii")
    return path


def _pem(der: bytes) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"


def _issuers(presentations: Iterable[Presentation]) -> Iterable[Issuer]:
    for presentation in presentations:
        if presentation.chip is not None or presentation.seal is not None:
            yield issuer_of(holder_of(presentation).document.issuer)

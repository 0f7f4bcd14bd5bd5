"""What the issuers of a simulated kit's chips make known: a master list with its root, and revocation lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from devices.simulated import script
from devices.simulated.chip.minting import holder_of, issuer_of
from devices.simulated.chip.personal.issuer import Issuer
from devices.simulated.chip.pki.state import InventedState

_PUBLISHER = InventedState("UT")
"""Utopia signs the master list."""


@dataclass(frozen=True, slots=True)
class Published:
    """Files for `hq import`."""

    master_list: tuple[Path, Path]
    """The list, and the root that vouches for its signer."""
    revocations: tuple[Path, ...]


def publish(kit: Path, folder: Path, at: datetime) -> Published:
    """Write into `folder` what vouches, on that day, for every chip that the simulated kit presents."""
    issuers = {issuer.state.country: issuer for issuer in _issuers(kit)}
    listed = [issuer.state.csca.der for _, issuer in sorted(issuers.items())]
    master_list, root = folder / "invented.ml", folder / "invented-root.cer"
    master_list.write_bytes(_PUBLISHER.master_list(listed, at))
    root.write_bytes(_PUBLISHER.csca.der)
    revocations = []
    for letters, issuer in sorted(issuers.items()):
        revocations.append(folder / f"{letters}.crl")
        revocations[-1].write_bytes(issuer.published(at)[1])
    return Published((master_list, root), tuple(revocations))


def _issuers(kit: Path) -> Iterable[Issuer]:
    for reader in script.load(kit).values():
        for shown in reader.presents:
            if shown.chip is not None:
                yield issuer_of(holder_of(shown).document.issuer)

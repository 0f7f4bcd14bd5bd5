"""An invented state, its chips and its trust, and one call that reads a chip as the product does."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_store import TrustStore
from data.certificates.trusted import certificate_record, revocations_record
from devices.chip.access_keys import AccessKey, MrzKey
from devices.chip.patience import Patience
from devices.chip.read import read_chip
from devices.chip.reading import ChipReading
from devices.chip.transport import Transport
from devices.simulated.chip.chip import SimulatedChip
from devices.simulated.chip.personal.holder import Holder
from devices.simulated.chip.personal.issuer import Issuer
from devices.simulated.chip.personal.personalise import personalise
from devices.simulated.chip.pki.state import InventedState
from devices.simulated.chip.profile import Profile
from devices.simulated.chip.randomness import FRESH, Randomness

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUED = date(2024, 3, 5)
ZONE = "P<UTOSAMPLE<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204159ZE184226B<<<<<10"
STATE = InventedState("UT")
ISSUER = Issuer(STATE)
HOLDER = Holder(ZONE, ISSUED)
KEY = MrzKey.of("L898902C3", "740812", "320415")


@cache
def trust() -> TrustStore:
    """What the state published."""
    csca, revocations = ISSUER.published(datetime(2026, 5, 20, tzinfo=UTC))
    return TrustStore([
        certificate_record(read_certificate(csca), "a test"),
        revocations_record(read_revocation_list(revocations), "a test"),
    ])  # fmt: skip


def chip(randomness: Randomness = FRESH, **profile: Any) -> SimulatedChip:
    """A chip of this profile, as a kit's TOML writes it."""
    return SimulatedChip(personalise(HOLDER, Profile.model_validate(profile), ISSUER), randomness)


def read(transport: Transport, key: AccessKey = KEY, store: TrustStore | None = None, **more: Any) -> ChipReading:
    """The chip read with the product's own call."""
    given = {"patience": Patience(30), "now": NOW} | more
    return read_chip(transport, key, trust() if store is None else store, **given)

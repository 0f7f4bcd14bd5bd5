"""An invented state, its chips and its trust, and one call that reads a chip as the product does."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record
from devices.chip.access_keys import AccessKey, MrzKey
from devices.chip.deadline import Deadline
from devices.chip.inspection import read_chip
from devices.chip.reading import ChipReading
from devices.ports import Transport
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.issuer import Issuer
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.randomness import SYSTEM_RANDOM, Randomness
from devices.simulated.chip.simulated_chip import SimulatedChip

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUED = date(2024, 3, 5)
ZONE = "P<UTOSAMPLE<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3204159ZE184226B<<<<<10"
STATE = InventedState("UT")
ISSUER = Issuer(STATE)
HOLDER = Holder(ZONE, ISSUED)
KEY = MrzKey.of("L898902C3", "740812", "320415")
WRONG = MrzKey.of("L898902C4", "740812", "320415")


@cache
def trust() -> TrustStore:
    """What the state published."""
    csca, revocations = ISSUER.publish(datetime(2026, 5, 20, tzinfo=UTC))
    return TrustStore([
        certificate_record(read_certificate(csca), "a test"),
        revocations_record(read_revocation_list(revocations), "a test"),
    ])  # fmt: skip


def chip(randomness: Randomness = SYSTEM_RANDOM, **profile: Any) -> SimulatedChip:
    """A chip of this profile, as a kit's TOML writes it."""
    return SimulatedChip(personalise(HOLDER, ChipProfile.model_validate(profile), ISSUER), randomness)


def read(transport: Transport, key: AccessKey = KEY, store: TrustStore | None = None, **more: Any) -> ChipReading:
    """The chip read with the product's own call."""
    options = {"deadline": Deadline(30), "now": NOW} | more
    return read_chip(transport, key, trust() if store is None else store, **options)

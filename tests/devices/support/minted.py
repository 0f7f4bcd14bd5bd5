"""An invented traveller of Utopia and her chip, of any profile; what is said to it and found in it."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from data.certificates.certificate import read_certificate
from data.certificates.revocation_list import read_revocation_list
from data.certificates.trust_store import TrustStore, certificate_record, revocations_record
from devices.chip.access_keys import MrzKey
from devices.chip.authenticity import AuthenticityCheck
from devices.chip.bac import establish_bac
from devices.chip.card import BoundedTransport, Card
from devices.chip.deadline import Deadline
from devices.chip.reading import ChipReading
from devices.simulated.chip.personalisation.card import GROUP_FILES, SimulatedCard
from devices.simulated.chip.personalisation.holder import Holder
from devices.simulated.chip.personalisation.issuer import Issuer
from devices.simulated.chip.personalisation.personalise import personalise
from devices.simulated.chip.pki.invented_state import InventedState
from devices.simulated.chip.profile import ChipProfile
from devices.simulated.chip.randomness import SYSTEM_RANDOM, Randomness
from devices.simulated.chip.simulated_chip import SimulatedChip

ZONE = "P<UTOSAMPEL<<ADA<MARIA<<<<<<<<<<<<<<<<<<<<<<\nL1234567A3UTO9002033F3101015<<<<<<<<<<<<<<04"
ISSUED = date(2021, 1, 2)
NOW = datetime(2026, 2, 1, tzinfo=UTC)
ISSUER = Issuer(InventedState("UT"))
HOLDER = Holder(ZONE, ISSUED, portrait=b"\xff\xd8\xff" + bytes(range(256)) * 8, signature=b"\xff\xd8\xff\xe0")
"""With pictures that take no drawing."""
MRZ_KEY = MrzKey.of_document(HOLDER.document)


def profile(**switches: Any) -> ChipProfile:
    return ChipProfile.model_validate(switches)


def card(holder: Holder = HOLDER, **switches: Any) -> SimulatedCard:
    return _card(holder, profile(**switches))


def chip(randomness: Randomness = SYSTEM_RANDOM, **switches: Any) -> SimulatedChip:
    return SimulatedChip(card(**switches), randomness, wait=lambda seconds: None)


def trust(issuer: Issuer = ISSUER) -> TrustStore:
    root, revocations = issuer.publish(datetime(2026, 1, 1, tzinfo=UTC))
    return TrustStore(
        [
            certificate_record(read_certificate(root), "a test"),
            revocations_record(read_revocation_list(revocations), "a test"),
        ]
    )


@lru_cache(maxsize=64)
def _card(holder: Holder, chip_profile: ChipProfile) -> SimulatedCard:
    return personalise(holder, chip_profile, ISSUER)


def say_to(simulated: SimulatedChip, *commands: str) -> list[str]:
    return [simulated.transmit(bytes.fromhex(command)).hex().upper() for command in commands]


def open_chip(simulated: SimulatedChip) -> Card:
    on_reader = Card(BoundedTransport(simulated, Deadline(60)))
    on_reader.select_application()
    on_reader.secure(establish_bac(on_reader, MRZ_KEY))
    return on_reader


def groups_of(**switches: Any) -> dict[int, bytes]:
    files = card(**switches).application
    return {number: files[file] for number, file in GROUP_FILES.items() if file in files}


def check_of(reading: ChipReading, name: str) -> AuthenticityCheck:
    return next(check for check in reading.proofs if check.name == name)

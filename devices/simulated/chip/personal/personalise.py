"""From a traveller, a profile and an issuer to a chip, with the faults that are written into a chip.

The same holder, profile and issuer always give the same chip, but for the salt of RSA-PSS signatures.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from devices.chip.lds.files import GROUP_TAGS
from devices.simulated.chip.elements import element
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.personal import groups as texts
from devices.simulated.chip.personal import portrait as pictures
from devices.simulated.chip.personal.atr_info import atr_info
from devices.simulated.chip.personal.biometrics import dg2, dg3
from devices.simulated.chip.personal.card import ATR_INFO, CARD_ACCESS, CARD_SECURITY, COM, GROUP_FILES, SOD, Card
from devices.simulated.chip.personal.holder import Holder, mrz_password
from devices.simulated.chip.personal.issuer import Issuer
from devices.simulated.chip.personal.keys import AaKey, AgreementKey, active_authentication_key
from devices.simulated.chip.personal.security_infos import (
    CARD_SECURITY_TYPE,
    active_authentication_infos,
    card_access,
    chip_authentication_infos,
    dg14,
    pace_infos,
)
from devices.simulated.chip.personal.security_object import sod
from devices.simulated.chip.personal.spoiling import other_zone, spoil_groups, spoil_key
from devices.simulated.chip.pki.signed_data import signed_data
from devices.simulated.chip.profile import Profile


def personalise(holder: Holder, profile: Profile, issuer: Issuer) -> Card:
    """The chip of a holder. InputError when the zone is none that opens a chip."""
    aa_key = active_authentication_key(profile.active_authentication, holder.zone)
    ca_keys = _ca_keys(profile, holder.zone)
    signed = _groups(holder, profile, aa_key, ca_keys)
    signer = issuer.signer_for(profile, holder.issued)
    moment = datetime.combine(holder.issued, time(12), UTC)
    covered = {number: data for number, data in signed.items() if not _unsigned(profile, number)}
    stored = spoil_groups(signed, profile)
    listed = [number for number in signed if not (profile.has(Fault.HIDDEN_GROUP) and number == profile.group)]
    files = {GROUP_FILES[number]: data for number, data in stored.items()}
    files |= {COM: texts.com(profile.lds, listed), SOD: sod(covered, signer, profile, moment)}
    return Card(
        profile,
        _master_files(profile, ca_keys, issuer),
        files,
        mrz_password(holder.zone, holder.issued),
        _cloned(aa_key) if profile.has(Fault.CLONED_AA) else aa_key,
        tuple(replace(key, private=key.private ^ 2) for key in ca_keys) if profile.has(Fault.CLONED_CA) else ca_keys,
    )


def _unsigned(profile: Profile, number: int) -> bool:
    return profile.has(Fault.UNSIGNED_GROUP) and number == profile.group


def _groups(
    holder: Holder, profile: Profile, aa_key: AaKey | None, ca_keys: tuple[AgreementKey, ...]
) -> dict[int, bytes]:
    """Every group of the profile that has something to say."""
    infos = _infos(profile, ca_keys)
    makers: dict[int, Callable[[], bytes]] = {
        1: lambda: texts.dg1(other_zone(holder.zone, profile)),
        2: lambda: _face(holder, profile),
        3: dg3,
        7: lambda: texts.dg7(holder.signature or pictures.signature(holder.zone)),
        11: lambda: texts.dg11(holder),
        12: lambda: texts.dg12(holder),
        14: lambda: dg14(infos) if infos else b"",
        15: lambda: element(GROUP_TAGS[15], aa_key.info) if aa_key else b"",
        16: lambda: texts.dg16(holder),
    }
    made = {number: makers[number]() for number in sorted(profile.groups) if number in makers}
    return {number: data for number, data in made.items() if data}


def _face(holder: Holder, profile: Profile) -> bytes:
    drawn = pictures.portrait_jpeg2000() if profile.picture == "jpeg2000" else None
    image = holder.portrait or drawn or pictures.portrait(holder.zone)
    return dg2(image, profile.face, pictures.SIZE, holder.document.sex)


def _infos(profile: Profile, ca_keys: tuple[AgreementKey, ...]) -> list[bytes]:
    """What DG14 says: PACE as in EF.CardAccess, chip authentication, active authentication."""
    key_infos = [spoil_key(key.info, profile) for key in ca_keys]
    infos = pace_infos(profile.pace) if "pace" in profile.access else []
    infos += chip_authentication_infos(profile.chip_authentication, key_infos)
    return infos + active_authentication_infos(profile.active_authentication)


def _ca_keys(profile: Profile, seed: str) -> tuple[AgreementKey, ...]:
    return tuple(
        AgreementKey.seeded(offer.agreement, offer.parameters, f"{seed} CA") for offer in profile.chip_authentication
    )


def _master_files(profile: Profile, ca_keys: tuple[AgreementKey, ...], issuer: Issuer) -> Mapping[int, bytes]:
    files = {ATR_INFO: atr_info()} if profile.extended_length == "yes" else {}
    if "pace" not in profile.access or profile.has(Fault.NO_CARD_ACCESS):
        return files
    files[CARD_ACCESS] = card_access(pace_infos(profile.pace))
    if any(offer.mapping == "cam" for offer in profile.pace):
        key_infos = [key.info for key in ca_keys]
        infos = pace_infos(profile.pace) + chip_authentication_infos(profile.chip_authentication, key_infos)
        files[CARD_SECURITY] = signed_data(card_access(infos), CARD_SECURITY_TYPE, issuer.state.signer)
    return files


def _cloned(key: AaKey | None) -> AaKey | None:
    return replace(key, seed=f"{key.seed} clone") if key else None

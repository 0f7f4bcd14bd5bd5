"""Makes the chip of a traveller from a profile and an issuer, with the faults that are written into a chip.

- The same holder, profile and issuer always give the same chip, except for the salt of RSA-PSS signatures.
- Faults are written into the files after, or before, they are signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from data.documents.mrz.zone import find_layout
from devices.simulated.chip.personalisation import data_groups, portrait
from devices.simulated.chip.personalisation.card import (
    ATR_INFO,
    CARD_ACCESS,
    CARD_SECURITY,
    COM,
    GROUP_FILES,
    GROUP_TAGS,
    SOD,
    ActiveAuthenticationKey,
    AgreementKey,
    SimulatedCard,
    active_authentication_key,
)
from devices.simulated.chip.personalisation.data_groups import write_dg2, write_dg3
from devices.simulated.chip.personalisation.holder import Holder, mrz_password
from devices.simulated.chip.personalisation.issuer import Issuer
from devices.simulated.chip.personalisation.security_files import (
    CARD_SECURITY_TYPE,
    active_authentication_infos,
    chip_authentication_infos,
    pace_infos,
    write_atr_info,
    write_card_access,
    write_dg14,
    write_sod,
)
from devices.simulated.chip.pki.signed_objects import sign_data
from devices.simulated.chip.profile import ChipFault, ChipProfile
from devices.simulated.chip.tlv_writer import encode_element

_DEPTH = 3_000


def spoil_groups(signed: Mapping[int, bytes], profile: ChipProfile) -> dict[int, bytes]:
    """The groups as they are stored, by number."""
    stored = dict(signed)
    number = profile.group
    if profile.has(ChipFault.MISSING_GROUP):
        stored.pop(number, None)
    if number not in stored:
        return stored
    data = stored[number]
    if profile.has(ChipFault.TAMPERED_GROUP):
        data = data[:-8] + bytes([data[-8] ^ 1]) + data[-7:]
    if profile.has(ChipFault.LONG_LENGTH):
        data = data[:1] + b"\x83" + (len(data) + 10_000).to_bytes(3, "big") + _element_value(data)
    if profile.has(ChipFault.LENGTH_BOMB):
        data = data[:1] + b"\x84\xff\xff\xff\xff" + _element_value(data)
    if profile.has(ChipFault.NESTED_BOMB):
        data = _nest_elements(GROUP_TAGS[number])
    stored[number] = data
    return stored


def spoil_key(info: bytes, profile: ChipProfile) -> bytes:
    """A SubjectPublicKeyInfo as an issuer may have written it wrongly, and signed it: its last byte is of the key."""
    return info[:-1] + bytes([info[-1] ^ 1]) if profile.has(ChipFault.INVALID_KEY) else info


def other_zone(zone: str, profile: ChipProfile) -> str:
    """The zone of DG1 where it is not the one that is printed: the surname begins with another letter."""
    if not profile.has(ChipFault.OTHER_ZONE):
        return zone
    layout = find_layout(zone.split("\n"))
    at = layout.surname.start if layout else 0
    at += zone[: at + 2].count("\n")
    return zone[:at] + ("B" if zone[at] == "A" else "A") + zone[at + 1 :]


def personalise(holder: Holder, profile: ChipProfile, issuer: Issuer) -> SimulatedCard:
    """The chip of a holder. InputError if the zone cannot open a chip."""
    aa_key = active_authentication_key(profile.active_authentication, holder.zone)
    ca_keys = _ca_keys(profile, holder.zone)
    signed = _groups(holder, profile, aa_key, ca_keys)
    signer = issuer.signer_for(profile, holder.issued)
    moment = datetime.combine(holder.issued, time(12), UTC)
    covered = {number: data for number, data in signed.items() if not _is_unsigned(profile, number)}
    stored = spoil_groups(signed, profile)
    listed = [number for number in signed if not (profile.has(ChipFault.HIDDEN_GROUP) and number == profile.group)]
    files = {GROUP_FILES[number]: data for number, data in stored.items()}
    files |= {COM: data_groups.write_com(profile.lds, listed), SOD: write_sod(covered, signer, profile, moment)}
    return SimulatedCard(
        profile,
        _master_files(profile, ca_keys, issuer),
        files,
        mrz_password(holder.zone, holder.issued),
        _clone_key(aa_key) if profile.has(ChipFault.CLONED_AA) else aa_key,
        tuple(replace(key, private=key.private ^ 2) for key in ca_keys)
        if profile.has(ChipFault.CLONED_CA)
        else ca_keys,
    )


def _element_value(data: bytes) -> bytes:
    return data[2 + (data[1] & 0x7F if data[1] > 0x80 else 0) :]


def _nest_elements(tag: int) -> bytes:
    data = b""
    for _ in range(_DEPTH):
        data = encode_element(0x30, data)
    return encode_element(tag, data)


def _is_unsigned(profile: ChipProfile, number: int) -> bool:
    return profile.has(ChipFault.UNSIGNED_GROUP) and number == profile.group


def _groups(
    holder: Holder, profile: ChipProfile, aa_key: ActiveAuthenticationKey | None, ca_keys: tuple[AgreementKey, ...]
) -> dict[int, bytes]:
    """Every group of the profile that has something to say."""
    infos = _infos(profile, ca_keys)
    makers: dict[int, Callable[[], bytes]] = {
        1: lambda: data_groups.write_dg1(other_zone(holder.zone, profile)),
        2: lambda: _face(holder, profile),
        3: lambda: write_dg3(profile.fingers),
        7: lambda: data_groups.write_dg7(holder.signature or portrait.draw_signature(holder.zone)),
        11: lambda: data_groups.write_dg11(holder),
        12: lambda: data_groups.write_dg12(holder),
        14: lambda: write_dg14(infos) if infos else b"",
        15: lambda: encode_element(GROUP_TAGS[15], aa_key.info) if aa_key else b"",
        16: lambda: data_groups.write_dg16(holder),
    }
    groups = {number: makers[number]() for number in sorted(profile.groups) if number in makers}
    return {number: data for number, data in groups.items() if data}


def _face(holder: Holder, profile: ChipProfile) -> bytes:
    drawn = portrait.read_portrait_jpeg2000() if profile.picture == "jpeg2000" else None
    image = holder.portrait or drawn or portrait.draw_portrait(holder.zone)
    return write_dg2(image, profile.face, portrait.SIZE, holder.document.sex)


def _infos(profile: ChipProfile, ca_keys: tuple[AgreementKey, ...]) -> list[bytes]:
    """What DG14 says: PACE as in EF.CardAccess, chip authentication, active authentication."""
    key_infos = [spoil_key(key.info, profile) for key in ca_keys]
    infos = pace_infos(profile.pace) if "pace" in profile.access else []
    infos += chip_authentication_infos(profile.chip_authentication, key_infos)
    return infos + active_authentication_infos(profile.active_authentication)


def _ca_keys(profile: ChipProfile, seed: str) -> tuple[AgreementKey, ...]:
    return tuple(
        AgreementKey.from_seed(
            offer.agreement,
            offer.parameters,
            f"{seed} CA",
            "named_curve" if profile.key_curves == "named" else "explicit",
        )
        for offer in profile.chip_authentication
    )


def _master_files(profile: ChipProfile, ca_keys: tuple[AgreementKey, ...], issuer: Issuer) -> Mapping[int, bytes]:
    files = {ATR_INFO: write_atr_info()} if profile.extended_length == "yes" else {}
    if "pace" not in profile.access or profile.has(ChipFault.NO_CARD_ACCESS):
        return files
    files[CARD_ACCESS] = write_card_access(pace_infos(profile.pace))
    if any(offer.mapping == "cam" for offer in profile.pace):
        key_infos = [key.info for key in ca_keys]
        infos = pace_infos(profile.pace) + chip_authentication_infos(profile.chip_authentication, key_infos)
        files[CARD_SECURITY] = sign_data(write_card_access(infos), CARD_SECURITY_TYPE, issuer.state.signer)
    return files


def _clone_key(key: ActiveAuthenticationKey | None) -> ActiveAuthenticationKey | None:
    return replace(key, seed=f"{key.seed} clone") if key else None

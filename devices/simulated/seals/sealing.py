"""From a paper that a simulated kit presents to its digital seal."""

from dataclasses import replace

from asn1crypto import algos

from data.documents.codes import Code
from data.documents.seals.profiles import PROFILES, ZoneFeature
from data.documents.seals.profiles import Profile as Kind
from data.documents.travel_document import MrzFormat
from data.errors import InputError
from devices.simulated.chip.minting import holder_of, issuer_of
from devices.simulated.chip.personal.holder import Holder
from devices.simulated.script import Presentation
from devices.simulated.seals.profile import SealFault, SealProfile
from devices.simulated.seals.signers import signer_for
from devices.simulated.seals.writing import Feature, c40, signed_with, written

VISA, RESIDENCE_PERMIT = 0x5D01, 0xFB06
_KINDS = {MrzFormat.MRV_A: VISA, MrzFormat.MRV_B: VISA, MrzFormat.TD2: RESIDENCE_PERMIT}
"""What a paper with a zone of this format is sealed as."""
_VISA_SECOND = 28
"""Characters of a visa's second line that are sealed."""
_EXPIRY = 21
"""Where the date of expiry begins in the second line, in every one of these formats."""
_STAY_TAG, _STAY, _OTHER_STAY = 4, b"\x5a\x00\x00", b"\xb4\x00\x00"
"""Ninety days; and twice as many, for a traveller who would rather."""


def seal_on(shown: Presentation) -> Code | None:
    """The seal that is printed on what is presented; None where there is none. InputError for what nobody seals."""
    if shown.seal is None:
        return None
    holder = holder_of(shown)
    return Code(shown.seal.symbology, sealed(holder, shown.seal))


def sealed(holder: Holder, profile: SealProfile) -> bytes:
    """The seal's bytes, with the profile's faults."""
    document, faults = holder.document, profile.faults
    kind = _KINDS.get(document.format) if document.format else None
    if kind is None:
        raise InputError("Seals are on visas and papers of format TD2", do="Give the document another format")
    state = issuer_of(document.issuer).state
    signer = signer_for(state, faults)
    zone = _other_number(holder.zone) if SealFault.OF_ANOTHER in faults else holder.zone

    def said(zone: str, stay: bytes) -> bytes:
        features = _features(zone, stay, profile, kind)
        return written(document.issuer, signer.named, signer.serial, holder.issued, kind, features)

    covered = said(zone, _STAY)
    key = replace(signer.key, seed="nobody's") if SealFault.SIGNATURE_WRONG in faults else signer.key
    signature = algos.DSASignature.load(key.sign(covered)).to_p1363()
    shown = said(_valid_longer(zone), _OTHER_STAY) if SealFault.CHANGED in faults else covered
    return signed_with(shown, bytes(signature))


def _features(zone: str, stay: bytes, profile: SealProfile, kind: int) -> list[Feature]:
    first, second = zone.split("\n")
    described: Kind = PROFILES[kind]
    place: ZoneFeature = next(one for one in described.zones if one.widths[0] == len(first))
    visa = kind == VISA
    features: list[Feature] = [(place.tag, c40(first + (second[:_VISA_SECOND] if visa else second)))]
    if visa:
        features.append((_STAY_TAG, stay))
    if profile.passport and described.holder is not None:
        features.append((described.holder, c40(profile.passport)))
    return features


def _other_number(zone: str) -> str:
    """The zone of the paper that was made next: its number's last digit is another one."""
    first, second = zone.split("\n")
    last = max(place for place in range(9) if second[place] != "<")
    other = "7" if second[last] != "7" else "4"
    return f"{first}\n{second[:last]}{other}{second[last + 1 :]}"


def _valid_longer(zone: str) -> str:
    """The zone of a holder who would rather stay ten years longer."""
    first, second = zone.split("\n")
    decade = second[_EXPIRY]
    later = str((int(decade) + 1) % 10) if decade.isdigit() else "3"
    return f"{first}\n{second[:_EXPIRY]}{later}{second[_EXPIRY + 1 :]}"

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
    features = list(_features(holder, profile, kind))
    covered = written(document.issuer, signer.named, signer.serial, holder.issued, kind, features)
    key = replace(signer.key, seed="nobody's") if SealFault.SIGNATURE_WRONG in faults else signer.key
    signature = algos.DSASignature.load(key.sign(covered)).to_p1363()
    whole = signed_with(covered, bytes(signature))
    return _changed(whole, covered) if SealFault.CHANGED in faults else whole


def _features(holder: Holder, profile: SealProfile, kind: int) -> list[Feature]:
    zone = _other_number(holder.zone) if SealFault.OF_ANOTHER in profile.faults else holder.zone
    first, second = zone.split("\n")
    described: Kind = PROFILES[kind]
    place: ZoneFeature = next(one for one in described.zones if one.widths[0] == len(first))
    visa = kind == VISA
    features: list[Feature] = [(place.tag, c40(first + (second[:_VISA_SECOND] if visa else second)))]
    if visa:
        features.append((_STAY_TAG, _STAY))
    if profile.passport and described.holder is not None:
        features.append((described.holder, c40(profile.passport)))
    return features


def _other_number(zone: str) -> str:
    """The zone of the paper that was made next: its number's last digit is another one."""
    first, second = zone.split("\n")
    last = max(place for place in range(9) if second[place] != "<")
    other = "7" if second[last] != "7" else "4"
    return f"{first}\n{second[:last]}{other}{second[last + 1 :]}"


def _changed(whole: bytes, covered: bytes) -> bytes:
    """One letter of what was signed, or how long the visa lets its holder stay, is another one now."""
    stay = bytes([_STAY_TAG, len(_STAY)])
    if stay + _STAY in covered:
        return whole.replace(stay + _STAY, stay + _OTHER_STAY)
    at = len(covered) - 1
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

"""The profile of a simulated chip: what it offers, how it answers, what is wrong with it.

- A profile is a table of a simulated kit's TOML file. Every field has a default, so that an empty table is a good,
  modern chip: PACE and basic access control, chip and active authentication, LDS 1.8.
- Faults (`faults = ["tampered_group"]`) are of two kinds: in the data that are written into the chip, or in its
  answers.
- Offers are written as `ecdh-gm-aes-128:13` (PACE) and `ecdh-aes-256:13` (chip authentication).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data.text import THE_VALUE, _
from devices.simulated.chip.crypto.agreement_groups import CURVES_BY_NUMBER, NUMBER_GROUPS, has_integrated_mapping
from devices.simulated.chip.crypto.cipher_suites import SimulatedCipherSuite

AgreementName = Literal["ecdh", "dh"]
MappingName = Literal["gm", "im", "cam"]
ActiveAuthenticationName = Literal["none", "rsa-sha1", "rsa-sha256", "rsa-sha512", "ecdsa-sha256", "ecdsa-sha384"]

_SUITES = {
    "3des": SimulatedCipherSuite.TDES,
    "aes-128": SimulatedCipherSuite.AES_128,
    "aes-192": SimulatedCipherSuite.AES_192,
    "aes-256": SimulatedCipherSuite.AES_256,
}
_ARCS = {("dh", "gm"): 1, ("ecdh", "gm"): 2, ("dh", "im"): 3, ("ecdh", "im"): 4, ("ecdh", "cam"): 6}
_CIPHERS = {suite: arc for arc, suite in enumerate(_SUITES.values(), start=1)}
_PACE, _CHIP_AUTHENTICATION, _KEY = (f"0.4.0.127.0.7.2.2.{arc}" for arc in ("4", "3", "1"))
_PARAMETERS = frozenset({*NUMBER_GROUPS, *CURVES_BY_NUMBER})

ALL_GROUPS = (1, 2, 3, 7, 11, 12, 14, 15, 16)
_AS_WRITTEN = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class ChipFault(StrEnum):
    """One thing that is wrong."""

    TAMPERED_GROUP = "tampered_group"
    """Data group `group` was changed after it was signed."""
    UNSIGNED_GROUP = "unsigned_group"
    """Data group `group` is there and listed, but was never signed."""
    MISSING_GROUP = "missing_group"
    """Data group `group` is listed and signed, but the file is not there."""
    HIDDEN_GROUP = "hidden_group"
    """Data group `group` is signed and there, but EF.COM does not list it."""
    OTHER_ZONE = "other_zone"
    """DG1 names another holder than the zone that is printed."""
    SIGNATURE_WRONG = "signature_wrong"
    """Another key than the document signer's signed."""
    SIGNER_EXPIRED = "signer_expired"
    """The document signer was no longer valid when the document was made."""
    SIGNER_NOT_YET_VALID = "signer_not_yet_valid"
    """The document signer was not yet valid when the document was made."""
    SIGNER_REVOKED = "signer_revoked"
    """The document signer is on its state's revocation list."""
    SIGNER_FORGED = "signer_forged"
    """The document signer names the state's key, which did not issue it."""
    UNKNOWN_CSCA = "unknown_csca"
    """A country signing key that the state never published."""
    SOD_VERSION = "sod_version"
    """EF.SOD says a version that its signature does not cover and the standard does not allow."""
    SOD_CUT = "sod_cut"
    """EF.SOD ends in the middle."""
    SOD_GARBAGE = "sod_garbage"
    """EF.SOD does not have the content that its tag says."""
    CLONED_AA = "cloned_aa"
    """The chip does not have the private key of DG15."""
    CLONED_CA = "cloned_ca"
    """The chip does not have the private key of DG14."""
    NO_CARD_ACCESS = "no_card_access"
    """DG14 offers PACE, but there is no EF.CardAccess: the chip pretends to be of the first generation."""
    LONG_LENGTH = "long_length"
    """Data group `group` says it is longer than it is."""
    LENGTH_BOMB = "length_bomb"
    """Data group `group` says it has four gigabytes."""
    NESTED_BOMB = "nested_bomb"
    """Data group `group` is elements within elements, thousands deep."""
    INVALID_KEY = "invalid_key"
    """The chip authentication key in DG14 is not on its curve, or in no group."""

    PACE_FAILS = "pace_fails"
    """PACE is offered and never succeeds; basic access control does."""
    INVALID_POINT = "invalid_point"
    """In PACE the chip sends a point that is not on the curve, or a number of a tiny group."""
    REFLECTED_KEY = "reflected_key"
    """In PACE the chip sends the terminal's own key back."""
    TEAR_OFF = "tear_off"
    """The chip leaves the field at command number `at`, until it is laid down again."""
    SLOW = "slow"
    """Every answer takes `delay_s`."""
    STALL = "stall"
    """Command number `at` is answered after `delay_s` only."""
    ENDLESS_MORE = "endless_more"
    """From command number `at` on every answer says that there is more (61xx)."""
    ENDLESS_LENGTH = "endless_length"
    """From command number `at` on every answer says that the length was wrong (6Cxx)."""
    ENDLESS_FILE = "endless_file"
    """READ BINARY gives bytes at any offset."""
    EMPTY_READS = "empty_reads"
    """READ BINARY succeeds and gives nothing."""
    GARBAGE = "garbage"
    """From command number `at` on every answer is random bytes."""
    SHORT_ANSWER = "short_answer"
    """Command number `at` is answered with a single byte."""
    HUGE_ANSWER = "huge_answer"
    """Command number `at` is answered with 100,000 bytes."""
    WRONG_MAC = "wrong_mac"
    """From command number `at` on the chip's secure messages have a wrong MAC."""


@dataclass(frozen=True, slots=True)
class SimulatedPaceOffer:
    """One PACE protocol (Doc 9303-11, 9.2.1)."""

    agreement: AgreementName
    mapping: MappingName
    suite: SimulatedCipherSuite
    parameters: int
    """Number of the standardised domain parameters."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The offer in a text like `ecdh-gm-aes-128:13`; ValueError if it is not one."""
        match = re.fullmatch(r"(ecdh|dh)-(gm|im|cam)-(3des|aes-\d{3}):(\d+)", text)
        if match is None or match[3] not in _SUITES:
            raise ValueError(_("'{text}' is not a PACE offer such as ecdh-gm-aes-128:13", text=text))
        offer = cls(cast(AgreementName, match[1]), cast(MappingName, match[2]), _SUITES[match[3]], int(match[4]))
        if (offer.agreement, offer.mapping) not in _ARCS or (
            offer.mapping == "cam" and offer.suite is SimulatedCipherSuite.TDES
        ):
            raise ValueError(_("'{text}' is not standardised", text=text))
        if offer.mapping == "im" and offer.parameters in _PARAMETERS and not has_integrated_mapping(offer.parameters):
            raise ValueError(_("'{text}' can never work: this curve has no integrated mapping", text=text))
        if offer.parameters not in _PARAMETERS or (offer.parameters in NUMBER_GROUPS) != (offer.agreement == "dh"):
            raise ValueError(_("'{text}' names domain parameters of another kind", text=text))
        return offer

    @property
    def oid(self) -> str:
        """Object identifier."""
        return f"{_PACE}.{_ARCS[self.agreement, self.mapping]}.{_CIPHERS[self.suite]}"


@dataclass(frozen=True, slots=True)
class SimulatedChipAuthenticationOffer:
    """One key of chip authentication (Doc 9303-11, 9.2.5 and 9.2.6)."""

    agreement: AgreementName
    suite: SimulatedCipherSuite
    parameters: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The offer in a text like `ecdh-aes-256:13`; ValueError if it is not one."""
        match = re.fullmatch(r"(ecdh|dh)-(3des|aes-\d{3}):(\d+)", text)
        if match is None or match[2] not in _SUITES or int(match[3]) not in _PARAMETERS:
            raise ValueError(_("'{text}' is not an offer of chip authentication such as ecdh-aes-256:13", text=text))
        offer = cls(cast(AgreementName, match[1]), _SUITES[match[2]], int(match[3]))
        if (offer.parameters in NUMBER_GROUPS) != (offer.agreement == "dh"):
            raise ValueError(_("'{text}' names domain parameters of another kind", text=text))
        return offer

    @property
    def oid(self) -> str:
        """Object identifier of the protocol."""
        return f"{_CHIP_AUTHENTICATION}.{self._arc}.{_CIPHERS[self.suite]}"

    @property
    def key_oid(self) -> str:
        """Object identifier of the key's kind."""
        return f"{_KEY}.{self._arc}"

    @property
    def _arc(self) -> int:
        return 1 if self.agreement == "dh" else 2


def _pace(value: object) -> object:
    return SimulatedPaceOffer.parse(value) if isinstance(value, str) else value


def _chip_authentication(value: object) -> object:
    return SimulatedChipAuthenticationOffer.parse(value) if isinstance(value, str) else value


class ChipProfile(BaseModel):
    """One kind of chip."""

    model_config = _AS_WRITTEN

    access: tuple[Literal["pace", "bac"], ...] = ("pace", "bac")
    """Protocols that open it; a chip without any is open to everybody."""
    pace: tuple[Annotated[SimulatedPaceOffer, BeforeValidator(_pace)], ...] = (
        SimulatedPaceOffer.parse("ecdh-gm-aes-128:13"),
    )
    can: str = Field("", pattern=r"^(\d{6})?$")
    """Card access number, which PACE accepts as well as the zone."""
    chip_authentication: tuple[
        Annotated[SimulatedChipAuthenticationOffer, BeforeValidator(_chip_authentication)], ...
    ] = (SimulatedChipAuthenticationOffer.parse("ecdh-aes-128:13"),)
    key_curves: Literal["explicit", "named"] = "explicit"
    """Whether keys of chip authentication name their curve or spell it out (Doc 9303-11, 9.5)."""
    active_authentication: ActiveAuthenticationName = "ecdsa-sha256"
    groups: tuple[int, ...] = ALL_GROUPS
    """Numbers of the data groups; 14 and 15 are left out if they would be empty."""
    lds: Literal["1.7", "1.8"] = "1.8"
    digests: Literal["sha1", "sha256", "sha384", "sha512"] = "sha256"
    content_type: str = Field("", pattern=r"^(\d+(\.\d+)+)?$")
    """Object identifier that EF.SOD gives its content; the standard's where it is empty."""
    content_digest: Literal["", "sha1", "sha256", "sha384", "sha512"] = ""
    """Digest of the content of EF.SOD; that of its signature where it is empty."""
    face: Literal["19794-5", "39794-5"] = "19794-5"
    picture: Literal["jpeg", "jpeg2000"] = "jpeg"
    fingers: Literal["none", "39794-4"] = "none"
    """What DG3 has, which only terminal authentication opens: no finger, or an empty picture of one."""

    longest_read: int = Field(65_536, ge=1, le=65_536)
    """Most bytes of one answer; a longer Le gets as many, or 6Cxx if `lengths` is exact."""
    extended_length: Literal["yes", "no"] = "yes"
    """Whether commands in the extended form are accepted."""
    lengths: Literal["lenient", "exact", "refused"] = "lenient"
    """Exact: a command for more than there is gets 6Cxx. Refused: one for more than `longest_read` gets 6700."""
    errors: Literal["protected", "plain"] = "protected"
    """Plain: a refused command ends the encrypted channel."""
    select: Literal["any", "with_information"] = "any"
    """With information: SELECT with P2 = 0C gets 6A86."""
    pace_group: Literal["optional", "required"] = "optional"
    """Required: MSE:Set AT of PACE that does not name the domain parameters gets 6A87."""
    nonce_blocks: int = Field(0, ge=0, le=16)
    """Length of the nonce of PACE in blocks of the cipher; 0: the usual one."""
    signs: Literal["always", "exact", "short", "extended", "never"] = "always"
    """The only form of INTERNAL AUTHENTICATE to which the chip gives its signature."""
    signs_otherwise: Literal["6700", "6985", "empty", "cut_off"] = "6700"
    """What it answers to the others: a status, success without data, the beginning of the signature."""
    answers: Literal["whole", "in_parts", "in_protected_parts"] = "whole"
    """In parts: an answer beyond 256 bytes comes with 61xx and GET RESPONSE; also a protected one, part by part."""
    wrong_password_delay_s: float = Field(0.0, ge=0)
    """Delay after a wrong password, which doubles with each further one."""
    blocked_after: int = Field(0, ge=0)
    """Wrong passwords after which the chip is blocked; 0 for never."""

    faults: frozenset[ChipFault] = frozenset()
    group: int = Field(2, ge=1, le=16)
    """The data group for faults of one data group."""
    at: int = Field(5, ge=1)
    """The command, counted from 1, for faults of one command."""
    delay_s: float = Field(0.1, ge=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if "pace" in self.access and not self.pace:
            raise ValueError(_("{field} must offer a PACE protocol if PACE opens it", field=THE_VALUE))
        keys = {offer.parameters for offer in self.chip_authentication}
        for offer in self.pace if "pace" in self.access else ():
            if offer.mapping == "cam" and offer.parameters not in keys:
                raise ValueError(
                    _(
                        "{field} offers PACE-CAM with domain parameters {number}, which can never work without a key "
                        "of chip authentication with the same: add ecdh-aes-128:{number} to chip_authentication",
                        field=THE_VALUE,
                        number=offer.parameters,
                    )
                )
        if not {1, 2} <= set(self.groups) or not set(self.groups) <= set(range(1, 17)):
            raise ValueError(_("{field} must have DG1 and DG2, and no groups beyond DG16", field=THE_VALUE))
        return self

    def has(self, fault: ChipFault) -> bool:
        """Whether it has this fault."""
        return fault in self.faults

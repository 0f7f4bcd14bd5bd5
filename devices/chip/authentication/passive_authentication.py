"""Passive authentication: did the issuer sign the data on the chip, and does the kit trust that issuer?

Seven checks, each with its own answer (ICAO Doc 9303-11, 5.1; Doc 9303-12, 7.3): the structure of EF.SOD, the digests
of the data groups, the signature, the state of the document, the validity of the signer when the document was made,
the chain to a country signing certificate, the revocation list.

- All that can be checked is checked, so that an officer sees every fault, not only the first.
- If the kit lacks something (the state's certificate, its revocation list, a date), the check is NOT_DONE with its
  reason, never FAIL and never PASS; "no country signing certificate" is an outcome of its own.
- What genuine documents of the issuer are known to have is no fault, once the issuer is proved (`issuer_deviations`).
- A certificate is found by key identifier or by trying the state's keys, never by its name alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from data.certificates.certificate import Certificate
from data.certificates.malformed import Malformed
from data.certificates.signed_data import SignedData
from data.certificates.trust_store import TrustStore
from data.documents.tables.deviations import KnownDeviation
from data.documents.travel_document import TravelDocument
from data.text import EMPTY, Message, _, join
from devices.chip.authentication.document_signer import judge_chain, judge_revocation, judge_state, judge_validity
from devices.chip.authentication.issuer_deviations import SignedDocument, settle_known_deviations
from devices.chip.authenticity import (
    Authenticity,
    AuthenticityAnswer,
    AuthenticityCheck,
    AuthenticityReason,
    overall_authenticity,
)
from devices.chip.lds.sod import SecurityObject, read_security_object, read_sod

_DIGESTS = "digests"


def judge_digests(
    signed: SignedData, signed_object: SecurityObject | None, groups: Mapping[int, bytes]
) -> AuthenticityCheck:
    """The digest of the signed content, then that of each group; a group without a signed digest is a fault."""
    if not signed.digest_holds:
        return _fail_digests(
            AuthenticityReason.CONTENT_ALTERED, _("The list of digests is not the one that was signed")
        )
    if signed_object is None:
        return AuthenticityCheck(
            _DIGESTS,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NOT_REACHED,
            _("The list of digests cannot be read"),
        )
    altered, unsigned = find_wrong_groups(signed_object, groups)
    if altered:
        return _fail_digests(
            AuthenticityReason.GROUP_ALTERED,
            _("The chip's data in {files} are not what was signed", files=_group_names(altered)),
        )
    if unsigned:
        return _fail_digests(
            AuthenticityReason.GROUP_UNSIGNED,
            _("The chip's data in {files} were never signed", files=_group_names(unsigned)),
        )
    if not groups:
        return AuthenticityCheck(
            _DIGESTS,
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_GROUPS,
            _("No data group was read, so none was compared"),
        )
    says = _("{files} as signed ({hash})", files=_group_names(sorted(groups)), hash=signed_object.hash.upper())
    return AuthenticityCheck(_DIGESTS, AuthenticityAnswer.PASS, AuthenticityReason.DIGESTS_MATCH, says)


def find_wrong_groups(signed_object: SecurityObject, groups: Mapping[int, bytes]) -> tuple[list[int], list[int]]:
    """Numbers of the groups that are not what was signed, and of those that were never signed; ascending."""
    altered = [number for number, data in sorted(groups.items()) if _differs(signed_object, number, data)]
    return altered, sorted(groups.keys() - signed_object.digests.keys())


@dataclass(frozen=True, slots=True)
class DocumentExpectation:
    """What the other files say about the document; every part may be missing."""

    issuer: str = ""
    """Issuing state in DG1: `D`, `UTO` …"""
    issued: date | None = None
    """Date of issue in DG12."""
    document: TravelDocument | None = None
    """DG1."""


@dataclass(frozen=True, slots=True)
class PassiveAuthentication:
    """The seven checks, in the order above."""

    checks: tuple[AuthenticityCheck, ...]
    signer: Certificate | None = None
    anchor_source: str = ""
    """Where the country signing certificate came from; empty if there is none."""
    deviations: tuple[KnownDeviation, ...] = ()
    """What genuine documents of this issuer are known to have, and this one has."""

    @property
    def outcome(self) -> Authenticity:
        """The overall result."""
        return overall_authenticity(self.checks)

    def check(self, name: str) -> AuthenticityCheck:
        """The check called `name`."""
        return next(check for check in self.checks if check.name == name)


def judge_chip_files(
    sod: bytes,
    groups: Mapping[int, bytes],
    store: TrustStore,
    now: datetime,
    expectation: DocumentExpectation = DocumentExpectation(),
    unread: Message = EMPTY,
) -> PassiveAuthentication:
    """Judge a chip by its EF.SOD and its data groups (whole files by number); never raises for what is in them.

    `now` is timezone-aware; it decides which revocation list is current and what is still valid. `unread` says why
    EF.SOD is missing although the chip did not refuse it: then nothing is wrong, but nothing could be checked.
    """
    if not sod and unread:
        says = _("The issuer's signature (EF.SOD) could not be read: {problem}", problem=unread)
        check = AuthenticityCheck("structure", AuthenticityAnswer.NOT_DONE, AuthenticityReason.UNREAD, says)
        return PassiveAuthentication((check, *_unreached_checks()))
    if not sod:
        says = _("The chip does not give the issuer's signature (EF.SOD)")
        return PassiveAuthentication((_fail("structure", AuthenticityReason.MALFORMED, says), *_unreached_checks()))
    try:
        signed = read_sod(sod)
    except Malformed as problem:
        return PassiveAuthentication(
            (_fail("structure", AuthenticityReason.MALFORMED, problem.what), *_unreached_checks())
        )
    return judge_signed_data(signed, groups, store, now, expectation)


def judge_signed_data(
    signed: SignedData,
    groups: Mapping[int, bytes],
    store: TrustStore,
    now: datetime,
    expectation: DocumentExpectation = DocumentExpectation(),
) -> PassiveAuthentication:
    """The same for an EF.SOD that was parsed already."""
    structure, security_object = _structure(signed)
    signer = signed.signer_certificate
    content = [structure, judge_digests(signed, security_object, groups)]
    if signer is None:
        missing = AuthenticityCheck(
            "signature",
            AuthenticityAnswer.NOT_DONE,
            AuthenticityReason.NO_SIGNER,
            _("The chip does not include its signer's certificate"),
        )
        return PassiveAuthentication((*content, missing, *_unreached_checks()[2:]))
    chain_check, anchor = judge_chain(signer, store)
    altered, unsigned = find_wrong_groups(security_object, groups) if security_object else ([], [])
    issued = None if 12 in altered else expectation.issued
    checks = (
        *content,
        _signature(signed, signer),
        judge_state(signer, expectation.issuer),
        judge_validity(signer, anchor, signed.signer.signing_time, issued, now),
        chain_check,
        judge_revocation(signer, store, now),
    )
    chip = SignedDocument(signed, signer, expectation.issuer, expectation.document, altered, unsigned)
    settled, deviations = settle_known_deviations(checks, chip)
    return PassiveAuthentication(settled, signer, anchor.source if anchor else "", deviations)


def _differs(signed_object: SecurityObject, number: int, data: bytes) -> bool:
    return number in signed_object.digests and not signed_object.holds(number, data)


def _group_names(numbers: list[int]) -> str:
    return ", ".join(f"DG{number}" for number in numbers)


def _fail_digests(reason: AuthenticityReason, says: Message) -> AuthenticityCheck:
    return _fail(_DIGESTS, reason, says)


def _structure(signed: SignedData) -> tuple[AuthenticityCheck, SecurityObject | None]:
    faults = [fault.says for fault in signed.faults]
    security_object = None
    try:
        security_object = read_security_object(signed.content)
    except Malformed as problem:
        faults.append(problem.what)
    if faults:
        says = _("The chip's security object has a wrong structure: {problems}", problems=join(faults, "; "))
        return AuthenticityCheck(
            "structure", AuthenticityAnswer.FAIL, AuthenticityReason.STRUCTURE, says
        ), security_object
    return AuthenticityCheck(
        "structure", AuthenticityAnswer.PASS, AuthenticityReason.SOUND, _("The security object has the right structure")
    ), security_object


def _signature(signed: SignedData, signer: Certificate) -> AuthenticityCheck:
    algorithm = signed.signer.algorithm
    try:
        is_valid = signed.signature_holds(signer)
    except Malformed as problem:
        says = _("The signer's key cannot be used: {problem}", problem=problem.what)
        return AuthenticityCheck("signature", AuthenticityAnswer.NOT_DONE, AuthenticityReason.KEY_UNUSABLE, says)
    if not is_valid:
        return _fail(
            "signature",
            AuthenticityReason.SIGNATURE_WRONG,
            _("The signature is not that of the signer that the chip names"),
        )
    return AuthenticityCheck(
        "signature",
        AuthenticityAnswer.PASS,
        AuthenticityReason.SIGNED,
        _("The signature is right ({scheme} with {hash})", scheme=algorithm.scheme.value, hash=algorithm.hash.upper()),
    )


def _fail(name: str, reason: AuthenticityReason, says: Message) -> AuthenticityCheck:
    return AuthenticityCheck(name, AuthenticityAnswer.FAIL, reason, says)


def _unreached_checks() -> tuple[AuthenticityCheck, ...]:
    names = ("digests", "signature", "state", "validity", "chain", "revocation")
    says = _("Not checked, because the security object cannot be used")
    return tuple(
        AuthenticityCheck(name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.NOT_REACHED, says) for name in names
    )

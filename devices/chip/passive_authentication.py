"""Passive authentication: is what the chip says what the issuer signed, and is the issuer one the kit trusts?

Seven checks, each with its own answer (ICAO Doc 9303-11, 5.1; Doc 9303-12, 7.3): the structure of EF.SOD, the digests
of the data groups, the signature, the state of the document, the validity of the signer when the document was made,
the chain to a country signing certificate, the revocation list.

- All that can be checked is checked, so that an officer sees every fault, not only the first.
- What the kit lacks (the state's certificate, its revocation list, a date) is NOT_DONE with its reason, never FAIL and
  never PASS; "no country signing certificate" is an outcome of its own.
- A certificate is found by key identifier or by trying the state's keys, never by its name alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from data.certificates.certificate import Certificate
from data.certificates.malformed import Malformed
from data.certificates.signed_data import SignedData
from data.certificates.trust_store import TrustStore
from devices.chip.authenticity import Answer, Check, Outcome, Reason, outcome_of
from devices.chip.lds.sod import SecurityObject, read_security_object, read_sod
from devices.chip.signed_groups import judge_digests
from devices.chip.signer import judge_chain, judge_revocation, judge_state, judge_validity


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is known of the document from elsewhere; every part may be missing."""

    issuer: str = ""
    """Issuing state as the chip's own DG1 says: `D`, `UTO` …"""
    issued: date | None = None
    """Date of issue, as DG12 says."""


@dataclass(frozen=True, slots=True)
class PassiveAuthentication:
    """Every check in the order above, and what they come to."""

    checks: tuple[Check, ...]
    signer: Certificate | None = None
    anchor_source: str = ""
    """Where the country signing certificate came from, when there is one."""

    @property
    def outcome(self) -> Outcome:
        """The one answer."""
        return outcome_of(self.checks)

    def check(self, name: str) -> Check:
        """The check called `name`."""
        return next(check for check in self.checks if check.name == name)


def authenticate(
    sod: bytes,
    groups: Mapping[int, bytes],
    store: TrustStore,
    now: datetime,
    expectation: Expectation = Expectation(),
) -> PassiveAuthentication:
    """Judge a chip by its EF.SOD and the data groups that were read (whole files by number); never raises over them.

    `now` is timezone-aware; it settles which revocation list is current and what is still valid.
    """
    if not sod:
        says = "The chip does not give the issuer's signature (EF.SOD)"
        return PassiveAuthentication((_fail("structure", Reason.MALFORMED, says), *_not_reached()))
    try:
        signed = read_sod(sod)
    except Malformed as problem:
        return PassiveAuthentication((_fail("structure", Reason.MALFORMED, problem.what), *_not_reached()))
    return judge(signed, groups, store, now, expectation)


def judge(
    signed: SignedData,
    groups: Mapping[int, bytes],
    store: TrustStore,
    now: datetime,
    expectation: Expectation = Expectation(),
) -> PassiveAuthentication:
    """The same of an EF.SOD that was read already."""
    structure, security_object = _structure(signed)
    signer = signed.signer_certificate
    content = [structure, judge_digests(signed, security_object, groups)]
    if signer is None:
        missing = Check(
            "signature", Answer.NOT_DONE, Reason.NO_SIGNER, "The chip does not bring its signer's certificate."
        )
        return PassiveAuthentication((*content, missing, *_not_reached()[2:]))
    chained, anchor = judge_chain(signer, store)
    checks = (
        *content,
        _signature(signed, signer),
        judge_state(signer, expectation.issuer),
        judge_validity(signer, anchor, signed.signer.signing_time, expectation.issued, now),
        chained,
        judge_revocation(signer, store, now),
    )
    return PassiveAuthentication(checks, signer, anchor.source if anchor else "")


def _structure(signed: SignedData) -> tuple[Check, SecurityObject | None]:
    faults = list(signed.faults)
    security_object = None
    try:
        security_object = read_security_object(signed.content)
    except Malformed as problem:
        faults.append(problem.what)
    if faults:
        says = f"The chip's security object is not built as it must be: {'; '.join(faults)}."
        return Check("structure", Answer.FAIL, Reason.STRUCTURE, says), security_object
    return Check("structure", Answer.PASS, Reason.SOUND, "The security object is built as it must be."), security_object


def _signature(signed: SignedData, signer: Certificate) -> Check:
    try:
        made = signed.signature_holds(signer)
    except Malformed as problem:
        says = f"The signer's key cannot be used: {problem.what}."
        return Check("signature", Answer.NOT_DONE, Reason.KEY_UNUSABLE, says)
    if not made:
        return _fail("signature", Reason.SIGNATURE_WRONG, "The signature is not that of the signer the chip names")
    return Check("signature", Answer.PASS, Reason.SIGNED, f"The signature holds ({signed.signer.algorithm}).")


def _fail(name: str, reason: Reason, says: str) -> Check:
    return Check(name, Answer.FAIL, reason, f"{says}.")


def _not_reached() -> tuple[Check, ...]:
    names = ("digests", "signature", "state", "validity", "chain", "revocation")
    says = "Not checked, because the security object cannot be used."
    return tuple(Check(name, Answer.NOT_DONE, Reason.NOT_REACHED, says) for name in names)

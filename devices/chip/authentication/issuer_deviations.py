"""What a chip has wrong, and what its issuer is known to get wrong: the same, or not.

- A known deviation (`data.documents.known_deviations`) is not tampering only if the signature is right and a trusted
  country signing certificate of that issuer vouches for the signer. If the kit has no such certificate, nothing is
  decided. If anything of that failed, the fault stays a fault.
- It excuses exactly what the table names. One further fault in the same check, and the check has failed.
- The date of issue in a DG12 whose digest is wrong proves nothing, whoever wrote it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from data.certificates.certificate import Certificate
from data.certificates.signed_data import SignedData, SignedDataRule
from data.certificates.trust_store import state_of
from data.documents.known_deviations import DocumentSeries, describe_deviations, find_deviation
from data.documents.tables.deviations import DeviationKind, KnownDeviation
from data.documents.travel_document import TravelDocument
from data.text import Message, _
from devices.chip.authenticity import AuthenticityAnswer, AuthenticityCheck, AuthenticityReason

_NOT_PROVED = frozenset(
    {AuthenticityReason.NO_CSCA_KEY, AuthenticityReason.NO_CSCA_STATE, AuthenticityReason.CHAINED_UNVOUCHED}
)
"""A chain that is missing, or rests on a list that nobody vouches for: it excuses nothing."""


@dataclass(frozen=True, slots=True)
class SignedDocument:
    """A chip's signed data and the document that they belong to."""

    signed: SignedData
    signer: Certificate
    issuer: str
    """Issuing state in DG1; empty if it was not read."""
    document: TravelDocument | None
    """DG1; None if it was not read."""
    altered: Collection[int]
    """Numbers of the data groups whose digest is wrong."""
    unsigned: Collection[int]
    """Numbers of the data groups without a signed digest."""

    @property
    def series(self) -> DocumentSeries:
        """What the signature and DG1 say about the series."""
        time = self.signed.signer.signing_time
        signed_on = time.date() if time else None
        if self.document is None:
            return DocumentSeries(self.signer.country, signed=signed_on)
        expiry = self.document.expiry.whole if self.document.expiry else None
        return DocumentSeries(self.signer.country, self.document.code, self.document.format, expiry, signed_on)


def settle_known_deviations(
    checks: Sequence[AuthenticityCheck], chip: SignedDocument
) -> tuple[tuple[AuthenticityCheck, ...], tuple[KnownDeviation, ...]]:
    """The checks with faults that are known deviations answered as such, and the proved deviations."""
    by_name = {check.name: check for check in checks}
    vouched = _is_vouched_for(by_name, chip)
    if vouched is None:
        return tuple(checks), ()
    known = {"structure": _of_structure(by_name, chip), "digests": _of_digests(by_name, chip)}
    settled = tuple(_settle(check, known.get(check.name, ()), is_proved=vouched) for check in checks)
    proved = tuple(deviation for deviations in known.values() for deviation in deviations) if vouched else ()
    return settled, proved


def _is_vouched_for(checks: Mapping[str, AuthenticityCheck], chip: SignedDocument) -> bool | None:
    """Whether the document is proved to be the issuer's; None if it is proved not to be, or the signature is wrong."""
    if checks["signature"].answer is not AuthenticityAnswer.PASS:
        return None
    if chip.issuer and state_of(chip.issuer) != state_of(chip.signer.country):
        return None
    if checks["chain"].reason in _NOT_PROVED:
        return False
    return True if checks["chain"].answer is AuthenticityAnswer.PASS else None


def _of_structure(checks: Mapping[str, AuthenticityCheck], chip: SignedDocument) -> tuple[KnownDeviation, ...]:
    """The deviations that explain every fault of the structure; none if any fault remains."""
    if checks["structure"].reason is not AuthenticityReason.STRUCTURE or not chip.signed.faults:
        return ()
    algorithm = chip.signed.signer.algorithm
    forms = {
        SignedDataRule.CONTENT_TYPE: (DeviationKind.CONTENT_TYPE, chip.signed.content_type),
        SignedDataRule.SIGNATURE_DIGEST: (
            DeviationKind.SIGNATURE_DIGEST,
            f"{chip.signed.signer.hash} under {algorithm}",
        ),
    }
    deviations = [
        find_deviation(*forms[fault.rule], chip.series) if fault.rule in forms else None for fault in chip.signed.faults
    ]
    known = tuple(deviation for deviation in deviations if deviation)
    return known if len(known) == len(deviations) else ()


def _of_digests(checks: Mapping[str, AuthenticityCheck], chip: SignedDocument) -> tuple[KnownDeviation, ...]:
    """The deviation that explains the one wrong digest; none if anything else is wrong with the data groups."""
    if checks["digests"].reason is not AuthenticityReason.GROUP_ALTERED or chip.unsigned or len(chip.altered) != 1:
        return ()
    (number,) = chip.altered
    deviation = find_deviation(DeviationKind.GROUP_DIGEST, f"DG{number}", chip.series)
    return (deviation,) if deviation else ()


def _settle(check: AuthenticityCheck, deviations: tuple[KnownDeviation, ...], *, is_proved: bool) -> AuthenticityCheck:
    if not deviations:
        return check
    says: Message = describe_deviations(deviations)
    if is_proved:
        passed = _("In order, but for a {deviation}", deviation=says)
        return AuthenticityCheck(check.name, AuthenticityAnswer.PASS, AuthenticityReason.KNOWN_DEVIATION, passed)
    open_question = _("In order, but for a {deviation}; nothing proves that it is this issuer's", deviation=says)
    return AuthenticityCheck(
        check.name, AuthenticityAnswer.NOT_DONE, AuthenticityReason.DEVIATION_UNPROVED, open_question
    )

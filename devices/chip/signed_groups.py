"""Whether the data groups that were read are the ones that were signed."""

from collections.abc import Mapping

from data.certificates.signatures import digest
from data.certificates.signed_data import SignedData
from devices.chip.authenticity import Answer, Check, Reason
from devices.chip.lds.sod import SecurityObject

_NAME = "digests"


def judge_digests(signed: SignedData, signed_object: SecurityObject | None, groups: Mapping[int, bytes]) -> Check:
    """The signed content's own digest first, then each group's; a group without a signed digest is a fault."""
    if not signed.digest_holds:
        return _fail(Reason.CONTENT_ALTERED, "The list of digests is not the one that was signed")
    if signed_object is None:
        return Check(_NAME, Answer.NOT_DONE, Reason.NOT_REACHED, "The list of digests cannot be read.")
    altered = [number for number, data in sorted(groups.items()) if _differs(signed_object, number, data)]
    unsigned = sorted(groups.keys() - signed_object.digests.keys())
    if altered:
        return _fail(Reason.GROUP_ALTERED, f"What the chip says in {_listed(altered)} is not what was signed")
    if unsigned:
        return _fail(Reason.GROUP_UNSIGNED, f"What the chip says in {_listed(unsigned)} was never signed")
    if not groups:
        return Check(_NAME, Answer.NOT_DONE, Reason.NO_GROUPS, "No data group was read, so none was compared.")
    says = f"{_listed(sorted(groups))} as signed ({signed_object.hash.upper()})."
    return Check(_NAME, Answer.PASS, Reason.DIGESTS_MATCH, says)


def _differs(signed_object: SecurityObject, number: int, data: bytes) -> bool:
    expected = signed_object.digests.get(number)
    return expected is not None and digest(signed_object.hash, data) != expected


def _listed(numbers: list[int]) -> str:
    return ", ".join(f"DG{number}" for number in numbers)


def _fail(reason: Reason, says: str) -> Check:
    return Check(_NAME, Answer.FAIL, reason, f"{says}.")

"""Is a digital seal genuine, and does it belong to the document that was presented (ICAO Doc 9303-13)?

- PASS only where the signature holds up to a country signing certificate here and every sealed field is the printed
  one. What was not verified, not read or not compared is NOT DONE, and never a PASS.
- A seal that was changed, or that is another paper's, is a HIT: nobody forges by mistake. Where the printed field may
  have been misread it is a NOTICE: scan again.
- Papers without a seal are the rule, so this check is not mandatory.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from appliance.screening.list_access import TrustLists
from appliance.verdict import Observation, optional_finding
from data.documents.barcodes import Barcode, BarcodeKind
from data.documents.number import clean_number
from data.documents.seals import profiles
from data.documents.seals.open_seal import OpenSeal, read_open_seal
from data.documents.seals.seal import Seal, read_seal
from data.documents.travel_document import TravelDocument
from data.errors import InputError
from data.screenings import Finding, Screening, State
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason

if TYPE_CHECKING:
    from appliance.checks.seal_signer import SealJudgement

_NOT_SETTLED_BY_LOOKING = frozenset(
    {
        AuthenticityReason.SIGNATURE_WRONG,
        AuthenticityReason.SIGNER_FORGED,
        AuthenticityReason.OTHER_STATE,
        AuthenticityReason.STATE_DIFFERS,
        AuthenticityReason.REVOKED,
    }
)
"""Failures that are no carelessness of an authority."""
_ANSWERS = {
    AuthenticityAnswer.PASS: "in order",
    AuthenticityAnswer.FAIL: "NOT in order",
    AuthenticityAnswer.NOT_DONE: "not done",
}
_SEALED_NUMBER = 9
_NO_SEAL = Observation(State.NOT_APPLICABLE, "no_seal", "No digital seal was read")


class SealCheck:
    """Every digital seal that was read along with the documents."""

    name = "seal"
    mandatory = False

    def __init__(self, trust: TrustLists) -> None:
        self._trust = trust

    def run(self, screening: Screening) -> Finding:
        """PASS `seal_genuine`; HIT `seal_false`, `seal_of_another`; NOTICE `seal_differs`, `seal_doubtful`.

        NOT_DONE `seal_unreadable`, `seal_unverified`, `seal_not_compared`.
        """
        facts: dict[str, str] = {}
        observations = [
            observation for code in screening.codes for observation in self._look_at_code(code, screening, facts)
        ]
        return optional_finding(self.name, observations, _NO_SEAL, facts)

    def _look_at_code(self, code: Barcode, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        try:
            if code.kind is BarcodeKind.SEAL:
                yield from self._look_at_seal(read_seal(code.content), screening, facts)
            elif code.kind is BarcodeKind.OPEN_SEAL:
                yield from self._look_at_open_seal(read_open_seal(code.content), screening, facts)
        except InputError as problem:
            says = f"The seal cannot be read ({problem.what}): compare the page by eye"
            yield Observation(State.NOT_DONE, "seal_unreadable", says)

    def _look_at_seal(self, seal: Seal, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        from appliance.checks.seal_signer import issuer_name, judge_seal  # with all that reads certificates

        title = f"{profiles.find_profile(seal).title} of {issuer_name(seal.header.issuer)}"
        judgement = judge_seal(seal, self._trust.snapshot().store, screening.at)
        facts |= {"seal": title} | profiles.read_facts(seal) | _answer_facts(judgement)
        printed, differences = _compare_with_print(seal, screening)
        passports = _compare_passport(seal, screening)
        if differences:
            facts["seal differs"] = "; ".join(
                f"{difference.field} {difference.printed}, sealed {difference.sealed}" for difference in differences
            )
        named_only = profiles.read_zone(seal) is None and passports == "same"
        agrees = "names this passport" if named_only else "says what is printed" if printed else ""
        yield from _observe_judgement(judgement, title, agrees)
        for difference in differences:
            yield _observe_difference(difference, judgement)
        if passports == "another":
            yield _observe_another_passport(judgement)

    def _look_at_open_seal(self, seal: OpenSeal, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        from appliance.checks.seal_signer import issuer_name, judge_open_seal

        judgement = judge_open_seal(seal, self._trust.snapshot().store, screening.at)
        title = f"{seal.type} of {issuer_name(seal.issuer)}"
        facts |= {"seal": title} | seal.facts | _answer_facts(judgement)
        numbers = {clean_number(document.number) for document in screening.documents if document.number}
        sealed = clean_number(seal.number)
        yield from _observe_judgement(judgement, title, "names this document" if sealed and sealed in numbers else "")
        if sealed and numbers and sealed not in numbers:
            yield _observe_another_passport(judgement)


def _answer_facts(judgement: "SealJudgement") -> dict[str, str]:
    return {f"seal {check.name}": f"{_ANSWERS[check.answer]}: {check.says}" for check in judgement.checks}


def _observe_judgement(judgement: "SealJudgement", title: str, agrees: str) -> Iterator[Observation]:
    """What the signer's judgement comes to; `agrees` says how the seal fits what was read, empty where it was not."""
    deciding_check, outcome = judgement.deciding_check, judgement.outcome
    if outcome is Authenticity.NOT_GENUINE:
        is_false = any(
            check.answer is AuthenticityAnswer.FAIL and check.reason in _NOT_SETTLED_BY_LOOKING
            for check in judgement.checks
        )
        state, reason = (State.HIT, "seal_false") if is_false else (State.NOTICE, "seal_doubtful")
        yield Observation(state, reason, f"The seal ({title}) is not in order: {deciding_check.says}")
    elif outcome is not Authenticity.GENUINE:
        yield Observation(
            State.NOT_DONE, "seal_unverified", f"The seal ({title}) was not verified: {deciding_check.says}"
        )
    elif not agrees:
        says = f"The seal ({title}) is genuine, but the document that it belongs to was not read: scan that as well"
        yield Observation(State.NOT_DONE, "seal_not_compared", says)
    else:
        yield Observation(State.PASS, "seal_genuine", f"The seal ({title}) is genuine and {agrees}")


def _compare_with_print(
    seal: Seal, screening: Screening
) -> tuple[TravelDocument | None, tuple[profiles.FieldDifference, ...]]:
    """The printed document that the seal belongs to, where it was read, and how they differ."""
    zone = profiles.read_zone(seal)
    if zone is None:
        return None, ()
    feature, text = zone
    sealed = profiles.read_sealed_document(text, _screening_day(screening))
    fitting = [document for document in screening.documents if profiles.may_belong_to(feature, document)]
    printed = min(fitting, key=lambda document: len(profiles.find_differences(sealed, document)), default=None)
    return printed, profiles.find_differences(sealed, printed) if printed else ()


def _compare_passport(seal: Seal, screening: Screening) -> str:
    """Whether the passport that the seal names is `same`, `another`, or was not read along (empty)."""
    named = clean_number(profiles.read_holder_number(seal))
    zone = profiles.read_zone(seal)
    others = [
        document for document in screening.documents if zone is None or not profiles.may_belong_to(zone[0], document)
    ]
    numbers = [clean_number(document.number) for document in others if document.number and document.number_is_certain]
    if not named or not numbers:
        return ""
    # Nine characters are sealed: of a longer number its beginning.
    return "same" if any(named in (number, number[:_SEALED_NUMBER]) for number in numbers) else "another"


def _observe_difference(difference: profiles.FieldDifference, judgement: "SealJudgement") -> Observation:
    printed, sealed = difference.printed or "nowhere", difference.sealed or "as nothing"
    says = f"The {difference.field} is printed {printed}, but sealed {sealed}"
    if difference.doubtful or judgement.outcome is not Authenticity.GENUINE:
        return Observation(State.NOTICE, "seal_differs", f"{says}: compare with the page")
    return Observation(State.HIT, "seal_of_another", says)


def _observe_another_passport(judgement: "SealJudgement") -> Observation:
    says = "The seal names another passport than the one that was read"
    state = State.HIT if judgement.outcome is Authenticity.GENUINE else State.NOTICE
    return Observation(state, "seal_of_another", says)


def _screening_day(screening: Screening) -> date:
    return screening.at.date()

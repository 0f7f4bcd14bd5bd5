"""Is a digital seal genuine, and does it belong to the document that was presented (ICAO Doc 9303-13)?

- PASS only where the signature holds up to a country signing certificate here and every sealed field is the printed
  one. What was not verified, not read or not compared is NOT DONE, and never a PASS.
- A seal that was changed, or that belongs to another paper, is a HIT: nobody forges by mistake. Where the printed field
  may have been misread it is a NOTICE: scan again.
- Papers without a seal are the rule, so this check is not mandatory.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from appliance.answer.wording import FIELD_NAMES
from appliance.checks.printed_data import CODE_MISSING
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
from data.text import Message, _, join
from devices.chip.authenticity import Authenticity, AuthenticityAnswer, AuthenticityReason

if TYPE_CHECKING:
    from appliance.checks.seal_signer import SealJudgement
    from devices.chip.authenticity import AuthenticityCheck

_NOT_SETTLED_BY_LOOKING = frozenset(
    {
        AuthenticityReason.SIGNATURE_WRONG,
        AuthenticityReason.SIGNER_FORGED,
        AuthenticityReason.OTHER_STATE,
        AuthenticityReason.STATE_DIFFERS,
        AuthenticityReason.REVOKED,
    }
)
"""Failures that no authority makes by carelessness."""
_SEALED_NUMBER = 9
_NO_SEAL = Observation(State.NOT_APPLICABLE, "no_seal", _("No digital seal was read"))


class SealCheck:
    """Every digital seal that was read along with the documents."""

    name = "seal"
    mandatory = False

    def __init__(self, trust: TrustLists) -> None:
        self._trust = trust

    def run(self, screening: Screening) -> Finding:
        """PASS `seal_genuine`; HIT `seal_false`, `seal_of_another`; NOTICE `seal_differs`, `seal_doubtful`,
        `code_missing`.

        NOT_DONE `seal_unreadable`, `seal_unverified`, `seal_not_compared`.
        """
        facts: dict[str, str] = {}
        observations = [
            observation for code in screening.codes for observation in self._look_at_code(code, screening, facts)
        ]
        return optional_finding(self.name, observations, _NO_SEAL, facts)

    def _look_at_code(self, code: Barcode, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        if code.missing:
            if code.kind in (BarcodeKind.SEAL, BarcodeKind.OPEN_SEAL):
                yield Observation(State.NOTICE, "code_missing", CODE_MISSING)
            return
        try:
            if code.kind is BarcodeKind.SEAL:
                yield from self._look_at_seal(read_seal(code.content), screening, facts)
            elif code.kind is BarcodeKind.OPEN_SEAL:
                yield from self._look_at_open_seal(read_open_seal(code.content), screening, facts)
        except InputError as problem:
            says = _("The seal cannot be read ({problem}): examine the page by eye", problem=problem.what)
            yield Observation(State.NOT_DONE, "seal_unreadable", says)

    def _look_at_seal(self, seal: Seal, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        from appliance.checks.seal_signer import issuer_name, judge_seal  # with all that reads certificates

        title = _describe_seal(profiles.find_profile(seal).title, issuer_name(seal.header.issuer))
        judgement = judge_seal(seal, self._trust.snapshot().store, screening.at)
        facts |= {"seal": title} | profiles.read_facts(seal) | _answer_facts(judgement)
        printed, differences = _compare_with_print(seal, screening)
        passports = _compare_passport(seal, screening)
        if differences:
            facts["seal differs"] = join(map(_describe_difference, differences), "; ")
        genuine = None
        if profiles.read_zone(seal) is None and passports == "same":
            genuine = _("The seal ({seal}) is genuine and names this passport", seal=title)
        elif printed:
            genuine = _("The seal ({seal}) is genuine and matches the printed page", seal=title)
        yield from _observe_judgement(judgement, title, genuine)
        for difference in differences:
            yield _observe_difference(difference, judgement)
        if passports == "another":
            yield _observe_another_passport(judgement)

    def _look_at_open_seal(self, seal: OpenSeal, screening: Screening, facts: dict[str, str]) -> Iterator[Observation]:
        from appliance.checks.seal_signer import issuer_name, judge_open_seal

        judgement = judge_open_seal(seal, self._trust.snapshot().store, screening.at)
        title = _describe_seal(seal.type, issuer_name(seal.issuer))
        facts |= {"seal": title} | seal.facts | _answer_facts(judgement)
        numbers = {clean_number(document.number) for document in screening.documents if document.number}
        sealed = clean_number(seal.number)
        genuine = _("The seal ({seal}) is genuine and names this document", seal=title)
        yield from _observe_judgement(judgement, title, genuine if sealed and sealed in numbers else None)
        if sealed and numbers and sealed not in numbers:
            yield _observe_another_passport(judgement)


def _describe_seal(paper: str, issuer: str) -> Message:
    return _("{paper} of {issuer}", paper=paper, issuer=issuer)


def _answer_facts(judgement: "SealJudgement") -> dict[str, str]:
    return {f"seal {check.name}": _describe_answer(check) for check in judgement.checks}


def _describe_answer(check: "AuthenticityCheck") -> Message:
    match check.answer:
        case AuthenticityAnswer.PASS:
            return _("in order: {reason}", reason=check.says)
        case AuthenticityAnswer.FAIL:
            return _("NOT in order: {reason}", reason=check.says)
        case AuthenticityAnswer.NOT_DONE:
            return _("not done: {reason}", reason=check.says)


def _observe_judgement(judgement: "SealJudgement", title: Message, genuine: Message | None) -> Iterator[Observation]:
    """How the signer's judgement reads; `genuine` is the text for a good seal, None if nothing was compared."""
    deciding_check, outcome = judgement.deciding_check, judgement.outcome
    if outcome is Authenticity.NOT_GENUINE:
        is_false = any(
            check.answer is AuthenticityAnswer.FAIL and check.reason in _NOT_SETTLED_BY_LOOKING
            for check in judgement.checks
        )
        state, reason = (State.HIT, "seal_false") if is_false else (State.NOTICE, "seal_doubtful")
        says = _("The seal ({seal}) is not in order: {reason}", seal=title, reason=deciding_check.says)
        yield Observation(state, reason, says)
    elif outcome is not Authenticity.GENUINE:
        says = _("The seal ({seal}) was not verified: {reason}", seal=title, reason=deciding_check.says)
        yield Observation(State.NOT_DONE, "seal_unverified", says)
    elif genuine is None:
        says = _("The seal ({seal}) is genuine, but its document was not read: scan that as well", seal=title)
        yield Observation(State.NOT_DONE, "seal_not_compared", says)
    elif any(check.reason is AuthenticityReason.CHAINED_UNVOUCHED for check in judgement.checks):
        says = _("{finding}; only the list that brought its state's certificate vouches for that", finding=genuine)
        yield Observation(State.PASS, "seal_genuine_unvouched", says)
    else:
        yield Observation(State.PASS, "seal_genuine", genuine)


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
    # Only the first nine characters of a number are sealed.
    return "same" if any(named in (number, number[:_SEALED_NUMBER]) for number in numbers) else "another"


def _observe_difference(difference: profiles.FieldDifference, judgement: "SealJudgement") -> Observation:
    says = _describe_difference(difference)
    if difference.doubtful or judgement.outcome is not Authenticity.GENUINE:
        says = _("Page and seal differ ({difference}): compare with the page", difference=says)
        return Observation(State.NOTICE, "seal_differs", says)
    return Observation(State.HIT, "seal_of_another", _("Page and seal differ ({difference})", difference=says))


def _describe_difference(difference: profiles.FieldDifference) -> Message:
    field = FIELD_NAMES.get(difference.field, difference.field)
    printed, sealed = difference.printed, difference.sealed
    if not sealed:
        return _("{field}: printed {printed}, not sealed", field=field, printed=printed)
    if not printed:
        return _("{field}: not printed, sealed {sealed}", field=field, sealed=sealed)
    return _("{field}: printed {printed}, sealed {sealed}", field=field, printed=printed, sealed=sealed)


def _observe_another_passport(judgement: "SealJudgement") -> Observation:
    says = _("The seal names another passport than the one that was read")
    state = State.HIT if judgement.outcome is Authenticity.GENUINE else State.NOTICE
    return Observation(state, "seal_of_another", says)


def _screening_day(screening: Screening) -> date:
    return screening.at.date()

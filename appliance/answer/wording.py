"""What an officer reads: the sentence that decided, what was found as of when, and what to do next.

- A hit is a lead, not proof: no step here acts on a record before the country that issued it confirms
  (docs/screening.md, "A hit is a lead").
- A protected person is never worded as a suspect, and a sanctions entry is no ground for action at the border.
- The first of the most serious findings, and the most serious evidence in it, decide what is said first; among equals
  a listed document or person comes before anything else.
- "Nothing found" is said only where nothing was found, however little it counts. What the kit does not carry, and that
  an answer rests on typing, stands in the verdict's own lines.
- Every answer gives the age of the oldest list that was searched (docs/screening.md, "Ages of lists").
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from appliance.answer.advice import (
    ASYLUM_CLAIM,
    ENTRY_ADVICE_BY_REASON,
    KEEP_DOCUMENT_IN_SIGHT,
    LISTS_CLOSED_ADVICE,
    LISTS_LACKING_ADVICE,
    NOT_DONE_ADVICE,
    NOT_DONE_ADVICE_BY_REASON,
    REFER_IF_UNSETTLED,
    SEAL_ADVICE,
    TO_SECOND_LINE,
    UNDER_OPENED_WORK,
    WITH_SECOND_PERSON,
    Advice,
    advice_for_chip,
)
from appliance.answer.referral_words import (
    MEMORY_LOST,
    advise_on_referral,
    advise_on_stay,
    describe_no_match,
    stays_with_second_line,
)
from appliance.standing_conditions import (
    ALL_LISTS_CONDITIONS,
    ONE_LIST_CONDITIONS,
    ConditionKind,
    find_conditions,
)
from appliance.verdict import (
    action_of,
    final_verdict,
    has_evidence,
    verdict_of_document,
    verdict_of_finding,
    verdict_of_person,
)
from data.lists.edition import format_age
from data.persons.notice import Action
from data.screenings import Band, DocumentMatch, Finding, Grade, PersonCandidate, Screening, State, Verdict
from data.text import Message, _, in_context, join

AS_OF = "as_of"
"""Fact of a finding that searched a list: when headquarters took the list from its source, ISO 8601."""
AGES_FROM = "ages_from"
"""Fact of a list's age: the time from which it counts, where that is later than the screening's, ISO 8601."""
NOTHING_FOUND = _("Nothing found")
ONLY_SIMILAR = _("No match, only similar records")

LEAD_NOT_PROOF = _("A hit is a lead, not proof: confirm with the NCB before any action")
CLEAR_ADVICE = Advice(NOTHING_FOUND)
SIMILAR_ADVICE = Advice(ONLY_SIMILAR)
"""CLEAR, where a list has something that is no match and counts for nothing."""

ADVICE_BY_ACTION = {
    Action.DETAIN: Advice(
        _("Listed: detain if confirmed"),
        (TO_SECOND_LINE, LEAD_NOT_PROOF, _("Detain only when it is confirmed"), ASYLUM_CLAIM),
    ),
    Action.REFUSE: Advice(
        _("Listed: refuse if confirmed"),
        (TO_SECOND_LINE, LEAD_NOT_PROOF, _("A country cannot refuse entry to its own nationals"), ASYLUM_CLAIM),
    ),
    Action.PROTECT: Advice(
        _("Protect this person"),
        (
            _("This is a person to protect, not a suspect"),
            _("Stay with the person and keep their companions in view"),
            TO_SECOND_LINE,
            LEAD_NOT_PROOF,
        ),
    ),
    Action.IDENTIFY: Advice(
        _("Listed: identify and locate"),
        (TO_SECOND_LINE, _("Note identity and journey"), LEAD_NOT_PROOF, ASYLUM_CLAIM),
    ),
    Action.SEIZE: Advice(
        _("Listed: seize the document if confirmed"), (TO_SECOND_LINE, LEAD_NOT_PROOF, KEEP_DOCUMENT_IN_SIGHT)
    ),
    Action.INFORM: Advice(
        _("Inform headquarters, do not hold"),
        (_("Inform headquarters"), _("Do not hold the traveller because of this")),
    ),
}
"""Strong hits on persons. DISCREET is not here: a lane never shows it."""

ACTION_PHRASES = {
    Action.DETAIN.value: _("detain if confirmed"),
    Action.REFUSE.value: _("refuse entry if confirmed"),
    Action.PROTECT.value: _("protect this person"),
    Action.IDENTIFY.value: _("identify and locate"),
    Action.SEIZE.value: _("seize the document if confirmed"),
    Action.INFORM.value: _("inform headquarters, do not hold"),
}
"""What a record asks the post to do, by its action: a verb phrase that follows "asks to"."""

UNKNOWN_ACTION_ADVICE = Advice(
    in_context("heading of advice", "Listed"), (TO_SECOND_LINE, LEAD_NOT_PROOF, ASYLUM_CLAIM)
)
"""An action that this version does not know."""

POSSIBLE_PERSON_ADVICE = Advice(
    _("May be a listed person"),
    (
        _("Open Why: compare field by field"),
        _("Ask the question shown there"),
        REFER_IF_UNSETTLED,
        LEAD_NOT_PROOF,
    ),
)
ASK_HEADQUARTERS = _("The details are locked: ask headquarters with the record's number, which F4 shows")
POSSIBLE_PERSON_LOCKED_ADVICE = Advice(
    POSSIBLE_PERSON_ADVICE.title, (ASK_HEADQUARTERS, REFER_IF_UNSETTLED, LEAD_NOT_PROOF)
)

DOCUMENT_ADVICE = Advice(
    _("Listed document"),
    (
        TO_SECOND_LINE,
        KEEP_DOCUMENT_IN_SIGHT,
        _("Ask whether it was reported lost and found again"),
        LEAD_NOT_PROOF,
    ),
)
SCAN_ADVICE = Advice(
    _("Scan the document"), (_("The number was typed or misread: scan it"), _("Refer if it cannot be scanned"))
)
SIMILAR_NUMBER_ADVICE = Advice(
    _("A similar number is listed"),
    (_("Scan again"), _("Compare the printed number with the one that was read"), LEAD_NOT_PROOF),
)
_STEPS_WITH_BOTH = {
    WITH_SECOND_PERSON: _("To admit, a supervisor must open work (F9) and a second person must agree"),
    UNDER_OPENED_WORK: _("Refer, or admit only under work opened by a supervisor and with a second person"),
}
"""Instead of a step on how to admit, where a condition of the post and something else both prevented an answer."""
NOTICE_ADVICE = Advice(_("Look at the document"), (_("Compare the document with what was read, then decide"),))
_NOTICE_ADVICE_BY_REASON = {
    **ENTRY_ADVICE_BY_REASON,
    "digit_wrong": Advice(
        NOTICE_ADVICE.title,
        (_("Scan again"), _("If that does not help, compare the document with what was read, then decide")),
    ),
    "code_missing": Advice(_("Scan the code again"), (_("Scan the seal or the boarding pass again"),)),
    "only_visa": Advice(NOTICE_ADVICE.title, (_("Scan the passport as well"),)),
}
_NOTICE_ADVICE_BY_CHECK = {
    "seen_again": Advice(_("A document of this number was seen here before"), (_("Find out why, then decide"),)),
    "boarding_pass": Advice(_("Look at the boarding pass"), (_("Ask whose it is, then decide"),)),
}
"""Where the document itself is not what the officer looks at."""

_CHECK_TITLES: Mapping[str, Message] = {
    "chip": in_context("title of a check", "Chip"),
    "chip_print": _("Chip against print"),
    "referrals": _("Referred here before"),
    "seen_again": _("Seen here before"),
    "mrz": _("Machine-readable zone"),
    "typed": _("Typed and zone"),
    "number": _("Document number"),
    "lists": in_context("title of a check", "Lists"),
    "validity": in_context("title of a check", "Validity"),
    "documents": in_context("title of a check", "Documents"),
    "persons": in_context("title of a check", "Persons"),
    "journal": in_context("title of a check", "Journal"),
    "boarding_pass": _("Boarding pass"),
    "seal": _("Digital seal"),
}
_LIST_CHECK_TITLES: Mapping[str, Callable[[str], Message]] = {
    "documents": lambda name: _("Documents on {list}", list=name),
    "persons": lambda name: _("Persons on {list}", list=name),
    "trust": lambda name: _("Signing certificates on {list}", list=name),
    "age": lambda name: _("Age of the list {list}", list=name),
    "unknown": lambda name: _("List {list}", list=name),
}
"""Of checks of one list, by the first part of their names."""

FIELD_NAMES: Mapping[str, Message] = {
    "code": _("document code"),
    "issuer": _("issuing state"),
    "number": _("document number"),
    "name": in_context("field of a document", "name"),
    "nationality": in_context("field of a document", "nationality"),
    "birth": _("date of birth"),
    "sex": in_context("field of a document", "sex"),
    "expiry": _("date of expiry"),
    "optional": _("optional data"),
    "composite": _("whole zone"),
}
"""Of the fields of a machine-readable zone, by the attributes of a TravelDocument; `composite` names a check digit."""

_CLOSED_REASONS = frozenset(kind.value for kind in ALL_LISTS_CONDITIONS)
_LACKING_REASONS = frozenset(kind.value for kind in ONE_LIST_CONDITIONS | {ConditionKind.KIND_NOT_CARRIED})


def verdict_sentence(findings: Sequence[Finding], verdict: Verdict, screening: Screening) -> Message:
    """What decided, in one sentence, and whether that rests on typing."""
    first = deciding_finding(findings)
    cannot_say = verdict is Verdict.CANNOT_SAY and first is not None
    says = first.says if cannot_say and first else advice_for_findings(findings).title
    return _("{sentence} (rests on typing)", sentence=says) if screening.rests_on_typing else says


def find_age_time(findings: Iterable[Finding], at: datetime) -> datetime:
    """The time from which the ages of lists count, for a screening at `at`."""
    ages_from = [finding.evidence.facts[AGES_FROM] for finding in findings if AGES_FROM in finding.evidence.facts]
    return max([at, *map(datetime.fromisoformat, ages_from)])


def second_line(findings: Sequence[Finding], now: datetime) -> Message:
    """`Nothing found; lists updated 3 hours ago`, or the finding; then the optional checks that were not done, those
    whose memory is lost, the kinds of list that the kit does not carry, and that a REFER is not recorded.

    Where no answer can be given it says so if no list or not every list was searched, and names a similar number.
    """
    deciding = deciding_finding(
        finding for finding in findings if finding.state is not State.NOT_DONE or has_evidence(finding)
    )
    age_time = find_age_time(findings, now)
    parts = [_describe_outcome(findings, deciding or _find_similar_number(findings), age_time)]
    parts += [
        _("not done: {check}", check=check_title(finding.check))
        for finding in findings
        if (finding.state is State.NOT_DONE and not finding.mandatory) or finding.reason == MEMORY_LOST
    ]
    parts += [
        _("not carried: {kind}", kind=_KINDS_IN_WORDS.get(finding.check, finding.check))
        for finding in findings
        if finding.reason == NOT_CARRIED
    ]
    if final_verdict(findings) is Verdict.REFER and any(finding.check == "journal" for finding in findings):
        parts.append(_("not recorded"))
    return join(parts, "; ")


NOT_CARRIED = "not_carried"
"""Reason: the kit has no list of a kind, and need not have one."""
_KINDS_IN_WORDS = {
    "documents": _("lists of stolen documents"),
    "persons": _("lists of wanted persons"),
}


def _has_only_similar(findings: Iterable[Finding]) -> bool:
    """Whether a list has something like the traveller or the document, though it is no match."""
    return any(map(has_evidence, findings))


def _find_similar_number(findings: Sequence[Finding]) -> Finding | None:
    """A listed number that is only like the document's, where no answer can be given; otherwise F4 alone shows it."""
    if final_verdict(findings) is not Verdict.CANNOT_SAY:
        return None
    return next((finding for finding in findings if finding.evidence.matches), None)


def _describe_outcome(findings: Sequence[Finding], outcome: Finding | None, now: datetime) -> Message:
    searched = [finding for finding in ([outcome] if outcome else findings) if _has_searched_list(finding)]
    if not searched:
        return outcome.says if outcome else _("No list was searched")
    oldest = min(datetime.fromisoformat(finding.evidence.facts[AS_OF]) for finding in searched)
    age = format_age(now - oldest)
    if outcome:
        return _("{finding} (list updated {age})", finding=outcome.says, age=age)
    is_similar = _has_only_similar(searched)
    if stays_with_second_line(findings) and not is_similar:
        return describe_no_match(age, is_partial=any(map(_has_missed_list, findings)))
    if any(map(_has_missed_list, findings)):
        if is_similar:
            return _("No match on other lists, updated {age}, only similar records", age=age)
        return _("Nothing found on other lists, updated {age}", age=age)
    if is_similar:
        return _("No match, only similar records; lists updated {age}", age=age)
    return _("Nothing found; lists updated {age}", age=age)


def _has_missed_list(finding: Finding) -> bool:
    """Whether a list that CLEAR needs was not searched."""
    kind, _colon, name = finding.check.partition(":")
    return finding.state is State.NOT_DONE and bool(name) and kind in ("documents", "persons", "unknown")


def _has_searched_list(finding: Finding) -> bool:
    """Whether it looked for the traveller in a list; the age of a list says nothing about who is on it."""
    looked = not finding.check.startswith("age:") and finding.state is not State.NOT_DONE
    return AS_OF in finding.evidence.facts and (looked or bool(finding.evidence.matches))


def advice_for_findings(findings: Sequence[Finding]) -> Advice:
    """What the officer does next about these findings."""
    finding = deciding_finding(findings)
    if finding is None:
        if stays_with_second_line(findings):
            return advise_on_stay(findings)
        return SIMILAR_ADVICE if _has_only_similar(findings) else CLEAR_ADVICE
    deciding = verdict_of_finding(finding)
    choices = (advice for verdict, advice in _advice_for_evidence(finding) if verdict is deciding)
    advice = next(choices, advice_for_finding(finding))
    if deciding is Verdict.CANNOT_SAY and all(find_conditions(findings)):
        return Advice(advice.title, tuple(_STEPS_WITH_BOTH.get(step, step) for step in advice.steps))
    return advice


def _advice_for_evidence(finding: Finding) -> Iterator[tuple[Verdict, Advice]]:
    for match in finding.evidence.matches:
        yield verdict_of_document(match), advice_for_document(match)
    for candidate in finding.evidence.candidates:
        yield verdict_of_person(candidate), advice_for_person(candidate)


def deciding_finding(findings: Iterable[Finding]) -> Finding | None:
    """The first of the most serious findings; None when nothing is more than CLEAR."""
    serious = [finding for finding in findings if verdict_of_finding(finding) is not Verdict.CLEAR]
    return max(serious, key=_rank, default=None)


def _rank(finding: Finding) -> tuple[int, bool]:
    """How serious a finding is, and whether that is because of a listed document or person, or of the journal."""
    verdict = verdict_of_finding(finding)
    if finding.check == "journal":
        return verdict.seriousness, True  # nothing that the officer settles lets the answer count
    return verdict.seriousness, any(by_record is verdict for by_record, _advice in _advice_for_evidence(finding))


def advice_for_finding(finding: Finding) -> Advice:
    """What to do about a finding that has no evidence of its own."""
    if finding.check == "seal" and finding.state is State.HIT:
        return SEAL_ADVICE
    if finding.state is State.NOT_DONE and finding.reason in _CLOSED_REASONS:
        return LISTS_CLOSED_ADVICE
    if finding.state is State.NOT_DONE and finding.reason in _LACKING_REASONS:
        return LISTS_LACKING_ADVICE
    if finding.check in ("chip", "chip_print"):
        return advice_for_chip(finding) or CLEAR_ADVICE
    return {
        State.NOTICE: _advice_for_notice(finding),
        State.NOT_DONE: NOT_DONE_ADVICE_BY_REASON.get(finding.reason, NOT_DONE_ADVICE),
        State.HIT: UNKNOWN_ACTION_ADVICE,
    }.get(finding.state, CLEAR_ADVICE)


def _advice_for_notice(finding: Finding) -> Advice:
    if finding.check == "referrals":
        return advise_on_referral(finding)
    by_check = _NOTICE_ADVICE_BY_CHECK.get(finding.check, NOTICE_ADVICE)
    return _NOTICE_ADVICE_BY_REASON.get(finding.reason, by_check)


def advice_for_document(match: DocumentMatch) -> Advice:
    """What to do about a listed document."""
    if not match.certain:
        return SCAN_ADVICE
    if match.review_passed:
        return NOTICE_ADVICE
    return SIMILAR_NUMBER_ADVICE if match.grade is Grade.NEAR else DOCUMENT_ADVICE


def advice_for_person(candidate: PersonCandidate) -> Advice:
    """What to do about a listed person. `inform` never holds, however well it fits."""
    advice = _advice_by_band(candidate)
    if not candidate.withheld or advice is POSSIBLE_PERSON_LOCKED_ADVICE:
        return advice
    return Advice(advice.title, (*advice.steps, ASK_HEADQUARTERS))


def _advice_by_band(candidate: PersonCandidate) -> Advice:
    action = action_of(candidate)
    if action is Action.INFORM:
        return ADVICE_BY_ACTION[action]
    if candidate.band is not Band.STRONG:
        return POSSIBLE_PERSON_LOCKED_ADVICE if candidate.withheld else POSSIBLE_PERSON_ADVICE
    return ADVICE_BY_ACTION.get(action, UNKNOWN_ACTION_ADVICE) if action else UNKNOWN_ACTION_ADVICE


def name_fields(fields: Iterable[str]) -> Message:
    """These fields of a zone as one list, by their names for people."""
    return join([FIELD_NAMES.get(field, field) for field in fields], ", ")


def check_title(check: str) -> Message:
    """The title of a check: `Documents on sltd` for `documents:sltd`; the name itself where it has no title."""
    kind, _colon, subject = check.partition(":")
    title = _LIST_CHECK_TITLES[kind](subject) if subject and kind in _LIST_CHECK_TITLES else _CHECK_TITLES.get(check)
    return title or join([check])

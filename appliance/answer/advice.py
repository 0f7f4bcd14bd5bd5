"""What to do next where no answer could be given, and about chips and seals: one table by the cause.

- The step that is shown can end the cause, and is addressed to whoever can take it: where scanning again would end in
  the same way, no step says "scan again" (docs/screens.md, "Causes and advice").
- No step makes anything worse: before the last try of a key, nobody is told to try another one.
"""

from dataclasses import dataclass

from appliance.standing_conditions import ConditionKind
from data.screenings import Finding, State
from data.text import Message, _


@dataclass(frozen=True, slots=True)
class Advice:
    """A neutral heading and the steps under it, in order."""

    title: Message
    steps: tuple[Message, ...] = ()


TO_SECOND_LINE = _("Take the traveller to the second line, calmly and out of the queue")
ASYLUM_CLAIM = _(
    "If the traveller claims asylum, tell only headquarters' protection desk, and nothing to the state of origin"
)
KEEP_DOCUMENT_IN_SIGHT = _("Keep the document in sight")
REFER_IF_UNSETTLED = _("Refer if it cannot be settled")
REFER_IF_NO_HELP = _("If that does not help, refer")
WITH_SECOND_PERSON = _("To admit, a second person must agree")
UNDER_OPENED_WORK = _("Refer, or admit only under work opened by a supervisor")
_REFER_UNTIL_THEN = _("Until then, refer")
_SCAN_AGAIN = _("Scan again")

_NO_ANSWER = _("No answer can be given")
NOT_DONE_ADVICE = Advice(_NO_ANSWER, (_SCAN_AGAIN, REFER_IF_NO_HELP, WITH_SECOND_PERSON))
NOT_DONE_ADVICE_BY_REASON = {
    reason: Advice(_NO_ANSWER, (step, _REFER_UNTIL_THEN, WITH_SECOND_PERSON))
    for reason, step in {
        "no_list": _("Tell the technician: this kit has no list yet"),
        "kind_unknown": _("Tell the technician: this kit's software is older than one of its lists"),
        "hung": _("Tell the technician: a check is stuck, and the desk must be started again"),
        "name_unknown": _("Ask for the name and type it"),
    }.items()
} | {
    "journal_failed": Advice(
        _NO_ANSWER,
        (
            _("Tell the technician: the journal cannot be written, so nothing can be recorded"),
            _("Until then, refer, and write traveller and decision down on paper"),
        ),
    )
}
"""Where scanning again would end in the same way."""

_TYPE_AGAIN_ADVICE = Advice(
    _("Type the number again"),
    (
        _("Scan the document, or type its number again with the check digit of the zone"),
        REFER_IF_UNSETTLED,
    ),
)
NOT_DONE_ADVICE_BY_REASON["typed_with_digit"] = Advice(
    _TYPE_AGAIN_ADVICE.title,
    (_("Type the number without its last character, or scan the document"), _REFER_UNTIL_THEN, WITH_SECOND_PERSON),
)
ENTRY_ADVICE_BY_REASON = {
    **dict.fromkeys(("typed_once", "typed_differently", "typed_digit_wrong"), _TYPE_AGAIN_ADVICE),
    "typed_differs": Advice(
        _("What was typed is not what the zone says"),
        (
            _("Compare both with the document, and correct what was typed; both were searched"),
            REFER_IF_UNSETTLED,
        ),
    ),
    "no_document_seen": Advice(
        _("No document was seen"), (_("Ask for a document and scan it"), _("Refer a traveller who has none"))
    ),
}
"""Where something was typed and not confirmed, or is not what the zone says, or where nobody saw a document."""

SEAL_ADVICE = Advice(
    _("The digital seal is not in order"),
    (
        TO_SECOND_LINE,
        KEEP_DOCUMENT_IN_SIGHT,
        _("Compare every field of the page with the seal, then examine the paper"),
    ),
)
CHIP_FALSE_ADVICE = Advice(
    _("The chip is not what its issuer made"),
    (
        TO_SECOND_LINE,
        KEEP_DOCUMENT_IN_SIGHT,
        _("Have page, picture and chip examined: the print may be right and the chip wrong, or both wrong"),
        ASYLUM_CLAIM,
    ),
)
CHIP_LOOK_ADVICE = Advice(
    _("Look at the document closely"),
    (
        _("Compare chip and page under F4"),
        _("Place it on the chip reader and scan again"),
        REFER_IF_UNSETTLED,
    ),
)
_CHIP_UNREAD = _("The chip was not read")
_BY_PRINT = _("Judge the document by its print")
_PLACE_AGAIN = _("Place the document on the chip reader, keep it still, scan again")
_TYPE_NUMBER = _("If the zone does not open the chip, type the card access number under F7")
_RETRY_STEPS = (_PLACE_AGAIN, _TYPE_NUMBER)
_CHIP_STEPS: dict[str, tuple[Message, ...]] = {
    "no_csca": (
        _BY_PRINT,
        _("Tell the supervisor: headquarters can send this kit that state's signing certificates"),
    ),
    "trust_damaged": (_BY_PRINT, _("Tell the technician: a list of signing certificates is damaged")),
    "chip_forbidden": (_("Judge the document by its print: reading this chip again will not help"),),
    "chip_not_judged": (_("Judge the document by its print: F4 shows what this kit could not check on the chip"),),
    "no_chip_key": (_("Scan the zone again, or type the card access number under F7"),),
    "chip_key_refused": (
        _("Compare the zone or the access number with the print, and scan or type it again"),
        _TYPE_NUMBER,
    ),
    "chip_last_try": (
        _("Read the chip again only if you can see what was misread: one more wrong key blocks it"),
        _("Otherwise judge the document by its print"),
    ),
    "chip_key_blocked": (_("Judge the document by its print: only its issuer can unblock this chip"),),
    "chip_key_delayed": (_("Leave the document on the chip reader for a minute, then scan again"),),
    "chip_key_not_offered": (_("Use the other key: scan the zone, or type the card access number under F7"),),
}
"""Steps by the reason why a chip was not read or not judged in full; any other reason may pass with another try."""
LISTS_CLOSED_ADVICE = Advice(
    _("The lists cannot be searched"),
    (
        UNDER_OPENED_WORK,
        _("The post needs contact with headquarters: F9 says what to do"),
    ),
)
LISTS_LACKING_ADVICE = Advice(
    _("Nobody can be cleared with these lists"),
    (
        UNDER_OPENED_WORK,
        _("Tell the supervisor: the post needs new lists, over the link or on a stick (F9)"),
    ),
)
_UNREAD_STATES = (State.NOT_DONE, State.NOTICE)


def advice_for_chip(finding: Finding) -> Advice | None:
    """What to do about a finding of a chip; None if there is nothing to do."""
    if finding.state is State.HIT:
        return CHIP_FALSE_ADVICE
    if finding.state not in _UNREAD_STATES:
        return None
    if finding.reason == ConditionKind.READER_DEAD.value:
        return Advice(_CHIP_UNREAD, (UNDER_OPENED_WORK, _("Tell the technician: the chip reader does not work")))
    if finding.state is State.NOTICE:
        steps = _CHIP_STEPS.get(finding.reason)
        return Advice(_CHIP_UNREAD, (*steps, REFER_IF_UNSETTLED)) if steps else CHIP_LOOK_ADVICE
    steps = _CHIP_STEPS.get(finding.reason, _RETRY_STEPS)
    return Advice(_CHIP_UNREAD, (*steps, REFER_IF_NO_HELP, WITH_SECOND_PERSON))

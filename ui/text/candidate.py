"""A listed person in words, for plain text and for Why: what was found, what agrees, what would decide it.

Written for an officer without training: no codes, no scores, no band names.
"""

from collections.abc import Iterator

from appliance.answer.wording import ACTION_PHRASES
from data.documents.code_tables import country_name, type_name
from data.persons.names import readable_name
from data.persons.person import Associate, HeldDocument
from data.screenings import Agreement, Band, FieldComparison, PersonCandidate
from ui.text.sanitize import safe

FETCH = "`waypost courier run`, or a stick"
SENTENCE = 200
"""Characters of a sentence."""

_FITS = {Band.STRONG: "fits well", Band.POSSIBLE: "may fit", Band.WEAK: "is distantly alike"}
_QUALITIES = {
    "primary": "name",
    "good": "alias",
    "low": "alias that the list itself calls weak",
    "former": "former name",
    "original": "name in its own script",
}
_FIELDS = {"birth": "Birth date"}
_AGREEMENTS = {Agreement.SAME: "same", Agreement.CLOSE: "close", Agreement.DIFFERS: "differs"}


def heading_line(candidate: PersonCandidate) -> str:
    """Who, how well, and where it stands: `Omar DUNE fits well: record W-1 on wanted, from NCB X`."""
    name = safe(readable_name(candidate.primary_name or candidate.name)) or "A listed person"
    owner = f", from {safe(candidate.owner)}" if candidate.owner else ""
    fits = _FITS[candidate.band]
    return f"{name} {fits}: record {safe(candidate.record)} on {safe(candidate.list)}{owner}"


def listing_lines(candidate: PersonCandidate) -> Iterator[str]:
    """The alias that was met, what the list asks for and why."""
    if candidate.primary_name and candidate.name != candidate.primary_name:
        yield f"Found by the {_QUALITIES.get(candidate.quality, 'name')}: {safe(readable_name(candidate.name))}"
    asks = ACTION_PHRASES.get(candidate.action, safe(candidate.action))
    notice = f" ({_notice(candidate.colour)})" if candidate.colour not in ("", "none") else ""
    yield f"The list asks to: {asks}{notice}"
    if candidate.reason:
        yield f"Listed for: {safe(candidate.reason, SENTENCE)}"
    if candidate.withheld:
        yield f"Details are locked: {safe(candidate.withheld, SENTENCE)}"
        yield "The record may have been corrected or deleted since, so what it says of the person is not shown"
        yield f"Ask headquarters about record {safe(candidate.record)}; fetching the lists unlocks it ({FETCH})"


def field_line(field: FieldComparison) -> str:
    """One field in one line, with both values and how they compare."""
    name = _FIELDS.get(field.field, safe(field.field, 20).capitalize())
    mine, listed = safe(field.traveller), safe(field.listed)
    if field.agreement is Agreement.MISSING:
        side = (
            "the list does not say" if mine else "not known of the traveller" if listed else "not known on either side"
        )
        value = mine or listed
        return f"{name}: {side}" + (f"; {'traveller' if mine else 'list'} {value}" if value else "")
    words = f"{name}: {_AGREEMENTS[field.agreement]}"
    note = f" ({safe(field.note, SENTENCE)})" if field.note else ""
    return f"{words}{note}; {mine}" if mine == listed else f"{words}{note}; traveller {mine}, list {listed}"


def link_lines(candidate: PersonCandidate) -> Iterator[str]:
    """Whom and what the record links the person to."""
    if candidate.linked:
        yield f"Linked to: {'; '.join(map(_associate, candidate.linked))}"
    if candidate.documents:
        yield f"Known to hold: {'; '.join(map(_document, candidate.documents))}"


def deciding_lines(candidate: PersonCandidate) -> Iterator[str]:
    """What argues against, and the question that would decide it."""
    differing_values = [
        field.listed for field in candidate.fields if field.agreement is Agreement.DIFFERS and field.listed
    ]
    for against in candidate.against:
        if not any(value in against for value in differing_values):  # the field itself has said so
            yield f"Against: {safe(against, SENTENCE)}"
    if candidate.ask:
        yield f"To decide: {safe(candidate.ask, SENTENCE)}"


def _notice(colour: str) -> str:
    words = safe(colour.replace("_", " "))
    return "UN special notice" if colour == "un_special" else f"{words} notice"


def _associate(associate: Associate) -> str:
    words = f"{associate.relation} {readable_name(associate.name)}".strip()
    return safe(words) + (f" (record {safe(associate.record)})" if associate.record else "")


def _document(document: HeldDocument) -> str:
    kind = type_name(document.type) if document.type else "document"
    country = f" of {country_name(document.country)}" if document.country else ""
    return safe(f"{kind} {document.number}{country}")

"""A listed person for plain text and for Why: who it is, which fields agree, what would decide it.

Written for an officer without training: no codes, no scores, no band names.
"""

from collections.abc import Iterator, Mapping

from appliance.answer.wording import ACTION_PHRASES
from data.documents.code_tables import country_name, type_name
from data.persons.names import readable_name
from data.persons.person import Associate, HeldDocument
from data.screenings import Agreement, Band, FieldComparison, PersonCandidate
from data.text import Message, _, in_context, join
from ui.text.sanitize import safe
from ui.verdict_style import AGREEMENT_WORDS

LINE = 600
"""Characters of one line; code that shows a line passes it through `safe` with this limit."""
_REASON = 200

_FIELDS = {
    "name": in_context("field of a person", "Name"),
    "birth": in_context("field of a person", "Birth date"),
    "sex": in_context("field of a person", "Sex"),
    "nationality": in_context("field of a person", "Nationality"),
    "document": in_context("field of a person", "Document"),
}
_NOTICES = {
    "red": _("red notice"),
    "blue": _("blue notice"),
    "green": _("green notice"),
    "yellow": _("yellow notice"),
    "black": _("black notice"),
    "orange": _("orange notice"),
    "purple": _("purple notice"),
    "silver": _("silver notice"),
    "un_special": _("UN special notice"),
}


def heading_line(candidate: PersonCandidate) -> Message:
    """Who, how well, and on which list: `Omar DUNE is a strong match: record W-1 on wanted, from NCB X`."""
    values = {
        "name": safe(readable_name(candidate.primary_name or candidate.name)) or _("A listed person"),
        "record": safe(candidate.record),
        "list": safe(candidate.list),
    }
    if candidate.owner:
        return _heading_with_owner(candidate.band, values | {"owner": safe(candidate.owner)})
    if candidate.band is Band.STRONG:
        return _("{name} is a strong match: record {record} on {list}", **values)
    if candidate.band is Band.POSSIBLE:
        return _("{name} is a possible match: record {record} on {list}", **values)
    return _("{name} is distantly similar: record {record} on {list}", **values)


def _heading_with_owner(band: Band, values: Mapping[str, str]) -> Message:
    if band is Band.STRONG:
        return _("{name} is a strong match: record {record} on {list}, from {owner}", **values)
    if band is Band.POSSIBLE:
        return _("{name} is a possible match: record {record} on {list}, from {owner}", **values)
    return _("{name} is distantly similar: record {record} on {list}, from {owner}", **values)


def listing_lines(candidate: PersonCandidate) -> Iterator[Message]:
    """The name that matched if it is not the main one, what the list asks for and why."""
    if candidate.primary_name and candidate.name != candidate.primary_name:
        yield _found_by(candidate.quality, safe(readable_name(candidate.name)))
    asks = ACTION_PHRASES.get(candidate.action, safe(candidate.action))
    if candidate.colour in ("", "none"):
        yield _("The list asks you to: {action}", action=asks)
    else:
        yield _("The list asks you to: {action} ({notice})", action=asks, notice=_notice(candidate.colour))
    if candidate.reason:
        yield _("Listed for: {reason}", reason=safe(candidate.reason, _REASON))
    if candidate.withheld:
        yield _("Details are locked: {reason}", reason=candidate.withheld)
        yield _("The record may have been corrected or deleted since, so its details are not shown")
        yield _(
            "Ask headquarters about record {record}; fetching the lists unlocks it (`waypost courier run`, or a stick)",
            record=safe(candidate.record),
        )


def _found_by(quality: str, name: str) -> Message:
    match quality:
        case "good":
            return _("Found by the alias: {name}", name=name)
        case "low":
            return _("Found by an alias that the list itself calls weak: {name}", name=name)
        case "former":
            return _("Found by the former name: {name}", name=name)
        case "original":
            return _("Found by the name in its own script: {name}", name=name)
        case _other:
            return _("Found by the name: {name}", name=name)


def _notice(colour: str) -> Message:
    return _NOTICES.get(colour) or _("{colour} notice", colour=safe(colour))


def field_title(field: str) -> Message:
    """The title of a compared field; one that is not known here keeps its name."""
    return _FIELDS.get(field) or join([safe(field, 20)])


def field_line(field: FieldComparison) -> Message:
    """One field with both values and how they compare."""
    mine, listed = safe(field.traveller), safe(field.listed)
    if field.agreement is Agreement.MISSING:
        return _missing_line(field_title(field.field), mine, listed)
    values = {
        "field": field_title(field.field),
        "agreement": AGREEMENT_WORDS[field.agreement],
        "traveller": mine,
        "listed": listed,
    }
    if field.note:
        values["note"] = field.note
        if mine == listed:
            return _("{field}: {agreement} ({note}); {listed}", **values)
        return _("{field}: {agreement} ({note}); traveller {traveller}, list {listed}", **values)
    if mine == listed:
        return _("{field}: {agreement}; {listed}", **values)
    return _("{field}: {agreement}; traveller {traveller}, list {listed}", **values)


def _missing_line(field: Message, mine: str, listed: str) -> Message:
    if mine:
        return _("{field}: the list does not say; traveller {traveller}", field=field, traveller=mine)
    if listed:
        return _("{field}: not known for the traveller; list {listed}", field=field, listed=listed)
    return _("{field}: not known on either side", field=field)


def link_lines(candidate: PersonCandidate) -> Iterator[Message]:
    """Whom and what the record links the person to."""
    if candidate.linked:
        yield _("Linked to: {persons}", persons=join(map(_associate, candidate.linked), "; "))
    if candidate.documents:
        yield _("Known to hold: {documents}", documents=join(map(_document, candidate.documents), "; "))


def argument_lines(candidate: PersonCandidate) -> Iterator[Message]:
    """What argues against this being the traveller, as far as no field has said it already."""
    differing_values = [
        field.listed for field in candidate.fields if field.agreement is Agreement.DIFFERS and field.listed
    ]
    for against in candidate.against:
        if not any(value in against for value in differing_values):
            yield _("Against: {argument}", argument=against)


def question_lines(candidate: PersonCandidate) -> Iterator[Message]:
    """The question that would decide it."""
    if candidate.ask:
        yield _("To decide: {question}", question=candidate.ask)


def _associate(associate: Associate) -> Message:
    words = safe(f"{associate.relation} {readable_name(associate.name)}")
    if associate.record:
        return _("{person} (record {record})", person=words, record=safe(associate.record))
    return join([words])


def _document(document: HeldDocument) -> Message:
    kind = safe(type_name(document.type)) if document.type else _("document")
    if document.country:
        country = safe(country_name(document.country))
        return _("{type} {number} of {country}", type=kind, number=safe(document.number), country=country)
    return _("{type} {number}", type=kind, number=safe(document.number))

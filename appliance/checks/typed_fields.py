"""Whether what was typed beside a machine-readable zone is what the zone says.

- One rule for every field: the zone and what was typed are both searched, neither replaces the other, and where they
  differ the officer compares both with the document (docs/screening.md, "What was typed").
- What is unknown of either may be anything: an empty field, a date without its day, the rest of a name that was cut.
- Names are compared by their words, without order, as a zone spells them; words may be left out, not replaced.
- A number of another type of document than any zone's (a visa typed beside the passport) is another document, and is
  not compared. Where the type was not typed, it is.
"""

from collections.abc import Iterable, Iterator

from appliance.answer.wording import name_fields
from appliance.verdict import Observation, worst_finding
from data.documents.code_tables import canonical_country, document_group
from data.documents.mrz import apply_repairs
from data.documents.mrz.zone import has_unknown_birth
from data.documents.number import clean_number
from data.documents.travel_document import TravelDocument
from data.journal.same_traveller import may_be_same_birth, may_be_same_name
from data.persons.person import Sex
from data.screenings import Finding, Screening, State, Traveller
from data.text import _

_NOTHING_TO_COMPARE = Observation(
    State.NOT_APPLICABLE, "nothing_typed", _("Nothing was typed beside a machine-readable zone")
)


class TypedFieldsCheck:
    """Every field that was typed, compared with the zones that were presented."""

    name = "typed"
    mandatory = True

    def run(self, screening: Screening) -> Finding:
        """PASS `typed_as_in_zone`; NOTICE `typed_differs`; NOT_APPLICABLE `nothing_typed`."""
        return worst_finding(self.name, list(_compare(screening)), _NOTHING_TO_COMPARE)


def _compare(screening: Screening) -> Iterator[Observation]:
    zones = [document for document in screening.documents if document.format]
    numbers = [document for document in screening.documents if document.is_typed_number and document.number]
    traveller = _typed_traveller(screening, zones)
    if not zones or not (numbers or traveller):
        return
    readings = [*zones, *(apply_repairs(zone, screening.at.date()) for zone in zones)]
    fields = [field for typed in numbers for field in _fewest(_differing_document(typed, zone) for zone in readings)]
    if traveller:
        fields += _fewest(_differing_person(traveller, zone) for zone in readings)
    if fields:
        says = _(
            "What was typed is not what the zone says ({fields}): compare both with the document",
            fields=name_fields(dict.fromkeys(fields)),
        )
        yield Observation(State.NOTICE, "typed_differs", says)
    else:
        yield Observation(State.PASS, "typed_as_in_zone", _("What was typed is what the zone says"))


def _typed_traveller(screening: Screening, zones: Iterable[TravelDocument]) -> Traveller | None:
    """The person, where an officer typed who that is."""
    today = screening.at.date()
    read = [person for zone in zones for person in (Traveller.of(zone), Traveller.as_meant(zone, today))]
    return None if screening.traveller in read else screening.traveller


def _fewest(differing: Iterable[list[str]]) -> list[str]:
    """The fields that differ from the zone that is most like it."""
    return min(differing, key=len)


def _differing_document(typed: TravelDocument, zone: TravelDocument) -> list[str]:
    group, zone_group = document_group(typed), document_group(zone)
    is_other_type = bool(group and zone_group) and group != zone_group
    is_same_number = clean_number(typed.number) == clean_number(zone.number)
    if is_other_type and not is_same_number:
        return []  # another document
    differs = {
        "number": not is_same_number,
        "issuer": _differ(_state(typed.issuer), _state(zone.issuer)),
        "code": is_other_type,
    }
    return [field for field, is_different in differs.items() if is_different]


def _differing_person(typed: Traveller, zone: TravelDocument) -> list[str]:
    printed = Traveller.of(zone)
    birth = None if has_unknown_birth(zone) else zone.birth
    differs = {
        "name": printed is not None and not may_be_same_name(typed, printed, zone.issuer),
        "birth": not may_be_same_birth(typed.birth, birth),
        "sex": Sex.UNKNOWN not in (typed.sex, zone.sex) and typed.sex is not zone.sex,
        "nationality": _differ(_state(typed.nationality), _state(zone.nationality)),
    }
    return [field for field, is_different in differs.items() if is_different]


def _state(code: str) -> str:
    return canonical_country(code) or code


def _differ(typed: str, printed: str) -> bool:
    """Whether both are known, and not the same."""
    return bool(typed and printed) and typed != printed

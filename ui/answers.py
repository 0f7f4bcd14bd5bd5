"""A result as the JSON of `docs/check.schema.json`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from appliance.post_state import ListState
from appliance.result import Result
from data.access import Access
from data.documents.travel_document import TravelDocument
from data.plain import plain
from data.standing import facts_of

if TYPE_CHECKING:
    from devices.chip.reading import ChipReading


def answer(
    result: Result, lists: Iterable[ListState], access: Access, chip: "ChipReading | None" = None
) -> dict[str, Any]:
    """What `check --json` prints: fit for the lane, so nothing discreet is in it."""
    screening = result.screening
    return {
        "screening": str(screening.id),
        "at": plain(screening.at),
        "officer": screening.officer,
        "verdict": result.verdict.value,
        "says": result.says,
        "second_line": result.second_line,
        "advice": [result.advice.title, *result.advice.steps],
        "revision": result.revision,
        "elapsed_ms": round(result.elapsed_ms, 2),
        "standing": facts_of(access),
        "lists": [_list_of(state) for state in lists],
        "documents": [document_of(document) for document in screening.documents],
        "codes": [
            {"symbology": code.symbology, "kind": code.kind, "bytes": len(code.content)} for code in screening.codes
        ],
        "findings": plain(result.findings),
        **({"chip": chip_of(chip)} if chip else {}),
    }


def chip_of(reading: "ChipReading") -> dict[str, Any]:
    """A chip as it was read; of its picture only what it is."""
    from ui.chip_words import portrait  # with all that reads chips: not loaded where none is read

    picture = portrait(reading)
    return {
        "opened": reading.access.protocol,
        "downgrades": list(reading.access.downgrades),
        "outcome": reading.outcome.value,
        "original": reading.original.value,
        "document": document_of(reading.document) if reading.document else None,
        "checks": plain(reading.checks),
        "unread": dict(reading.unread),
        "comparison": plain(reading.comparison),
        "picture": {"type": picture.type.value, "bytes": len(picture.content)} if picture else None,
    }


def _list_of(state: ListState) -> dict[str, Any]:
    edition = state.edition
    version, as_of = (edition.version, plain(edition.as_of)) if edition else (0, None)
    return {"list": state.name, "version": version, "as_of": as_of, "age": state.words}


def refused(identity: object, why: str) -> dict[str, Any]:
    """The answer to a batch line that could not be screened: never silence, never CLEAR."""
    return {"id": identity, "verdict": "cannot_say", "error": why}


def document_of(document: TravelDocument) -> dict[str, Any]:
    """A document as it was read."""
    name = document.name
    return {
        "format": plain(document.format),
        "code": document.code,
        "issuer": document.issuer,
        "number": document.number,
        "surname": name.surname if name else "",
        "given": name.given if name else "",
        "name_truncated": bool(name and name.truncated),
        "nationality": document.nationality,
        "birth": plain(document.birth),
        "sex": document.sex.value,
        "expiry": plain(document.expiry),
        "optional": document.optional,
        "digits": plain(document.digits),
        "problems": plain(document.problems),
        "capture": document.capture.value,
    }

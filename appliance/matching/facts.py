"""How sex, nationality and document numbers compare. Unknown is no evidence, for or against."""

from appliance.matching.query import cleaned
from data.documents.countries import successors
from data.findings import Agreement
from data.persons.person import HeldDocument, Sex


def sex(traveller: Sex, listed: Sex) -> Agreement:
    """SAME, DIFFERS, or MISSING where either is unknown."""
    if Sex.UNKNOWN in (traveller, listed):
        return Agreement.MISSING
    return Agreement.SAME if traveller is listed else Agreement.DIFFERS


def nationality(traveller: str, listed: tuple[str, ...]) -> Agreement:
    """SAME when one of the listed fits, CLOSE for a dissolved state and one of its successors."""
    if not traveller or not listed:
        return Agreement.MISSING
    if traveller in listed:
        return Agreement.SAME
    related = any(traveller in successors(code) or code in successors(traveller) for code in listed)
    return Agreement.CLOSE if related else Agreement.DIFFERS


def held(numbers: tuple[str, ...], documents: tuple[HeldDocument, ...]) -> HeldDocument | None:
    """The document of the listed person whose number the traveller presents, if any."""
    mine = {clean for number in numbers if (clean := cleaned(number))}
    return next((document for document in documents if cleaned(document.number) in mine), None)

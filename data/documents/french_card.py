"""The French identity card of 1988 to 2021, whose zone has the month of issue but no date of expiry.

Its number begins with year and month of issue. It is valid for ten years; for fifteen if it was issued to an adult from
January 2004 on. Until 2013 the earlier date was printed on those as well (décret 55-1397, article 2, as changed by
décret 2013-1188).
"""

import re
from datetime import date

from data.documents.travel_document import MrzFormat, TravelDocument

_ISSUED = re.compile(r"(\d\d)(0[1-9]|1[0-2])", re.ASCII)
_FIRST_YEAR = 1988
_VALID_Y, _VALID_FOR_ADULTS_Y = 10, 15
_LONGER_FROM = (2004, 1)
_OF_AGE_Y = 18


def read_issue_month(number: str, today: date) -> tuple[int, int] | None:
    """Year and month in which the card with this number was issued; None where the number does not say."""
    match = _ISSUED.match(number)
    if match is None:
        return None
    years = (century + int(match[1]) for century in (2000, 1900))
    months = ((year, int(match[2])) for year in years)
    return next((month for month in months if _FIRST_YEAR <= month[0] and month <= (today.year, today.month)), None)


def find_last_valid_month(card: TravelDocument, today: date) -> tuple[int, int] | None:
    """Year and month until whose end the card may be valid, if all that is unknown favours its holder.

    None for other documents, and where the number does not say when it was issued.
    """
    issued = read_issue_month(card.number, today) if card.format is MrzFormat.FR_ID else None
    if issued is None:
        return None
    year, month = issued
    is_longer = issued >= _LONGER_FROM and _may_be_of_age(card, issued)
    return year + (_VALID_FOR_ADULTS_Y if is_longer else _VALID_Y), month


def _may_be_of_age(card: TravelDocument, issued: tuple[int, int]) -> bool:
    birth = card.birth
    if birth is None or birth.year is None:
        return True
    return (birth.year + _OF_AGE_Y, birth.month or 1) <= issued

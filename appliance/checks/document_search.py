"""Asks a sealed list about a document. Keys are sealed with the list's own salt (`data.documents.sealing`)."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from appliance.ports import ListView
from data.documents.lookup import Day, find_matches
from data.documents.mrz import as_meant
from data.documents.sealing import Sealer
from data.documents.travel_document import TravelDocument
from data.findings import DocumentMatch


def find_in(view: ListView, document: TravelDocument, now: datetime) -> Iterable[DocumentMatch]:
    """Graded matches of `document` in this version; InputError when it has no number that a list could hold."""
    if view.edition is None:
        return ()
    day = Day(today=now.date(), signed=view.edition.published.date())
    meant = as_meant(document, now.date())  # a misread state must not hide a record; the number stays as read
    return find_matches(view, meant, _sealer(view.edition.salt), view.edition.list, day)


@lru_cache(maxsize=8)
def _sealer(salt: bytes) -> Sealer:
    """One a list, for as long as its salt lasts."""
    return Sealer(salt)

"""Is this a known deviation of this issuer? The one question, asked of the chip and of the zone.

The answer comes from one table (`data.documents.tables.deviations`) and never changes what was read or checked. Who
asks about a signature makes sure first that it is the issuer's.
"""

import re
from dataclasses import dataclass
from datetime import date

from data.documents.code_tables import canonical_country, country_name
from data.documents.tables.deviations import DEVIATIONS, DeviationKind, KnownDeviation
from data.documents.travel_document import MrzFormat
from data.text import Message, _, join

DEVIATIONS_FACT = "deviations"
"""Fact of a finding: the keys of the known deviations that stand beside it."""
_OF_THE_SIGNER = frozenset({DeviationKind.CONTENT_TYPE, DeviationKind.SIGNATURE_DIGEST})
"""Kinds that an issuer's signer shows without the document."""


@dataclass(frozen=True, slots=True)
class DocumentSeries:
    """What tells one issuer's series of documents from another."""

    issuer: str
    """As printed, or as a certificate has it."""
    code: str = ""
    """Document code as printed, without filler."""
    format: MrzFormat | None = None
    """None if the zone was not read: then only the issuer is known."""
    expiry: date | None = None
    signed: date | None = None
    """When it was signed, if the signature covers that."""


def find_deviation(kind: DeviationKind, form: str, series: DocumentSeries) -> KnownDeviation | None:
    """The known deviation of exactly this form in this series of documents; None if there is none."""
    return next((row for row in DEVIATIONS if (row.kind, row.form) == (kind, form) and _covers(row, series)), None)


def _covers(row: KnownDeviation, series: DocumentSeries) -> bool:
    if row.issuer and row.issuer != canonical_country(series.issuer):
        return False
    if series.format is None:
        return row.kind in _OF_THE_SIGNER
    return (
        series.format in row.formats
        and re.fullmatch(row.codes, series.code) is not None
        and (not row.expires or (series.expiry is not None and any(series.expiry in days for days in row.expires)))
        and (row.signed is None or series.signed is None or series.signed in row.signed)
    )


def describe_deviation(deviation: KnownDeviation) -> Message:
    """The deviation with its issuer, to stand beside a verdict."""
    if not deviation.issuer:
        return _("known deviation: {deviation}", deviation=deviation.says)
    return _(
        "known deviation of {issuer}: {deviation}", issuer=country_name(deviation.issuer), deviation=deviation.says
    )


def describe_deviations(deviations: tuple[KnownDeviation, ...]) -> Message:
    """Several of them."""
    return join(map(describe_deviation, deviations), "; ")


def list_keys(deviations: tuple[KnownDeviation, ...]) -> str:
    """Their keys, for the journal."""
    return " ".join(deviation.key for deviation in deviations)

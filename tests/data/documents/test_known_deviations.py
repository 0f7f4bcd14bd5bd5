"""The table of known deviations: every row has its source, answers for what it names, and for nothing next to it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.code_tables import COUNTRY_CODES
from data.documents.known_deviations import DocumentSeries, describe_deviation, find_deviation, list_keys
from data.documents.tables.deviations import DEVIATIONS, DEVIATIONS_VERSION, DeviationKind, KnownDeviation
from data.documents.travel_document import MrzFormat

_CODES = ("P", "PN", "PO", "I", "ID", "C", "CA", "A", "AR", "V", "D", "F", "")
_BY_KEY = {row.key: row for row in DEVIATIONS}


def _series_of(row: KnownDeviation) -> list[DocumentSeries]:
    """Every series that a row means, at the ends of its periods."""
    codes = [code for code in _CODES if re.fullmatch(row.codes, code)]
    days = [day for period in row.expires for day in (period.first, period.last)] or [None, date(2031, 5, 6)]
    signed = [None, row.signed.first, row.signed.last] if row.signed else [None, date(2020, 2, 3)]
    return [
        DocumentSeries(row.issuer or "UTO", code, format, expiry, time)
        for code in codes
        for format in row.formats
        for expiry in days
        for time in signed
    ]


def test_every_row_has_a_key_a_source_and_a_day() -> None:
    assert DEVIATIONS_VERSION == 1 and len(_BY_KEY) == len(DEVIATIONS) == 12
    for row in DEVIATIONS:
        assert row.sources and all(len(source) > 20 for source in row.sources), row.key
        assert date(2006, 1, 1) < row.seen < date(2027, 1, 1), row.key
        assert row.issuer == "" or row.issuer in COUNTRY_CODES, row.key
        assert row.formats and any(re.fullmatch(row.codes, code) for code in _CODES), row.key
        assert not row.says.endswith("."), row.key


@pytest.mark.parametrize("key", _BY_KEY)
def test_a_row_answers_for_each_series_that_it_names(key: str) -> None:
    row = _BY_KEY[key]
    assert {find_deviation(row.kind, row.form, series) for series in _series_of(row)} == {row}


@pytest.mark.parametrize("key", _BY_KEY)
def test_a_row_answers_for_nothing_next_to_it(key: str) -> None:
    row, series = _BY_KEY[key], _series_of(_BY_KEY[key])[0]
    kin = {other.issuer for other in DEVIATIONS if (other.kind, other.form) == (row.kind, row.form)}
    beside = [replace(series, issuer=code) for code in ("UTO", "D", "", "XXX", "USA") if row.issuer and code not in kin]
    beside += [replace(series, code=code) for code in _CODES if not re.fullmatch(row.codes, code)]
    beside += [replace(series, format=format) for format in MrzFormat if format not in row.formats]
    if row.expires:
        days = [day for period in row.expires for day in (period.first - _DAY, period.last + _DAY)]
        beside += [replace(series, expiry=day) for day in [None, *days]]
    if row.signed:
        beside += [replace(series, signed=day) for day in (row.signed.first - _DAY, row.signed.last + _DAY)]
    assert len(beside) > 3
    for other in beside:
        assert find_deviation(row.kind, row.form, other) is None, other
    for form in ("", row.form + "0", row.form[:-1], row.form.lower() + " ", "2.23.136.1.1.1", "DG1", "991231"):
        assert find_deviation(row.kind, form, series) is None
    assert {kind for kind in DeviationKind if find_deviation(kind, row.form, series)} == {row.kind}


_DAY = timedelta(days=1)


@given(st.sampled_from(DEVIATIONS), st.sampled_from(COUNTRY_CODES))
def test_an_issuer_answers_only_for_its_own_rows(row: KnownDeviation, issuer: str) -> None:
    known = find_deviation(row.kind, row.form, replace(_series_of(row)[0], issuer=issuer))
    assert known is None or known.issuer in ("", issuer)


def test_without_the_zone_only_what_the_signer_shows_is_known() -> None:
    for row in DEVIATIONS:
        known = find_deviation(row.kind, row.form, DocumentSeries(row.issuer or "UTO"))
        assert (known is row) is (row.kind in (DeviationKind.CONTENT_TYPE, DeviationKind.SIGNATURE_DIGEST)), row.key


@pytest.mark.parametrize("issuer", ["BE", "BEL", "bel", "BEL<"])
def test_an_issuer_is_the_same_however_a_certificate_or_a_zone_writes_it(issuer: str) -> None:
    known = find_deviation(DeviationKind.CONTENT_TYPE, "1.3.27.1.1.1", DocumentSeries(issuer))
    assert known is not None and known.key == "bel-content-type"
    assert describe_deviation(known).startswith("known deviation of Belgium: the security object has")
    assert list_keys((known, _BY_KEY["esp-no-end"])) == "bel-content-type esp-no-end"


@pytest.mark.parametrize("oid", ["1.2.528.1.1006.1.20.1", "2.23.136.1.1.2", "0.4.0.127.0.7.3.2.1", "1.3.27.1.1"])
def test_no_other_content_type_is_known_of_anybody(oid: str) -> None:
    for code in COUNTRY_CODES:
        assert find_deviation(DeviationKind.CONTENT_TYPE, oid, DocumentSeries(code)) is None


_PAGE = Path(__file__).parents[3] / "docs" / "screening.md"
_MARKS = "<!-- table: tests/data/documents/test_known_deviations.py holds it -->\n", "<!-- end of table -->"


def _table() -> str:
    lines = ["| key | issuer | documents | known deviation |", "|---|---|---|---|"]
    for row in DEVIATIONS:
        formats = ", ".join(sorted(row.formats))
        lines.append(f"| `{row.key}` | {row.issuer or 'any'} | {formats} | {row.says} |")
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_row() -> None:
    _, _, rest = _PAGE.read_text(encoding="utf-8").partition(_MARKS[0])
    assert rest.partition(_MARKS[1])[0] == _table()

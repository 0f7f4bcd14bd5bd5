"""Lines of a zone in any order are put in order; misread lines in their right order stay as they are."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import islice, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.documents.mrz import parse_mrz
from data.documents.mrz.write import MrzFields, write_mrz
from data.documents.mrz.zone import OrderedLines, find_order
from data.documents.tables.confusable import CONFUSABLE
from data.documents.travel_document import Capture, MrzFormat, Provenance
from data.errors import InputError
from data.persons.person import Sex
from tests.data.support.mrz_examples import FR_ID, TD1, TD1_LONG, TD3, TODAY, read_zone
from tests.data.support.mrz_zones import zones

SEEDS = st.integers(0, 10**9)
DAYS = st.dates(date(2023, 1, 1), date(2032, 1, 1))
LOOK_ALIKE = str.maketrans("OIZSGB", "012568")
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"


@given(SEEDS, DAYS, st.data())
def test_the_lines_of_every_format_in_any_order_are_the_same_document(
    seed: int, today: date, data: st.DataObject
) -> None:
    for zone in islice(zones(seed, today), len(MrzFormat)):
        lines = data.draw(st.permutations(zone.text.split("\n")))
        swapped = parse_mrz("\n".join(lines), capture=Capture.MACHINE, today=today)
        assert swapped == parse_mrz(zone.text, capture=Capture.MACHINE, today=today)
        assert swapped.raw == zone.text


ICAO = (MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3, MrzFormat.MRV_A, MrzFormat.MRV_B)
"""The others are known by a code in their first line, which must not be misread."""


@given(SEEDS, DAYS, st.data())
def test_misread_lines_in_their_right_order_are_never_turned_over(seed: int, today: date, data: st.DataObject) -> None:
    for zone in islice(zones(seed, today, ICAO), len(ICAO)):
        read = list(zone.text)
        places = [place for place, char in enumerate(read) if char != "\n"]
        for place in data.draw(st.lists(st.sampled_from(places), max_size=4, unique=True)):
            read[place] = data.draw(st.sampled_from(CHARACTERS))
        order = _order_of("".join(read).split("\n"))
        assert order is None or not order.was_out_of_order, ("".join(read), order)


@given(SEEDS, DAYS)
def test_a_name_and_dates_that_are_read_as_look_alikes_turn_nothing_over(seed: int, today: date) -> None:
    for zone in islice(zones(seed, today, ICAO), len(ICAO)):
        read = zone.text[:5] + zone.text[5:].translate(LOOK_ALIKE)
        order = _order_of(read.split("\n"))
        assert order is None or not order.was_out_of_order


@given(SEEDS, DAYS, st.data())
def test_swapped_lines_with_a_character_misread_are_put_in_order_or_refused(
    seed: int, today: date, data: st.DataObject
) -> None:
    for zone in islice(zones(seed, today, ICAO), len(ICAO)):
        place = data.draw(st.sampled_from([at for at, char in enumerate(zone.text) if char != "\n" and at > 0]))
        read = zone.text[:place] + data.draw(st.sampled_from(CHARACTERS)) + zone.text[place + 1 :]
        for lines in permutations(read.split("\n")):
            order = _order_of(lines)
            assert order is None or order.lines == tuple(read.split("\n")), (zone.format, lines)


NAMES_OF_LOOK_ALIKES = st.lists(st.text("OISBZGQDLU", min_size=1, max_size=7), min_size=1, max_size=3)
BEGINNINGS = st.sampled_from(["", "", "I<UTO", "IDUSA", "ACGBR", "PPBOL", "V<GBR"])
"""A name may begin as a zone does."""


@st.composite
def zones_with_a_name_of_look_alikes(draw: st.DrawFn) -> str:
    surname, *given = draw(NAMES_OF_LOOK_ALIKES)
    format = draw(st.sampled_from(ICAO))
    fields = MrzFields(
        code={MrzFormat.TD3: "P", MrzFormat.MRV_A: "V", MrzFormat.MRV_B: "V"}.get(format, "I"),
        issuer=draw(st.sampled_from(["UTO", "BOL", "GBR"])),
        number=draw(BEGINNINGS.filter(lambda text: "<" not in text))
        + draw(st.text("OISBZG0158", min_size=4, max_size=4)),
        surname=draw(BEGINNINGS).replace("<", " ") + surname,
        given=" ".join(given),
        birth=draw(st.dates(date(1940, 1, 1), date(2019, 1, 1))),
        sex=draw(st.sampled_from(Sex)),
        expiry=draw(st.dates(date(2026, 1, 1), date(2034, 1, 1))),
    )
    return write_mrz(fields, format)


@settings(max_examples=500)
@given(zones_with_a_name_of_look_alikes(), st.data())
def test_a_name_that_looks_like_digits_is_never_taken_for_another_line(zone: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([at for at, char in enumerate(zone) if char != "\n"]))
    read = (
        zone[:place] + data.draw(st.sampled_from([zone[place], *CONFUSABLE.get(zone[place], "")])) + zone[place + 1 :]
    )
    for lines in permutations(read.split("\n")):
        order = _order_of(lines)
        assert order is None or order.lines == tuple(read.split("\n"))


SWAPPED = [
    ("I<BOL825BSGZZI2<<<<<<<<<<<<<<<", "S<I<<<<<<<<<<<<<<<<<<<<<<<<<<<", "1701201F0703149SGP<<<<<<<<<<<4"),
    ("ACLBNS0ZB0DG<<31234567<<<<<<<<", "SIZSO<I<<GDSUI<UGBG<IQ<<<<<<<<", "6001180F8612205ISL<<<<<<<<<<<2"),
]


@pytest.mark.parametrize("lines", SWAPPED)
def test_a_card_whose_name_could_stand_for_its_dates_is_put_in_order(lines: tuple[str, str, str]) -> None:
    first, name, dates = lines
    document = read_zone(f"{first}\n{dates}\n{name}")
    assert document.birth and document.number_is_certain
    assert read_zone("\n".join(lines)) == document


def test_an_order_that_is_no_better_than_another_is_refused_also_where_the_lines_came_in_it() -> None:
    misread = ["IQUSAI<OIQ<QQQ<<BZQO<OA<GL<<<<", "8403087<6202057SGP<<<<<<<<<<<8", "ACGBRO5B058<<<0<<<<<<<<<<<<<<<"]
    for lines in permutations(misread):
        with pytest.raises(InputError, match="out of order"):
            read_zone("\n".join(lines))


def _order_of(lines: Sequence[str]) -> OrderedLines | None:
    order = find_order(lines)
    return order if order and order.is_certain else None


def test_lines_in_no_certain_order_are_refused() -> None:
    second = "5011128M2403177NER<<<<<<<<<<<4"
    lines = ["ABCFRA<<FRA<CHINEDU<<<<<<<<<<<", second, "ACNEAVGAZAZISS4<<<<<<<<<<<<<<<"]
    order = find_order(lines)
    assert order and not order.is_certain
    with pytest.raises(InputError, match="out of order"):
        read_zone("\n".join(lines))


@pytest.mark.parametrize("text", [TD1, TD1_LONG, TD3, FR_ID], ids=["TD1", "TD1 long", "TD3", "FR-ID"])
def test_no_order_gives_a_name_of_digits_or_another_number(text: str) -> None:
    document = read_zone(text)
    for lines in permutations(text.split("\n")):
        for separator in ("\n", "\r\n", "|", "\n\n"):
            assert read_zone(separator.join(lines)) == document


@pytest.mark.parametrize("text", [TD1, TD3], ids=["TD1", "TD3"])
def test_swapped_lines_run_together_or_in_a_readers_frame_are_put_in_order(text: str) -> None:
    document = read_zone(text)
    for lines in permutations(text.split("\n")):
        assert read_zone("".join(lines)) == document
        assert read_zone("\x02" + "\r".join(lines) + "\r\x03") == document


def test_a_reader_that_doubted_swapped_lines_doubts_every_field() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    first, second = TD3.split("\n")
    doubted = Provenance("a", "b", at, "", doubts=(3,))
    in_order = parse_mrz(TD3, capture=Capture.MACHINE, today=TODAY, provenance=doubted)
    swapped = parse_mrz(f"{second}\n{first}", capture=Capture.MACHINE, today=TODAY, provenance=doubted)
    assert in_order.doubtful == ("issuer",) and in_order.number_is_certain
    assert "number" in swapped.doubtful and not swapped.number_is_certain
    sure = Provenance("a", "b", at, "")
    assert parse_mrz(f"{second}\n{first}", capture=Capture.MACHINE, today=TODAY, provenance=sure).number_is_certain


@pytest.mark.parametrize("lines", [[], ["P<UTO"], ["A" * 44] * 4, ["A" * 30] * 2])
def test_what_has_no_format_in_any_order_has_no_order(lines: list[str]) -> None:
    assert find_order(lines) is None

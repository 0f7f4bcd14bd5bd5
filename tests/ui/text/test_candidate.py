"""A candidate in words that an officer reads without training."""

from dataclasses import replace

import pytest

from appliance.answer.disclosure import remove_details
from data.persons.person import Associate, HeldDocument
from data.screenings import Agreement, Band, FieldComparison
from data.text import _
from tests.ui.support.desk_kit import candidate
from ui.text.candidate import argument_lines, field_line, heading_line, link_lines, listing_lines, question_lines


@pytest.mark.parametrize(
    ("band", "words"),
    [(Band.STRONG, "is a strong match"), (Band.POSSIBLE, "is a possible match"), (Band.WEAK, "is distantly similar")],
)
def test_a_band_is_shown_in_words(band: Band, words: str) -> None:
    heading = heading_line(candidate(band))
    assert heading == f"SAMPLER Adda Marie {words}: record 2026/10001 on wanted, from NCB Norland"


def test_the_alias_that_matched_its_quality_the_action_and_the_reason_are_shown() -> None:
    weak = replace(candidate(Band.STRONG, action="refuse"), quality="low", colour="un_special")
    assert list(listing_lines(weak)) == [
        "Found by an alias that the list itself calls weak: SAMPLER ADDA",
        "The list asks you to: refuse entry if confirmed (UN special notice)",
        "Listed for: Forgery of invented papers",
    ]


def test_a_name_in_another_script_is_shown_in_both() -> None:
    listed = replace(candidate(Band.STRONG), primary_name="", name="Ада", quality="original")
    assert heading_line(listed).startswith("Ада (ADA) is a strong match")


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (("birth", "1978-05-02", "1978", Agreement.CLOSE), "Birth date: close; traveller 1978-05-02, list 1978"),
        (("sex", "female", "female", Agreement.SAME), "Sex: same; female"),
        (("sex", "female", "", Agreement.MISSING), "Sex: the list does not say; traveller female"),
        (("birth", "", "1978", Agreement.MISSING), "Birth date: not known for the traveller; list 1978"),
        (("sex", "", "", Agreement.MISSING), "Sex: not known on either side"),
    ],
)
def test_a_field_says_how_both_values_compare(field: tuple[str, str, str, Agreement], line: str) -> None:
    assert field_line(FieldComparison(*field)) == line


def test_the_note_of_a_close_field_is_shown_with_it() -> None:
    field = FieldComparison("birth", "1978-05-02", "1978", Agreement.CLOSE, note=_("same year"))
    assert field_line(field) == "Birth date: close (same year); traveller 1978-05-02, list 1978"


def test_an_argument_that_a_field_already_shows_is_not_repeated() -> None:
    differs = FieldComparison("birth", "1978-05-02", "1990", Agreement.DIFFERS)
    listed = replace(
        candidate(Band.STRONG),
        fields=(differs,),
        against=(_("born 1978-05-02, the list says 1990"), _("the listed name has no X")),
    )
    assert [*argument_lines(listed), *question_lines(listed)] == [
        "Against: the listed name has no X",
        "To decide: Where was the traveller born?",
    ]


def test_associates_and_documents_have_one_line_each() -> None:
    linked = (Associate("Omar DUNE", "brother of", "W-2"), Associate("Дюна"))
    tied = replace(
        candidate(Band.STRONG), linked=linked, documents=(HeldDocument("OX 1", "NOR", "PAS"), HeldDocument("7"))
    )
    assert list(link_lines(tied)) == [
        "Linked to: brother of Omar DUNE (record W-2); Дюна (DIUNA)",
        "Known to hold: passport OX 1 of Norway; document 7",
    ]
    assert not list(link_lines(candidate(Band.STRONG)))


def test_a_locked_record_says_what_happened_what_it_means_and_what_to_do() -> None:
    locked = remove_details(candidate(Band.STRONG), "no word about this list for 20 days; headquarters allows 14 days")
    assert heading_line(locked) == "A listed person is a strong match: record 2026/10001 on wanted, from NCB Norland"
    assert list(listing_lines(locked)) == [
        "The list asks you to: detain if confirmed (red notice)",
        "Details are locked: no word about this list for 20 days; headquarters allows 14 days",
        "The record may have been corrected or deleted since, so its details are not shown",
        "Ask headquarters about record 2026/10001; fetching the lists unlocks it (`waypost courier run`, or a stick)",
    ]
    assert [*link_lines(locked), *argument_lines(locked), *question_lines(locked)] == []

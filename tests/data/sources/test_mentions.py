"""Who else a remark names: people and bodies of invented lists, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.persons.person import Associate
from sync.headquarters.sources.names_in_text import MAX_ASSOCIATES, find_associates, find_linked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Brother of Omar Dune (QDi.901).", [("Omar Dune", "brother of", "QDi.901")]),
        ("Associated with Dune Traders (QDe.902, listed in 2020).", [("Dune Traders", "associated with", "QDe.902")]),
        ("Deputy to KARL VAN DUNE (CDi.903), and others.", [("KARL VAN DUNE", "deputy to", "CDi.903")]),
        (
            "Member of the Front for the Dunes of the East (FDE) (TAe.904).",
            [("Front for the Dunes of the East", "member of", "TAe.904")],
        ),
        ("He met Abu Zed al-Dune (deceased, QDi.905) there.", [("Abu Zed al-Dune", "", "QDi.905")]),
        ("Wife of Omar Dune.", [("Omar Dune", "wife of", "")]),
        ("Wife of Omar Dune; later Omar Dune (QDi.901) left.", [("Omar Dune", "", "QDi.901")]),
        ("Himself (QDi.900). Born in Wells (Kenya). Seen in May (2011).", []),
        ("the dunes (QDi.906)", []),
    ],
)
def test_only_what_is_marked_as_a_person_or_body_is_taken(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [
        (associate.name, associate.relation, associate.record) for associate in find_associates(text, "QDi.900")
    ] == expected


def test_linked_names_meet_the_record_of_who_is_listed_under_that_very_name() -> None:
    records = {"DUNE, Omar": "OFAC-1", "ZED S.A.": "OFAC-2"}
    assert find_linked(["DUNE, Omar", "ZED S.A", "DUNE TRADERS, LTD"], records) == (
        Associate("Omar DUNE", record="OFAC-1"),
        Associate("ZED S.A", record="OFAC-2"),
        Associate("DUNE TRADERS, LTD"),
    )


@given(st.text(alphabet="AbDe al-of()QDi.019,; Brother", max_size=300))
def test_any_remark_is_read_and_bounded(text: str) -> None:
    associates = find_associates(text * 8, "QDi.000")
    assert len(associates) <= MAX_ASSOCIATES
    assert all(associate.name for associate in associates)

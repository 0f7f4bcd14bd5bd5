"""OFAC's lines as they are: quotation marks inside a field, damaged lines, files that are cut off."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import IncompleteSource, RefusedFile
from sync.headquarters.sources.ofac_table import COLUMNS, load_table

NONE = "-0- ," * 6
ROW = f'9001,"AL-QARN, Abu Idris","individual","SDGT] [IFSR","Envoy",{NONE}"DOB 09 Nov 1974; nationality Iran."'
WHOLE = [f'{number},"TESTA, Maria","individual","SDGT",-0- ,{NONE}"DOB 1970."' for number in (1, 2, 3)]
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(content: bytes) -> Path:
        path = tmp_path / "sdn.csv"
        path.write_bytes(content)
        return path

    return _write


def lines(*texts: str) -> bytes:
    return "".join(f"{text}\r\n" for text in texts).encode() + b"\x1a"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ('"a.k.a. "fox1987"; DOB 1987"', 'a.k.a. "fox1987"; DOB 1987'),
        ('"DOB 1987; a.k.a. "fox1987""', 'DOB 1987; a.k.a. "fox1987"'),
        ('""fox", DOB 1987"', '"fox", DOB 1987'),
        ('"a.k.a. ""fox"" and "hound", DOB 1987"', 'a.k.a. "fox" and "hound", DOB 1987'),
        ('"a 5" knife, 12, and 3" nails"', 'a 5" knife, 12, and 3" nails'),
    ],
)
def test_quotation_marks_inside_a_field_are_read(write: Write, field: str, value: str) -> None:
    line = ROW.replace('"DOB 09 Nov 1974; nationality Iran."', field)
    table = load_table(write(lines(*WHOLE, line)), COLUMNS["sdn"])
    assert (table.refusals, table.signs) == ((), ())
    assert table.rows[3][1][1:3] == ["AL-QARN, Abu Idris", "individual"]
    assert table.rows[3][1][11] == value


@pytest.mark.parametrize("field", ['"a.k.a. "fox","hound""', '"fox","hound"', '"fox",-0- ,"hound"'])
def test_what_can_be_divided_in_two_ways_is_refused(write: Write, field: str) -> None:
    line = ROW.replace('"DOB 09 Nov 1974; nationality Iran."', field)
    table = load_table(write(lines(*WHOLE, line)), COLUMNS["sdn"])
    assert [refusal.identity for refusal in table.refusals] == ["OFAC-9001"]


def test_a_line_whose_break_is_lost_is_refused_for_both(write: Write) -> None:
    for other in (WHOLE[1], WHOLE[1].replace("2,", "x,", 1)):
        table = load_table(write(lines(WHOLE[0], ROW + other, WHOLE[2])), COLUMNS["sdn"])
        is_read = other == WHOLE[1]
        identities = [refusal.identity for refusal in table.refusals]
        assert identities == (["OFAC-9001", "OFAC-2"] if is_read else ["OFAC-9001"])
        assert all(refusal.hides_others for refusal in table.refusals)


texts = st.text(st.sampled_from('ab,; "-0'), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts, texts)
def test_a_line_is_read_as_it_was_written_or_refused(write: Write, name: str, remarks: str) -> None:
    """Never as another one: with the marks doubled as RFC 4180 says, and without, as OFAC does it."""
    quoted = [f'"{text}"' for text in (name, remarks)]
    doubled = ['"{}"'.format(text.replace('"', '""')) for text in (name, remarks)]
    for first, last, is_doubled in ((*doubled, True), (*quoted, False)):
        path = write(lines(*WHOLE, f'9001,{first},"individual","SDGT",-0- ,{NONE}{last}'))
        table = load_table(path, COLUMNS["sdn"])
        assert not table.signs
        if is_doubled or not table.refusals:
            cells = table.rows[3][1]
            assert cells[2] == "individual" and len(cells) == COLUMNS["sdn"]
        else:
            assert {refusal.identity for refusal in table.refusals} >= {"OFAC-9001"}


@given(place=st.integers(0, 10_000), is_windows=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_is_cut_off_anywhere_says_so(write: Write, place: int, is_windows: bool) -> None:
    whole = lines(*WHOLE, ROW)
    content = whole[: place % (len(whole) - 1)]
    if not is_windows:
        content = content.replace(b"\r\n", b"\n")
    try:
        table = load_table(write(content), COLUMNS["sdn"])
    except (IncompleteSource, RefusedFile):
        return
    # Without OFAC's line ends, a file that ends with a line looks whole.
    assert table.signs or not is_windows or b"\r\n" not in content or content.endswith(b"\r")
    assert table.signs or not table.refusals


def test_a_file_that_lost_its_mark_with_its_line_ends_is_taken(write: Write) -> None:
    for end in ("", "\n"):
        table = load_table(write(("\n".join([*WHOLE, ROW]) + end).encode()), COLUMNS["sdn"])
        assert (table.signs, len(table.rows)) == ((), 4)
    empty = ROW.rpartition(",")[0] + ",-0- "
    for cut in (1, 2, 3, 4):
        table = load_table(write("\n".join([*WHOLE, empty]).encode()[:-cut]), COLUMNS["sdn"])
        assert bool(table.signs) == (cut == 4)


def test_an_empty_companion_is_taken_with_its_mark_alone(write: Write) -> None:
    assert load_table(write(b"\x1a"), COLUMNS["alt"]).rows == ()
    with pytest.raises(IncompleteSource):
        load_table(write(b""), COLUMNS["alt"])
    with pytest.raises(RefusedFile):
        load_table(write(b"\x1a"), COLUMNS["sdn"])

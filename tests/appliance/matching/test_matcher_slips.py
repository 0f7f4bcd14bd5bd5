"""One letter off anywhere in a name never hides its bearer: not where parts join, not where letters fold into one."""

from collections.abc import Iterator

import pytest

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.person import ListedName, NameQuality, PartialDate
from data.screenings import Band
from tests.appliance.support.people import TODAY, notice

JOINED = """
ABDELFOUZAN ABDULQUORRIL ABDURRAHIB ABDALLATAR NOORZADUDDIN JALBARUDDIN SHAMSULHAR ALSAHLABI ESSEBRI ABUBARK BINLADRI
HABRULLAH MOHAMEDTARV IBRAHIMOGLU ZAINULBARI ABDOULBAYE
""".split()
FOLDED = """
TOLEM TOEM NOEL BAUERT MICHAELO SAMUELI TSAGAAN CZESLAV SHCHERBO
GUNTHER KHARBEK JOUSTE AJINGE PHAEDRO XIMENO
""".split()
BORN = "1971-05-09"
LETTERS = "AEHLXD"
"""Put in at every place: letters that make a pair which folds into one sound, and others."""


def slips(name: str) -> Iterator[str]:
    """Every name one letter away: one added, dropped, changed, or two swapped."""
    for place in range(len(name) + 1):
        before, after = name[:place], name[place:]
        yield from (before + letter + after for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def missed(listed: str, travelling: set[str], given: str = "") -> list[str]:
    """The spellings by which a traveller born on the same day is not at least POSSIBLE."""
    index = PersonIndex([notice("one", f"{listed} {given}".strip(), born=(BORN,))])
    return [name for name in sorted(travelling) if not _is_possible(PersonQuery(name, given), index)]


def _is_possible(query: PersonQuery, index: PersonIndex) -> bool:
    asked = PersonQuery(query.surname, query.given, birth=PartialDate.parse(BORN))
    return any(one.band is not Band.WEAK for one in find_candidates(asked, index, today=TODAY))


@pytest.mark.parametrize("name", [*JOINED, *FOLDED])
def test_a_slip_in_a_name_of_one_word(name) -> None:
    assert missed(name, set(slips(name)) - {name}) == []


@pytest.mark.parametrize("name", JOINED)
def test_a_slip_in_the_surname_beside_a_given_name(name) -> None:
    assert missed(name, set(slips(name)) - {name}, "HAJJI") == []


@pytest.mark.parametrize("name", ["ABDELFOUZAN", "JALBARUDDIN"])
def test_a_slip_in_the_listed_name(name) -> None:
    listed = [slipped for slipped in slips(name) if slipped != name][::7]
    assert [one for one in listed if missed(one, {name}, "HAJJI")] == []


@pytest.mark.parametrize("listed", ["ABDEL FOUZAN", "ABD AL KARIB", "ABU BARKAN", "NUR UD DIN", "BIN LADRIN"])
def test_what_is_listed_apart_is_found_joined_with_a_slip(listed) -> None:
    joined = listed.replace(" ", "")
    assert missed(listed, {name for name in slips(joined) if len(name) >= len(joined)}) == []


@pytest.mark.parametrize("name", ["ZUR", "BARK", "OME"])
def test_a_short_name_is_found_with_a_slip_where_it_is_the_whole_name(name) -> None:
    assert missed(name, {slipped for slipped in slips(name) if len(slipped) > 2}) == []


@pytest.mark.parametrize("pair", ["GUN KUN", "DAE TAE", "SIK SHIK", "HYEON HYON", "XIAO HSIAO"])
def test_a_syllable_in_another_romanisation(pair) -> None:
    listed, travelling = pair.split()
    index = PersonIndex([notice("one", f"QUORR BARKAN {listed}", born=("1971",))])
    query = PersonQuery("QUORR", f"BARKAN {travelling}", birth=PartialDate.parse(BORN))
    (found,) = find_candidates(query, index, today=TODAY)
    assert found.band is Band.STRONG
    assert not any(str(text).startswith(travelling) for text in found.against)


def test_a_whole_name_is_possible_although_another_name_of_the_person_fits_better() -> None:
    names = "Mohammad VRBENSKY", ListedName("Vrbensky", quality=NameQuality.LOW)
    index = PersonIndex([notice("one", *names)])
    (found,) = find_candidates(PersonQuery("VRBENSYK"), index, today=TODAY)
    assert (found.band, found.name) == (Band.POSSIBLE, "Vrbensky")


JOINED_AND_APART = """
SAIF AL ISLAM: SAIFALISLAM, SAIFULISLAM, SEIFELISLAM, SAIF ALISLAM
ABU AL HASSAN: ABULHASSAN, ABOULHASSAN, ABU HASSAN
NUR UD DIN: NOORUDDIN, NUREDDIN, NUR ALDIN
ABDURRAHMAN: ABD AL RAHMAN, ABDERRAHMANE, ABDULREHMAN, ABDU RAHMAN, ABDRAHMAN
ABDUL HAKIM: ABDULHAKIM, ABDHAKIM, ABULHAKIM
IMAD AL DIN: IMADUDDIN, IMADEDDINE, IMADDIN
ZAINULABIDIN: ZAIN AL ABIDIN, ZAIN UL ABIDEEN, ZAYN ALABIDIN
HABIB ALLAH: HABIBULLAH, HABIBOLLAH, HABIB ULLAH
MUHIBULLAH: MOHEB ALLAH, MOHIBULLAH
UMM KULTHUM: UMMKULTHUM, UMKULTHUM
BIN LADRIN: BINLADRIN, BENLADRIN
DARWISH AL MASRI: DARWISHALMASRI, DARWISHELMASRI
XIAO MING: XIAOMING, HSIAOMING
JONG UN: JONGUN, CHONG UN, JEONGEUN
"""


@pytest.mark.parametrize("line", JOINED_AND_APART.strip().splitlines(), ids=lambda line: line.split(":")[0])
def test_a_name_that_one_official_joins_and_another_splits(line) -> None:
    listed, travelling = line.split(": ")
    assert missed(listed, set(travelling.split(", "))) == []

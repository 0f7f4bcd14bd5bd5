"""One letter off anywhere in a name never hides its bearer: not where parts join, not where letters fold into one."""

import random
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


@pytest.mark.parametrize(
    ("surname", "given"),
    [
        ("XU", "BIN"),
        ("BEN", "ALI"),
        ("LE", "VAN DUC"),
        ("ABDUL", "HAQ"),
        ("DER", "LE"),
        ("NUR", "MOHAMMED"),
        ("CHO", "IL U"),
    ],
)
def test_a_slip_in_a_short_name_beside_a_particle_or_a_common_name(surname, given) -> None:
    index = PersonIndex([notice("one", ListedName(f"{given} {surname}", surname, given), born=(BORN,))])
    queries = [PersonQuery(slipped, given) for slipped in slips(surname) if len(slipped) > 1]
    assert [query.surname for query in queries if not _is_possible(query, index)] == []


@pytest.mark.parametrize("query", "SUHARTOXX SUHARTOKK SUHARTOXXXXXX SUHARTOCKXSE".split())
def test_fillers_behind_a_name_that_were_read_as_letters_hide_nobody(query) -> None:
    assert missed("SUHARTO", {query}) == []


@pytest.mark.parametrize("letters", ["SK", "XE", "CK", "KK"])
@pytest.mark.parametrize("listed", ["GAINI ABDELATIF", "NOURI ABDERRAHMANE", "KARIM ABDENNOUR", "NOORUDDIN TARVAN"])
def test_a_border_read_as_letters_before_or_behind_a_compound(listed, letters) -> None:
    assert missed(listed, {listed.replace(" ", letters)}) == []


@pytest.fixture(scope="module")
def crowd() -> PersonIndex:
    """Thousands of namesakes by one part, and two persons whose parts are both common."""
    dice = random.Random(3)
    people = [
        notice("late", "MOHAMMED AHMED", born=("1998-05-06",)),
        notice("rare", "SAIF NASSER", born=("1961-01-03",)),
    ]
    for number in range(8_200):
        letters = "".join(dice.choices("BDFGLMNRTV", k=4))
        born = f"{dice.randrange(1940, 2000)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        people.append(notice(str(number), f"{('MOHAMMED', 'AHMED')[number % 2]} QUO{letters}", born=(born,)))
    return PersonIndex(people)


@pytest.mark.parametrize(
    ("name", "born", "record", "band"),
    [
        ("MOHAMMEDAHMED", "1998-05-06", "late", Band.STRONG),
        ("MOHAMMEDKKAHMED", "1998-05-06", "late", Band.STRONG),
        ("MOHAMMEDAHMED", "1950-02-03", "late", Band.POSSIBLE),
        ("SAIFNASSER", "1990-02-02", "rare", Band.POSSIBLE),
        ("SAIFKKNASSER", "1990-02-02", "rare", Band.POSSIBLE),
    ],
)
def test_a_joined_name_is_found_in_a_long_list_of_namesakes(crowd, name, born, record, band) -> None:
    shown = find_candidates(PersonQuery(name, birth=PartialDate.parse(born)), crowd, today=TODAY)
    assert (shown[0].record, shown[0].band) == (record, band)


@pytest.mark.parametrize("pair", ["KALIP GALIB", "BARAN PALAN", "SALA SARA", "DINA TINA"])
def test_a_romanisation_key_alone_proves_less_than_a_slip(pair) -> None:
    traveller, listed = pair.split()
    index = PersonIndex([notice("one", listed, born=("1971",)), notice("slip", f"{traveller[:-1]}X", born=("1971",))])
    shown = find_candidates(PersonQuery(traveller, birth=PartialDate.parse(BORN)), index, today=TODAY)
    bands = {one.record: one.band for one in shown}
    assert bands["slip"] is Band.POSSIBLE and bands.get("one") is not Band.STRONG


def test_a_slip_in_a_short_surname_counts_although_the_given_name_and_the_date_are_common() -> None:
    listed = ListedName("Mohammed NUR", "NUR", "Mohammed")
    index = PersonIndex([notice("one", listed, born=("1972-01-01",), nationalities=("NGA",))])
    query = PersonQuery("VUR", "MOHAMMED", birth=PartialDate.parse("1972-01-01"), nationality="NGA")
    (found,) = find_candidates(query, index, today=TODAY)
    assert found.band is not Band.WEAK


@pytest.mark.parametrize(("born", "nationality"), [("1983-02-03", "IRQ"), ("1972", "NZL"), ("1973-05-09", "IRQ")])
def test_what_contradicts_a_single_name_with_a_slip_keeps_it_below_possible(born, nationality) -> None:
    index = PersonIndex([notice("one", "HASSAN", born=("1972",), nationalities=("IRQ",))])
    born_on = PartialDate.parse(born if "-" in born else f"{born}-05-09")
    shown = find_candidates(PersonQuery("HASSAM", birth=born_on, nationality=nationality), index, today=TODAY)
    assert all(one.band is Band.WEAK for one in shown)

"""Invented listed people, and a short way to ask about a traveller."""

from datetime import date

from hypothesis import strategies as st

from appliance.matching.index.person_index import PersonIndex
from appliance.matching.matcher import find_candidates
from appliance.matching.query import PersonQuery
from data.persons.notice import Action, Notice
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Person, Sex
from data.screenings import Band, PersonCandidate

TODAY = date(2026, 7, 1)


def notice(
    record: str,
    *names: str | ListedName,
    born: tuple[str, ...] = (),
    sex: Sex = Sex.UNKNOWN,
    nationalities: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
    father: str = "",
    review: date | None = None,
) -> Notice:
    person = Person(
        names=tuple(name if isinstance(name, ListedName) else ListedName(name) for name in names),
        births=tuple(PartialDate.parse(text) for text in born),
        sex=sex,
        nationalities=nationalities,
        documents=tuple(HeldDocument(number, "AFG", "PAS") for number in numbers),
        father=father,
    )
    return Notice(record, person, Action.DETAIN, review=review)


PEOPLE = (
    notice("dost", "Mohammad DOST", born=("1965",), sex=Sex.MALE, nationalities=("AFG",), father="Gul ZARIN"),
    notice("mueller", "Jürgen MÜLLER-LÜDENKAMP", born=("1961-02-03",), sex=Sex.MALE, nationalities=("DEU",)),
    notice("karim", "Abd El Karim SAHLAWI", born=("1970-05-04",), nationalities=("DZA", "FRA")),
    notice("tarvani", "مصطفى قاسم تروانی", born=("1976",), nationalities=("AFG",)),
    notice("kovtun", "Тарас Олегович КОВТУНЕНКО", born=("1981-11-12",), sex=Sex.MALE, nationalities=("UKR",)),
    notice("lukasz", "Łukasz ÆBELØRSTED", born=("1990-04-09",), sex=Sex.MALE, nationalities=("POL",)),
    notice("long", "Maximiliana Bartholomea Konstantinopolsky-Weatherbottom", born=("1988-08-21",)),
    notice("initials", "B. K. TANDERUP", born=("1979-09-30",)),
    notice("alias", "Esteban QUORRILLO", ListedName("El Zorzal", quality=NameQuality.LOW), born=("1958-12-24",)),
    notice("habbarth", "George HABBARTH", born=("1926-08-02",)),
    notice("smith", "Jonathan SMYTHEVALE", born=("1970", "1972-03-04")),
    notice("papers", "Ottokar VRBENSKY", born=("1949-06-06",), nationalities=("AFG",), numbers=("OX 123-4567",)),
    notice("past", "Zebulon HARKAVENNY", born=("1971-01-09",), review=date(2026, 6, 30)),
)
OTHER_PEOPLE = (
    notice("one", "Muhammad AL SAHLAWI", "محمد السهلاوي"),
    notice("two", "KIM Chong-un", "金正恩"),
    notice("three", "Quorrillo TARVANI", "George", "Abdelkarim"),
)
INDEX = PersonIndex(PEOPLE, "wanted")


def ask(
    surname: str,
    given: str = "",
    born: str = "",
    *,
    sex: Sex = Sex.UNKNOWN,
    nationality: str = "",
    truncated: str = "",
    numbers: tuple[str, ...] = (),
) -> PersonQuery:
    """A query; `truncated` any text for a cut-off name."""
    birth = PartialDate.parse(born) if born else None
    return PersonQuery(surname, given, bool(truncated), birth, sex, nationality, numbers)


def candidates_by_record(query: PersonQuery, index: PersonIndex = INDEX) -> dict[str, PersonCandidate]:
    """Candidates by record."""
    return {candidate.record: candidate for candidate in find_candidates(query, index, today=TODAY)}


def band(query: PersonQuery, record: str, index: PersonIndex = INDEX) -> Band | None:
    candidate = candidates_by_record(query, index).get(record)
    return candidate.band if candidate else None


DATES = st.one_of(
    st.dates(date(1850, 1, 1)).map(PartialDate.of),
    st.builds(PartialDate, st.integers(1850, 2100), st.none() | st.integers(1, 12)),
    st.builds(lambda year, about: PartialDate(year, about=about), st.integers(1850, 2100), st.booleans()),
    st.builds(lambda year, more: PartialDate(year, until=year + more), st.integers(1850, 2050), st.integers(0, 62)),
)

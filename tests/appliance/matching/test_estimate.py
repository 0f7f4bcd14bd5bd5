"""Nobody whom the score would show is lost on the way to it."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.matching.bands import band
from appliance.matching.beside import Beside
from appliance.matching.candidates import Effort, search
from appliance.matching.evidence import log_odds, of_person
from appliance.matching.index import PersonIndex
from appliance.matching.query import PersonQuery
from appliance.matching.request import prepare
from appliance.matching.scoring import score_names
from appliance.matching.weights import DEFAULT
from data.findings import Band
from data.persons.partial_date import PartialDate
from data.persons.person import Sex
from tests.appliance.matching.people import INDEX, notice
from tests.appliance.matching.test_arrays import DATES

GIVEN = "MOHAMMAD ALI AHMAD MARIA JOSE ESTEBAN VACLAV OTTOKAR ZEBULON TARAS NESTOR JURGEN LUKASZ GEORGE BERTA".split()
SURNAMES = "KHAN DOST QUORRILLO TRMINSKY VRBENSKY HARKAVENNY SAHLAWI TARVANI MULLER HABBARTH ZORZAL ELVARSON".split()
ALL = Effort(names=100_000, whole=1_000_000, margin=100)
NARROW = Effort(whole=20)


def crowd(count: int) -> PersonIndex:
    dice = random.Random(11)
    people = []
    for number in range(count):
        name = f"{dice.choice(GIVEN)} {dice.choice(GIVEN)} {dice.choice(SURNAMES)}"
        born = f"{dice.randrange(1950, 2000)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        known = born if dice.random() < 0.7 else f"~{born[:4]}"
        people.append(notice(str(number), name, born=(known,), nationalities=("AFG",)))
    return PersonIndex(people)


CROWD = crowd(3000)


def shown(query: PersonQuery, effort: Effort) -> set[int]:
    request = prepare(query, CROWD)
    found = score_names(request, search(request, CROWD, effort=effort), CROWD, {})
    bands = {one.person: band(one, query, DEFAULT) for one in found}
    return {person for person, given in bands.items() if given in (Band.STRONG, Band.POSSIBLE)}


def test_who_would_be_possible_among_all_is_among_those_looked_at() -> None:
    dice = random.Random(2)
    seen = kept = 0
    for _ in range(30):
        born = PartialDate(dice.randrange(1950, 2000), dice.randrange(1, 13), dice.randrange(1, 29))
        query = PersonQuery(dice.choice(SURNAMES), f"{dice.choice(GIVEN)} {dice.choice(GIVEN)}", birth=born)
        everybody = shown(replace(query, nationality="AFG"), ALL)
        if len(everybody) <= NARROW.names:
            seen += len(everybody)
            kept += len(everybody & shown(replace(query, nationality="AFG"), NARROW))
    assert seen > 30
    assert kept >= 0.995 * seen


@settings(deadline=None)
@given(DATES, st.sampled_from(Sex), st.sampled_from(["", "AFG", "FRA", "UKR"]))
def test_the_estimate_beside_the_name_is_never_below_the_evidence(born, sex, nationality) -> None:
    query = PersonQuery("X", "", False, born, sex, nationality)
    estimated = Beside(query, INDEX).of_persons(np.arange(len(INDEX)))
    for person in range(len(INDEX)):
        exact = log_odds(of_person(query, INDEX.people.facts(person)))
        assert estimated[person] >= exact - 1e-4

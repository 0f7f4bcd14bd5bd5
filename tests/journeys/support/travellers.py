"""Invented travellers, and their machine-readable zones."""

from datetime import date

from data.documents.mrz import MrzFields, write_mrz
from data.documents.travel_document import MrzFormat
from data.persons.person import Sex

FAR = date(2033, 5, 11)


def passport(
    issuer: str, number: str, surname: str, given: str, birth: date, sex: Sex = Sex.MALE, expiry: date = FAR
) -> str:
    """A valid TD3 zone."""
    return write_mrz(MrzFields("P", issuer, number, surname, given, issuer, birth, sex, expiry), MrzFormat.TD3)


HONEST = passport("NOR", "CAF204417", "Hallingdal", "Ragnhild", date(1984, 6, 19), Sex.FEMALE)
STOLEN = passport("FRA", "24FV38617", "Besombieux", "Clarisse", date(1979, 10, 8), Sex.FEMALE)
WANTED = passport("ARG", "AAF917305", "Zoltaverde Quint", "Ignacio Ramiro", date(1979, 4, 23))
CHILD = passport("SWE", "96120447", "Lindqvarn", "Elsa Marielle", date(2016, 9, 14), Sex.FEMALE)
SANCTIONED = passport("RUS", "730118264", "Baranovets", "Lev Timurovich", date(1974, 11, 9))
DISCREET = passport("JPN", "TR0448213", "Tanakura", "Hideomi", date(1983, 12, 5))
EXPIRED = passport("CAN", "HK402816", "Tremblevale", "Odile", date(1990, 7, 21), Sex.FEMALE, date(2025, 4, 30))
CONFUSABLE = passport("DEU", "C67LH5V21", "Muehlenbrock", "Joerg", date(1968, 12, 2))

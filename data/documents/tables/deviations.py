"""How issuers are known to deviate from Doc 9303 in genuine documents, each with its source.

A row is narrow: kind and exact form, issuer, document codes and formats, and the dates where only some were issued so.
Without a source there is no row; what a row does not name is judged as in any other document. `seen` is the day of
the source (the first day where only month or year is known). Raise DEVIATIONS_VERSION with every change
(docs/adr/0034-known-deviations.md).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.documents.travel_document import MrzFormat
from data.text import Message, _

DEVIATIONS_VERSION = 1


class DeviationKind(StrEnum):
    """What deviates, and what its `form` is."""

    CONTENT_TYPE = "content_type"
    """Of the security object; the form is its object identifier."""
    SIGNATURE_DIGEST = "signature_digest"
    """Content and signature use different digests; the form is `sha512 under ECDSA with SHA256`."""
    GROUP_DIGEST = "group_digest"
    """The digest of one data group is wrong; the form is `DG12`."""
    NUMBER_DIGIT = "number_digit"
    """The check digit of a long number; the form says what it counts in addition."""
    NO_END = "no_end"
    """The document has no end of validity; the form is its expiry field."""
    UNKNOWN_BIRTH = "unknown_birth"
    """The date of birth is not known; the form is its field."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class KnownDeviation:
    """One deviation of one issuer."""

    key: str
    """Stands in the journal and in JSON; never changed, never used again."""
    kind: DeviationKind
    form: str
    issuer: str
    """Canonical code of three letters; empty for any issuer, where the row says why that is safe."""
    codes: str
    """Document codes as printed, without filler: a regular expression for the whole code."""
    formats: frozenset[MrzFormat]
    says: Message
    """Half a sentence for the officer."""
    sources: tuple[str, ...]
    seen: date
    signed: Period | None = None
    """When the documents were signed, if they say when."""
    expires: tuple[Period, ...] = ()
    """When they expire; empty for any day."""
    youngest_y: int = 0
    """Age in years at which it is issued at the earliest."""


FILLER = "the filler"
"""Form of a check digit that counts the filler between the two parts of a long number."""
CARDS = frozenset({MrzFormat.TD1, MrzFormat.TD2})
_TD1 = frozenset({MrzFormat.TD1})
_TD3 = frozenset({MrzFormat.TD3})
_WITH_CHIP = CARDS | _TD3
_ANY_CARD = "[IAC][A-Z]?"
_PASSPORT = "P[A-Z]?"

_OLD_TYPE = _("the security object has the content type of the first drafts, 1.3.27.1.1.1")
_OLD_TYPE_SOURCES = (
    "JMRTD, SODFile.java, ICAO_LDS_SOD_ALT_OID: seen in French and Belgian documents",
    "https://github.com/ZeroPass/pymrtd/pull/8 (2025-07-30)",
    "https://github.com/gmrtd/gmrtd/issues/424 (2026-07-14)",
)
_TWO_DIGESTS = _("the content is digested with SHA-512, the signature with SHA-256")
_TWO_DIGESTS_SOURCES = (
    "https://github.com/openssl/openssl/issues/9392 (2019-07-18): passports with two digests",
    "https://github.com/MatthiasValvekens/pyHanko/issues/242 (2023-03-20): Lithuanian documents",
)
_COUNTS_FILLER = _("the check digit of a long number counts the filler between its parts")
_ENDLESS_DATE = _("990101 stands for 01-01-9999: the card has no end of validity")

DEVIATIONS: tuple[KnownDeviation, ...] = (
    KnownDeviation(
        "chn-content-type",
        DeviationKind.CONTENT_TYPE,
        "1.2.840.113549.1.7.1",
        "CHN",
        _PASSPORT,
        _TD3,
        _("the security object has the content type of plain data (id-data)"),
        (
            "https://github.com/gmrtd/gmrtd, document/sod.go, isValidEContentType: observed on a Chinese passport",
            "https://github.com/gmrtd/gmrtd/pull/425 (2026-07-14): accepted before that change",
        ),
        date(2026, 7, 14),
    ),
    *(
        KnownDeviation(
            f"{issuer.lower()}-content-type",
            DeviationKind.CONTENT_TYPE,
            "1.3.27.1.1.1",
            issuer,
            f"{_PASSPORT}|{_ANY_CARD}",
            _WITH_CHIP,
            _OLD_TYPE,
            _OLD_TYPE_SOURCES,
            date(2025, 7, 30),
        )
        for issuer in ("BEL", "FRA")
    ),
    # Of any issuer: the sources do not say who else signs so. Nothing is weaker for it, since both digests are checked
    # and neither is weak.
    *(
        KnownDeviation(
            f"any-sha512-{scheme.split()[0].lower()}-sha256",
            DeviationKind.SIGNATURE_DIGEST,
            f"sha512 under {scheme} with SHA256",
            "",
            f"{_PASSPORT}|{_ANY_CARD}",
            _WITH_CHIP,
            _TWO_DIGESTS,
            _TWO_DIGESTS_SOURCES,
            date(2019, 7, 18),
        )
        for scheme in ("ECDSA", "RSA PKCS#1")
    ),
    # 299,400 cards; the chip has another date of issue than the print. Valid for ten years if issued to an adult, for
    # five to a minor, for three to a child under three, each up to the next birthday.
    KnownDeviation(
        "ita-2017-dg12",
        DeviationKind.GROUP_DIGEST,
        "DG12",
        "ITA",
        "C[A-Z]?",
        _TD1,
        _("DG12 (date of issue) is wrong on cards issued from October 2017 to February 2018: the printed date counts"),
        (
            "Ministero dell'Interno, circolare 9/2018 (2018-05-26), in "
            "http://comune.melzo.mi.it/it/news/carta-d-identita-elettronica-c-i-e-difetto-rilevato",
            "Istituto Poligrafico e Zecca dello Stato (2018-06), in https://ilsalvagente.it/?p=37052",
        ),
        date(2018, 5, 26),
        signed=Period(date(2017, 10, 1), date(2018, 2, 28)),
        expires=(
            Period(date(2020, 10, 1), date(2022, 2, 28)),
            Period(date(2022, 10, 1), date(2024, 2, 29)),
            Period(date(2027, 10, 1), date(2029, 2, 28)),
        ),
    ),
    KnownDeviation(
        "bel-number-digit",
        DeviationKind.NUMBER_DIGIT,
        FILLER,
        "BEL",
        _ANY_CARD,
        _TD1,
        _COUNTS_FILLER,
        (
            "https://github.com/Arg0s1080/mrz/issues/4 (2018-12-06)",
            "https://www.consilium.europa.eu/prado/en/BEL-BO-11004/image-354957.html",
        ),
        date(2018, 12, 6),
    ),
    KnownDeviation(
        "prt-number-digit",
        DeviationKind.NUMBER_DIGIT,
        FILLER,
        "PRT",
        "I[A-Z]?",
        _TD1,
        _COUNTS_FILLER,
        ("JMRTD, MRZInfoTest.java, testPRTFromPrado: the specimen of PRADO, I<PRT000024759<ZZ72",),
        date(2022, 1, 1),
    ),
    KnownDeviation(
        "esp-no-end",
        DeviationKind.NO_END,
        "990101",
        "ESP",
        "I[A-Z]?",
        _TD1,
        _ENDLESS_DATE,
        (
            "https://www.consilium.europa.eu/prado/en/ESP-BO-03001/index.html: valid indefinitely after the age of 70",
            "https://andaluciainformacion.es/andalucia/1763209 (2024-09): the year 9999, refused at a border",
        ),
        date(2024, 9, 1),
        youngest_y=30,  # from 70 on, or from 30 with a severe disability (Real Decreto 1553/2005, article 6)
    ),
    KnownDeviation(
        "ita-no-end",
        DeviationKind.NO_END,
        "990101",
        "ITA",
        "C[A-Z]?",
        _TD1,
        _ENDLESS_DATE,
        ("https://github.com/italia/anpr/issues/5393 (2026-08-07): 01.01.9999, cards issued from 30 July 2026 on",),
        date(2026, 8, 7),
        youngest_y=70,
    ),
    KnownDeviation(
        "mda-no-end",
        DeviationKind.NO_END,
        "<<<<<<",
        "MDA",
        _ANY_CARD,
        CARDS,
        _("a date of expiry of fillers means that the card has no end of validity"),
        (
            "https://github.com/snifter/MRZCode.NET/pull/3 (2023-05-26)",
            "https://github.com/snifter/MRZCode.NET/pull/4 (2023-06-26): cards in TD1 and in TD2",
            "https://hn24.net/identity-cards-will-be-replaced-by-id-cards/: unlimited for people over 70",
        ),
        date(2023, 5, 26),
        youngest_y=70,
    ),
    # Of any issuer: no public source says whose documents these are. The row can only add to what is searched: the
    # person is looked up with this date of birth and without one.
    KnownDeviation(
        "any-birth-080101",
        DeviationKind.UNKNOWN_BIRTH,
        "080101",
        "",
        "[PIAC][A-Z]?",
        _WITH_CHIP,
        _("080101 may stand for an unknown date of birth: ask for it"),
        ("Reported from border posts with the request for this table; no public source (2026-11-30)",),
        date(2026, 11, 30),
    ),
)
